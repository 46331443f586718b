"""The pages under ``docs/rules``, made from the rules: one page a rule, and an index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from coder.rules.entry import Example, RuleEntry
from coder.rules.registry import predicates
from coder.rules.switches import switches

_SEVERITIES = {"block": "阻断", "warn": "警告", "hint": "提示"}
_STANDINGS = {
    "norm": "规范或通行质控口径",
    "scheme": "分组方案或编码字典",
    "practice": "审核实践",
    "confirm": "规范原文待核实，仅作提示",
}
_NOTE = "<!-- 由 coder rules docs 生成，请勿手改 -->"


def rule_page(rule: RuleEntry) -> str:
    """The page of one rule, in Markdown."""
    lines = [
        _NOTE,
        f"# {rule.id} {rule.title}",
        "",
        "| | |",
        "|---|---|",
        f"| 类别 | `{rule.kind}` |",
        f"| 级别 | {_SEVERITIES[rule.severity]}（`{rule.severity}`） |",
        f"| 依据 | {rule.source}，{rule.edition}；{_STANDINGS[rule.standing]} |",
        f"| 适用 | {'、'.join(rule.settings)}；方案：{'、'.join(rule.schemes) or '全部'} |",
        f"| 有效期 | {rule.valid_from or '不限'} 至 {rule.valid_to or '不限'} |",
    ]
    for name, side in rule.switches.items():
        lines.append(f"| 开关 | `{name}` = `{side}`（{switches()[name].sides[side]}） |")
    lines += ["", "## 消息", "", _code(rule.full_message), ""]
    if rule.suggestion:
        lines += ["处理建议：", "", _code(rule.suggestion), ""]
    if rule.evidence_wanted:
        lines += ["所需依据：" + "、".join(rule.evidence_wanted), ""]
    lines += ["## 条件", "", "```yaml", *_yaml(rule.when, 0), "```", ""]
    if rule.examples:
        lines += ["## 触发的样例", "", *map(_example, rule.examples.fire), ""]
        lines += ["## 不触发的样例", "", *map(_example, rule.examples.clear), ""]
    return "\n".join(lines)


def _code(text: str) -> str:
    return f"> {text}"


def _yaml(value: Any, depth: int) -> list[str]:
    """A condition as indented YAML; leaves in one line."""
    pad = "  " * depth
    if isinstance(value, dict):
        lines: list[str] = []
        for name, part in value.items():
            if isinstance(part, dict) or (isinstance(part, list) and any(isinstance(item, dict) for item in part)):
                lines += [f"{pad}{name}:", *_yaml(part, depth + 1)]
            else:
                lines.append(f"{pad}{name}: {_leaf(part)}")
        return lines
    if isinstance(value, list):
        return [line for item in value for line in _item(item, depth)]
    return [f"{pad}{_leaf(value)}"]


def _item(value: Any, depth: int) -> list[str]:
    lines = _yaml(value, depth + 1)
    first = lines[0].lstrip()
    return [f"{'  ' * depth}- {first}", *lines[1:]]


def _leaf(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(str(item) for item in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _example(example: Example) -> str:
    parts = [
        f"{name}：{_leaf(list(value.items()) if isinstance(value, dict) else value)}"
        for name, value in example.model_dump(exclude_defaults=True).items()
    ]
    return "- " + "；".join(parts).replace("\n", " ⏎ ")


def index_page(rules: Sequence[RuleEntry]) -> str:
    """The index: every rule in a table, the switches, the predicates."""
    lines = [_NOTE, "# 规则目录", "", f"共 {len(rules)} 条。", "", "| 编号 | 名称 | 类别 | 级别 |", "|---|---|---|---|"]
    lines += [
        f"| [{rule.id}]({rule.id}.md) | {rule.title} | `{rule.kind}` | {_SEVERITIES[rule.severity]} |" for rule in rules
    ]
    lines += [
        "",
        "## 开关",
        "",
        "各家规则不一致之处，按默认执行，可改。",
        "",
        "| 开关 | 说明 | 选项 | 默认 |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{switch.name}` | {switch.title} | {'；'.join(f'`{k}` {v}' for k, v in switch.sides.items())} "
        f"| `{switch.default}` |"
        for switch in switches().values()
    ]
    lines += ["", "## 谓词", "", "| 谓词 | 含义 |", "|---|---|"]
    lines += [f"| `{name}` | {summary} |" for name, summary in predicates().items()]
    return "\n".join([*lines, ""])


def pages(rules: Sequence[RuleEntry]) -> dict[str, str]:
    """File name → text of every page."""
    ordered = sorted(rules, key=lambda rule: rule.id)
    return {"README.md": index_page(ordered), **{f"{rule.id}.md": rule_page(rule) for rule in ordered}}


def write_docs(rules: Iterable[RuleEntry], folder: Path) -> int:
    """Write all pages, remove pages of rules that are no more; how many pages there are."""
    wanted = pages(list(rules))
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")
    return len(wanted)
