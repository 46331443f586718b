"""Contrastive training: it learns, the same seed gives the same weights, an interrupted run goes on."""

from pathlib import Path

import pytest
import torch

from coder.train.contrastive import Pair, Progress, Schedule, TokenCache, batch_loss, encode_array, train
from coder.train.model import Encoder, encoder_from_base
from coder.train.vocabulary import build_tokenizer, prune
from tests.train.tiny import base_model

pytestmark = pytest.mark.train

PAIRS = [
    Pair("急性阑尾炎", "阑尾炎", negatives=("胃炎",)),
    Pair("血压高", "高血压", variants=("高血",)),
    Pair("慢性胃炎", "胃炎", also_right=frozenset({"慢性胃炎"})),
    Pair("骨折病", "骨折"),
] * 4


def _fresh() -> tuple[Encoder, TokenCache]:
    pruned = prune(base_model())
    torch.manual_seed(1)
    return encoder_from_base(pruned, layers=[0, 1], dimension=16), TokenCache(build_tokenizer(pruned), longest=12)


def _schedule(epochs: int) -> Schedule:
    return Schedule(epochs=epochs, batch=4, learning_rate=1e-3)


def test_the_loss_falls() -> None:
    model, cache = _fresh()
    losses: list[float] = []
    train(
        model, cache, lambda _: PAIRS, schedule=_schedule(12), bf16=False, on_step=lambda step: losses.append(step.loss)
    )
    assert sum(losses[-4:]) < sum(losses[:4])


def test_the_same_seed_gives_the_same_weights() -> None:
    states = []
    for _ in range(2):
        model, cache = _fresh()
        train(model, cache, lambda _: PAIRS, schedule=_schedule(2), bf16=False)
        states.append(model.state_dict())
    assert all(torch.equal(one, other) for one, other in zip(states[0].values(), states[1].values(), strict=True))


def test_an_interrupted_run_goes_on_after_its_last_epoch(tmp_path: Path) -> None:
    class StopRunError(Exception):
        pass

    seen: list[int] = []

    def pairs(epoch: int) -> list[Pair]:
        seen.append(epoch)
        if seen == [0, 1]:
            raise StopRunError
        return PAIRS

    model, cache = _fresh()
    with pytest.raises(StopRunError):
        train(model, cache, pairs, schedule=_schedule(3), bf16=False, checkpoint=tmp_path / "state.pt")
    model, cache = _fresh()
    steps: list[Progress] = []
    train(
        model, cache, pairs, schedule=_schedule(3), bf16=False, checkpoint=tmp_path / "state.pt", on_step=steps.append
    )
    assert seen == [0, 1, 1, 2]
    assert (steps[0].step, steps[-1].step, steps[-1].steps) == (5, 12, 12)


def test_names_that_are_also_right_are_no_negatives() -> None:
    queries = torch.eye(2)
    names = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    nothing = torch.zeros(2, 3, dtype=torch.bool)
    right = nothing.clone()
    right[0, 2] = True
    assert batch_loss(queries, names, right=right, temperature=0.05) < batch_loss(
        queries, names, right=nothing, temperature=0.05
    )


def test_padding_does_not_change_a_vector() -> None:
    model, cache = _fresh()
    alone = encode_array(model, cache, ["高血压"], bf16=False)
    beside = encode_array(model, cache, ["高血压", "急性阑尾炎慢性胃炎骨折"], bf16=False)
    assert float((alone[0] * beside[0]).sum()) == pytest.approx(1.0, abs=1e-5)
