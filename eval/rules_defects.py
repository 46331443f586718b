"""Records with planted coding defects, made from the project's own gold records.

``eval/data/defects/dev`` and ``eval/data/defects/retired`` (held out until its records had been looked at often) were
planted in the first generation of gold records and are kept as they were written. ``python -m eval.rules_defects``
writes ``dev-2`` and ``held-out-2`` from the second generation, which fresh hands wrote when the rules stood: in
``dev-2`` the defects are planted by judgement (``eval/data/defects/planted.yaml``) and every page stands clean as
well; in ``held-out-2``, which nobody has read, they are planted by the functions below. So they are in ``dev-3`` and
``held-out-3``, from the half that may be read and the half that may not of the records by four more authors, and in
``dev-4`` and ``held-out-4`` by five more, in ``dev-6`` and ``held-out-6`` by four, in ``dev-7`` and ``held-out-7`` by
three, in ``dev-8`` and ``held-out-8`` by four, in ``held-out-9`` by four of whose records none may be read. ``dev-5``
and ``retired-5`` were made so too and are kept as they were written: all their records may be read.
Every file is a record as ``coder check`` reads it, with ``expected``: the kind of finding that the planted defect must
raise and the codes that it must name. A record with an empty ``expected`` is clean. Planting is deterministic and knows
nothing of the rules: it changes codes, and where a defect needs words it adds a sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from coder.terms import CodeSystem, load_crosswalk, load_system

Page = dict[str, Any]
Plant = Callable[[Page], Iterator[tuple[Page, list[str]]]]

DATA = Path(__file__).parent / "data"
HALVED = (3, 4, 6, 7, 8, 10, 11)
"""Generations after the second of which a part of the records is held out still."""
LATER = (*(f"{half}-{generation}" for generation in HALVED for half in ("dev", "held-out")), "held-out-9")
PER_KIND = {"dev": 8, "retired": 5, "held-out-2": 5, **dict.fromkeys(LATER, 8)}
GENERATIONS: Mapping[int, tuple[str, ...]] = {
    2: ("a2-", "b2-", "c2-"),
    3: ("f2-", "g2-", "h2-", "i2-"),
    4: ("j2-", "k2-", "l2-", "m2-", "n2-"),
    5: ("o2-", "q2-", "r2-", "t2-", "u2-"),
    6: ("v2-", "w2-", "x2-", "y2-"),
    7: ("c3-", "d3-", "e3-"),
    8: ("j3-", "k3-", "l3-", "m3-"),
    9: ("n4-", "o4-", "q4-", "r4-"),
    10: ("z2-", "a3-", "b3-", "f3-", "g3-", "h3-", "i3-"),
    11: ("a5-", "b5-", "c5-", "e5-", "f6-", "g6-"),
}
"""How the names of the records of later generations begin."""
_COMPLETE_SINCE = 10
# The two directions of coding on what a record supports are what the rules are for: more of each.
WEIGHT = {"unsupported_high_risk": 3, "missed_diagnosis": 3, "missed_procedure": 3, "principal_choice": 2}
CLEAN = {"dev": 40, "retired": 20, "held-out-2": 48, **dict.fromkeys(LATER, 80)}


def _codes(page: Page) -> list[str]:
    coded = page["coded"]
    return [coded["principal"]["code"], *(item["code"] for item in coded["others"])]


def _with_other(page: Page, code: str, name: str) -> Page:
    changed = deepcopy(page)
    changed["coded"]["others"].append({"code": code, "name": name})
    return changed


def _without(page: Page, place: str, code: str) -> Page:
    changed = deepcopy(page)
    changed["coded"][place] = [item for item in changed["coded"][place] if item["code"] != code]
    return changed


def _said(page: Page, sentence: str) -> Page:
    changed = deepcopy(page)
    changed["text"] += f"\n{sentence}"
    return changed


# A code, its name, and words none of which a record may hold for the code to be without any support in it.
_UNSUPPORTED = (
    ("E87.600", "低钾血症", "钾|电解质"),
    ("J96.000", "急性呼吸衰竭", "呼吸衰竭|呼衰|血气|吸氧|氧疗|呼吸机|[pP][aA]?O2|SpO2|通气|插管"),
    ("A41.900", "脓毒症", "脓毒|败血|血培养|休克|乳酸|SOFA|美罗培南|亚胺培南|万古|哌拉西林|降钙素原|PCT|舒巴坦"),
    ("N17.900", "急性肾衰竭", "肾衰|肾损|肾功能|肌酐|Cr|SCr|透析|尿量|尿少|无尿"),
    ("E43.x00", "重度蛋白质-能量营养不良", "营养|BMI|白蛋白|恶病质|体重下降|消瘦"),
    ("F05.900", "谵妄", "谵妄|躁|意识模糊|定向力障碍|幻觉|精神异常|胡言"),
    ("R57.900", "休克", "休克|升压|去甲|多巴胺|湿冷|扩容"),
    ("J18.903", "重症肺炎", "肺炎|重症|肺部感染|ICU"),
    ("D62.x00", "急性出血后贫血", "贫血|Hb|血红蛋白|HGB|输血|红细胞|止血"),
    ("I50.900", "心力衰竭", "心衰|心力衰竭|BNP|心功能|水肿|浮肿|利尿|呋塞米|螺内酯"),
    ("I26.900", "肺栓塞", "肺栓塞|二聚体|抗凝|肝素|利伐沙班"),
)


def unsupported_high_risk(page: Page) -> Iterator[tuple[Page, list[str]]]:
    """A grave diagnosis is added that nothing in the record speaks for, or that its measurements speak against."""
    present = {code[:3] for code in _codes(page)}
    start = sum(map(ord, page["id"])) % len(_UNSUPPORTED)
    for code, name, words in (*_UNSUPPORTED[start:], *_UNSUPPORTED[:start]):
        if code[:3] not in present and not re.search(words, page["text"]):
            yield _with_other(page, code, name), [code]
            break
    if not re.search("钾", page["text"]) and start % 2:
        yield _with_other(_said(page, "复查血钾4.3mmol/L，血钠140mmol/L。"), "E87.600", "低钾血症"), ["E87.600"]


def missed_diagnosis(page: Page) -> Iterator[tuple[Page, list[str]]]:
    """A diagnosis of the list at the end of the record loses its code."""
    listed = re.split("出院诊断|最后诊断|西医诊断", page["text"])
    categories = [code[:3] for code in _codes(page)]
    for item in page["gold_others"]:
        code = item["code"]
        quotes = [quote for quote in item["evidence"] if len(listed) > 1 and quote in listed[-1]]
        if (
            quotes
            and code[0] in "ABCDEFGHIJKLMN"
            and code[:3] not in ("B95", "B96", "B97")
            and categories.count(code[:3]) == 1
        ):
            yield _without(page, "others", code), []
            return


def missed_procedure(page: Page) -> Iterator[tuple[Page, list[str]]]:
    """A procedure that the record describes loses its code."""
    for item in page["coded"]["procedures"]:
        code = item["code"]
        if re.match(r"(?!38\.9|86\.|99\.|00\.[47])(?:[0-7]\d|8[0-5])\.|96\.7|93\.90|39\.95", code):
            yield _without(page, "procedures", code), []
            return


def principal_choice(page: Page) -> Iterator[tuple[Page, list[str]]]:
    """A history, a symptom, an organism or the lesser of two takes the place of the principal diagnosis."""
    others = page["coded"]["others"]
    unfit = ("Z8", "Z9", "B95", "B96", "I69", "R65", "Z37", "T31", "O26.9", "O80", "O82", "W", "V", "X")
    for item in others:
        if item["code"].startswith(unfit):
            changed = deepcopy(page)
            changed["coded"]["others"] = [page["coded"]["principal"], *(one for one in others if one != item)]
            changed["coded"]["principal"] = item
            yield changed, [item["code"]]
            return
    pairs = [("I21", "I25.103", "冠状动脉粥样硬化性心脏病"), ("I63", "I65.200x001", "颈动脉狭窄")]
    pairs += [
        ("J18", "R05.x00", "咳嗽"),
        ("K", "R10.402", "腹痛"),
        ("J", "R04.200", "咯血"),
        ("N20", "R31.x00", "血尿"),
    ]
    for start, code, name in pairs:
        if page["coded"]["principal"]["code"].startswith(start) and code not in _codes(page):
            changed = deepcopy(page)
            changed["coded"]["others"] = [page["coded"]["principal"], *others]
            changed["coded"]["principal"] = {"code": code, "name": name}
            yield changed, [code]
            return


def combination_code(page: Page) -> Iterator[tuple[Page, list[str]]]:
    """A combined code is taken apart into its halves."""
    apart = (
        ("K80.0", ("K80.200", "胆囊结石"), ("K81.000", "急性胆囊炎")),
        ("K80.3", ("K80.500", "胆管结石"), ("K83.000", "胆管炎")),
        ("J44.0", ("J44.900", "慢性阻塞性肺病"), ("J18.900", "肺炎")),
        ("J44.1", ("J44.100", "慢性阻塞性肺病伴有急性加重"), ("J43.904", "阻塞性肺气肿")),
        ("K25.4", ("K25.900", "胃溃疡"), ("K92.210", "消化道出血")),
        ("K26.4", ("K26.900", "十二指肠溃疡"), ("K92.210", "消化道出血")),
        ("E11.2", ("E11.900", "2型糖尿病"), ("N18.902", "慢性肾衰竭")),
        ("E11.1", ("E11.900", "2型糖尿病"), ("E87.200", "酸中毒")),
        ("I11.0", ("I10.x09", "原发性高血压"), ("I50.900", "心力衰竭")),
        ("K40.3", ("K40.900x002", "单侧腹股沟疝"), ("K56.700", "肠梗阻")),
        ("M51.1", ("M51.202", "腰椎间盘突出"), ("M54.300", "坐骨神经痛")),
        ("J35.3", ("J35.100", "扁桃体肥大"), ("J35.200", "腺样体肥大")),
        ("J47.x01", ("J47.x00", "支气管扩张"), ("R04.200", "咯血")),
        ("N13.2", ("N13.300", "肾积水"), ("N20.100", "输尿管结石")),
    )
    entries = [("principal", page["coded"]["principal"]), *(("others", item) for item in page["coded"]["others"])]
    for place, item in entries:
        for start, first, second in apart:
            if item["code"].startswith(start):
                changed = deepcopy(page)
                halves = [{"code": code, "name": name} for code, name in (first, second)]
                if place == "principal":
                    changed["coded"]["principal"] = halves[0]
                    changed["coded"]["others"].append(halves[1])
                else:
                    kept = [one for one in changed["coded"]["others"] if one["code"] != item["code"]]
                    changed["coded"]["others"] = [*kept, *halves]
                yield changed, [first[0], second[0]]
                return
    if any(code.startswith("I10") for code in _codes(page)) and not any(
        code[:3] in ("N18", "I12") for code in _codes(page)
    ):
        yield _with_other(page, "N18.902", "慢性肾衰竭"), ["N18.902"]


def sex_conflict(page: Page) -> Iterator[tuple[Page, list[str]]]:
    """A code of the other sex is added, or the patient's sex is turned round."""
    sex = page["patient"].get("sex")
    if sex == "male":
        yield _with_other(page, "N83.201", "卵巢囊肿"), ["N83.201"]
    elif sex == "female":
        yield _with_other(page, "N40.x00", "前列腺增生"), ["N40.x00"]


