import pytest

from coder.errors import InputError
from coder.rules.registry import compile_when, predicates
from tests.rules.conftest import fired

YES = {"sex": "male"}
NO = {"sex": "female"}
UNKNOWN = {"filled": "allergy"}


@pytest.mark.parametrize(
    ("when", "answer"),
    [
        ({"all": [YES, YES]}, True),
        ({"all": [YES, NO]}, False),
        ({"all": [YES, UNKNOWN]}, None),
        ({"all": [NO, UNKNOWN]}, False),
        ({"all": [UNKNOWN, NO]}, False),
        ({"any": [NO, NO]}, False),
        ({"any": [NO, YES]}, True),
        ({"any": [UNKNOWN, YES]}, True),
        ({"any": [UNKNOWN, NO]}, None),
        ({"not": YES}, False),
        ({"not": NO}, True),
        ({"not": UNKNOWN}, None),
        ({"known": YES}, True),
        ({"known": UNKNOWN}, False),
        ({"not": {"known": UNKNOWN}}, True),
        ({**YES, "age_years": {"below": 50}}, True),
        ({**YES, "age_years": {"below": 40}}, False),
    ],
)
def test_conditions_combine_in_three_valued_logic(when: dict[str, object], answer: bool | None) -> None:
    assert fired(when, sex="male", age_years=40, principal="K35.800") is answer


PAGE = {
    "principal": "K35.800",
    "others": ("E11.900", "E14.900x001", "I10.x00"),
    "procedures": ("47.0100", "54.2100"),
    "text": "主诉：右下腹痛1天。\n既往史：脑梗死病史。\n诊疗经过：急诊血钾2.8mmol/L，予补钾，行腹腔镜下阑尾切除术。"
    "\n出院诊断：急性阑尾炎",
    "sex": "female",
    "age_years": 34,
    "form": {
        "allergy": "2",
        "allergy_drug": " ",
        "los_days": 6,
        "admitted_at": "2024-01-05",
        "discharged_at": "2024-01-09",
    },
    "charges": {"阑尾切除术": 1, "呼吸机": 30},
    "orders": ("氯化钾注射液",),
}


