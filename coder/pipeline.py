"""The one place that knows all stages: from a record to its coding.

Record ─ reading ─ suggestions ─ front page ─ group ─ findings ─ Coding
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from time import perf_counter

from pydantic import BaseModel, ConfigDict

from coder.coding import (
    Alternative,
    CodedDiagnosis,
    CodedProcedure,
    Coding,
    Evidence,
    Finding,
    PrincipalReason,
    TcmCoding,
)
from coder.collection import uncollected
from coder.evidence import RecordEvidence
from coder.group import Case, Scheme, load_scheme
from coder.likeness import likeness_of
from coder.proposals import diagnosed_of, leading_of, performed_of, proposals_of, selected_of, shared_suggester, told_of
from coder.record import Patient, Record
from coder.rules import Page, RuleEngine, RuleInput, TcmCodes
from coder.rules.model import Likeness
from coder.select import (
    CodedMention,
    DiagnosisEntry,
    FrontPage,
    MorphologyFinder,
    PolicyName,
    ProcedureEntry,
    Span,
    select_front_page,
)
from coder.select.main_procedure import procedure_order
from coder.select.morphology import SYSTEM as MORPHOLOGY_SYSTEM
from coder.select.principal import principal_rules
from coder.suggest import (
    ConventionSuggester,
    LexicalSuggester,
    ScoredConcept,
    Suggester,
    load_phrases,
    wordings_of,
)
from coder.suggest.conventions import compile_expressions
from coder.suggest.exact import ExactSuggester
from coder.suggest.retriever import load_runtime
from coder.suggest.wordings import compile_wordings
from coder.tcm import TcmCoder, western_only
from coder.terms import CodeSystem, load_system
from coder.text import AssertionRules, Mention, Reading, read
from coder.text.abbreviations import compile_abbreviations

DISTRIBUTION = "clinical-coder-zh"

Ranked = Callable[[Mention], bool]

_USUAL = (
    "出院诊断：中医诊断：头痛 肝阳上抗证 西医诊断：肺部感染可能\n诊疗经过：予胃镜检查。\n手术名称：右下肺病灶胸腔镜切除"
)
"""Words for every suggester and for the TCM tables, none of them quite a name, and a procedure of running text."""

_COLLECTED_AT = (20_000, 10, 10)
"""Thresholds of a warmed process: new objects before a collection of the youngest, and how often older ones are."""


class CoderConfig(BaseModel):
    """What a :class:`Coder` works with; all parts are named, none is a path."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    diagnosis_system: str = "icd10-nhsa-2.0"
    procedure_system: str = "icd9cm3-nhsa-2.0"
    scheme: str = "chs-drg-1.1"
    policy: PolicyName = "settlement"
    rules: bool = True
    tcm: bool = True