def age_conflict(page: Page) -> Iterator[tuple[Page, list[str]]]:
    """A code of another time of life is added."""
    age = page["patient"].get("age_years")
    if age is None:
        return
    if age >= 18:
        code, name = (("P59.900", "新生儿黄疸"), ("M08.000", "幼年型类风湿性关节炎"))[len(page["id"]) % 2]
        yield _with_other(page, code, name), [code]
    elif 1 <= age < 13:
        code, name = (("H25.100", "老年核性白内障"), ("C61.x00", "前列腺恶性肿瘤"))[
            page["patient"].get("sex") == "male"
        ]
        yield _with_other(page, code, name), [code]


def gray_principal(page: Page) -> Iterator[tuple[Page, list[str]]]:
    """The principal diagnosis becomes the grey code of its subcategory."""
    system = load_system("icd10-nhsa-2.0")
    code = page["coded"]["principal"]["code"]
    gray = next((one for one in system.with_prefix(code[:5]) if one.is_gray and one.code != code), None)
    if gray is not None:
        changed = deepcopy(page)
        changed["coded"]["principal"] = {"code": gray.code, "name": gray.name}
        yield changed, [gray.code]


def external_cause_missing(page: Page) -> Iterator[tuple[Page, list[str]]]:
    """The external cause of an injury is left out."""
    if page["coded"]["principal"]["code"][0] in "ST":
        changed = deepcopy(page)
        changed["coded"]["others"] = [item for item in page["coded"]["others"] if item["code"][0] not in "VWXY"]
        if len(changed["coded"]["others"]) < len(page["coded"]["others"]):
            yield changed, [page["coded"]["principal"]["code"]]


