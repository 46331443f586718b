"""What if: each code's effect, and other principals."""

from __future__ import annotations

from coder.group import Case, load_scheme
from coder.group.explain import explain, with_principal, without
from coder.group.weights import WeightTable

SCHEME = load_scheme("chs-drg-1.1").with_options(weights=WeightTable("t", {"GD23": 1.5, "GD25": 1.0, "GZ13": 0.6}))
CASE = Case(principal="K35.800x001", others=("E87.600", "I10.x05"), procedures=("47.0100",), sex="male", age_years=30)


def test_each_code_shows_the_group_without_it_and_the_weight_difference() -> None:
    effects = {effect.code: effect for effect in explain(SCHEME, CASE).effects}
    assert effects["E87.600"].severity == "cc"
    assert effects["E87.600"].without.drg == "GD25"
    assert effects["E87.600"].without.weight_change == -0.5
    assert not effects["I10.x05"].matters(SCHEME.run(CASE))
    assert effects["47.0100"].role == "main_procedure"
    assert effects["47.0100"].without.weight_change == -0.9
    assert effects["K35.800x001"].without.weight_change is None


def test_alternatives_stand_in_the_code_s_own_place() -> None:
    explanation = explain(SCHEME, CASE, alternatives={"E87.600": ("E87.500", "I10.x05")})
    effect = next(effect for effect in explanation.effects if effect.code == "E87.600")
    assert [change.code for change in effect.alternatives] == ["E87.500", "I10.x05"]
    assert effect.alternatives[1].drg == "GD25"


def test_principals_are_reported_in_the_order_of_the_front_page() -> None:
    assert [change.code for change in explain(SCHEME, CASE).principals] == ["E87.600", "I10.x05"]


def test_changing_the_principal_keeps_every_code() -> None:
    swapped = with_principal(CASE, "I10.x05")
    assert {swapped.principal, *swapped.others} == {CASE.principal, *CASE.others}
    assert without(CASE, "47.0100").procedures == ()