@pytest.mark.parametrize(
    ("when", "answer"),
    [
        ({"principal": ["K35"]}, True),
        ({"principal": ["E11"]}, False),
        ({"other": ["E11"]}, True),
        ({"other": ["K35"]}, False),
        ({"diagnosis": ["K35"]}, True),
        ({"diagnosis": ["K36"]}, False),
        ({"main_procedure": ["47.0"]}, True),
        ({"main_procedure": ["54.2"]}, False),
        ({"procedure": ["54.2"]}, True),
        ({"procedure": ["51"]}, False),
        ({"diagnoses_together": {"first": ["E11"], "second": ["E14"]}}, True),
        ({"diagnoses_together": {"first": ["E11"], "second": ["E11"]}}, False),
        ({"diagnoses_together": {"first": ["E10"], "second": ["E14"]}}, False),
        ({"procedures_together": {"first": ["47.0"], "second": ["54.2"]}}, True),
        ({"procedures_together": {"first": ["47.0"], "second": ["51"]}}, False),
        ({"several_categories": {"codes": ["E10-E14"], "categories": 2}}, True),
        ({"several_categories": {"codes": ["E10-E14"], "categories": 3}}, False),
        ({"any_procedure": True}, True),
        ({"any_diagnosis": True}, True),
        ({"no_principal": True}, False),
        ({"several_principals": True}, False),
        ({"gray": "other"}, True),
        ({"gray": "principal"}, True),
        ({"gray": "main_procedure"}, False),
        ({"gray": "procedure"}, False),
        ({"not_in_table": "diagnosis"}, False),
        ({"repeated": "principal"}, False),
        ({"repeated": "others"}, False),
        ({"repeated": "procedures"}, False),
        ({"unnamed": "diagnosis"}, None),
        ({"morphology_code": True}, False),
        ({"more_others_than": 2}, True),
        ({"more_others_than": 3}, False),
        ({"principal_admission_condition": ["4"]}, None),
        ({"all_admission_conditions": ["4"]}, None),
        ({"admission_condition_not_in": ["1"]}, None),
        ({"tcm_incomplete": True}, None),
        ({"tcm_coded": True}, False),
        ({"age_years": {"at_least": 34}}, True),
        ({"age_years": {"at_least": 35}}, False),
        ({"age_years": {"below": 34}}, False),
        ({"age_days": {"at_least": 365}}, True),
        ({"birth_weight_g": {"below": 1000}}, None),
        ({"sex_unknown": True}, False),
        ({"age_unknown": True}, False),
        ({"has_text": True}, True),
        ({"says": ["阑尾炎"]}, True),
        ({"says": ["肺炎"]}, False),
        ({"says": {"words": ["脑梗死"]}}, True),
        ({"says": {"words": ["脑梗死"], "this_stay": True}}, False),
        ({"says": {"words": ["阑尾炎"], "sections": ["discharge_diagnosis"]}}, True),
        ({"says": {"words": ["阑尾炎"], "sections": ["past_history"]}}, False),
        ({"contains": ["主诉"]}, True),
        ({"contains": ["过敏史"]}, False),
        ({"has_section": ["past_history"]}, True),
        ({"has_section": ["pathology"]}, False),
        ({"measured": {"is": "potassium < 3.5"}}, True),
        ({"measured": {"is": "potassium < 2.5"}}, False),
        ({"measured": {"is": "sodium < 135"}}, None),
        ({"measured_at_all": "potassium"}, True),
        ({"measured_at_all": "sodium"}, False),
        ({"condition": {"id": "hypokalaemia", "is": ["supported"]}}, True),
        ({"condition": {"id": "hypokalaemia", "is": ["absent"]}}, False),
        ({"filled": "allergy"}, True),
        ({"filled": "allergy_drug"}, False),
        ({"blank": ["allergy_drug"]}, True),
        ({"blank": ["allergy"]}, False),
        ({"blank": ["phone"]}, None),
        ({"blank": ["phone", "allergy_drug"]}, True),
        ({"lacks": ["phone"]}, True),
        ({"lacks": ["allergy"]}, False),
        ({"field_is": {"allergy": ["2", "有"]}}, True),
        ({"field_is": {"allergy": ["1"]}}, False),
        ({"field_is": {"phone": ["1"]}}, None),
        ({"field_matches": {"name": "allergy", "pattern": "[12]"}}, True),
        ({"field_matches": {"name": "allergy", "pattern": "[34]"}}, False),
        ({"field_within": {"name": "los_days", "within": {"at_least": 6, "below": 7}}}, True),
        ({"field_within": {"name": "los_days", "within": {"below": 6}}}, False),
        ({"field_within": {"name": "total_cost", "within": {"below": 6}}}, None),
        ({"fields_compare": {"left": "admitted_at", "compares": "<", "right": "discharged_at"}}, True),
        ({"fields_compare": {"left": "admitted_at", "compares": ">=", "right": "discharged_at"}}, False),
        ({"fields_compare": {"left": "admitted_at", "compares": "==", "right": "quality_date"}}, None),
        ({"id_number_contradicts_sex": True}, None),
        ({"id_number_contradicts_birth": True}, None),
        ({"charged": ["切除"]}, True),
        ({"charged": ["透析"]}, False),
        ({"ordered": ["氯化钾"]}, True),
        ({"ordered": ["头孢"]}, False),
        ({"charged_units": {"words": ["呼吸机"], "units": {"at_least": 30, "below": 31}}}, True),
        ({"charged_units": {"words": ["呼吸机"], "units": {"at_least": 96}}}, False),
        ({"charged_units": {"words": ["透析"], "units": {"below": 1}}}, True),
        ({"group_status": ["分组成功"]}, False),
        ({"listed_but_not_coded": {"kind": "diagnosis"}}, False),
        ({"forgotten": {"at_least": 0.5}}, False),
        ({"principal_not_listed": True}, False),
        ({"principal_only": ["past_history"]}, False),
        ({"others_unsupported": {"codes": ["A00-R99"], "at_least": 1, "share": 0.9}}, True),
        ({"others_unsupported": {"codes": ["A00-R99"], "at_least": 9, "share": 0.1}}, False),
        ({"others_unsupported": {"codes": ["Z00-Z99"], "at_least": 1, "share": 0.1}}, False),
        ({"bare_asterisk": "diagnosis"}, False),
        ({"bare_dagger": True}, False),
        ({"misspelt_code": "diagnosis"}, False),
    ],
)
def test_predicates_over_one_record(when: dict[str, object], answer: bool | None) -> None:
    assert fired(when, **PAGE) is answer


