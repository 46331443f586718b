"""The whole recipe on a tiny base and a small system: it runs, it resumes, what it writes serves."""

from pathlib import Path

import pytest

from coder.suggest.normalize import Normalizer
from coder.terms import load_system
from coder.train.contrastive import Pair
from coder.train.corpus import Phrase
from coder.train.recipe import Family, Plan, run
from tests.train.tiny import base_model, write_base

pytestmark = [pytest.mark.train, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

SYSTEM = "tcm-disease-nhsa-1.0"
ENCODERS = ("warm-up", "fold-0", "fold-1", "final")
CROSS_ENCODERS = tuple(f"cross-diagnosis-{stage}" for stage in ("practice", "fold-0", "fold-1", "final"))


def _plan(folder: Path) -> Plan:
    names = [name for name in load_system(SYSTEM).names if name.endswith("病")][:60]
    phrases = [Phrase(f"{number:03}", f"反复{name}待查", (name,)) for number, name in enumerate(names)]
    return Plan(
        families=[Family("diagnosis", SYSTEM, phrases, crossed=True)],
        synonyms=[Pair(name.removesuffix("病"), name) for name in names * 3],
        abbreviations=[],
        systems=[SYSTEM],
        work=folder / "work",
        output=folder / "model",
        version="tiny",
        fold_epochs=1,
        final_epochs=1,
        cross_epochs=1,
        trained_folds=2,
        threads=1,
        bf16=False,
    )


def test_the_recipe_makes_a_model_that_serves_and_resumes(tmp_path: Path) -> None:
    write_base(tmp_path / "base.bin", base_model(layers=12))
    stages: list[str] = []
    run(_plan(tmp_path), tmp_path / "base.bin", report=lambda stage, _: stages.append(stage))
    assert list(dict.fromkeys(stages)) == [*ENCODERS, *CROSS_ENCODERS]
    answer = Normalizer.load(SYSTEM, model=tmp_path / "model").normalize(["反复咳嗽病待查"])[0]
    assert answer.candidates
    stages.clear()
    run(_plan(tmp_path), tmp_path / "base.bin", report=lambda stage, _: stages.append(stage))
    assert stages == []
