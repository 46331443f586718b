from collections.abc import Mapping

import pytest

from coder.rules import RuleEngine, RuleInput
from coder.rules.entry import Example, RuleEntry
from coder.rules.examples import example_input
from coder.rules.library import shipped_rules


def given(**fields: object) -> RuleInput:
    """An input as rule examples write it: ``given(principal="K35.800", text="…")``."""
    return example_input(Example.model_validate(fields))


def fired(when: Mapping[str, object], **fields: object) -> bool | None:
    """What a condition answers for an example: true, false, or ``None`` where it is not applicable."""
    for_each = fields.pop("for_each", None)
    rule = rule_of(when, for_each=for_each)
    report = RuleEngine([rule]).report(given(**fields))
    return None if report.coverage.not_applicable else bool(report.findings)


def rule_of(when: Mapping[str, object], **fields: object) -> RuleEntry:
    """A rule around a condition."""
    data: dict[str, object] = {
        "id": "TST-001",
        "kind": "mapping",
        "title": "测试",
        "severity": "warn",
        "standing": "practice",
        "message": "发现 {codes}{values}",
        "source": "测试",
        "edition": "1",
        "when": when,
    }
    return RuleEntry.model_validate({**data, **fields})


@pytest.fixture(scope="session")
def library() -> list[RuleEntry]:
    return shipped_rules()


@pytest.fixture(scope="session")
def engine() -> RuleEngine:
    return RuleEngine.load()