@pytest.mark.parametrize(
    ("when", "for_each", "answer"),
    [
        ({"this": ["E11"]}, "diagnosis", True),
        ({"this": ["E10"]}, "diagnosis", False),
        ({"this": ["K35"]}, "other", False),
        ({"this_procedure": ["54.2"]}, "procedure", True),
        ({"this_procedure": ["51"]}, "procedure", False),
        ({"valid_procedure": True, "this_procedure": ["47.0"]}, "procedure", True),
        ({"counts_as": ["mcc"]}, "other", False),
        ({"changes_group": True}, "other", False),
        ({"evidence_is": {"is": ["absent"], "profiled": False}}, "diagnosis", False),
        ({"evidence_is": {"is": ["absent"], "profiled": True}}, "diagnosis", True),
        ({"unsupported": True, "this": ["K35"]}, "diagnosis", False),
        ({"procedure_unmentioned": True, "this_procedure": ["47.0"]}, "procedure", False),
        ({"mentioned_only_as": ["absent"]}, "diagnosis", False),
        ({"denied": True}, "diagnosis", False),
        ({"like_a_listed_diagnosis": True, "this": ["K35"]}, "diagnosis", True),
        ({"missed": True}, "missed", True),
        ({"procedure_told": True, "this_procedure": ["47.0"]}, "procedure", False),
        ({"meant_by_a_listed_diagnosis": True, "this": ["E11"]}, "diagnosis", False),
    ],
)
def test_predicates_over_one_code(when: dict[str, object], for_each: str, answer: bool | None) -> None:
    assert fired(when, for_each=for_each, **PAGE) is answer


