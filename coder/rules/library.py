"""Rule files: read, merged with their defaults, validated; the shipped ones also in a compiled form.

A rule file is YAML: ``defaults`` (fields that every rule of the file has unless it says otherwise) and ``rules``. The
shipped files are in ``coder/rules/library``; ``models/rules/library.json`` holds the same rules without their examples,
because parsing YAML takes many times longer than a process may take to start. A test keeps the two in step.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from coder.artefacts import artefact_path
from coder.errors import ArtefactError, CoderError, InputError
from coder.rules.entry import RuleEntry
from coder.rules.registry import compile_when

COMPILED_FILE: Final = "rules/library.json"
_FORMAT: Final = 1
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule file, or one rule of it, that was refused: where and why, in one line."""

    file: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        where = f"{self.file} 第 {self.line} 行" if self.line else self.file
        return f"{where}：{self.reason}"


def library_files() -> list[Path]:
    """The shipped rule files, by name."""
    return sorted(Path(str(files("coder.rules").joinpath("library"))).glob("*.yaml"))


def read_rule_file(path: Path) -> list[RuleEntry]:
    """The rules of one file, in its order.

    Raises:
        InputError: the file is not YAML, breaks the schema, or gives an id twice; the message names file and line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            str(Refusal(path.name, None, f"读不出来（{type(error).__name__}）：请检查权限并存为 UTF-8"))
        ) from error
    return parse_rules(text, label=path.name)


def parse_rules(text: str, *, label: str) -> list[RuleEntry]:
    """The rules of a file's text; ``label`` names the file in messages.

    Raises:
        InputError: as :func:`read_rule_file`.
    """
    lines = _lines_of_rules(text, label)
    data = yaml.load(text, Loader=_Loader)
    if not isinstance(data, dict) or not isinstance(data.get("rules"), list) or set(data) - {"rules", "defaults"}:
        raise InputError(str(Refusal(label, 1, "须有 rules 列表，可有 defaults，不可有别的")))
    defaults = data.get("defaults") or {}
    rules: list[RuleEntry] = []
    seen: set[str] = set()
    for line, raw in zip(lines, data["rules"], strict=True):
        rule = _validated(raw, defaults, label, line)
        if rule.id in seen:
            raise InputError(str(Refusal(label, line, f"规则编号 {rule.id} 重复")))
        seen.add(rule.id)
        rules.append(rule)
    return rules


def _validated(raw: object, defaults: Mapping[str, Any], label: str, line: int) -> RuleEntry:
    if not isinstance(raw, dict):
        raise InputError(str(Refusal(label, line, "一条规则须是映射")))
    try:
        rule = RuleEntry.model_validate({**defaults, **raw})
        compile_when(rule.when)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        reason = f"{raw.get('id', '无编号')} 的 {where or '内容'} 不合规：{first['msg']}"
        raise InputError(str(Refusal(label, line, reason))) from error
    except CoderError as error:
        raise InputError(str(Refusal(label, line, f"{raw.get('id', '无编号')}：{error}"))) from error
    return rule


def _lines_of_rules(text: str, label: str) -> list[int]:
    """The line on which each entry of ``rules`` begins.

    Raises:
        InputError: the text is not YAML.
    """
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        raise InputError(str(Refusal(label, line, f"不是有效的 YAML：{getattr(error, 'problem', '')}"))) from error
    if not isinstance(root, yaml.MappingNode):
        return []
    for key, value in root.value:
        if key.value == "rules" and isinstance(value, yaml.SequenceNode):
            return [item.start_mark.line + 1 for item in value.value]
    return []


def shipped_rules() -> list[RuleEntry]:
    """The shipped rules from their YAML files, examples included.

    Raises:
        InputError: a file is not in order, or two files give one id.
    """
    rules = [rule for path in library_files() for rule in read_rule_file(path)]
    ids: set[str] = set()
    for rule in rules:
        if rule.id in ids:
            raise InputError(f"规则编号 {rule.id} 在两个文件中出现")
        ids.add(rule.id)
    return rules


def compile_library(rules: Sequence[RuleEntry]) -> str:
    """The compiled form of rules: JSON without examples, one rule a line."""
    lines = [
        json.dumps(
            rule.model_dump(mode="json", exclude={"examples"}, exclude_defaults=True),
            ensure_ascii=False,
            sort_keys=True,
        )
        for rule in rules
    ]
    body = ",\n".join(lines)
    return f'{{"format": {_FORMAT}, "rules": [\n{body}\n]}}\n'


def compiled_rules() -> Iterator[RuleEntry]:
    """The shipped rules from their compiled form, which was validated when it was built.

    Raises:
        ArtefactError: the file is missing, damaged or of another format.
    """
    path = artefact_path(COMPILED_FILE)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != _FORMAT:
            raise ArtefactError(f"文件 models/{COMPILED_FILE} 的格式版本不符：请运行 coder rules build")
        yield from (RuleEntry.model_validate(raw) for raw in data["rules"])
    except (ValueError, KeyError) as error:
        raise ArtefactError(f"文件 models/{COMPILED_FILE} 已损坏：请重新安装或运行 coder rules build") from error
