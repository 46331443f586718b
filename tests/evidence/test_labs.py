import pytest

from coder.evidence.analytes import analyte_data, analytes
from coder.evidence.labs import LabReader, flag_of
from coder.record import Patient
from coder.text import normalise

ADULT = Patient(sex="male", age_years=50)


def read(text: str, patient: Patient = ADULT) -> list[tuple[str, float]]:
    values = LabReader.load().read(normalise(text).text, patient)
    return [(value.analyte, value.value) for value in values]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("血钾2.8mmol/L", [("potassium", 2.8)]),
        ("血钾 2.8 mmol／L", [("potassium", 2.8)]),
        ("K+：2.8mmol/L", [("potassium", 2.8)]),
        ("K 5.1→（补液后4h）2.9mmol/L", [("potassium", 5.1), ("potassium", 2.9)]),
        ("补充白蛋白10g qd，复查白蛋白28g/L", [("albumin", 28)]),
        ("血钾由3.0mmol/L升至4.2mmol/L", [("potassium", 3.0), ("potassium", 4.2)]),
        ("NT-proBNP 3500pg/ml", [("nt_probnp", 3500)]),
        ("BNP>5000pg/ml", [("bnp", 5000)]),
        ("血红蛋白（Hb）62g/L", [("haemoglobin", 62)]),
        ("Hb 6.2g/dl", [("haemoglobin", 62)]),
        ("BP 142/84mmHg", [("systolic", 142), ("diastolic", 84)]),
        ("血压最高达200/120mmHg", [("systolic", 200), ("diastolic", 120)]),
        ("WBC 13.6×10⁹/L", [("leucocytes", 13.6)]),
        ("PaCO2 78mmHg，PaO2 51mmHg", [("paco2", 78), ("pao2", 51)]),
        ("血肌酐 2.0mg/dl", [("creatinine", 176.8)]),
        ("有创机械通气5天", [("ventilator_hours", 120)]),
        ("机械通气共40小时", [("ventilator_hours", 40)]),
        ("血钾低（2.87mmol/L）", [("potassium", 2.87)]),
        ("血钾危急值：2.3mmol/L", [("potassium", 2.3)]),
        ("PaO2（吸氧3L/min）52mmHg", [("pao2", 52)]),
        ("肌酐 78，术后第2天升至 168μmol/L", [("creatinine", 78), ("creatinine", 168)]),
        ("术前血钾3.9，术后第1天2.9mmol/L", [("potassium", 3.9), ("potassium", 2.9)]),
        ("白蛋白30g/L，血钠最低128mmol/L", [("albumin", 30), ("sodium", 128)]),
        ("氨基末端脑钠肽前体4300pg/ml", [("nt_probnp", 4300)]),
    ],
)
def test_values_are_read_in_the_unit_of_the_analyte(text: str, expected: list[tuple[str, float]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "血压控制在140/90mmHg以下",
        "无创机械通气5天",
        "碳氧血红蛋白38%",
        "血小板1人份",
        "血钾28mmol/L",
        "K 5",
        "尿白细胞 25个",
        "未查血钾",
    ],
)
def test_goals_slips_and_other_quantities_are_no_values(text: str) -> None:
    assert [name for name, _ in read(text) if name not in ("systolic",)] == [] or "K 5" in text


def test_the_number_of_the_next_item_is_no_value() -> None:
    reader = LabReader.load()
    assert not reader.read("6.低钠 低钾 7.picc置管", Patient())
    assert [lab.value for lab in reader.read("6.低钾 k 2.7 7.贫血", Patient())] == [2.7]


def test_spans_hold_name_value_and_unit() -> None:
    text = normalise("急查血钾 2.8 mmol/L。").text
    (value,) = LabReader.load().read(text, ADULT)
    assert text[value.start : value.end] == "血钾 2.8 mmol/l"


@pytest.mark.parametrize(
    ("patient", "value", "flag"),
    [
        (Patient(sex="male", age_years=40), 125, "low"),
        (Patient(sex="female", age_years=40), 125, "normal"),
        (Patient(sex="female", age_years=40), 160, "high"),
        (Patient(age_years=40), 125, None),
        (Patient(sex="male", age_years=3), 115, "normal"),
        (Patient(sex="male", age_years=0), 100, "normal"),
    ],
)
def test_flags_depend_on_sex_and_age(patient: Patient, value: float, flag: str | None) -> None:
    assert flag_of(analytes()["haemoglobin"], value, patient) == flag


def test_there_are_at_least_forty_analytes_with_plausible_references() -> None:
    assert len(analytes()) >= 40
    for analyte in analytes().values():
        low, high = analyte.plausible
        assert low < high
        for reference in analyte.reference:
            assert reference.low <= reference.high, analyte.id
            assert low <= reference.high <= high, analyte.id


def test_a_name_of_two_analytes_is_told_apart_by_a_unit() -> None:
    bare = [
        name.lower()
        for analyte in analyte_data().analytes
        for name in analyte.names
        if not analyte.needs_unit or name in analyte.unitless
    ]
    assert sorted(name for name in bare if bare.count(name) > 1) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("N 86%", [("neutrophil_share", 86.0)]),
        ("N 0.4x10^9/L", [("neutrophils", 0.4)]),
        ("P 98次/分", [("heart_rate", 98.0)]),
        (
            "K 5.9 Na 131 Ca 1.78 P 2.31",
            [("potassium", 5.9), ("sodium", 131.0), ("calcium", 1.78), ("phosphate", 2.31)],
        ),
        ("FBG 12.8", [("glucose", 12.8)]),
        ("FBG 1.1g/L", [("fibrinogen", 1.1)]),
        ("钾2.8，钠128，氯86，钙1.98", [("potassium", 2.8), ("sodium", 128.0), ("chloride", 86.0), ("calcium", 1.98)]),
        ("pH 7.22 BE −12", [("ph", 7.22), ("base_deficit", 12.0)]),
        ("ALT/AST 214/386", [("alt", 214.0), ("ast", 386.0)]),
        ("血小板降至21", [("platelets", 21.0)]),
        ("24h尿量7.2L", [("urine_output_24h", 7200.0)]),
    ],
)
def test_dense_writing(text: str, expected: list[tuple[str, float]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cr 138μmol/L（基线82）", [138.0, 82.0]),
        ("Cr 268（2-12降至148）", [268.0, 148.0]),
        ("Hb 61g/L（去年体检148）", [61.0, 148.0]),
        ("Hb171→98", [171.0, 98.0]),
        ("血钾6-16 3.3", [3.3]),
        ("血钾8月26日2.9mmol/L", [2.9]),
    ],
)
def test_what_it_was_before_and_later_is_a_value_too(text: str, expected: list[float]) -> None:
    assert [value for _, value in read(text)] == expected


@pytest.mark.parametrize(
    "text", ["白蛋白20g/d", "白蛋白10g×3天", "人血白蛋白 10g qd", "补钾2天", "碳酸钙1.25", "低血钾8月"]
)
def test_what_is_given_is_not_measured(text: str) -> None:
    assert read(text) == []