@pytest.mark.parametrize(
    ("when", "page", "answer"),
    [
        ({"repeated": "principal"}, {"principal": "K35.800", "others": ("K35.800",)}, True),
        ({"repeated": "others"}, {"principal": "K35.800", "others": ("I10.x09", "I10.x09")}, True),
        ({"repeated": "procedures"}, {"procedures": ("47.0100", "47.0100")}, True),
        ({"not_in_table": "diagnosis"}, {"principal": "Q99.999"}, True),
        ({"not_in_table": "diagnosis"}, {"principal": "K35.800", "morphology": ("M81400/3",)}, False),
        ({"not_in_table": "procedure"}, {"procedures": ("99.9999x",)}, True),
        ({"misspelt_code": "diagnosis"}, {"principal": "i10.×09"}, True),
        ({"misspelt_code": "diagnosis"}, {"principal": "Q99.999"}, False),
        ({"name_differs": "diagnosis"}, {"principal": "K35.800", "names": {"K35.800": "老年性白内障"}}, True),
        ({"name_differs": "diagnosis"}, {"principal": "K35.800", "names": {"K35.800": "急性阑尾炎"}}, False),
        ({"unnamed": "diagnosis"}, {"principal": "K35.800", "others": ("I10.x09",), "names": {"K35.800": "x"}}, True),
        (
            {"bears_name_of_another": "diagnosis"},
            {"principal": "E11.900", "names": {"E11.900": "1型糖尿病"}},
            True,
        ),
        (
            {"bears_name_of_another": "diagnosis"},
            {"principal": "E11.900", "names": {"E11.900": "2型糖尿病"}},
            False,
        ),
        ({"uncoded_name": "procedure"}, {"procedures": ("",), "names": {"": "阑尾切除术"}}, True),
        ({"bare_asterisk": "principal"}, {"principal": "G63.2*"}, True),
        ({"bare_asterisk": "principal"}, {"principal": "E11.401+G63.2*"}, False),
        ({"bare_dagger": True}, {"principal": "E11.400+"}, True),
        ({"morphology_code": True}, {"principal": "C34.900", "others": ("M81400/3",)}, True),
        ({"morphology_behaviour": ["0"]}, {"principal": "C34.900", "morphology": ("M81400/0",)}, True),
        ({"morphology_behaviour": ["0"]}, {"principal": "C34.900", "morphology": ("M81400/3",)}, False),
        ({"morphology_ill_formed": True}, {"principal": "C34.900", "morphology": ("8140/3",)}, True),
        ({"several_principals": True}, {"principal": "C34.900"}, False),
        ({"no_principal": True}, {"others": ("I10.x09",)}, True),
        (
            {"principal_admission_condition": ["4"]},
            {"principal": "K35.800", "admission_conditions": {"K35.800": "4"}},
            True,
        ),
        (
            {"principal_admission_condition": ["4"]},
            {"principal": "K35.800", "admission_conditions": {"K35.800": "1"}},
            False,
        ),
        (
            {"admission_condition_not_in": ["1"]},
            {"principal": "K35.800", "admission_conditions": {"K35.800": "9"}},
            True,
        ),
        ({"sex_unknown": True}, {}, True),
        ({"age_unknown": True}, {}, True),
        ({"age_unknown": True}, {"age_days": 3}, False),
        ({"age_years": {"below": 1}}, {"age_days": 3}, True),
        ({"age_days": {"below": 29}}, {"age_years": 0}, None),
        ({"says": ["x"]}, {}, None),
        ({"contains": ["x"]}, {}, None),
        ({"has_text": True}, {}, None),
        ({"group_status": ["x"]}, {"scheme": None}, None),
        (
            {"main_procedure_outside_mdc": "another_fits"},
            {
                "principal": "J18.900",
                "others": ("K80.200x003",),
                "procedures": ("51.2300",),
                "sex": "male",
                "age_years": 60,
            },
            True,
        ),
        (
            {"main_procedure_outside_mdc": "another_fits"},
            {
                "principal": "J18.900",
                "others": ("I10.x09",),
                "procedures": ("51.2300",),
                "sex": "male",
                "age_years": 60,
            },
            False,
        ),
        (
            {"listed_apart": {"first": ["I10"], "second": ["N18"]}},
            {"text": "出院诊断：1.高血压病2级\n2.慢性肾脏病3期", "principal": "I10.x04"},
            True,
        ),
        (
            {"listed_apart": {"first": ["I10"], "second": ["N18"]}},
            {"text": "出院诊断：1.高血压病2级\n2.肾结石", "principal": "I10.x04"},
            False,
        ),
        ({"listed_apart": {"first": ["I10"], "second": ["N18"]}}, {"principal": "I10.x04"}, None),
        ({"has_cc_or_mcc": True}, {"scheme": None}, None),
        ({"has_cc_or_mcc": True}, {"principal": "K35.800x001", "others": ("J96.000",)}, True),
        ({"main_procedure_outside_mdc": "alone"}, {"scheme": None}, None),
        ({"charged": ["x"]}, {}, None),
        ({"ordered": ["x"]}, {}, None),
        ({"charged_units": {"words": ["呼吸机"], "units": {"below": 1}}}, {}, None),
        ({"charged_units": {"words": ["呼吸机"], "units": {"below": 1}}}, {"charges": {"呼吸机": None}}, None),
        ({"id_number_contradicts_sex": True}, {"sex": "male", "form": {"id_number": "110101199001011223"}}, True),
        ({"id_number_contradicts_sex": True}, {"sex": "female", "form": {"id_number": "110101199001011223"}}, False),
        ({"id_number_contradicts_sex": True}, {"sex": "female", "form": {"id_number": "123"}}, None),
        ({"field_differs_from_principal": "resource_principal"}, {"principal": "K35.800"}, None),
        ({"tcm_incomplete": True}, {"tcm": {"disease": "A04.01.01"}}, True),
        ({"tcm_not_in_table": True}, {"tcm": {"disease": "A99.99"}}, True),
        ({"tcm_not_in_table": True}, {"tcm": {"disease": "A04.01.01"}}, False),
        ({"tcm_code_as_western": True}, {"principal": "A04.01.01"}, True),
        ({"tcm_incompatible": True}, {"tcm": {"disease": "A01.01.01"}}, None),
        ({"mapped": {"source": "icd10-gl-2.0", "target": "icd10-nhsa-2.0"}}, {"principal": "A01.000x002"}, True),
        ({"mapped": {"source": "icd10-gl-2.0", "target": "icd10-nhsa-2.0"}}, {"principal": "Q99.999"}, False),
        (
            {"mapped": {"source": "icd10-gl-2.0", "target": "icd10-nhsa-2.0", "gray": True}},
            {"principal": "A01.000x002"},
            False,
        ),
    ],
)
def test_predicates_at_their_edges(when: dict[str, object], page: dict[str, object], answer: bool | None) -> None:
    assert fired(when, **page) is answer


