import json
from pathlib import Path

from eval.left_out import evaluate, report
from eval.rules_defects import DATA, gold_page


def test_a_listed_diagnosis_that_is_left_out_is_found(tmp_path: Path) -> None:
    record = {
        "id": "x-1",
        "text": "手术名称：腹腔镜下阑尾切除术\n诊疗经过：全麻下行上述手术。\n出院诊断：1.急性阑尾炎\n2.高血压2级",
        "patient": {"sex": "male", "age_years": 40},
        "gold": {
            "principal": {"code": "K35.800", "name": "急性阑尾炎"},
            "others": [{"code": "I10.x04", "name": "高血压2级", "acceptable": ["I10.x09"]}],
            "procedures": [{"code": "47.0100", "name": "腹腔镜下阑尾切除术", "role": "main"}],
        },
    }
    (tmp_path / "x-1.json").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    counts = evaluate(tmp_path)
    assert (counts["records"], counts["diagnosis"], counts["diagnosis found"]) == (1, 1, 1)
    assert (counts["main procedure"], counts["main procedure found"], counts["other procedure"]) == (1, 1, 0)
    assert "| diagnosis | 1 | 100.0 % |" in report(counts)
    assert "missed_diagnosis 0.000, missed_procedure 0.000" in report(counts)


def test_a_gold_page_holds_all_gold_codes() -> None:
    path = next(iter(sorted((DATA / "records" / "dev").glob("*.json"))))
    record = json.loads(path.read_text(encoding="utf-8"))
    coded = gold_page(record)["coded"]
    assert [item["code"] for item in coded["others"]] == [item["code"] for item in record["gold"]["others"]]
