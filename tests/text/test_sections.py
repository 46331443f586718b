from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.errors import ArtefactError
from coder.text.normalise import normalise
from coder.text.sections import HeadingData, SectionSplitter


def kinds(text: str) -> list[str]:
    return [section.kind for section in SectionSplitter.load().split(normalise(text).text)]


def bodies(text: str) -> dict[str, str]:
    normal = normalise(text).text
    return {
        section.kind: normal[section.body_start : section.end].strip()
        for section in SectionSplitter.load().split(normal)
    }


def test_a_text_without_headings_is_body() -> None:
    assert kinds("患者3天前发热。") == ["body"]


def test_headings_of_an_admission_record() -> None:
    text = (
        "主诉：腹痛1天。\n现病史：1天前腹痛。\n既往史：体健。\n个人史：无烟酒。\n家族史：父亲糖尿病。\n"
        "体格检查：腹软。\n辅助检查：WBC 12。\n初步诊断：\n1.急性阑尾炎\n诊疗计划：手术。"
    )
    assert kinds(text) == [
        "chief_complaint", "present_illness", "past_history", "personal_history", "family_history",
        "physical_examination", "laboratory", "admission_diagnosis", "plan",
    ]  # fmt: skip


def test_headings_of_a_discharge_record() -> None:
    text = "入院情况：腹痛。\n入院诊断：阑尾炎\n诊疗经过：手术。\n出院诊断：阑尾炎\n出院情况：好。\n出院医嘱：休息。"
    assert kinds(text) == [
        "present_illness", "admission_diagnosis", "treatment_course", "discharge_diagnosis", "discharge_condition",
        "discharge_orders",
    ]  # fmt: skip


def test_headings_of_an_operation_note() -> None:
    text = "术前诊断：胆囊结石\n术后诊断：胆囊结石\n手术名称：胆囊切除术\n麻醉方式：全麻\n手术经过：平卧位。"
    assert kinds(text) == [
        "preoperative_diagnosis", "postoperative_diagnosis", "operation_name", "body", "operation_note",
    ]  # fmt: skip


def test_headings_of_a_pathology_report() -> None:
    assert kinds("送检标本：胃窦\n镜下所见：腺体异型\n病理诊断：腺癌") == ["pathology", "pathology", "pathology"]


def test_headings_of_a_tcm_record() -> None:
    text = "中医诊断：胸痹\n证型：气虚血瘀证\n西医诊断：冠心病\n治法：益气活血"
    assert kinds(text) == ["tcm_diagnosis", "tcm_diagnosis", "discharge_diagnosis", "tcm_treatment"]


def test_turns_of_an_online_consultation() -> None:
    text = "患者：我头疼三天了\n医生：发烧吗\n患者：不发烧\n医生：考虑感冒"
    assert kinds(text) == ["consultation", "consultation_reply"] * 2


@pytest.mark.parametrize(
    "heading",
    ["出院诊断：", "出院诊断:", "【出院诊断】", "[出院诊断]", "一、出院诊断：", "（三）出院诊断：", "3.出院诊断：",
     "出院诊断\n", "出 院 诊 断：", "【 出院诊断 】：", "出院诊断 ", "##出院诊断：", "五、出院诊断\n"],
)  # fmt: skip
def test_the_dress_of_a_heading(heading: str) -> None:
    text = f"诊疗经过：手术顺利。\n{heading}急性阑尾炎\n出院医嘱：休息。"
    assert bodies(text)["discharge_diagnosis"] == "急性阑尾炎"


def test_headings_glued_into_one_line() -> None:
    text = "主诉：腹痛1天现病史：患者1天前腹痛既往史：体健出院诊断：1.急性阑尾炎出院医嘱：休息"
    assert bodies(text) == {
        "chief_complaint": "腹痛1天",
        "present_illness": "患者1天前腹痛",
        "past_history": "体健",
        "discharge_diagnosis": "1.急性阑尾炎",
        "discharge_orders": "休息",
    }


def test_headings_without_a_colon_at_the_start_of_a_line() -> None:
    text = "主诉 腹痛1天\n现病史 患者1天前腹痛\n出院诊断 急性阑尾炎"
    assert kinds(text) == ["chief_complaint", "present_illness", "discharge_diagnosis"]


