"""Made-up cases for a scheme: some at random, most aimed at a group so that every rule is exercised."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from coder.group import Case, Scheme
from coder.group.definition import AdrgRule, Condition, DrgSeverity, SchemeDefinition
from coder.group.explain import with_principal

_TRIES_A_RULE = 4_000


class CaseMaker:
    """Makes cases for one scheme, always the same ones for the same seed."""

    def __init__(
        self, definition: SchemeDefinition, *, diagnoses: Sequence[str], procedures: Sequence[str], seed: int
    ) -> None:
        self._definition = definition
        self._sets = {name: sorted(codes) for name, codes in definition.sets.items()}
        self._diagnoses, self._procedures = sorted(diagnoses), sorted(procedures)
        self._mdcs = {mdc.code: mdc for mdc in definition.mdcs}
        self._random = random.Random(seed)
        self._valid = sorted(definition.valid_procedures)
        self._pools: dict[tuple[tuple[str, ...], str | None], list[str]] = {}
        self._levels = {"cc": sorted(definition.cc), "mcc": sorted(definition.mcc)}

    def random_case(self) -> Case:
        """Codes, sex and age drawn without any aim."""
        draw = self._random
        return self._person(
            principal=draw.choice(self._diagnoses),
            others=tuple(draw.choices(self._diagnoses, k=draw.randrange(8))),
            procedures=tuple(draw.choices(self._procedures, k=draw.randrange(4))),
            infant=draw.random() < 0.1,
        )

    def aimed_case(self) -> Case:
        """A case that meets some rule of the scheme, then now and then loses or gains a code."""
        draw = self._random
        rule = draw.choice(self._definition.adrg_rules)
        level: DrgSeverity = draw.choice(("none", "cc", "mcc"))
        case = self.for_rule(rule, severity=level)
        chance = draw.random()
        if chance < 0.1 and case.others:
            return with_principal(case, draw.choice(case.others))
        if chance < 0.2:
            return replace(case, procedures=tuple(reversed(case.procedures)))
        if chance < 0.3:
            return replace(case, procedures=(*case.procedures, draw.choice(self._procedures)))
        if chance < 0.4:
            return replace(case, sex="male" if case.sex == "female" else "female")
        return case

    def for_rule(self, rule: AdrgRule, *, severity: DrgSeverity) -> Case:
        """A case that fulfils an MDC's entry and one of its rules; an earlier rule may still take it."""
        mdc = self._mdcs[rule.mdc]
        entry = self._alternative(mdc.when)
        parts = [*entry, rule.when]
        others: list[str] = []
        procedures: list[str] = []
        principal = self._principal(entry, rule)
        for part in parts:
            if part.any_diagnosis and principal not in self._definition.sets[part.any_diagnosis]:
                others.append(self._pick(part.any_diagnosis))
            if part.any_diagnosis_prefix:
                others.append(self._with_prefix(part.any_diagnosis_prefix))
            if part.other_diagnosis:
                others.append(self._pick(part.other_diagnosis))
            if part.principal_and_sites:
                others += [self._pick(name) for name in part.principal_and_sites.sites.values()]
        if rule.when.main_procedure:
            procedures.append(self._pick(rule.when.main_procedure))
        procedures += [self._pick(name) for name in rule.when.procedures_all_of or ()]
        if rule.when.main_procedure_valid:
            procedures.append(self._random.choice(self._valid))
        if severity in ("mcc", "cc", "mcc_or_cc"):
            others.append(self._random.choice(self._levels["mcc" if severity == "mcc" else "cc"]))
        sexes = [part.sex for part in parts if part.sex]
        infant = any(part.age_years == 0 or part.age_days_max is not None for part in parts)
        low = next((part.weight_g_min for part in parts if part.weight_g_min), 600)
        high = next((part.weight_g_max_exclusive for part in parts if part.weight_g_max_exclusive), 4_500)
        case = self._person(
            principal=principal, others=tuple(others), procedures=tuple(procedures), infant=infant, weight=(low, high)
        )
        return replace(case, sex=sexes[0]) if sexes else case

    def reaching(self, scheme: Scheme, drg: str) -> Case | None:
        """A case that the scheme groups to a DRG, ``None`` where none was found."""
        info = next(item for item in self._definition.drgs if item.drg == drg)
        for rule in (rule for rule in self._definition.adrg_rules if rule.adrg == info.adrg):
            for _ in range(_TRIES_A_RULE):
                case = self.for_rule(rule, severity=info.severity)
                if scheme.run(case, trail=False).drg == drg:
                    return case
        return None

    def cases(self, count: int, *, aimed: float = 0.7) -> Iterator[Case]:
        """A mixture of aimed and random cases."""
        for _ in range(count):
            yield self.aimed_case() if self._random.random() < aimed else self.random_case()

    def _principal(self, entry: Sequence[Condition], rule: AdrgRule) -> str:
        """A principal that the MDC takes and the rule asks for, as far as both say."""
        names = tuple(part.principal_diagnosis for part in entry if part.principal_diagnosis)
        sites = tuple(
            name for part in entry if part.principal_and_sites for name in part.principal_and_sites.sites.values()
        )
        key = (sites or names[:1], rule.when.principal_diagnosis)
        if key not in self._pools:
            self._pools[key] = self._pool(*key)
        return self._random.choice(self._pools[key])

    def _pool(self, lists: tuple[str, ...], asked_list: str | None) -> list[str]:
        sets = self._definition.sets
        allowed = frozenset().union(*(sets[name] for name in lists)) if lists else frozenset(self._diagnoses)
        asked = sets[asked_list] if asked_list else allowed
        return sorted(allowed & asked) or sorted(allowed)

    def _alternative(self, when: Condition) -> list[Condition]:
        """The condition itself and one of its alternatives."""
        return [when, *([self._random.choice(when.any_of)] if when.any_of else [])]

    def _person(
        self,
        *,
        principal: str,
        others: tuple[str, ...],
        procedures: tuple[str, ...],
        infant: bool,
        weight: tuple[int, int] = (600, 4_500),
    ) -> Case:
        draw = self._random
        return Case(
            principal=principal,
            others=others,
            procedures=procedures,
            sex="male" if draw.random() < 0.5 else "female",
            age_years=0 if infant else draw.randrange(1, 95),
            age_days=draw.choice((draw.randrange(29), draw.randrange(365))) if infant else None,
            birth_weight_g=draw.randrange(*weight) if infant else None,
        )

    def _pick(self, name: str) -> str:
        return self._random.choice(self._sets[name])

    def _with_prefix(self, prefix: str) -> str:
        return self._random.choice([code for code in self._diagnoses if code.startswith(prefix)])
