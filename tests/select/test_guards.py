"""Guards: a name must not say what the words and the record do not say; who cannot have a code does not get it."""

from __future__ import annotations

import pytest

from coder.record import Patient
from coder.select.guards import NameGuard, guarded
from coder.select.mentions import CodedMention
from coder.select.policy import PatientLimit, selection_policy
from coder.suggest.suggestion import ScoredConcept, Suggestion
from coder.terms import load_system
from coder.text import Mention


@pytest.mark.parametrize(
    ("words", "name", "record", "fits"),
    [
        ("慢性糜烂性胃炎", "急性糜烂性胃炎", "", False),  # acuity
        ("支气管哮喘急性发作(危重度)", "支气管哮喘急性发作（轻度）", "", False),  # severity
        ("社区获得性肺炎", "社区获得性肺炎，重症", "重症", False),  # severity must be in the words
        ("右腹股沟斜疝", "左侧腹股沟斜疝", "", False),  # side
        ("盆腔置管引流", "额窦置管引流术", "额窦", False),  # another site
        ("闭式引流", "胸腔闭式引流术", "左侧胸腔积液", True),  # a site that the record says
        ("闭式引流", "胸腔闭式引流术", "", False),  # a site that nothing says
        ("l4/5椎间盘突出", "腰椎间盘突出", "腰痛1年", True),  # a part of the site that the words say
        ("胃窦癌", "胃恶性肿瘤", "", True),  # the whole of the site that the words say
        ("术后贫血", "产褥期贫血", "", False),  # a context that nothing says
        ("股浅动脉", "股浅动脉瘤", "", False),  # an artery is no aneurysm
        ("膀胱镜输尿管支架置入", "膀胱镜输尿管支架取出术", "", False),  # removal is no insertion
        ("视网膜脱离", "网膜囊肿", "", False),
        ("双侧膝关节骨关节病", "单侧膝关节骨性关节病", "", False),  # both sides are not one
        ("孕27+3周", "孕30周", "", False),  # another week
        ("孕27+3周", "孕27周", "", True),
        ("人工股骨头置换术后", "人工股骨头置换术后假体功能障碍", "", False),  # a complication that nothing says
    ],
)
def test_fits(words: str, name: str, record: str, fits: bool) -> None:
    assert NameGuard.load().fits(name, words=words, record=record) is fits


@pytest.mark.parametrize("system", ["icd10-nhsa-2.0", "icd9cm3-nhsa-2.0"])
def test_every_name_fits_its_own_words(system: str) -> None:
    guard = NameGuard.load()
    assert all(guard.fits(name, words=name, record="") for name in load_system(system).names[::97])


@pytest.mark.parametrize(
    ("code", "patient", "refused"),
    [
        ("N40.x00", Patient(sex="female"), True),
        ("O80.000", Patient(sex="male"), True),
        ("O80.000", Patient(), False),  # what is not known refuses nothing
        ("M08.000", Patient(age_years=60), True),
        ("M08.000", Patient(age_years=9), False),
    ],
)
def test_patients(code: str, patient: Patient, refused: bool) -> None:
    limits = selection_policy().patients["diagnosis"]
    assert any(limit.refuses(code, patient) for limit in limits) is refused


@pytest.mark.parametrize(
    ("words", "name", "patient", "fits"),
    [
        ("头颅血肿", "新生儿头颅血肿", Patient(age_years=0, age_days=3), True),
        ("头颅血肿", "新生儿头颅血肿", Patient(age_years=0, age_days=60), False),
        ("十二指肠闭锁", "先天性十二指肠闭锁", Patient(age_days=1), True),
        ("失神癫痫", "儿童失神癫痫", Patient(age_years=8), True),
        ("失神癫痫", "儿童失神癫痫", Patient(age_years=40), False),
        ("失神癫痫", "儿童失神癫痫", Patient(), False),
    ],
)
def test_the_age_says_what_the_words_do_not(words: str, name: str, patient: Patient, fits: bool) -> None:
    guard = NameGuard.load()
    assert guard.fits(name, words=words, record="", aged=guard.aged(patient)) is fits


def test_every_limit_speaks_of_codes_that_exist() -> None:
    systems = {"diagnosis": load_system("icd10-nhsa-2.0"), "procedure": load_system("icd9cm3-nhsa-2.0")}
    for kind, limits in selection_policy().patients.items():
        assert [code for limit in limits for code in limit.codes if not systems[kind].with_prefix(code)] == []


def suggestion(*concepts: tuple[str, float]) -> Suggestion:
    scored = tuple(ScoredConcept(name, name, probability) for name, probability in concepts)
    return Suggestion(text="慢性糜烂性胃炎", concepts=scored[:1], candidates=scored)


def coded(found: Suggestion) -> CodedMention:
    mention = Mention(0, 7, found.text, "diagnosis", "discharge_diagnosis", "list", "present", None, ())
    return CodedMention(mention, found)


def test_the_next_that_fits_takes_the_place_of_what_is_refused() -> None:
    one = coded(suggestion(("急性糜烂性胃炎", 0.6), ("糜烂性胃炎", 0.3)))
    found = guarded(one, record="", patient=Patient(), limits=(), replacement=0.5)
    assert [(concept.name, concept.probability) for concept in found.suggestion.concepts] == [("糜烂性胃炎", 0.75)]


def test_what_a_convention_settled_is_left_alone() -> None:
    settled = Suggestion("慢性糜烂性胃炎", (ScoredConcept("急性", "急性糜烂性胃炎", 0.9),), (), settled=True)
    assert guarded(coded(settled), record="", patient=Patient(), limits=(), replacement=0.5).suggestion is settled


def test_limits_hold_for_conventions_too() -> None:
    settled = Suggestion("前列腺增生", (ScoredConcept("N40.x00", "前列腺增生", 0.9),), (), settled=True)
    limit = PatientLimit(codes=("N40",), sex="male")
    found = guarded(coded(settled), record="", patient=Patient(sex="female"), limits=(limit,), replacement=0.5)
    assert found.suggestion.concepts == ()
