"""The table of a coding, as people read it."""

import io

from rich.console import Console

from coder.coding import (
    CodedDiagnosis,
    Coding,
    Evidence,
    Finding,
    Grouping,
    PrincipalReason,
    TcmCoding,
    TcmConcept,
)
from coder.record import Record
from coder.table import print_coding
from tests.fake_coder import FakeCoder


def printed(coding: Coding) -> str:
    out = io.StringIO()
    print_coding(coding, Console(file=out, width=140))
    return out.getvalue()


def coding_with(**changes: object) -> Coding:
    return FakeCoder().code(Record(text="肺炎，行阑尾切除术")).model_copy(update=changes)


def lines_with(words: str, text: str) -> list[str]:
    return [line for line in text.splitlines() if words in line]


def test_a_diagnosis_is_one_line_with_code_name_role_probability_words_and_severity() -> None:
    (line,) = lines_with("J18.900", printed(coding_with()))
    assert line.split() == ["J18.900", "肺炎", "主要诊断", "0.90", "肺炎", "CC"]


def test_a_procedure_is_one_line() -> None:
    (line,) = lines_with("47.0901", printed(coding_with()))
    assert line.split() == ["47.0901", "阑尾切除术", "主要手术", "0.80", "阑尾切除术"]


def test_a_gray_code_and_many_long_pieces_of_evidence_are_marked() -> None:
    evidence = tuple(Evidence(section="body", start=0, end=60, text="咳\n" * 30) for _ in range(4))
    first = coding_with().diagnoses[0].model_copy(update={"is_gray": True, "evidence": evidence})
    text = printed(coding_with(diagnoses=(first,)))
    assert "（灰码）" in text
    assert "等 4 处" in text
    assert "…" in text


def test_findings_show_severity_rule_and_suggestion() -> None:
    block = Finding(rule_id="MDX-01", kind="principal_choice", severity="block", message="主要诊断不当")
    text = printed(coding_with(findings=(block, *coding_with().findings)))
    assert "审核提示 2 条" in text
    assert "阻断 MDX-01  主要诊断不当" in text
    assert "（建议：补录年龄）" in text


def test_the_group_shows_its_path_weight_and_trail() -> None:
    group = Grouping(
        scheme="chs-drg-1.1",
        status="分组成功",
        mdc="E",
        adrg="ES2",
        drg="ES21",
        name="肺炎",
        weight=0.7,
        trail=("第一步",),
    )
    text = printed(coding_with(grouping=group))
    assert "E → ES2 → ES21  肺炎  权重 0.7" in text
    assert "· 第一步" in text


def test_tcm_and_the_reason_for_the_principal_are_shown() -> None:
    disease = TcmConcept(code="A07.01", name="喘病", system="tcm-disease-gbt15657-2021", probability=0.9)
    reason = PrincipalReason(policy="settlement", reason="消耗资源最多", runner_up=None)
    text = printed(coding_with(tcm=TcmCoding(disease=disease), principal_reason=reason))
    assert "中医病名  A07.01  喘病" in text
    assert "中医证候" not in text
    assert "主要诊断选择（settlement）：消耗资源最多" in text


def test_nothing_found_is_said() -> None:
    assert "未找到可编码的诊断" in printed(FakeCoder().code(Record(text="无")))


def test_markup_in_a_record_is_shown_and_not_obeyed() -> None:
    evidence = (Evidence(section="body", start=0, end=9, text="[red]肺炎[/]"),)
    first: CodedDiagnosis = coding_with().diagnoses[0].model_copy(update={"evidence": evidence})
    assert "[red]肺炎[/]" in printed(coding_with(diagnoses=(first,)))
