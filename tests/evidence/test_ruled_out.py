import pytest

from coder.evidence import RecordEvidence
from coder.evidence.ruled_out import ruled_out, ruled_out_by_name
from coder.record import Record
from coder.text import read

END = "给予对症。\n出院诊断：食管癌"


def evidence(text: str) -> RecordEvidence:
    return RecordEvidence(read(Record(text=f"诊疗经过：{text}。{END}")))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("行碘水造影，未见食管穿孔及食管气管瘘", "食管穿孔"),
        ("食管穿孔依据不足", "食管穿孔"),
        ("不符合食管穿孔诊断标准", "食管穿孔"),
        ("双瞳始终等大，无脑疝征象", "创伤性脑疝"),
        ("脑室形态正常，未见脑积水", "蛛网膜下腔出血后脑积水"),
        ("头颅增强MRI未见转移征象", "颅内转移"),
        ("胃及十二指肠未见溃疡", "胃溃疡伴出血"),
        ("肝S6低密度灶1.1cm，为肝囊肿，不考虑转移", "肝转移"),
        ("颅内、颈椎均未见损伤", "脑挫伤"),
        ("腹部CT：肝脾未见破裂", "创伤性脾破裂"),
        ("X线：未见明确骨折", "桡骨远端骨折"),
    ],
)
def test_what_a_doctor_or_an_image_rules_out(text: str, name: str) -> None:
    assert ruled_out(evidence(text), [name])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        # said elsewhere
        ("入院时无脑疝征象，次日出现脑疝", "创伤性脑疝"),
        # another site, another thing
        ("左桡骨骨折，肋骨未见骨折", "桡骨远端骨折"),
        ("头颅MRI未见转移", "胸椎转移"),
        ("无高血压、冠心病", "肺动脉高血压"),
        ("双下肢无水肿", "脑水肿"),
        # of former times, and of what may come
        ("既往无脑疝史", "脑疝"),
        ("告知食管穿孔可能", "食管穿孔"),
    ],
)
def test_what_is_not_ruled_out(text: str, name: str) -> None:
    assert not ruled_out(evidence(text), [name])


def test_a_name_itself_counts_alone_where_a_code_of_the_category_was_read() -> None:
    record = evidence("无脑疝征象")
    assert ruled_out_by_name(record, ["脑疝"])
    assert not ruled_out_by_name(record, ["创伤性脑疝"])


def test_a_piece_of_a_latin_word_is_no_name() -> None:
    assert not evidence("CapeOX方案化疗，Apgar评分10分").says("pe")
    assert evidence("考虑PE，查CTPA").says("pe")
