import pytest

from coder.evidence import LabValue, RecordEvidence, Verdict, conditions
from coder.evidence.support import Span
from coder.record import Record
from coder.text import read


def evidence(text: str, **structured: object) -> RecordEvidence:
    return RecordEvidence(read(Record(text=text)), **structured)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("condition", "text", "verdict"),
    [
        ("hypokalaemia", "血钾2.7mmol/L。", Verdict.SUPPORTED),
        ("hypokalaemia", "血钾3.2mmol/L，予氯化钾静滴。", Verdict.SUPPORTED),
        ("hypokalaemia", "血钾3.2mmol/L。", Verdict.PARTIAL),
        ("hypokalaemia", "出院诊断：低钾血症", Verdict.STATED),
        ("hypokalaemia", "血钾4.2mmol/L，予氯化钾静滴。出院诊断：低钾血症", Verdict.CONTRADICTED),
        ("hypokalaemia", "血钾3.2mmol/L，复查血钾4.2mmol/L，予补钾。", Verdict.SUPPORTED),
        ("hypokalaemia", "否认低钾血症。", Verdict.CONTRADICTED),
        ("hypothyroidism", "甲状腺功能减退，口服左甲状腺素，TSH 3.1mIU/L。", Verdict.SUPPORTED),
        ("severe_pneumonia", "双肺多叶渗出，气管插管。出院诊断：肺炎", Verdict.ABSENT),
        ("severe_pneumonia", "双肺多叶渗出，气管插管。出院诊断：重症肺炎", Verdict.SUPPORTED),
        ("acute_cerebral_infarction", "头颅MRI：DWI未见高信号。出院诊断：陈旧性脑梗死", Verdict.CONTRADICTED),
        ("acute_cerebral_infarction", "DWI示左侧基底节区高信号。出院诊断：脑梗死", Verdict.SUPPORTED),
        ("heart_failure", "双下肢水肿，予呋塞米。出院诊断：肾病综合征", Verdict.ABSENT),
        ("heart_failure", "双下肢水肿。出院诊断：慢性心力衰竭", Verdict.SUPPORTED),
        ("hypokalaemia", "诊断：低钾血症，予补钾后复查血钾4.2mmol/L。", Verdict.SUPPORTED),
        ("acute_kidney_injury", "肌酐62umol/L，术后升至118umol/L。诊断：急性肾损伤", Verdict.SUPPORTED),
        ("respiratory_failure", "予鼻导管吸氧。出院诊断：急性呼吸衰竭", Verdict.SUPPORTED),
        ("respiratory_failure", "予鼻导管吸氧。出院诊断：肺炎", Verdict.ABSENT),
        ("pneumonia", "痰培养：肺炎克雷伯菌。出院诊断：支气管炎", Verdict.ABSENT),
        ("delirium", "夜间躁动，予右美托咪定。出院诊断：髋部骨折", Verdict.ABSENT),
        ("sepsis", "既往史：2年前患脓毒症。现一般情况可。", Verdict.ABSENT),
    ],
)
def test_verdicts(condition: str, text: str, verdict: Verdict) -> None:
    assert evidence(text).judge(conditions()[condition]).verdict is verdict


def test_structured_results_and_orders_count_like_the_text() -> None:
    lab = LabValue("potassium", 3.2, "mmol/l", 0, 0, "low")
    record = evidence("出院诊断：肺炎", labs=(lab,), orders=("氯化钾注射液",))
    assert record.judge(conditions()["hypokalaemia"]).verdict is Verdict.SUPPORTED


def test_the_places_are_quoted_from_the_original() -> None:
    record = evidence("入院急查血钾 2.7 mmol／L。")
    judgement = record.judge(conditions()["hypokalaemia"])
    (quote,) = record.evidence(judgement.spans)
    assert quote.text == "血钾 2.7 mmol／L"
    assert record.reading.record.text[quote.start : quote.end] == quote.text


