"""A second reading of a scheme: a plain interpreter of the rule file, to check the engine against.

It is written from the rules alone and shares no code with ``coder.group``: sets are sets of strings, every condition is
looked at in order for every case, nothing is compiled, cached or folded into masks. It is slow and meant to be obvious.
It is not a third party's grouper: it can only show that the engine computes what the rule file says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class PlainCase:
    """One complete case: nothing is unknown."""

    principal: str
    others: tuple[str, ...]
    procedures: tuple[str, ...]
    sex: str
    age_years: int
    age_days: int | None
    weight: int | None


class PlainGrouper:
    """Interprets the JSON form of a scheme, as in ``coder scheme`` and docs/grouping.md."""

    def __init__(self, scheme: JsonObject) -> None:
        self.scheme = scheme
        self.sets = {name: set(codes) for name, codes in scheme["sets"].items()}
        self.valid = set(scheme["valid_procedures"])

    def group(self, case: PlainCase) -> str:
        """The DRG, or ``0000``."""
        for mdc in self.scheme["mdcs"]:
            if not self.holds(mdc["when"], case):
                continue
            for rule in self.scheme["adrg_rules"]:
                if rule["mdc"] == mdc["code"] and self.holds(rule["when"], case):
                    return self.drg(rule["adrg"], case)
        return "0000"

    def drg(self, adrg: str, case: PlainCase) -> str:
        """The DRG of an ADRG, by what the other diagnoses weigh beside the principal."""
        has_mcc = self.counts(self.scheme["mcc"], case)
        has_cc = self.counts(self.scheme["cc"], case)
        wanted = {"mcc": has_mcc, "mcc_or_cc": has_mcc or has_cc, "cc": has_cc, "none": True}
        for severity in ("mcc", "mcc_or_cc", "cc", "none"):
            for drg in self.scheme["drgs"]:
                if drg["adrg"] == adrg and drg["severity"] == severity and wanted[severity]:
                    return str(drg["drg"])
        return "0000"

    def counts(self, table_of: dict[str, int], case: PlainCase) -> bool:
        """Whether some other diagnosis is on the list and not excluded by the principal."""
        principal_table = self.scheme["exclusion_table_of_principal"].get(case.principal)
        return any(
            code in table_of and code != case.principal and table_of[code] != principal_table for code in case.others
        )

    def holds(self, when: JsonObject, case: PlainCase) -> bool:
        """Whether every part of a condition is true of the case."""
        return all(self.part(name, value, case) for name, value in when.items())

    def part(self, name: str, value: Any, case: PlainCase) -> bool:
        """One part of a condition."""
        diagnoses = {case.principal, *case.others}
        main = case.procedures[0] if case.procedures else None
        match name:
            case "principal_diagnosis":
                return case.principal in self.sets[value]
            case "other_diagnosis":
                return bool(set(case.others) & self.sets[value])
            case "any_diagnosis":
                return bool(diagnoses & self.sets[value])
            case "any_diagnosis_prefix":
                return any(code.startswith(value) for code in diagnoses)
            case "main_procedure":
                return main in self.sets[value]
            case "procedures_all_of":
                return all(set(case.procedures) & self.sets[one] for one in value)
            case "main_procedure_valid":
                return main in self.valid
            case "no_valid_procedure":
                return main not in self.valid
            case "sex":
                return bool(case.sex == value)
            case "age_years":
                return bool(case.age_years == value)
            case "age_days_max":
                return case.age_years == 0 and case.age_days is not None and case.age_days <= int(value)
            case "weight_g_min":
                return case.weight is not None and case.weight >= int(value)
            case "weight_g_max_exclusive":
                return case.weight is not None and case.weight < int(value)
            case "principal_and_sites":
                return self.polytrauma(value, case)
            case "any_of":
                return any(self.holds(one, case) for one in value)
        raise ValueError(f"unknown condition {name}")

    def polytrauma(self, value: JsonObject, case: PlainCase) -> bool:
        """The principal lies in some site's list, and the diagnoses touch enough sites."""
        lists = {
            site: self.sets[codes] if isinstance(codes, str) else set(codes) for site, codes in value["sites"].items()
        }
        if not any(case.principal in codes for codes in lists.values()):
            return False
        touched = [site for site, codes in lists.items() if codes & {case.principal, *case.others}]
        return len(touched) >= int(value["min_sites"])
