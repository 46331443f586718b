"""The learned ranker: two gradient-boosted passes, each candidate alone and then among the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import onnxruntime

from coder.errors import ArtefactError
from coder.suggest.calibrate import Calibration
from coder.suggest.features import SET_FEATURES, NameFeatures, set_features
from coder.suggest.modeldir import ModelDirectory, open_session
from coder.suggest.retrieval import Retrieval

Float32 = npt.NDArray[np.float32]
Int32 = npt.NDArray[np.int32]


def ranker_files(family: str) -> tuple[str, str]:
    """File names of the two passes for a family of systems."""
    return f"rank-{family}-alone.onnx", f"rank-{family}-among.onnx"


class Ranker:
    """Probabilities of candidates for one family of systems; safe to share between threads."""

    def __init__(
        self, alone: onnxruntime.InferenceSession, among: onnxruntime.InferenceSession, *, calibration: Calibration
    ) -> None:
        self._alone = alone
        self._among = among
        self._calibration = calibration

    @classmethod
    def load(cls, directory: ModelDirectory, family: str, *, threads: int = 1) -> Ranker:
        """Open the ranker of a family (``diagnosis`` or ``procedure``).

        Raises:
            ArtefactError: a file is missing or damaged.
        """
        settings = directory.manifest.families[family]
        alone, among = (open_session(directory.file(name), threads=threads) for name in ranker_files(family))
        return cls(alone, among, calibration=Calibration(settings.knots, settings.levels))

    def check(self, features: NameFeatures) -> None:
        """Make sure that the model was trained on the columns that this version computes.

        Raises:
            ArtefactError: it was not.
        """
        for session, columns in ((self._alone, features.columns), (self._among, (*features.columns, *SET_FEATURES))):
            if session.get_modelmeta().custom_metadata_map.get("columns") != ",".join(columns):
                raise ArtefactError("排序模型与本软件的特征版本不符：请换用配套的模型目录，或用 coder train 重新训练")

    def probabilities(
        self,
        features: NameFeatures,
        found: Sequence[Retrieval],
        candidates: Sequence[Int32],
        words: Sequence[Sequence[Sequence[str]]],
    ) -> list[Float32]:
        """Calibrated probability of every candidate of every mention; one array a mention."""
        first_columns = [
            features.pair_features(one, names, split)
            for one, names, split in zip(found, candidates, words, strict=True)
        ]
        ends = np.cumsum([len(names) for names in candidates])[:-1]
        first = np.split(self._run(self._alone, np.concatenate(first_columns)), ends)
        among = [
            np.concatenate(
                [columns, set_features(features, one.units[0], names, unit=one.best_unit(names), first=scores)], axis=1
            )
            for columns, one, names, scores in zip(first_columns, found, candidates, first, strict=True)
        ]
        second = self._run(self._among, np.concatenate(among))
        return np.split(self._calibration.apply(second), ends)

    @staticmethod
    def _run(session: onnxruntime.InferenceSession, columns: Float32) -> Float32:
        scores: Float32 = session.run(None, {"features": columns})[0]
        return scores[:, 0]