class Coder:
    """Codes records; loaded once, shared between threads.

    >>> coding = Coder.load().code(Record(text="出院诊断：1.急性心肌梗死 2.高血压3级"))
    >>> [(item.code, item.role) for item in coding.diagnoses]
    [('I21.900', 'principal'), ('I10.x05', 'other')]
    """

    def __init__(
        self,
        config: CoderConfig,
        *,
        diagnoses: CodeSystem,
        procedures: CodeSystem,
        suggesters: Mapping[tuple[str, bool], Suggester],
        scheme: Scheme,
        tcm: TcmCoder | None,
        rules: RuleEngine | None,
    ) -> None:
        self.config = config
        self._diagnoses = diagnoses
        self._procedures = procedures
        self._suggesters = suggesters
        self._scheme = scheme
        self._tcm = tcm
        self._rules = rules
        self._morphology = MorphologyFinder.load()
        self._finders = (load_phrases(diagnoses), load_phrases(procedures))
        self.versions: Mapping[str, str] = {
            DISTRIBUTION: version(DISTRIBUTION),
            "diagnosis_system": diagnoses.name,
            "procedure_system": procedures.name,
            "scheme": config.scheme,
            "policy": config.policy,
        }

    @classmethod
    def load(cls, config: CoderConfig | None = None) -> Coder:
        """Load tables, models and the scheme.

        Raises:
            UnknownCodeSystemError: the configuration names a system or scheme that is not shipped.
            ArtefactError: a shipped file is missing or damaged.
        """
        config = config or CoderConfig()
        diagnoses, procedures = load_system(config.diagnosis_system), load_system(config.procedure_system)
        # Unpacking vectors and opening the model leave the interpreter free, so the rest loads beside them.
        with uncollected(), ThreadPoolExecutor(max_workers=2) as beside:
            runtime = beside.submit(load_runtime, None, 1)
            scheme = load_scheme(config.scheme)
            tcm = TcmCoder.load() if config.tcm else None
            rules = RuleEngine.load() if config.rules else None
            for system in (diagnoses, procedures):
                LexicalSuggester.load(system.name)
            # What the text stage needs is read with the first text.
            read(Record(text="主诉"))
            # Both normalisers share the runtime, so they wait until it is there.
            runtime.result()
            by_system = [beside.submit(_suggesters, system) for system in (diagnoses, procedures)]
            return cls(
                config,
                diagnoses=diagnoses,
                procedures=procedures,
                suggesters={kind: found for one in by_system for kind, found in one.result().items()},
                scheme=scheme,
                tcm=tcm,
                rules=rules,
            )

    def warm_up(self) -> None:
        """Prepare what is otherwise prepared when a record first needs it, in some two seconds.

        For a server, where no doctor should wait for it; a single record is coded sooner without. Garbage is then
        collected in larger lots, for the whole process: a record leaves few cycles, and searching all that is
        remembered for them stops everybody for some fifty milliseconds.
        """
        AssertionRules.load().compile()
        for finder in self._finders:
            finder.compile()
        procedure_order().compile()
        principal_rules().compile()
        if self._tcm:
            self._tcm.compile()
        compile_abbreviations()
        compile_wordings()
        compile_expressions()
        self.code(Record(text=_USUAL))
        gc.freeze()
        gc.set_threshold(*_COLLECTED_AT)

    def code(self, record: Record) -> Coding:
        """The coding of one record.

        Raises:
            InputError: the record cannot be coded as it is (for example, contradictory sex).
        """
        timings: dict[str, float] = {}
        with _timed(timings, "read"):
            reading = read(record)
        with _timed(timings, "suggest"):
            coded = self._suggest(reading.mentions, reading, ranked=_deciding(reading))
            phrases = self._phrases(reading)
        with _timed(timings, "evidence"):
            evidence = RecordEvidence(reading)
        with _timed(timings, "select"):
            page = self._page(coded, phrases, evidence)
            morphology = self._morphology.find(reading, page.diagnoses)
            if morphology is not None:
                page = replace(page, diagnoses=(*page.diagnoses, morphology))
        with _timed(timings, "assemble"):
            principal = next((entry.concept.code for entry in page.diagnoses if entry.role == "principal"), None)
            diagnoses = tuple(self._diagnosis(entry, reading, principal) for entry in page.diagnoses)
            procedures = tuple(self._procedure(entry, reading) for entry in page.procedures)
        with _timed(timings, "group"):
            grouping = self._scheme.group(_case(western_only(diagnoses), procedures, reading.patient, record))
        with _timed(timings, "tcm"):
            tcm = self._tcm.code(reading, western=diagnoses) if self._tcm else None
        with _timed(timings, "rules"):
            findings = self._findings(evidence, diagnoses, procedures, tcm, coded, phrases)
        timings["total"] = round(sum(timings.values()), 3)
        return Coding(
            record_id=record.id,
            diagnoses=diagnoses,
            procedures=procedures,
            principal_reason=_reason(page),
            tcm=tcm,
            findings=findings,
            grouping=grouping,
            versions=dict(self.versions),
            timings_ms=timings,
        )

    def beside(self, given: RuleInput) -> RuleInput:
        """The input of the rules for a page that a human coded, with what this coder makes of the same record.

        The systems of the page must be those of this coder.
        """
        reading = given.reading
        coded = self._suggest(reading.mentions, reading, ranked=_deciding(reading))
        phrases = self._phrases(reading)
        own = self._page(coded, phrases, given.evidence or RecordEvidence(reading))
        on_page = [item.code for item in given.page.procedures]
        # Before a procedure of the page is questioned, the model too is asked what each name of one may mean.
        done = self._suggest([one for one in reading.mentions if one.kind == "procedure"], reading)
        asked = [*(one for one in coded if one.mention.kind == "diagnosis"), *done]
        said = _with_suggestions(given, asked, phrases)
        return replace(
            said,
            selected=selected_of(own.procedures, coded=on_page),
            diagnosed=diagnosed_of(own.diagnoses),
            leading=leading_of(own, given),
            likeness=self._likeness(given.page, done, reading),
        )

    def _likeness(self, page: Page, done: Sequence[CodedMention], reading: Reading) -> Mapping[str, Likeness]:
        """How near the record comes to each code of a page; here the model is asked what every mention means."""
        there = self._suggest([one for one in reading.mentions if one.kind == "diagnosis"], reading)
        diagnoses, procedures = ([(one.mention, one.suggestion) for one in coded] for coded in (there, done))
        return {
            **likeness_of([item.code for item in page.diagnoses], diagnoses, self._diagnoses),
            **likeness_of([item.code for item in page.procedures], procedures, self._procedures),
        }

    def _page(
        self, coded: Sequence[CodedMention], phrases: Sequence[CodedMention], evidence: RecordEvidence
    ) -> FrontPage:
        return select_front_page(
            coded, phrases, evidence=evidence, system=self._diagnoses, policy_name=self.config.policy
        )

    def _suggest(
        self, mentions: Sequence[Mention], reading: Reading, *, ranked: Ranked | None = None
    ) -> list[CodedMention]:
        """What mentions mean: the ``ranked`` ones (all, if not given) by the model too, the others by name alone."""
        wordings = wordings_of(mentions, reading)
        found: dict[tuple[str, bool], dict[str, list[int]]] = {}
        for index, mention in enumerate(mentions):
            texts = found.setdefault((mention.kind, ranked is None or ranked(mention)), {})
            texts.setdefault(wordings[index], []).append(index)
        coded: dict[int, CodedMention] = {}
        for group, texts in found.items():
            for text, suggestion in zip(texts, self._suggesters[group].suggest(list(texts)), strict=True):
                for index in texts[text]:
                    coded[index] = CodedMention(mentions[index], suggestion)
        return [coded[index] for index in range(len(mentions))]

    def _phrases(self, reading: Reading) -> list[CodedMention]:
        found = [match for finder in self._finders for match in finder.find(reading)]
        open_mentions = [match.mention for match in found if match.suggestion is None]
        looked_up = iter(self._suggest(open_mentions, reading))
        return [
            next(looked_up) if match.suggestion is None else CodedMention(match.mention, match.suggestion)
            for match in found
        ]

    def _diagnosis(self, entry: DiagnosisEntry, reading: Reading, principal: str | None) -> CodedDiagnosis:
        system = load_system(MORPHOLOGY_SYSTEM) if entry.role == "morphology" else self._diagnoses
        concept = system.concept(entry.concept.code)
        is_principal = entry.role == "principal"
        return CodedDiagnosis(
            code=concept.code,
            name=concept.name,
            system=concept.system,
            role=entry.role,
            probability=entry.concept.probability,
            assertion=entry.assertion,
            is_gray=concept.is_gray,
            severity="none"
            if is_principal or entry.role == "morphology"
            else self._scheme.severity_of(concept.code, principal),
            evidence=_evidence(entry.spans, reading),
            alternatives=_alternatives(entry.alternatives),
        )

    def _procedure(self, entry: ProcedureEntry, reading: Reading) -> CodedProcedure:
        concept = self._procedures.concept(entry.concept.code)
        return CodedProcedure(
            code=concept.code,
            name=concept.name,
            system=concept.system,
            role=entry.role,
            probability=entry.concept.probability,
            assertion=entry.assertion,
            is_gray=concept.is_gray,
            evidence=_evidence(entry.spans, reading),
            alternatives=_alternatives(entry.alternatives),
        )

    def _findings(
        self,
        evidence: RecordEvidence,
        diagnoses: tuple[CodedDiagnosis, ...],
        procedures: tuple[CodedProcedure, ...],
        tcm: TcmCoding | None,
        coded: Sequence[CodedMention],
        phrases: Sequence[CodedMention],
    ) -> tuple[Finding, ...]:
        if self._rules is None:
            return ()
        page = replace(Page.of(diagnoses, procedures), tcm=_tcm_codes(tcm))
        given = RuleInput(
            reading=evidence.reading,
            page=page,
            scheme=self._scheme,
            policy=self.config.policy,
            diagnosis_system=self._diagnoses.name,
            procedure_system=self._procedures.name,
            evidence=evidence,
        )
        return self._rules.run(_with_suggestions(given, coded, phrases))


