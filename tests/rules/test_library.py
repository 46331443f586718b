from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from coder.artefacts import artefact_path
from coder.errors import InputError
from coder.rules import RuleEngine
from coder.rules.build import check_codes
from coder.rules.entry import Example, Kind, RuleEntry
from coder.rules.examples import example_input
from coder.rules.library import (
    COMPILED_FILE,
    compile_library,
    compiled_rules,
    library_files,
    parse_rules,
    read_rule_file,
    shipped_rules,
)

RULES = shipped_rules()
CASES = [
    pytest.param(rule, example, expected, id=f"{rule.id}-{'fire' if expected else 'clear'}-{number}")
    for rule in RULES
    if rule.examples is not None
    for expected, examples in ((True, rule.examples.fire), (False, rule.examples.clear))
    for number, example in enumerate(examples, start=1)
]

ONE = """
defaults: {kind: mapping, severity: warn, standing: practice, source: 测试, edition: "1", title: 标题,
  message: 消息内容}
rules:
  - {id: OWN-001, when: {principal: [K35]}}
"""


@pytest.mark.parametrize(("rule", "example", "expected"), CASES)
def test_every_example_does_what_it_says(rule: RuleEntry, example: Example, expected: bool) -> None:
    findings = RuleEngine([rule], switches=example.switches).run(example_input(example))
    assert bool(findings) is expected


def test_there_are_at_least_180_rules_of_every_kind() -> None:
    assert len(RULES) >= 180
    assert {rule.kind for rule in RULES} == set(get_args(Kind))


def test_every_rule_has_examples_both_ways() -> None:
    assert [rule.id for rule in RULES if rule.examples is None] == []


def test_no_id_and_no_condition_is_given_twice() -> None:
    assert max(Counter(rule.id for rule in RULES).values()) == 1
    seen = Counter((str(rule.when), rule.for_each, str(rule.switches)) for rule in RULES)
    assert [when for when, count in seen.items() if count > 1] == []


def test_every_code_pattern_hits_a_real_code() -> None:
    assert check_codes(RULES) == []


def test_rules_to_be_confirmed_are_hints_and_say_so() -> None:
    for rule in RULES:
        if rule.standing == "confirm":
            assert rule.severity == "hint", rule.id
            assert "待核实" in rule.full_message, rule.id


def test_every_family_of_the_catalogue_is_there() -> None:
    families = Counter(rule.id.partition("-")[0] for rule in RULES)
    assert set(families) >= {"MDX", "ONC", "CMB", "EXC", "DEM", "OBS", "INJ", "PRC", "FRM", "UPC", "DNC", "MAP", "TCM"}


def test_the_compiled_rules_are_those_of_the_files() -> None:
    assert artefact_path(COMPILED_FILE).read_text(encoding="utf-8") == compile_library(RULES)
    assert [rule.id for rule in compiled_rules()] == [rule.id for rule in RULES]


def test_the_files_are_in_order_of_their_names() -> None:
    assert [path.name for path in library_files()] == sorted(path.name for path in library_files())


def test_defaults_of_a_file_hold_for_its_rules() -> None:
    (rule,) = parse_rules(ONE, label="own.yaml")
    assert (rule.kind, rule.severity, rule.when) == ("mapping", "warn", {"principal": ["K35"]})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("rules: [", "不是有效的 YAML"),
        ("[]", "须有 rules 列表"),
        ("rules: {}", "须有 rules 列表"),
        ("rules: []\nother: 1", "须有 rules 列表"),
        (ONE + "  - just text\n", "第 6 行：一条规则须是映射"),
        (ONE + "  - {id: OWN-001, when: {principal: [K35]}}\n", "第 6 行：规则编号 OWN-001 重复"),
        (ONE.replace("OWN-001", "own"), "第 5 行：own 的 id 不合规"),
        (ONE.replace("principal:", "prinzipal:"), "第 5 行：OWN-001：没有名为 prinzipal 的谓词"),
        (ONE.replace("[K35]", "[k35]"), "第 5 行：OWN-001：编码模式 'k35' 不合规"),
        (ONE.replace("[K35]", "35"), "第 5 行：OWN-001：谓词 principal 的参数不合规"),
        (ONE.replace("消息内容", '"消息 {nothing}"'), "不认识的占位符 nothing"),
        (ONE.replace("消息内容", '"消息 {codes"'), "花括号不成对"),
        (ONE.replace("practice", "confirm"), "只能是 hint"),
        (ONE.replace("{principal: [K35]}", "{}"), "when 须是非空的映射"),
        (ONE.replace("{principal: [K35]}", "{all: []}"), "all 之下须是非空的列表"),
        (ONE.replace("{principal: [K35]}", "{filled: nothing}"), "unknown form field nothing"),
        (ONE.replace("OWN-001, ", "OWN-001, switches: {nothing: a}, "), "没有开关 nothing"),
        (
            ONE.replace("OWN-001, ", "OWN-001, valid_from: 2025-01-01, valid_to: 2024-01-01, "),
            "valid_from 晚于 valid_to",
        ),
    ],
)
def test_a_file_that_is_not_in_order_is_refused_with_line_and_reason(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=r"own\.yaml") as refused:
        parse_rules(text, label="own.yaml")
    assert reason in str(refused.value)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_bytes("规则".encode("gb18030"))
    with pytest.raises(InputError, match="读不出来"):
        read_rule_file(path)