def test_a_contradiction_shows_what_speaks_against() -> None:
    record = evidence("血钾4.2mmol/L。出院诊断：低钾血症")
    judgement = record.judge(conditions()["hypokalaemia"])
    assert [item.text for item in record.evidence(judgement.spans)] == ["血钾4.2mmol/L"]


def test_a_code_without_a_condition_is_judged_by_its_names() -> None:
    record = evidence("出院诊断：1.急性阑尾炎\n2.肾结石")
    assert record.judge_code("N20.000", ("肾结石",)).verdict is Verdict.STATED
    assert record.judge_code("H25.900", ("老年性白内障",)).verdict is Verdict.ABSENT


def test_denied_names_do_not_count() -> None:
    record = evidence("否认糖尿病、肾结石病史。")
    judged = record.judge_code("N20.000", ("肾结石",))
    assert judged.verdict is Verdict.CONTRADICTED
    assert judged.denied


def test_words_with_a_gap_stay_in_one_undenied_sentence() -> None:
    assert evidence("痰培养：肺炎克雷伯菌。").says("痰培养~~克雷伯")
    assert not evidence("痰培养：阴性。既往克雷伯菌感染。").says("痰培养~~克雷伯")
    assert not evidence("痰培养未见克雷伯菌。").says("痰培养~~克雷伯")


def test_a_list_item_stands_whatever_the_item_before_it_says() -> None:
    record = evidence("血钾2.8mmol/L，予补钾。\n出院诊断：1.维生素B12缺乏 2.低钾血症")
    assert record.judge(conditions()["hypokalaemia"]).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("诊疗经过：予床旁CRRT治疗。", True),
        ("诊疗经过：向家属交代有行CRRT可能，继续补液。", False),
        ("出院诊断：1.脓毒症 2.急性肾损伤，暂不符合CRRT指征", False),
    ],
)
def test_a_procedure_that_is_possible_or_not_indicated_was_not_done(text: str, said: bool) -> None:
    assert bool(evidence(text).says("CRRT", this_stay=True, kind="procedure")) is said


def test_a_doctor_who_denies_outweighs_findings_and_treatment() -> None:
    record = evidence("PCT 8.6ng/ml，予美罗培南，脓毒症不成立。")
    judged = record.judge(conditions()["sepsis"])
    assert judged.verdict is Verdict.CONTRADICTED
    assert judged.denied


def test_what_was_not_known_before_may_be_found_and_treated_now() -> None:
    record = evidence("既往史：否认糖尿病史。\n诊疗经过：HbA1c 11.3%，空腹血糖17mmol/L，予胰岛素泵。")
    assert not record.judge(conditions()["diabetes"]).denied


def test_the_denial_of_a_narrower_thing_of_another_name_denies_nothing() -> None:
    record = evidence("酮症酸中毒不成立。pH 7.28，予碳酸氢钠。")
    assert not record.judge(conditions()["metabolic_acidosis"]).denied


def test_the_family_denies_nothing() -> None:
    assert not evidence("母亲患脓毒症。").judge(conditions()["sepsis"]).denied


def test_names_touch_a_record_by_what_tells_them_from_others() -> None:
    record = evidence("行左锁骨下静脉穿刺，送入起搏电极。")
    assert record.touches("双腔永久起搏器置入术")
    assert not record.touches("膝关节置换手术")
    assert record.shares_letters("硬脑膜静脉锁骨")
    assert not record.shares_letters("膝关节置换手术")


def test_what_stands_about_a_place_ends_with_its_sentence() -> None:
    record = evidence("曾患肺炎。今日切除胆囊，术后好转。出院。")
    place = record.text.index("切除胆囊")
    assert record.around(Span(place, place + 4), before=24, behind=3) == "今日切除胆囊,术后"


def test_a_condition_treated_on_a_grave_sign_needs_no_name() -> None:
    assert evidence("Hb 58g/L，输注红细胞4U。").judge(conditions()["anaemia"]).grave
    assert not evidence("Hb 96g/L，输注红细胞2U。").judge(conditions()["anaemia"]).grave