LESS = {"says_less_than_another": {"among": ["A00-T98"], "unless": ["后遗症"]}}
WITHOUT = {"without_beside_with": {"among": ["A00-T98", "!E10"]}}
GRADES = {"alternative_of_another": {"among": ["A00-T98", "!L89"], "words": [["3期", "4期", "5期"], ["1型", "2型"]]}}
HALF = {"half_beside_whole": {"among": ["A00-N99"], "joined_by": ["伴有", "伴"]}}
COMBINED = {"combined_by_name": {"among": ["A00-T98"], "joined_by": ["伴有", "伴"], "within": True}}
EXACTLY = {"combined_by_name": {"among": ["A00-T98"], "joined_by": ["伴有", "伴"]}}
LISTED = {"combined_by_name": {"among": ["A00-T98"], "joined_by": ["性"], "listed": True}}
NEUROPATHY = {"principal": "E11.900", "others": ("G62.901",), "text": "出院诊断：2型糖尿病性周围神经病"}


@pytest.mark.parametrize(
    ("when", "page", "answer"),
    [
        (LESS, {"principal": "I20.000", "others": ("I20.900",)}, True),
        (LESS, {"principal": "I20.000", "others": ("I10.x04",)}, False),
        (LESS, {"principal": "I63.900", "others": ("I69.300",)}, False),
        (WITHOUT, {"principal": "I11.002", "others": ("I11.901",)}, True),
        (WITHOUT, {"principal": "E10.101", "others": ("E10.900",)}, False),
        (GRADES, {"principal": "N18.500", "others": ("N18.400",)}, True),
        (GRADES, {"principal": "E10.900", "others": ("E11.900",)}, True),
        (GRADES, {"principal": "N18.500", "others": ("I10.x04",)}, False),
        (GRADES, {"principal": "N18.500", "others": ("N18.500",)}, False),
        (HALF, {"principal": "M80.900", "others": ("M81.900",)}, True),
        (HALF, {"principal": "M80.900", "others": ("I10.x04",)}, False),
        (COMBINED, {"principal": "K80.200x003", "others": ("K81.000",)}, True),
        (EXACTLY, {"principal": "S82.200x081", "others": ("S82.400x001",)}, True),
        (EXACTLY, {"principal": "S82.200x081", "others": ("S82.400x001", "S82.200x011")}, False),
        (COMBINED, {"principal": "K25.900x001", "others": ("K92.201",)}, True),
        (EXACTLY, {"principal": "K25.900x001", "others": ("K92.201",)}, False),
        (COMBINED, {"principal": "K25.900x001", "others": ("I10.x04",)}, False),
        (LISTED, {**NEUROPATHY, "meant": {"2型糖尿病性周围神经病": "E11.401+G63.2*"}}, True),
        (LISTED, NEUROPATHY, False),
    ],
)
def test_what_names_say_of_codes_side_by_side(when: dict[str, object], page: dict[str, object], answer: bool) -> None:
    assert fired(when, for_each="diagnosis", **page) is answer


