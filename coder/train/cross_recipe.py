"""The cross-encoder of a family, step by step: practice on names, one model for every fold, the final one on all."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer

from coder.suggest.close import is_close
from coder.train.base import Float32
from coder.train.close import Order
from coder.train.contrastive import Progress, TokenCache, encode_array
from coder.train.cross_encoder import CrossModel, CrossSchedule, Question, cross_scores, train_cross
from coder.train.model import Encoder
from coder.train.pairs import top_rows
from coder.train.ranker import Example
from coder.train.variants import reworded

_NEAREST = 16
_WRONG = 24
_DECIDED_SHARE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossPlan:
    """Where the stages of one family are kept, under which name, and how they are trained."""

    family: str
    work: Path
    tokenizer: Tokenizer
    schedule: CrossSchedule
    report: Callable[[str, Progress], None]


def practised(plan: CrossPlan, warm: Encoder, names: Sequence[str]) -> CrossModel:
    """A cross-encoder that knows names in other wordings from the names nearest to them; uses no coded phrase."""

    vectors = encode_array(warm, TokenCache(plan.tokenizer), names, bf16=plan.schedule.bf16)
    nearest = top_rows(vectors, vectors, count=min(_NEAREST, len(names)))
    generator = random.Random(f"{plan.schedule.seed}-practice")
    questions = [
        Question(reworded(name, generator), (name,), tuple(names[row] for row in rows if names[row] != name))
        for name, rows in zip(names, nearest, strict=True)
    ]
    schedule = CrossSchedule(epochs=1, batch=24, names=5, seed=plan.schedule.seed, bf16=plan.schedule.bf16)
    return _stage(plan, "practice", warm, None, questions, schedule)


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
        others = [question for question, fold in zip(asked, fold_of, strict=True) if fold != number]
        model = _stage(plan, f"fold-{number}", warm, start, others, plan.schedule)
        shown = [
            (example.phrase, [names[candidate] for candidate in example.candidates[order].tolist()])
            for example, order, fold in zip(every, orders, fold_of, strict=True)
            if fold == number
        ]
        read += cross_scores(model, plan.tokenizer, shown, bf16=plan.schedule.bf16)
    return read, _stage(plan, "final", warm, start, asked, plan.schedule)


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
    done = plan.work / f"cross-{plan.family}-{name}.pt"
    if done.exists():
        model.load_state_dict(torch.load(done, weights_only=True))
        return model.eval()
    if start is not None:
        model.load_state_dict(start.state_dict())
    stage = f"cross-{plan.family}-{name}"
    train_cross(model, plan.tokenizer, questions, schedule=schedule, on_step=lambda step: plan.report(stage, step))
    torch.save(model.state_dict(), done)
    return model.eval()
