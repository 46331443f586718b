"""Building the compiled rules: every check that a rule file must pass before it ships."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from coder.errors import InputError
from coder.rules.engine import RuleEngine
from coder.rules.entry import RuleEntry
from coder.rules.examples import example_input
from coder.rules.library import COMPILED_FILE, compile_library, shipped_rules
from coder.rules.registry import CodeKind, compile_when
from coder.terms import load_system

SYSTEMS: dict[CodeKind, str] = {"diagnosis": "icd10-nhsa-2.0", "procedure": "icd9cm3-nhsa-2.0"}


def check_codes(rules: Iterable[RuleEntry]) -> list[str]:
    """Every pattern that hits no real code and every ``use`` that is not one, a line each.

    >>> check_codes([])
    []
    """
    tables = {kind: load_system(name).codes for kind, name in SYSTEMS.items()}
    known = {code for codes in tables.values() for code in codes}
    faults = []
    for rule in rules:
        for kind, code_set in compile_when(rule.when).code_sets:
            pattern = code_set.first_unused(tables[kind])
            if pattern is not None:
                faults.append(f"{rule.id}：模式 {pattern} 在 {SYSTEMS[kind]} 中没有编码")
        if rule.use and rule.use not in known:
            faults.append(f"{rule.id}：use 的编码 {rule.use} 不存在")
    return faults


def check_examples(rules: Sequence[RuleEntry]) -> list[str]:
    """Every rule without examples and every example that does not do what it should, a line each."""
    faults = []
    for rule in rules:
        if rule.examples is None:
            faults.append(f"{rule.id}：没有样例")
            continue
        for wanted, examples in ((True, rule.examples.fire), (False, rule.examples.clear)):
            for number, example in enumerate(examples, start=1):
                fired = bool(RuleEngine([rule], switches=example.switches).run(example_input(example)))
                if fired != wanted:
                    faults.append(f"{rule.id}：第 {number} 个{'应触发' if wanted else '不应触发'}的样例结果相反")
    return faults


def build_library(root: Path) -> int:
    """Check the shipped rules and write their compiled form under ``root`` (the folder ``models``); how many there are.

    Raises:
        InputError: a rule file is not in order, a pattern hits no code, or an example does not hold.
    """
    rules = shipped_rules()
    faults = [*check_codes(rules), *check_examples(rules)]
    if faults:
        raise InputError("规则库有误：" + "；".join(faults))
    target = root / COMPILED_FILE
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(compile_library(rules), encoding="utf-8")
    return len(rules)
