"""The cross-encoder of a family, step by step: practice, one model for every fold, the final one on all.

It practises on names in other wordings, alone and two at a time, and on the coded phrases of the other families.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path

import torch
from tokenizers import Tokenizer

from coder.suggest.close import is_close
from coder.suggest.normalize import prepare
from coder.suggest.parts import clean
from coder.suggest.shorthand import written_out
from coder.train.base import Float32
from coder.train.close import Order
from coder.train.contrastive import Progress, TokenCache, encode_array
from coder.train.corpus import Phrase
from coder.train.cross_encoder import CrossModel, CrossSchedule, Question, cross_scores, train_cross
from coder.train.model import Encoder
from coder.train.pairs import top_rows
from coder.train.ranker import Example
from coder.train.variants import joined, reworded

_NEAREST = 16
_WRONG = 24
_DECIDED_SHARE = 0.3
_TOGETHER_SHARE = 0.1
_SHORT = 20
_MOST_RIGHT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossPlan:
    """Where the stages of one family are kept, under which name, and how they are trained."""

    family: str
    work: Path
    tokenizer: Tokenizer
    schedule: CrossSchedule
    report: Callable[[str, Progress], None]

    def file(self, stage: str) -> str:
        """The file in the working folder that a finished stage is kept in."""
        return f"cross-{self.family}-{stage}.pt"


@dataclass(frozen=True, slots=True)
class Coded:
    """Phrases coded in another system, and that system's names."""

    phrases: Sequence[Phrase]
    names: Sequence[str]
    family: str


def practised(plan: CrossPlan, warm: Encoder, names: Sequence[str], others: Sequence[Coded]) -> CrossModel:
    """A cross-encoder that has read names in other wordings and phrases of other families, but none of its own."""
    schedule = CrossSchedule(epochs=1, batch=24, names=5, seed=plan.schedule.seed, bf16=plan.schedule.bf16)
    stage = partial(_stage, plan, "practice", warm, None, schedule=schedule)
    if (plan.work / plan.file("practice")).exists():
        return stage([])
    generator = random.Random(f"{plan.schedule.seed}-practice")
    plain = _about_names(plan, warm, names, generator)
    questions = plain + together(plain, count=round(len(plain) * _TOGETHER_SHARE), generator=generator)
    for other in others:
        questions += _about_phrases(plan, warm, other)
    return stage(questions)


def _about_names(plan: CrossPlan, warm: Encoder, names: Sequence[str], generator: random.Random) -> list[Question]:
    vectors = encode_array(warm, TokenCache(plan.tokenizer), names, bf16=plan.schedule.bf16)
    nearest = top_rows(vectors, vectors, count=min(_NEAREST, len(names)))
    return [
        Question(reworded(name, generator), (name,), tuple(names[row] for row in rows if names[row] != name))
        for name, rows in zip(names, nearest, strict=True)
    ]


def _about_phrases(plan: CrossPlan, warm: Encoder, other: Coded) -> list[Question]:
    cache, bf16 = TokenCache(plan.tokenizer), plan.schedule.bf16
    texts = [written_out(prepare(phrase.text), family=other.family) for phrase in other.phrases]
    rows = top_rows(
        encode_array(warm, cache, texts, bf16=bf16),
        encode_array(warm, cache, other.names, bf16=bf16),
        count=min(_NEAREST, len(other.names)),
    )
    known = frozenset(other.names)
    questions = []
    for text, phrase, nearest in zip(texts, other.phrases, rows, strict=True):
        right = tuple(name for name in dict.fromkeys(map(clean, phrase.names)) if name in known)[:_MOST_RIGHT]
        wrong = tuple(other.names[row] for row in nearest if other.names[row] not in right)
        if right:
            questions.append(Question(text, right, wrong))
    return questions


def together(questions: Sequence[Question], *, count: int, generator: random.Random) -> list[Question]:
    """Questions about two short phrases at a time: the right names of both are right, what is wrong for each is wrong.

    Phrases of several operations are rare among the coded ones; here the model learns to say yes to both.
    """
    short = [one for one in questions if len(one.right) == 1 and len(one.phrase) <= _SHORT]
    made = []
    for _ in range(count if len(short) > 1 else 0):
        pair = generator.sample(short, 2)
        right = tuple(dict.fromkeys(name for one in pair for name in one.right))
        mixed = (name for two in zip_longest(*(one.wrong for one in pair)) for name in two)
        wrong = tuple(dict.fromkeys(name for name in mixed if name is not None and name not in right))
        made.append(Question(joined([one.phrase for one in pair], generator), right, wrong[:_WRONG]))
    return made


def fold_scores(
    plan: CrossPlan,
    warm: Encoder,
    start: CrossModel,
    folds: Sequence[Sequence[Example]],
    second: Sequence[Float32],
    orders: Sequence[Order],
    names: Sequence[str],
) -> tuple[list[Float32], CrossModel]:
    """Scores of the candidates that are read again, each by a model that did not see the phrase, and the final model.

    ``second`` and ``orders`` are of all examples, fold after fold.
    """
    every = [example for fold in folds for example in fold]
    fold_of = [number for number, fold in enumerate(folds) for _ in fold]
    asked = [_question(example, scores, names) for example, scores in zip(every, second, strict=True)]
    read: list[Float32] = []
    for number in range(len(folds)):
        others = _with_pairs([question for question, fold in zip(asked, fold_of, strict=True) if fold != number], plan)
        model = _stage(plan, f"fold-{number}", warm, start, others, plan.schedule)
        shown = [
            (example.phrase, [names[candidate] for candidate in example.candidates[order].tolist()])
            for example, order, fold in zip(every, orders, fold_of, strict=True)
            if fold == number
        ]
        read += cross_scores(model, plan.tokenizer, shown, bf16=plan.schedule.bf16)
    return read, _stage(plan, "final", warm, start, _with_pairs(asked, plan), plan.schedule)


def _with_pairs(questions: Sequence[Question], plan: CrossPlan) -> list[Question]:
    generator = random.Random(f"{plan.schedule.seed}-together")
    return [*questions, *together(questions, count=round(len(questions) * _TOGETHER_SHARE), generator=generator)]


def _question(example: Example, second: Float32, names: Sequence[str]) -> Question:
    order = sorted(range(len(second)), key=lambda place: -second[place])
    right = tuple(names[example.candidates[place]] for place in order if example.right[place])
    wrong = tuple(names[example.candidates[place]] for place in order if not example.right[place])
    return Question(example.phrase, right, wrong[:_WRONG], 1.0 if is_close(second) or not right else _DECIDED_SHARE)


def _stage(
    plan: CrossPlan,
    name: str,
    warm: Encoder,
    start: CrossModel | None,
    questions: Sequence[Question],
    schedule: CrossSchedule,
) -> CrossModel:
    """Train one cross-encoder, or take it from the working folder when an earlier run finished it."""
    torch.manual_seed(schedule.seed)
    twin = Encoder(warm.config)
    twin.load_state_dict(warm.state_dict())
    model = CrossModel(twin)
    done = plan.work / plan.file(name)
    if done.exists():
        model.load_state_dict(torch.load(done, weights_only=True))
        return model.eval()
    if start is not None:
        model.load_state_dict(start.state_dict())
    stage = f"cross-{plan.family}-{name}"
    train_cross(model, plan.tokenizer, questions, schedule=schedule, on_step=lambda step: plan.report(stage, step))
    torch.save(model.state_dict(), done)
    return model.eval()