def _with_suggestions(given: RuleInput, coded: Sequence[CodedMention], phrases: Sequence[CodedMention]) -> RuleInput:
    """The input of the rules with what mentions and phrases of the record stand for."""
    found = [(one.mention, one.suggestion) for one in phrases]
    return replace(
        given,
        performed=performed_of(found, coded=[item.code for item in given.page.procedures]),
        told=told_of(found),
        proposals=proposals_of(((one.mention, one.suggestion) for one in coded), given.reading),
    )


def _suggesters(system: CodeSystem) -> dict[tuple[str, bool], Suggester]:
    """The suggesters of a system: with the model (``True``) and by name alone (``False``)."""
    return {
        (system.kind, True): shared_suggester(system.name),
        (system.kind, False): ConventionSuggester(ExactSuggester.load(system.name), system),
    }


def _deciding(reading: Reading) -> Ranked:
    """Which mentions can put a code on the front page that their own name does not give: items, and all without a list.

    Where the doctor lists the diagnoses, running text only supports them; a procedure in running text counts only when
    it is named, or when a phrase tells it.
    """
    listed = any(mention.origin == "list" and mention.kind == "diagnosis" for mention in reading.mentions)
    return lambda mention: mention.origin == "list" or not listed


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    start = perf_counter()
    try:
        yield
    finally:
        timings[stage] = round((perf_counter() - start) * 1000, 3)