def morphology_missing(page: Page) -> Iterator[tuple[Page, list[str]]]:
    """A tumour with a pathology report has no morphology code."""
    code = page["coded"]["principal"]["code"]
    if re.match(r"C[0-8]", code) and re.search("病理|免疫组化", page["text"]):
        changed = deepcopy(page)
        changed["coded"].pop("morphology", None)
        yield changed, [code]


def duplicate_or_exclusive(page: Page) -> Iterator[tuple[Page, list[str]]]:
    """A code stands twice, or beside one that excludes it."""
    coded = page["coded"]
    exclusive = (("E11.", "E14.900x001", "糖尿病"), ("I10", "I15.900", "继发性高血压"), ("J15", "J18.900", "肺炎"))
    for start, code, name in exclusive:
        first = next((one for one in _codes(page) if one.startswith(start)), None)
        if first is not None and code not in _codes(page) and len(page["id"]) % 2:
            yield _with_other(page, code, name), [first, code]
            return
    if len(page["id"]) % 3 == 0 and coded["others"]:
        item = coded["others"][0]
        yield _with_other(page, item["code"], item["name"]), [item["code"]]
    else:
        yield _with_other(page, coded["principal"]["code"], coded["principal"]["name"]), [coded["principal"]["code"]]


_FORM_FAULTS: tuple[Mapping[str, Any], ...] = (
    {"admitted_at": "2024-03-09", "discharged_at": "2024-03-02"},
    {"discharge_way": "2", "receiving_org": ""},
    {"allergy": "2", "allergy_drug": ""},
    {"self_paid": 9000, "total_cost": 8000},
    {"los_days": 700},
    {"surgery_date": "2024-01-01", "admitted_at": "2024-01-05"},
    {"blood_cost": 660, "transfusion_record": ""},
    {"medical_record_number": ""},
    {"readmission_plan": "2", "readmission_purpose": ""},
    {"patient_name": "李4"},
)