@pytest.mark.parametrize(
    ("page", "answer"),
    [
        ({"others": ("S27.000", "S27.100"), "diagnosed": {"创伤性血气胸": "S27.200"}}, True),
        ({"others": ("S27.000", "S27.100"), "diagnosed": {"创伤性血气胸": "S27.200", "血胸": "S27.100"}}, False),
        ({"others": ("S27.200", "S27.000", "S27.100"), "diagnosed": {"创伤性血气胸": "S27.200"}}, False),
        ({"others": ("S27.000",), "diagnosed": {"创伤性血气胸": "S27.200"}}, False),
        ({"others": ("S27.000", "S27.100")}, False),
    ],
)
def test_one_diagnosis_in_two_codes(page: dict[str, object], answer: bool) -> None:
    text = "出院诊断：创伤性血气胸；血胸"
    assert fired({"split_combination": {"among": ["A00-T98"]}}, text=text, **page) is answer


def test_the_words_of_official_names() -> None:
    male = {"named_with": {"among": ["A00-T98"], "words": ["男性"], "unless": ["女性"]}}
    assert fired(male, principal="C50.901") is True
    assert fired(male, principal="C50.900") is False
    assert fired(male, principal="E25.901") is False


@pytest.mark.parametrize(
    "when",
    [
        {"nothing": 1},
        {"principal": "K35"},
        {"principal": []},
        {"age_years": {}},
        {"age_years": {"under": 3}},
        {"measured": {"is": "potassium"}},
        {"measured": {"is": "kryptonite < 1"}},
        {"measured_at_all": "kryptonite"},
        {"condition": {"id": "nothing", "is": ["absent"]}},
        {"condition": {"id": "sepsis", "is": ["perhaps"]}},
        {"field_matches": {"name": "allergy", "pattern": "["}},
        {"blank": ["nothing"]},
        {"any": []},
        {"not": {}},
        "principal",
    ],
)
def test_a_condition_that_cannot_be_meant_is_refused(when: object) -> None:
    with pytest.raises(InputError):
        compile_when(when)


def test_every_predicate_is_explained() -> None:
    assert all(summary.endswith(".") for summary in predicates().values())


def test_leads_narrow_down_the_codes_that_can_make_a_condition_true() -> None:
    assert compile_when({"principal": ["K35"], "sex": "male"}).leads == frozenset({"dK35"})
    assert compile_when({"any": [{"principal": ["K35"]}, {"procedure": ["47.0"]}]}).leads == frozenset(
        {"dK35", "p47.0"}
    )
    assert compile_when({"any": [{"principal": ["K35"]}, {"sex": "male"}]}).leads is None
    assert compile_when({"all": [{"principal": ["K35", "K36"]}, {"other": ["I10"]}]}).leads == frozenset({"dI10"})
    assert compile_when({"not": {"principal": ["K35"]}}).leads is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("ERCP术后胰腺炎不成立。", True),
        ("未达胰腺炎诊断标准。", True),
        ("母亲患胰腺炎。", False),
        ("诊断急性胰腺炎，予禁食。", False),
    ],
)
def test_what_is_only_ever_denied(text: str, answer: bool) -> None:
    when = {"denied": True, "this": ["K85"]}
    assert fired(when, text=text, principal="K80.501", others=["K85.900"], for_each="other") is answer