def test_a_heading_after_a_full_stop() -> None:
    assert kinds("入院情况：腹痛。既往：胃炎。查体：腹软。") == [
        "present_illness",
        "past_history",
        "physical_examination",
    ]


def test_the_same_heading_twice_gives_two_sections() -> None:
    assert kinds("出院诊断：肺炎\n诊疗经过：抗感染。\n出院诊断：1.肺炎") == [
        "discharge_diagnosis", "treatment_course", "discharge_diagnosis",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "sentence",
    [
        "入院诊断为急性阑尾炎，予手术。",
        "患者否认既往史及家族史异常。",
        "出院诊断及治疗已告知家属。",
        "请结合病理诊断考虑。",
    ],
)
def test_a_title_inside_a_sentence_opens_nothing(sentence: str) -> None:
    assert kinds(f"诊疗经过：{sentence}") == ["treatment_course"]


def test_parts_of_a_list_have_the_kind_of_the_list() -> None:
    text = "入院诊断：\n中医诊断：胸痹\n西医诊断：冠心病\n诊疗经过：略。\n出院诊断：\n中医诊断：胸痹\n西医诊断：冠心病"
    assert kinds(text) == [
        "admission_diagnosis", "tcm_diagnosis", "admission_diagnosis", "treatment_course",
        "discharge_diagnosis", "tcm_diagnosis", "discharge_diagnosis",
    ]  # fmt: skip


def test_a_list_ends_before_a_signature() -> None:
    assert bodies("出院诊断：\n1.急性阑尾炎\n医师签名：某某\n2024-05-03")["discharge_diagnosis"] == "1.急性阑尾炎"


def test_a_list_ends_before_a_label_that_is_no_diagnosis() -> None:
    text = "入院诊断：1.急性胆管炎\n■病程：胆囊切除术后，发热3天。"
    assert bodies(text)["admission_diagnosis"] == "1.急性胆管炎"


def test_a_single_finding_ends_with_its_line() -> None:
    text = "诊疗经过：入院检查。\nB超：双肾正常。\n第2天行胃镜检查。"
    assert kinds(text) == ["treatment_course", "imaging", "body"]


def test_a_complaint_ends_with_its_line_and_a_history_with_its_paragraph() -> None:
    told = "6月2日腰麻下行左侧全膝关节置换，术后下地。"
    assert kinds(f"主诉：左膝痛3年\n{told}") == ["chief_complaint", "body"]
    assert kinds(f"既往史：高血压、糖尿病，规律用药。\n{told}") == ["past_history", "body"]
    # a broken line is no paragraph, nor is an item of a list
    assert kinds("既往史：高血压、糖尿病，\n规律用药。") == ["past_history"]
    assert kinds("既往史：1.高血压。\n2.2010年阑尾切除术。") == ["past_history"]
    assert kinds("既往史：高血压。\n2.2010年阑尾切除术。") == ["past_history"]


def test_what_was_planned_and_what_was_done_stand_under_a_word_and_a_colon() -> None:
    text = "术前诊断：右肾肿瘤\n拟：右肾部分切除。\n实际：右肾根治性切除。"
    assert kinds(text) == ["preoperative_diagnosis", "body", "operation_name"]


def test_a_numbered_line_of_its_own_is_a_heading() -> None:
    assert kinds("既往：高血压。\n二、血管内的治疗\n全麻下取栓。") == ["past_history", "body"]


def test_the_numbers_of_a_list_are_no_headings() -> None:
    assert kinds("出院诊断：\n一、冠心病\n二、高血压") == ["discharge_diagnosis"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("病情分析\n诊断印象：急性阑尾炎", "admission_diagnosis"),
        ("第五部分 出院诊断\n急性阑尾炎", "discharge_diagnosis"),
        ("【离院时主要诊断】急性阑尾炎", "discharge_diagnosis"),
        ("◆入院后检查结果：白细胞升高", "laboratory"),
        ("住院期间救治概要：行阑尾切除术", "treatment_course"),
        ("介入手术经过：穿刺成功", "operation_note"),
        ("外院诊断：肺炎", "past_history"),
        ("【鉴别诊断要点】肺炎", "differential"),
        ("拟行手术方式：阑尾切除术", "planned_operation"),
    ],
)
def test_a_heading_that_is_no_title_is_told_by_its_shape(text: str, kind: str) -> None:
    assert kinds(text)[-1] == kind