def form_field(page: Page) -> Iterator[tuple[Page, list[str]]]:
    """Fields of the form contradict one another or are empty."""
    changed = deepcopy(page)
    changed["form"] = dict(_FORM_FAULTS[sum(map(ord, page["id"])) % len(_FORM_FAULTS)])
    yield changed, []


def mapping(page: Page) -> Iterator[tuple[Page, list[str]]]:
    """A code is misspelt, of another edition, or of no table."""
    changed = deepcopy(page)
    principal = changed["coded"]["principal"]
    choice = sum(map(ord, page["id"])) % 3
    if choice == 0 and "0" in principal["code"][3:]:
        principal["code"] = principal["code"][:4] + principal["code"][4:].replace("0", "O", 1)
    elif choice == 1:
        foreign = _foreign(load_system("icd10-nhsa-2.0"), principal["code"])
        if foreign is None:
            return
        principal["code"] = foreign
    else:
        principal["code"] = principal["code"][:5] + "99x999"
    yield changed, [principal["code"]]


def _foreign(system: CodeSystem, code: str) -> str | None:
    """A code of the national clinical edition that is not in ours and that stands for this one."""
    source = load_system("icd10-gl-2.0")
    crosswalk = load_crosswalk(source=source.name, target=system.name)
    candidates = (one.code for one in source.with_prefix(code[:3]) if one.code not in system)
    return next((one for one in candidates if crosswalk.translate(one)), None)


def tcm(page: Page) -> Iterator[tuple[Page, list[str]]]:
    """The TCM syndrome is left out, is of no table, or the TCM disease stands among the western diagnoses."""
    coded = page["coded"].get("tcm")
    if not coded or not coded.get("disease") or not coded.get("syndrome"):
        return
    changed = deepcopy(page)
    choice = sum(map(ord, page["id"])) % 3
    if choice == 0:
        changed["coded"]["tcm"]["syndrome"] = None
        yield changed, []
    elif choice == 1:
        changed["coded"]["tcm"]["disease"] = {"code": "A99.99.99", "name": coded["disease"]["name"]}
        yield changed, ["A99.99.99"]
    else:
        changed["coded"]["others"].append(coded["disease"])
        yield changed, [coded["disease"]["code"]]