LISTED_LATE = "出院诊断：1.急性阑尾炎\n2.高血压病\n3.肾结石"


@pytest.mark.parametrize(
    ("at_least", "principal", "others", "answer"),
    [
        (2, "N20.000", ["K35.800x001"], True),
        (3, "N20.000", ["K35.800x001"], False),
        (2, "N20.000", ["I10.x09"], False),
        (2, "K35.800x001", ["N20.000"], False),
    ],
)
def test_a_principal_that_the_list_names_late(at_least: int, principal: str, others: list[str], answer: bool) -> None:
    when = {"principal_listed_late": {"at_least": at_least}}
    meant = {"急性阑尾炎": "K35.800x001", "高血压病": "I10.x09", "肾结石": "N20.000"}
    assert fired(when, text=LISTED_LATE, principal=principal, others=others, meant=meant) is answer


def test_words_of_the_list_that_may_mean_the_principal() -> None:
    when = {"principal_not_listed": True}
    text = "出院诊断：1.克罗恩病\n2.失眠"
    assert fired(when, text=text, principal="C24.100") is True
    assert fired(when, text=text, principal="C24.100", meant={"克罗恩病": "C24.000"}) is False


def test_the_main_procedure_that_decides_nothing() -> None:
    when = {"main_procedure_not_valid": True}
    assert fired(when, principal="G80.900", procedures=["04.1102", "04.1101"]) is True
    assert fired(when, principal="G80.900", procedures=["04.1101", "04.1102"]) is False
    assert fired(when, principal="G80.900", procedures=["04.1102"]) is False
    assert fired(when, principal="G80.900", procedures=["04.1102", "04.1101"], scheme=None) is None


def test_the_admission_condition_of_one_diagnosis() -> None:
    when = {"this_admission_condition": ["4"]}
    page = {"principal": "K35.800", "others": ["T81.400"], "for_each": "other"}
    assert fired(when, **page, admission_conditions={"T81.400": "4"}) is True
    assert fired(when, **page, admission_conditions={"T81.400": "1"}) is False
    assert fired(when, **page) is None


@pytest.mark.parametrize(
    ("form", "text", "answer"),
    [
        ({"admitted_at": "2026-03-02", "discharged_at": "2026-03-16", "los_days": 4}, "", True),
        ({"admitted_at": "2026-03-02 23:00", "discharged_at": "20260316", "los_days": "14天"}, "", False),
        ({"admitted_at": "2026-03-02", "discharged_at": "2026-03-16", "los_days": 15}, "", False),
        ({"los_days": 4}, "入院2026-03-02，出院2026-03-16。", True),
        ({"los_days": 4}, "", None),
        ({}, "入院2026-03-02，出院2026-03-16，住院4天。", None),
    ],
)
def test_the_days_of_the_stay(form: dict[str, object], text: str, answer: bool | None) -> None:
    assert fired({"days_of_stay_differ": 1}, form=form, text=text) is answer


@pytest.mark.parametrize(
    ("form", "answer"),
    [
        ({"surgery_date": "2024-01-02", "admitted_at": "2024-01-02 10:00"}, False),
        ({"surgery_date": "2024年1月1日", "admitted_at": "2024-01-02"}, True),
        ({"surgery_date": "2024-01-02 09:00", "admitted_at": "2024-01-02 10:00"}, True),
        ({"surgery_date": "2024-01-02", "admitted_at": 7}, None),
    ],
)
def test_dates_compare_by_the_day_where_one_has_no_time(form: dict[str, object], answer: bool | None) -> None:
    assert fired({"fields_compare": {"left": "surgery_date", "compares": "<", "right": "admitted_at"}}, form=form) is (
        answer
    )


@pytest.mark.parametrize(
    ("value", "answer"),
    [("0", True), (0, True), ("无", True), (" - ", True), (None, True), ("880元", False), ("红细胞2U", False)],
)
def test_a_field_that_says_nothing(value: object, answer: bool) -> None:
    assert fired({"says_nothing": ["blood_cost"]}, form={"blood_cost": value}) is answer
    assert fired({"says_nothing": ["blood_cost"]}, form={}) is None


