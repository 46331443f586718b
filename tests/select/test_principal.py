"""The principal diagnosis: the doctor's first stands unless a rule speaks against it, and the reason is said."""

from __future__ import annotations

import pytest

from coder.select.gather import Gathered
from coder.select.policy import PolicyName
from coder.select.principal import Choice, choose_principal, principal_rules
from coder.suggest.suggestion import ScoredConcept
from coder.terms import load_system

SYSTEM = load_system("icd10-nhsa-2.0")


def chosen(*codes: str, procedures: tuple[str, ...] = (), policy: PolicyName = "settlement") -> Choice | None:
    entries = [Gathered(ScoredConcept(code, SYSTEM.concept(code).name, 0.9), "present") for code in codes]
    return choose_principal(entries, procedure_names=procedures, system=SYSTEM, policy=policy)


def choose(*codes: str, procedures: tuple[str, ...] = (), policy: PolicyName = "settlement") -> Choice:
    choice = chosen(*codes, procedures=procedures, policy=policy)
    assert choice is not None
    return choice


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (("J18.900", "I10.x05"), "J18.900"),  # the first stands
        (("I25.103", "I21.103", "E11.900"), "I21.103"),  # MDX-014
        (("I25.103", "I20.000"), "I20.000"),
        (("R50.900", "J18.900"), "J18.900"),  # MDX-011: a symptom beside a disease
        (("R50.900",), "R50.900"),  # alone it stands
        (("J96.000", "J44.100"), "J44.100"),  # MDX-008
        (("Z37.000x001", "O34.201"), "O34.201"),  # OBS-004
        (("O80.000", "Z37.000x001"), "O80.000"),  # a delivery without complication
        (("C34.900x001", "Z51.102"), "Z51.102"),  # ONC-001
        (("W19.x00", "S72.000"), "S72.000"),  # MDX-005
        (("I25.103", "E11.900", "J15.000"), "J15.000"),  # MDX-012: what was treated, not what goes along
        (("E05.003", "E05.500"), "E05.500"),
        (("O30.000", "O14.100x002"), "O14.100x002"),  # OBS-001
        (("G41.900", "G04.801"), "G04.801"),  # MDX-013
        (("O14.100x002", "O14.200"), "O14.200"),
    ],
)
def test_choice(codes: tuple[str, ...], expected: str) -> None:
    assert choose(*codes).code == expected


def test_a_resected_tumour_stands_before_its_chemotherapy() -> None:
    """ONC-002."""
    assert choose("Z51.102", "C18.700", procedures=("腹腔镜下乙状结肠根治性切除术",)).code == "C18.700"


def test_an_external_cause_is_never_principal() -> None:
    assert chosen("W19.x00") is None


def test_a_chronic_disease_that_was_operated_on_stays_first() -> None:
    assert choose("I25.103", "J15.000", procedures=("药物洗脱冠状动脉支架置入",)).code == "I25.103"


def test_the_haematoma_that_was_removed_stands_before_the_contusion() -> None:
    codes = ("S06.200x081", "S06.500x004")
    assert choose(*codes).code == "S06.200x081"
    assert choose(*codes, procedures=("脑膜切开伴硬脑膜下腔血肿清除术",)).code == "S06.500x004"


def test_policies_may_differ() -> None:
    codes = ("N03.901", "N18.500")
    dialysis = ("血液透析",)
    assert choose(*codes, procedures=dialysis).code == "N18.500"
    assert choose(*codes, procedures=dialysis, policy="front-page").code == "N03.901"


def test_kidney_failure_without_dialysis_does_not_stand_before_its_cause() -> None:
    assert choose("N03.901", "N18.500").code == "N03.901"


def test_the_reason_is_said_and_the_runner_up_named() -> None:
    choice = choose("I25.103", "I21.103")
    assert "医保结算清单" in choice.reason
    assert "急性心肌梗死" in choice.reason
    assert choice.runner_up == "I25.103"


def test_every_code_of_the_rules_exists() -> None:
    rules = principal_rules()
    prefixes = [*rules.never.codes, *rules.never.unless_alone, *rules.demote.codes]
    prefixes += [prefix for rule in rules.prefer for prefix in (*rule.this, *rule.over)]
    assert [prefix for prefix in prefixes if not SYSTEM.with_prefix(prefix)] == []
