"""What a build found and corrected: counted by kind, with a few examples of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

_EXAMPLES = 5

KINDS = {
    "rows": "行",
    "duplicate_row": "完全重复的行（已合并）",
    "same_code_other_name": "同一编码的另一名称（已作为别名）",
    "empty_name": "名称为空（已剔除）",
    "placeholder_code": "编码栏是占位符或与名称相同（已剔除）",
    "code_width": "编码含全角、空格或大小写不规范（已更正）",
    "code_times_sign": "编码中的 ×/X 扩展符（已更正为 x）",
    "code_letter_for_digit": "编码中的字母 O/I/l 误作数字（已更正）",
    "name_blank": "名称首尾或中间的空白（已更正）",
    "name_full_width": "名称含全角字母数字（按官方原样保留，检索时归一）",
    "name_zero_for_letter": "名称中疑似 0/O 误写（按官方原样保留，检索时归一）",
    "name_unconfirmed": "来源标明名称待核对",
    "gray": "灰码",
    "heading": "类目标题（不作为患者编码）",
    "dagger_asterisk": "星剑号组合编码",
    "alias": "别名",
    "alias_unknown_code": "别名所指编码不在本表（已剔除）",
    "alias_of_several": "方括号或括号内的词属多个名称（不作为别名）",
    "map_source_unknown": "对照表源编码不在源编码表（保留）",
    "map_target_unknown": "对照表目标编码不在目标编码表（已剔除）",
    "map_changed_code": "对照后编码改变",
}


@dataclass(slots=True)
class BuildReport:
    """Counts and examples for one compiled table.

    >>> report = BuildReport("demo")
    >>> report.note("gray", "A00.000")
    >>> report.counts["gray"], report.examples["gray"]
    (1, ['A00.000'])
    """

    table: str
    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def note(self, kind: str, example: str = "", *, count: int = 1) -> None:
        """Count something of a kind that :data:`KINDS` names."""
        if kind not in KINDS:
            raise KeyError(kind)
        self.counts[kind] += count
        kept = self.examples.setdefault(kind, [])
        if example and len(kept) < _EXAMPLES:
            kept.append(example)

    def lines(self) -> list[str]:
        """The report as lines for a person."""
        found = []
        for kind, title in KINDS.items():
            if self.counts[kind]:
                some = "、".join(self.examples.get(kind, ()))
                found.append(f"{self.table}：{title} {self.counts[kind]}" + (f"，例如 {some}" if some else ""))
        return found