def test_hours_longer_than_the_stay() -> None:
    when = {"longer_than_the_stay": "ventilator_hours"}
    assert fired(when, form={"ventilator_hours": 312, "los_days": 12}) is False
    assert fired(when, form={"ventilator_hours": 313, "los_days": 12}) is True
    assert fired(when, form={"ventilator_hours": "58小时"}) is None
    assert fired(when, form={"los_days": 12}) is None


def test_a_procedure_dated_outside_the_stay() -> None:
    when = {"procedure_outside_stay": True}
    page = {"principal": "K35.800", "procedures": ["47.0100"], "text": "入院2024-01-02。"}
    assert fired(when, **page, dates={"47.0100": "2024-01-01"}) is True
    assert fired(when, **page, dates={"47.0100": "2024-01-02"}) is False
    assert fired(when, **page, dates={"47.0100": "2024-01-09"}, form={"discharged_at": "2024-01-08"}) is True
    assert fired(when, **page) is None


@pytest.mark.parametrize(
    ("number", "miscounted"), [("11010519491231002X", False), ("110105194912310021", True), ("1101051949", None)]
)
def test_the_check_digit_of_the_identity_number(number: str, miscounted: bool | None) -> None:
    assert fired({"id_number_miscounted": True}, form={"id_number": number}) is miscounted


def test_the_birth_against_the_age() -> None:
    when = {"born_contradicts_age": "birth_date"}
    form = {"birth_date": "1968/6/1", "admitted_at": "2024-05-01"}
    assert fired(when, age_years=55, form=form) is False
    assert fired(when, age_years=65, form=form) is True
    assert fired(when, age_years=65, form={"birth_date": "1968/6/1"}) is None


LEADING = {"text": "出院诊断：1.胃窦癌\n2.高血压病\n3.幽门梗阻", "leading": {"胃窦癌": "C16.301"}}


@pytest.mark.parametrize(
    ("page", "answer"),
    [
        ({"principal": "K31.100x002", "others": ["C16.301"], **LEADING}, True),
        ({"principal": "K31.100x002", "others": ["I10.x09"], **LEADING}, False),
        ({"principal": "C16.301", "others": ["K31.100x002"], **LEADING}, False),
        ({"principal": "K31.100x002", "others": ["C16.301"], "text": LEADING["text"]}, None),
        (
            {
                "principal": "I10.x09",
                "others": ["K31.100x002"],
                "text": LEADING["text"],
                "leading": {"幽门梗阻": "K31.100x002"},
                "diagnosed": {"高血压病": "I10.x09"},
            },
            False,
        ),
    ],
)
def test_the_diagnosis_that_selection_takes_as_principal(page: dict[str, object], answer: bool | None) -> None:
    assert fired({"selection_leads_with_another": "listed_before"}, **page) is answer
    if answer:
        assert fired({"selection_leads_with_another": "by_rule"}, **page) is False
        assert fired({"selection_leads_with_another": "by_rule"}, **page, leading_because="较重") is True


def test_parts_of_a_long_any_are_asked_where_the_page_has_their_codes() -> None:
    pairs = [("J45", "J46"), ("K65.9", "K65.0"), ("M54.3", "M51"), ("I88", "L04"), ("R59", "I88")]
    together = [{"diagnoses_together": {"first": [one], "second": [two]}} for one, two in pairs]
    long = {"any": [*together, {"says": ["皮疹"]}]}
    assert fired(long, principal="J45.000", others=["J46.x00"], text="无") is True
    assert fired(long, principal="K65.000", others=["K65.900"], text="无") is True
    assert fired(long, principal="J45.000", others=["J18.900"], text="无") is False
    # a part that no code leads to is always asked
    assert fired(long, principal="J18.900", text="皮疹") is True
    assert fired(long, principal="J18.900") is None