# Stays for radiotherapy or chemotherapy and online consultations are few among the gold records: written here in full.
_SITES = (
    ("C34.900x001", "肺恶性肿瘤", "肺癌", "32.4100", "胸腔镜下肺叶切除术", "肺叶切除术"),
    ("C16.900", "胃恶性肿瘤", "胃癌", "43.6x02", "腹腔镜胃大部切除伴胃十二指肠吻合术", "远端胃切除术"),
    ("C50.900", "乳房恶性肿瘤", "乳腺癌", "85.4100x001", "单侧乳房切除术", "乳房切除术"),
    ("C18.900", "结肠恶性肿瘤", "结肠癌", "45.7300x003", "升结肠部分切除术", "升结肠部分切除术"),
)
_CHEMO = {"code": "Z51.103", "name": "恶性肿瘤维持性化学治疗"}
_RADIO = {"code": "Z51.003", "name": "恶性肿瘤放射治疗"}
_INFUSION = {"code": "99.2503", "name": "静脉注射化疗药物"}


def z51_records(part: str) -> Iterator[tuple[Page, list[str]]]:
    """Stays whose Z51 code is swapped, missing, beside an operation, or without its procedure or tumour."""
    cycles = (2, 3) if part == "dev" else (5,)
    for cycle in cycles:
        for code, name, words, operation, operation_name, operated in _SITES:
            tumour = {"code": code, "name": name}
            chemo = (
                f"主诉：{words}术后，返院化疗。\n现病史：患者{words}术后，按期返院，本次入院行第{cycle}周期化疗。"
                f"\n诊疗经过：完善血常规、肝肾功能后予静脉化疗，过程顺利。\n出院诊断：1.恶性肿瘤化学治疗 2.{words}"
            )
            surgery = (
                f"主诉：确诊{words}{cycle}周，要求手术。\n手术名称：{operated}\n诊疗经过：全麻下行{operated}，术后恢复可，"
                f"出院前行第1次化疗。\n出院诊断：1.{words} 2.恶性肿瘤化学治疗"
            )
            radio = (
                f"主诉：{words}术后{cycle}个月，入院放疗。\n诊疗经过：完善检查后等待定位。"
                f"\n出院诊断：1.恶性肿瘤放射治疗 2.{words}"
            )
            cut = {"code": operation, "name": operation_name}
            yield _z51(part, f"swapped-{code}-{cycle}", chemo, tumour, [_CHEMO], [_INFUSION]), [code, "Z51.103"]
            yield _z51(part, f"absent-{code}-{cycle}", chemo, tumour, [], [_INFUSION]), [code]
            yield _z51(part, f"operated-{code}-{cycle}", surgery, _CHEMO, [tumour], [cut, _INFUSION]), ["Z51.103"]
            yield _z51(part, f"no-radiation-{code}-{cycle}", radio, _RADIO, [tumour], []), ["Z51.003"]


def _z51(part: str, name: str, text: str, principal: Page, others: list[Page], procedures: list[Page]) -> Page:
    coded = {"principal": principal, "others": others, "procedures": procedures}
    return {"id": f"z51-{part}-{name}", "text": text, "patient": {"age_years": 58}, "encounter": {}, "coded": coded}


def online_records(part: str) -> Iterator[tuple[Page, list[str]]]:
    """Online consultations in which one required statement is missing."""
    complaints = (
        ("高血压", "I10.x09", "原发性高血压"),
        ("慢性胃炎", "K29.500", "慢性胃炎"),
        ("湿疹", "L30.900", "皮炎"),
    )
    if part == "retired":
        complaints = (("2型糖尿病", "E11.900", "2型糖尿病"), ("痛风", "M10.900", "痛风"), ("哮喘", "J45.900", "哮喘"))
    for words, code, name in complaints:
        statements = {
            "chief": f"主诉：{words}复诊续方。",
            "history": f"现病史：患者{words}病史3年，门诊确诊，目前控制可。",
            "allergy": "过敏史：否认药物过敏史。",
            "advice": "处理意见：继续原方案治疗，按时复查。",
        }
        for left_out in ("chief", "allergy", "advice"):
            text = "\n".join(value for key, value in statements.items() if key != left_out)
            yield _online(part, f"{left_out}-{code}", text, code, name), []
        first = "主诉：不适3天。\n现病史：3天前无诱因出现不适，未曾就诊。\n过敏史：无药物过敏。\n处理意见：口服药物。"
        yield _online(part, f"first-visit-{code}", first.replace("不适", words, 1), code, name), []


