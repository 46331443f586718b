from pathlib import Path

import pytest
from typer.testing import CliRunner

from coder.rules.cli import rules_app

RUNNER = CliRunner()


def test_rules_are_listed_by_kind() -> None:
    result = RUNNER.invoke(rules_app, ["list", "--kind", "gray_principal"])
    assert "MDX-004" in result.output
    assert "MDX-001" not in result.output


def test_a_folder_of_rules_is_validated(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "rules: [{id: OWN-001, kind: mapping, title: 标题, severity: warn, standing: practice, source: 本院, "
        'edition: "1", '
        "when: {principal: [Q99.9Z]}, message: 消息内容, use: X99.999}]",
        encoding="utf-8",
    )
    (tmp_path / "bad.yaml").write_text("rules: [1]", encoding="utf-8")
    result = RUNNER.invoke(rules_app, ["validate", str(tmp_path)])
    assert result.exit_code == 1
    for fault in (
        "bad.yaml 第 1 行",
        "OWN-001：模式 Q99.9Z",
        "OWN-001：use 的编码 X99.999 不存在",
        "OWN-001：没有样例",
    ):
        assert fault in result.stderr


def test_predicates_are_listed() -> None:
    assert "principal\t" in RUNNER.invoke(rules_app, ["predicates"]).output


@pytest.mark.slow
def test_building_writes_rules_and_pages(tmp_path: Path) -> None:
    result = RUNNER.invoke(rules_app, ["build", "--models", str(tmp_path), "--docs", str(tmp_path / "docs")])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "rules/library.json").is_file()
    assert (tmp_path / "docs/MDX-004.md").is_file()