def test_a_sentence_is_no_heading_for_having_the_shape_of_one() -> None:
    assert "discharge_diagnosis" not in kinds("诊疗经过：经会诊，出院主要诊断仍为肺炎。")


def test_an_unknown_heading_in_brackets_ends_a_section() -> None:
    assert kinds("【出院诊断】肺炎\n【其他说明】略") == ["discharge_diagnosis", "body"]


@given(st.text(alphabet=st.sampled_from("主诉现病史出院诊断:。\n[]1.、急性肺炎 "), max_size=60))
def test_sections_cover_the_text_without_a_gap(text: str) -> None:
    sections = SectionSplitter.load().split(text)
    assert [section.start for section in sections[1:]] == [section.end for section in sections[:-1]]
    assert (sections[0].start, sections[-1].end) == (0, len(text)) if sections else text == ""
    assert all(section.start <= section.body_start <= section.end for section in sections)


def test_a_dated_entry_after_a_plan_belongs_to_the_course() -> None:
    text = "诊疗计划：抗休克，必要时手术。\n2024-10-13 04:10 术后记录\n置胸管引流。\n病理：脾破裂。"
    assert kinds(text) == ["plan", "treatment_course", "pathology"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("姓名：某某 性别：男\n因腹痛入院，予手术治疗。", ["demographics", "body"]),
        ("Dx：右侧腹股沟斜疝", ["admission_diagnosis"]),
        (
            "诊断：主动脉瓣狭窄\nPE：BP 108/62\nTTE：AV增厚",
            ["admission_diagnosis", "physical_examination", "imaging"],
        ),
        ("主 诉 腹痛1天\n治 疗 抗感染", ["chief_complaint", "treatment_course"]),
        (
            "诊断\n入院：肾结石\n出院：肾结石伴积水",
            ["admission_diagnosis", "admission_diagnosis", "discharge_diagnosis"],
        ),
        ("男，57岁，住院22天，诊断：1.药疹 2.痛风", ["body", "admission_diagnosis"]),
        ("送检科别 普外科  临床诊断 结肠占位", ["body", "admission_diagnosis"]),
        ("---- 病理诊断 ----\n结肠腺癌", ["pathology"]),
    ],
)
def test_short_headings(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


def test_a_list_of_operations_that_tells_their_steps_is_a_note() -> None:
    steps = (
        "脐上切口置入10mm套管，探查见疝囊，切开腹膜，游离后放置补片，医用胶固定，"
        "连续缝合腹膜，撤气腹，缝合切口，出血10ml，术毕安返病房。"
    )
    assert kinds(f"手术：全麻\n{steps}") == ["operation_name", "operation_note"]
    assert kinds(f"手术：{steps}") == ["operation_note"]
    assert kinds("手术名称：腹腔镜疝修补术") == ["operation_name"]


_TOLD = "摔伤后3小时入院。入院当晚在全麻下行左肱骨骨折闭合复位克氏针内固定术，透视对位好。"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("出院诊断：左肱骨髁上骨折。", _TOLD),
        ("入院诊断：左肱骨髁上骨折，高血压病2级。", _TOLD),
        ("诊断：1.左肱骨髁上骨折；2.高血压病2级。", _TOLD),
        ("诊断：\n1.左肱骨髁上骨折\n2.高血压病2级。", _TOLD),
        ("出院诊断：左肱骨髁上骨折。高血压病2级。", _TOLD),
        ("出院诊断：左肱骨髁上骨折；", "于全麻下行左肱骨骨折闭合复位克氏针内固定术。"),
        ("出院诊断：急性阑尾炎，", "入院后在全麻下行腹腔镜下阑尾切除术，术后恢复好。"),
        ("出院诊断：腺样体肥大。", "打鼾张口呼吸1年。内镜下腺样体切除术，术中出血少。"),
        ("1.左肱骨髁上骨折；2.高血压病2级。", _TOLD),
        ("左肱骨髁上骨折；高血压病2级；2型糖尿病。", _TOLD),
        ("手术名称：腹腔镜下胆囊切除术。", "术中见胆囊充血水肿，与网膜粘连。"),
        ("手术名称：1.胃大部切除术。2.胆囊切除术。", "患者安返病房。"),
    ],
)
def test_a_list_ends_where_its_line_goes_on_to_tell(before: str, after: str) -> None:
    normal = normalise(before + after).text
    first, *told = SectionSplitter.load().split(normal)
    assert first.kind in SectionSplitter.load().lists
    assert {section.kind for section in told} <= {"body", "treatment_course", "operation_note"}
    assert normal[told[0].body_start :] == normalise(after).text