def _online(part: str, name: str, text: str, code: str, title: str) -> Page:
    return {
        "id": f"online-{part}-{name}",
        "text": text,
        "patient": {"sex": "male", "age_years": 52},
        "encounter": {"kind": "online"},
        "coded": {"principal": {"code": code, "name": title}, "others": [], "procedures": []},
    }


PLANTS: Mapping[str, Plant] = {
    plant.__name__: plant
    for plant in (
        unsupported_high_risk,
        missed_diagnosis,
        missed_procedure,
        principal_choice,
        combination_code,
        sex_conflict,
        age_conflict,
        gray_principal,
        external_cause_missing,
        morphology_missing,
        duplicate_or_exclusive,
        form_field,
        mapping,
        tcm,
    )
}
WRITTEN: Mapping[str, Callable[[str], Iterator[tuple[Page, list[str]]]]] = {
    "z51_rule": z51_records,
    "online_required_field_missing": online_records,
}


# The gold pages carry no morphology: a clean page of a tumour needs one, with the behaviour that its chapter asks for.
_BEHAVIOUR = (*((f"C7{digit}", "6") for digit in "789"), ("C", "3"), ("Z51", "3"), ("D0", "2"))
_BEHAVIOUR += (*((f"D{number}", "0") for number in range(10, 37)), *((f"D{number}", "1") for number in range(37, 49)))


def base_pages(folder: Path, *, generation: int = 1) -> list[Page]:
    """The gold records of a folder and generation as pages under audit, coded as the gold says.

    The gold marks the diagnoses that matter; a page under audit must hold every one that its record lists or treats.
    ``completions.json`` adds those that a reading of the development records found left out.
    """
    completions = json.loads((DATA / "defects" / "completions.json").read_text(encoding="utf-8"))
    pages = []
    for path in sorted(folder.glob("*.json")):
        if generation_of(path.name) != generation:
            continue
        record = json.loads(path.read_text(encoding="utf-8"))
        gold = record["gold"]
        if not gold["principal"] or not _is_complete(record):
            continue
        coded: Page = {
            "principal": _item(gold["principal"]),
            "others": [_item(item) for item in (*gold["others"], *completions.get(record["id"], ()))],
            "procedures": [_item(item) for item in gold["procedures"]],
        }
        if gold.get("tcm"):
            coded["tcm"] = {part: _item(item) if item else None for part, item in gold["tcm"].items()}
        codes = [gold["principal"]["code"], *(item["code"] for item in gold["others"])]
        if codes[0][0] in "ST" and not any(code[0] in "VWXY" for code in codes):
            continue
        behaviour = next((digit for start, digit in _BEHAVIOUR if codes[0].startswith(start)), None)
        if behaviour is not None:
            coded["morphology"] = [{"code": f"M80000/{behaviour}", "name": "肿瘤"}]
        page = {name: record[name] for name in ("id", "text", "patient", "encounter") if name in record}
        pages.append({**page, "coded": coded, "gold_others": gold["others"]})
    return pages


def _is_complete(record: Mapping[str, Any]) -> bool:
    """Whether the gold codes TCM diagnoses where the record has any: such a record cannot stand as a clean page.

    Only of later generations, so that the parts that figures were given for stay as they are.
    """
    told = generation_of(record["id"]) >= _COMPLETE_SINCE and "中医诊断" in record["text"]
    return not told or bool(record["gold"].get("tcm"))


def generation_of(name: str) -> int:
    """Which generation a record is of, by its name.

    >>> generation_of("b2-17-ophthalmology.json"), generation_of("b-002-lumbar-disc.json")
    (2, 1)
    """
    return next((number for number, starts in GENERATIONS.items() if name.startswith(starts)), 1)


def _item(item: Mapping[str, Any]) -> Page:
    return {"code": item["code"], "name": item["name"]}


def defects(part: str, pages: list[Page]) -> Iterator[Page]:
    """All records of a part: so many of each kind, then clean ones."""
    for kind, plant in PLANTS.items():
        made = (_finished(page, kind, codes) for base in _spread(pages, kind) for page, codes in plant(base))
        for _, page in zip(range(PER_KIND[part] * WEIGHT.get(kind, 1)), made, strict=False):
            yield page
    for kind, write in WRITTEN.items():
        made = (_finished(page, kind, codes) for page, codes in write(part))
        for _, page in zip(range(2 * PER_KIND[part]), made, strict=False):
            yield page
    clean = [page for page in pages if not re.match(r"[CD]\d", page["coded"]["principal"]["code"])]
    yield from map(_clean, _spread(clean, "clean")[: CLEAN[part]])