def _case(
    diagnoses: Sequence[CodedDiagnosis], procedures: Sequence[CodedProcedure], patient: Patient, record: Record
) -> Case:
    return Case(
        principal=next((item.code for item in diagnoses if item.role == "principal"), None),
        others=tuple(item.code for item in diagnoses if item.role in ("other", "external_cause")),
        procedures=tuple(item.code for item in procedures if item.assertion != "historical"),
        sex=patient.sex,
        age_years=patient.age_years,
        age_days=patient.age_days,
        birth_weight_g=patient.birth_weight_g,
        los=record.encounter.los_days,
        leaving_way=record.encounter.discharge_way,
        department=record.encounter.department,
        index=record.id,
    )


def _evidence(spans: Sequence[Span], reading: Reading) -> tuple[Evidence, ...]:
    return tuple(reading.evidence(span.start, span.end) for span in spans)


def _alternatives(concepts: Sequence[ScoredConcept]) -> tuple[Alternative, ...]:
    return tuple(Alternative(code=one.code, name=one.name, probability=one.probability) for one in concepts)


def _tcm_codes(tcm: TcmCoding | None) -> TcmCodes | None:
    if tcm is None:
        return None
    return TcmCodes(
        disease=tcm.disease.code if tcm.disease else None,
        disease_name=tcm.disease.name if tcm.disease else None,
        syndrome=tcm.syndrome.code if tcm.syndrome else None,
        syndrome_name=tcm.syndrome.name if tcm.syndrome else None,
    )


def _reason(page: FrontPage) -> PrincipalReason | None:
    if page.choice is None:
        return None
    runner_up = page.choice.runner_up
    return PrincipalReason(
        policy=page.choice.policy,
        reason=page.choice.reason,
        runner_up=_alternatives([runner_up])[0] if runner_up else None,
    )