def test_behind_a_list_what_is_of_this_stay_is_the_course() -> None:
    text = "出院诊断：右侧腕管综合征。右手麻木1年，外院封闭2次。入院后行右腕管松解术。"
    assert bodies(text) == {
        "discharge_diagnosis": "右侧腕管综合征。",
        "body": "右手麻木1年,外院封闭2次。",
        "treatment_course": "入院后行右腕管松解术。",
    }


@pytest.mark.parametrize(
    "text",
    [
        "出院诊断：慢性胃炎。十二指肠溃疡。高血压3级。2型糖尿病。",
        "出院诊断：冠心病。陈旧性心肌梗死。PCI术后。高血压3级10年。",
        "出院诊断：胃癌，pT2N0M0。术后分期ⅠB期。高血压3级。2型糖尿病（口服药控制）。",
        "出院诊断：1.胃癌。术后未化疗。2.高血压3级。",
        "出院诊断：1.胃癌。入院后行胃大部切除术。\n2.高血压3级。",
        "出院诊断：阑尾炎术后。切口感染。行动不便。",
        "手术名称：腹腔镜胆囊切除术。胆总管探查术。T管引流术。",
        "手术名称：剖宫产术。因宫缩乏力出血再行子宫动脉结扎术。",
    ],
)
def test_a_list_whose_items_full_stops_part_is_not_cut(text: str) -> None:
    assert len(kinds(text)) == 1


_NAMES = st.lists(
    st.sampled_from(
        ["慢性胃炎", "十二指肠溃疡", "高血压3级", "2型糖尿病", "右股骨颈骨折", "胆囊结石伴慢性胆囊炎", "肺恶性肿瘤",
         "不稳定型心绞痛", "胆囊切除术后", "左肾囊肿（2cm）", "缺铁性贫血", "腰椎管狭窄", "慢性阻塞性肺疾病"]
    ),
    min_size=1, max_size=5, unique=True,
)  # fmt: skip
_COURSES = st.sampled_from(
    ["入院后完善检查，于全麻下行手术治疗。", "患者因腹痛2天入院。予抗感染治疗后好转。", "2年前外院行手术，本次复查。",
     "门诊胃镜检查后收入。行开腹探查术，术中出血少。", "右手麻木1年，肌电图示神经卡压。入院后予营养神经治疗。"]
)  # fmt: skip
_MARKS = st.sampled_from(["。", "；", "，"])


@given(names=_NAMES, mark=_MARKS, numbered=st.booleans(), course=_COURSES)
def test_whatever_a_list_holds_the_course_in_its_line_is_none_of_it(
    names: list[str], mark: str, numbered: bool, course: str
) -> None:
    numbers = [f"{index}." for index in range(1, len(names) + 1)] if numbered else [""] * len(names)
    items = mark.join(number + name for number, name in zip(numbers, names, strict=True))
    found = bodies(f"出院诊断：{items}。{course}")
    assert found.pop("discharge_diagnosis") == normalise(f"{items}。").text
    assert "".join(found.get(kind, "") for kind in ("body", "treatment_course")) == normalise(course).text
    assert bodies(f"出院诊断：{items}。") == {"discharge_diagnosis": normalise(f"{items}。").text}


@pytest.mark.parametrize("text", ["发热、头痛、呕吐3天。查体颈强。", "腹痛、腹泻、发热。予头孢治疗好转。"])
def test_complaints_without_a_heading_are_no_list(text: str) -> None:
    assert kinds(text) == ["body"]


def test_complications_that_are_told_are_no_list() -> None:
    told = "并发症：①POD4引流液淀粉酶8760，持续冲洗引流；②POD9发热，CT引导穿刺置管，予抗感染治疗后复查好转。"
    assert kinds(f"{told}\n出院诊断：胰头癌") == ["treatment_course", "discharge_diagnosis"]
    assert kinds("主要诊断：胰头癌\n并发症：胰瘘、腹腔感染")[-1] == "discharge_diagnosis"


