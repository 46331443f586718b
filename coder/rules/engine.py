"""The rule engine: compiled rules, run over one record at a time."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, get_args

import coder.rules.predicates  # noqa: F401 - registers the predicates
from coder.coding import Evidence, Finding, FindingSeverity
from coder.errors import InputError
from coder.rules.entry import RuleEntry
from coder.rules.facts import Facts, Subject, Vocabulary
from coder.rules.library import Refusal, compiled_rules, read_rule_file
from coder.rules.messages import fill, group_change
from coder.rules.model import RuleInput, Setting
from coder.rules.outcome import Outcome
from coder.rules.registry import Compiled, Led, compile_rule
from coder.rules.switches import settings

_LOG = logging.getLogger(__name__)
_RANK: Final[Mapping[FindingSeverity, int]] = {"block": 0, "warn": 1, "hint": 2}
_EVIDENCE_SHOWN: Final = 6
_WHOLE_PAGE: Final = (None,)

__all__ = ["Coverage", "RuleEngine", "RuleReport"]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What became of each rule that was in force: fired, passed, or not applicable because a field is absent.

    A rule whose codes are not on the page has passed; ``not_applicable`` names the absent fields.
    """

    fired: tuple[str, ...]
    passed: tuple[str, ...]
    not_applicable: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class RuleReport:
    """The findings of one record, gravest first, and what became of every rule."""

    findings: tuple[Finding, ...]
    coverage: Coverage

    @property
    def blocks(self) -> bool:
        """Whether a finding stops the submission."""
        return any(finding.severity == "block" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule ready to run; ``limited`` where it is for some schemes or dates only."""

    entry: RuleEntry
    when: Compiled
    limited: bool


class RuleEngine:
    """A set of rules ready to run. Immutable and safe to share between threads.

    >>> engine = RuleEngine.load()
    >>> len(engine.rules) >= 180
    True
    """

    def __init__(
        self,
        rules: Iterable[RuleEntry],
        *,
        disabled: Iterable[str] = (),
        switches: Mapping[str, str] | None = None,
        refused: Sequence[Refusal] = (),
    ) -> None:
        sides = settings(switches or {})
        off = frozenset(disabled)
        entries = [entry for entry in rules if entry.id not in off]
        self.rules: tuple[RuleEntry, ...] = tuple(
            entry for entry in entries if all(sides[name] == side for name, side in entry.switches.items())
        )
        self.refused: tuple[Refusal, ...] = tuple(refused)
        self._compiled = tuple(
            _Rule(entry, compile_rule(entry.when), bool(entry.schemes or entry.valid_from or entry.valid_to))
            for entry in self.rules
        )
        self._vocabulary = Vocabulary(word for rule in self._compiled for word in rule.when.words)
        self._kinds = {entry.id: entry for entry in self.rules}
        self._led = Led(rule.when for rule in self._compiled)
        self._by_setting: Mapping[str, tuple[int, ...]] = {
            setting: tuple(index for index, rule in enumerate(self._compiled) if setting in rule.entry.settings)
            for setting in get_args(Setting)
        }
        # As the keys of a dictionary, from which those that did not pass are taken out again.
        self._ids: Mapping[str, dict[str, None]] = {
            setting: dict.fromkeys(self._compiled[index].entry.id for index in rules)
            for setting, rules in self._by_setting.items()
        }
        self._limited = tuple(rule.entry for rule in self._compiled if rule.limited)

    @classmethod
    def load(
        cls,
        *,
        folders: Sequence[Path] = (),
        disabled: Iterable[str] = (),
        switches: Mapping[str, str] | None = None,
    ) -> RuleEngine:
        """The shipped rules and those of a hospital's own folders.

        A file that is not in order is refused with file, line and reason (in ``refused`` and in the log); the rest goes
        on. A hospital's rule may take the place of a shipped one only by another id and turning the shipped one off.

        Raises:
            InputError: ``disabled`` names a rule that does not exist, or a switch is not known.
            ArtefactError: the shipped rules are missing or damaged.
        """
        rules = list(compiled_rules())
        known = {rule.id for rule in rules}
        refused: list[Refusal] = []
        for folder in folders:
            for path in sorted(folder.glob("*.y*ml")):
                try:
                    own = read_rule_file(path)
                    twice = next((rule.id for rule in own if rule.id in known), None)
                    if twice is not None:
                        raise InputError(
                            f"{path.name}：规则编号 {twice} 已被占用：请换一个编号，或停用原规则后另起编号"
                        )
                except InputError as error:
                    refused.append(Refusal(str(path), None, str(error)))
                    _LOG.warning("规则文件未采用：%s", error)
                    continue
                rules += own
                known.update(rule.id for rule in own)
        unknown = sorted(set(disabled) - known)
        if unknown:
            raise InputError(f"要停用的规则不存在：{'、'.join(unknown)}：可用 coder rules list 查看编号")
        return cls(rules, disabled=disabled, switches=switches, refused=refused)

    def run(self, given: RuleInput) -> tuple[Finding, ...]:
        """The findings of one record, gravest first."""
        return self.report(given).findings

    def report(self, given: RuleInput) -> RuleReport:
        """The findings of one record with what became of every rule in force."""
        facts = Facts(given, self._vocabulary)
        on = _discharged_on(given)
        idle = {entry.id for entry in self._limited if not _in_force(entry, given, on)}
        asked = self._led.by(facts)
        findings: list[Finding] = []
        fired: list[str] = []
        open_fields: dict[str, tuple[str, ...]] = {}
        for index in self._by_setting[given.setting]:
            if index not in asked:
                continue
            rule = self._compiled[index]
            entry = rule.entry
            if entry.id in idle:
                continue
            missing: tuple[str, ...] = ()
            hit = False
            test = rule.when.test
            for subject in _WHOLE_PAGE if entry.for_each is None else facts.subjects(entry.for_each):
                outcome = test(facts, subject)
                if outcome.truth:
                    findings.append(_finding(entry, facts, subject, outcome))
                    hit = True
                elif outcome.truth is None:
                    missing = tuple(dict.fromkeys((*missing, *outcome.missing)))
            if hit:
                fired.append(entry.id)
            elif missing:
                open_fields[entry.id] = missing
        kept = self._superseded(findings)
        kept.sort(key=lambda finding: (_RANK[finding.severity], finding.rule_id, finding.codes))
        passed = self._ids[given.setting].copy()
        for name in (*fired, *open_fields, *idle):
            passed.pop(name, None)
        return RuleReport(tuple(kept), Coverage(tuple(fired), tuple(passed), open_fields))

    def _superseded(self, findings: list[Finding]) -> list[Finding]:
        """Of several findings of one kind on the same code the gravest stays, of equally grave ones the specific."""

        def order(finding: Finding) -> tuple[int, bool]:
            return _RANK[finding.severity], not self._kinds[finding.rule_id].specific

        kept: list[Finding] = []
        for finding in sorted(findings, key=order):
            rival = self._kinds[finding.rule_id]
            covered = any(
                other.kind == finding.kind
                and set(finding.codes) & set(other.codes)
                and not (rival.specific and self._kinds[other.rule_id].specific)
                for other in kept
            )
            if not covered:
                kept.append(finding)
        return kept


def _in_force(entry: RuleEntry, given: RuleInput, on: date | None) -> bool:
    """Whether a rule is for this scheme and date; without a date every edition counts as in force."""
    if entry.schemes and (given.scheme is None or given.scheme.name not in entry.schemes):
        return False
    if on is None:
        return True
    return (entry.valid_from is None or entry.valid_from <= on) and (entry.valid_to is None or on <= entry.valid_to)


def _discharged_on(given: RuleInput) -> date | None:
    moment = given.reading.record.encounter.discharged_at
    return moment.date() if moment else None


def _finding(entry: RuleEntry, facts: Facts, subject: Subject | None, outcome: Outcome) -> Finding:
    change = group_change(facts, subject, entry.kind)
    wanted = (*outcome.wanted, *(item for item in entry.evidence_wanted if item not in outcome.wanted))
    return Finding(
        rule_id=entry.id,
        kind=entry.kind,
        severity=entry.severity,
        message=fill(entry.full_message, facts, outcome, change, entry.use),
        codes=outcome.codes,
        evidence=_evidence(facts, outcome),
        evidence_wanted=wanted,
        source=f"{entry.source}（{entry.edition}）",
        suggestion=fill(entry.suggestion, facts, outcome, change, entry.use),
        group_before=change.before,
        group_after=change.after,
    )


def _evidence(facts: Facts, outcome: Outcome) -> tuple[Evidence, ...]:
    if outcome.spans:
        return facts.evidence.evidence(outcome.spans[:_EVIDENCE_SHOWN])
    entries = (entry for entry in facts.page.entries if entry.code in outcome.codes)
    return tuple(item for entry in entries for item in entry.evidence)[:_EVIDENCE_SHOWN]