def judged_defects(pages: list[Page]) -> Iterator[Page]:
    """The records of ``planted.yaml``: one a defect, then every page clean."""
    by_id = {page["id"]: page for page in pages}
    planted = yaml.safe_load((DATA / "defects" / "planted.yaml").read_text(encoding="utf-8"))["planted"]
    for number, defect in enumerate(planted, 1):
        page = _changed(by_id[defect["record"]], defect)
        expected = {"kind": defect["kind"], "codes": _named(defect)}
        if not {"principal", "bare", "form", "kind_of_stay"} & set(defect):
            expected["words"] = defect.get("words", [])
        page.pop("gold_others")
        yield {**page, "id": f"{defect['kind']}-{number:03}-{defect['record']}", "expected": [expected]}
    yield from map(_clean, pages)


def _named(defect: Mapping[str, Any]) -> list[str]:
    """The codes one of which a finding of a judged defect must name."""
    if "codes" in defect:
        return list(defect["codes"])
    if "principal" in defect:
        return [defect["principal"], *defect.get("add", ())]
    procedure = [defect["procedure"]] if "procedure" in defect else []
    return [*defect.get("add", ()), *defect.get("remove", ()), *procedure]


def _changed(base: Page, defect: Mapping[str, Any]) -> Page:
    """A page with the changes of a judged defect."""
    page = deepcopy(base)
    coded = page["coded"]
    gone = set(defect.get("remove", ()))
    if "principal" in defect:
        if not defect.get("drop"):
            coded["others"].insert(0, coded["principal"])
        gone.add(defect["principal"])
        coded["principal"] = _named_code(defect["principal"])
    for place in ("others", "procedures"):
        coded[place] = [item for item in coded[place] if item["code"] not in gone]
    coded["others"] += [_named_code(code) for code in defect.get("add", ())]
    if "procedure" in defect:
        coded["procedures"].append(_named_code(defect["procedure"]))
    if defect.get("bare"):
        coded.pop("morphology", None)
    if "form" in defect:
        page["form"] = defect["form"]
    if "kind_of_stay" in defect:
        page["encounter"] = {**page.get("encounter", {}), "kind": defect["kind_of_stay"]}
    return page


def _named_code(code: str) -> Page:
    systems = (load_system("icd10-nhsa-2.0"), load_system("icd9cm3-nhsa-2.0"))
    concept = next((system.get(code) for system in systems if code in system), None)
    return {"code": code, "name": concept.name} if concept else {"code": code}


def _clean(base: Page) -> Page:
    page = deepcopy(base)
    page.pop("gold_others")
    return {**page, "id": f"clean-{base['id']}", "expected": []}


def _spread(pages: list[Page], kind: str) -> list[Page]:
    """The pages from another starting point for each kind, so that the same few records do not serve all kinds."""
    start = sum(map(ord, kind)) % max(1, len(pages))
    return [*pages[start:], *pages[:start]]


def _finished(page: Page, kind: str, codes: list[str]) -> Page:
    kept = {name: value for name, value in page.items() if name != "gold_others"}
    return {**kept, "id": f"{kind}-{page['id']}", "expected": [{"kind": kind, "codes": codes}]}


def _parts() -> Iterator[tuple[str, Iterator[Page]]]:
    yield "dev-2", judged_defects(base_pages(DATA / "records" / "dev", generation=2))
    yield "held-out-2", defects("held-out-2", base_pages(DATA / "records" / "held-out", generation=2))
    for part in LATER:
        half, _, generation = part.rpartition("-")
        yield part, defects(part, base_pages(DATA / "records" / half, generation=int(generation)))


def main() -> None:
    """Write all records; files of records that are no longer made are removed."""
    for part, made in _parts():
        folder = DATA / "defects" / part
        folder.mkdir(parents=True, exist_ok=True)
        records = {record["id"]: record for record in made}
        for path in folder.glob("*.json"):
            if path.stem not in records:
                path.unlink()
        for name, record in records.items():
            text = json.dumps(record, ensure_ascii=False, indent=1)
            (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        print(f"{part}: {len(records)} records, {sum(not record['expected'] for record in records.values())} clean")


if __name__ == "__main__":
    main()