def test_behind_a_blank_a_distinctive_title_needs_only_its_colon() -> None:
    text = "出院诊断：1.右眼孔源性视网膜脱离 2.右眼高眼压症 3.高度近视 手术/操作名称：玻璃体切割术 出院后建议：复查"
    assert kinds(text) == ["discharge_diagnosis", "operation_name", "discharge_orders"]


def test_a_title_of_two_kinds_is_refused() -> None:
    data = HeadingData.model_validate(
        {
            "sections": [
                {"kind": "a", "titles": ["主诉"], "anywhere": []},
                {"kind": "b", "titles": ["主诉"], "anywhere": []},
            ],
            "sublists": {"titles": [], "anywhere": [], "default": "a"},
            "shapes": [],
            "lists": {"diagnosis": [], "procedure": []},
            "list_ends": ["签名"],
            "list_end_labels": ["病程"],
            "running_text": "予",
            "no_list": "患者",
            "line_titles": [],
            "under_diagnosis": {},
            "dated": {"kind": "a", "after": []},
            "told_operations": {"kind": "a", "longest_line": 60, "marks": "切"},
            "tells_on": dict.fromkeys(
                ("diagnosis", "procedure", "clause", "course", "complaints", "told", "lasted"), "(?!)"
            ),
            "operations_row": {"names": "a", "beside": "b", "told": "c"},
        }
    )
    with pytest.raises(ArtefactError, match="主诉"):
        SectionSplitter(data)


def test_an_entry_by_date_opens_the_course_again() -> None:
    text = "诊疗计划:拟手术\n2024-10-13 04:10 术后首次病程\n置28f胸管"
    assert [section.kind for section in SectionSplitter.load().split(text)] == ["plan", "treatment_course"]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("胆囊炎诊断明确。第3天腹痛加重,急诊行胆囊造瘘术。", ["discussion", "treatment_course"]),
        ("MELD 12分。入院当日急诊胃镜行套扎术。", ["discussion", "treatment_course"]),
        ("瘤体5.8cm。第3天拟行腔内隔绝术。", ["discussion"]),
    ],
)
def test_a_day_of_the_stay_ends_a_discussion(told: str, expected: list[str]) -> None:
    text = f"术前讨论:{told}"
    assert [section.kind for section in SectionSplitter.load().split(text)] == expected


def test_running_text_behind_a_list_of_diagnoses_needs_no_heading() -> None:
    told = "黑便4天，急诊胃镜见球部前壁溃疡，钛夹2枚夹闭。血红蛋白75g/L，输红细胞2U，复查稳定后出院。"
    assert kinds(f"出院诊断：1.十二指肠溃疡伴出血 2.失血性贫血\n{told}") == ["discharge_diagnosis", "body"]
    listed = "冠状动脉粥样硬化性心脏病 急性下壁心肌梗死 心功能2级。"
    assert kinds(f"出院诊断：\n{listed}\n高血压3级") == ["discharge_diagnosis"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "肺血栓栓塞症;左下肢深静脉血栓;I型呼衰\n突发胸闷2小时入院,查ctpa示双肺动脉充盈缺损,予溶栓、抗凝后好转出院。",
            ["discharge_diagnosis", "body"],
        ),
        (
            "1.高血压病3级 2.2型糖尿病\n入院后予氨氯地平降压、二甲双胍降糖治疗,血压及血糖控制平稳后出院。",
            ["discharge_diagnosis", "treatment_course"],
        ),
        ("患者李某,男,60岁,因胸痛入院\n予溶栓后好转。", ["body"]),
        ("慢阻肺急性加重,肺部感染,II型呼衰,心衰,房颤,高血压2级", ["discharge_diagnosis"]),
        ("多发伤:1.脾破裂 失血性休克 2.骨盆骨折 3.ARDS\n脾切除、气管切开", ["discharge_diagnosis", "operation_name"]),
        ("左股骨颈骨折 房颤 高血压3级 贫血\n左侧人工股骨头置换", ["discharge_diagnosis", "operation_name"]),
        ("肝硬化 腹水 贫血 低钠血症\n胃镜EVL+组织胶 三腔二囊管 输RBC 6U", ["discharge_diagnosis", "operation_name"]),
        ("床号:12 高血压病,糖尿病\n予降压、降糖治疗,血压平稳出院。", ["body"]),
        ("腹痛3天伴呕吐\n予补液、抗感染后好转,出院。", ["body"]),
    ],
)
def test_a_record_may_begin_with_its_list_of_diagnoses(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected
