"""The learned ranker: boosted trees over each candidate alone, among the others, and, for a close call, read again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from coder.errors import ArtefactError
from coder.suggest.calibrate import Calibration
from coder.suggest.close import READINGS, close_columns, close_features, is_close, reading_depth, settle
from coder.suggest.cross_encoder import CrossEncoder, Reader, cross_encoder_file
from coder.suggest.differences import Differences, differences_file
from coder.suggest.features import SET_FEATURES, NameFeatures, set_features
from coder.suggest.modeldir import ModelDirectory, open_session
from coder.suggest.retrieval import Retrieval

Float32 = npt.NDArray[np.float32]
Int32 = npt.NDArray[np.int32]


def pass_files(family: str) -> tuple[str, str, str]:
    """File names of the three passes for a family of systems."""
    return f"rank-{family}-alone.onnx", f"rank-{family}-among.onnx", f"rank-{family}-close.onnx"


def ranker_files(family: str) -> frozenset[str]:
    """All files that a family's ranker may have; the cross-encoder is optional."""
    return frozenset({*pass_files(family), differences_file(family), cross_encoder_file(family)})


class Ranker:
    """Probabilities of candidates for one family of systems; safe to share between threads.

    ``readers`` read a phrase with its likeliest names once more, in the order of ``READINGS``.
    """

    def __init__(
        self,
        passes: Sequence[onnxruntime.InferenceSession],
        readers: Sequence[Reader],
        *,
        calibration: Calibration,
    ) -> None:
        self._alone, self._among, self._close = passes
        self._readers = readers
        self._depth = reading_depth(crossed=len(readers) == len(READINGS))
        self._calibration = calibration

    @classmethod
    def load(cls, directory: ModelDirectory, family: str, *, tokenizer: Tokenizer, threads: int = 1) -> Ranker:
        """Open the ranker of a family (``diagnosis`` or ``procedure``); it shares the tokenizer of the encoder.

        Raises:
            ArtefactError: a file is missing or damaged.
        """
        settings = directory.manifest.families[family]
        passes = [open_session(directory.file(name), threads=threads) for name in pass_files(family)]
        readers: list[Reader] = [Differences.load(directory, family).scores]
        if cross_encoder_file(family) in directory.manifest.files:
            readers.append(CrossEncoder.load(directory, family, tokenizer=tokenizer, threads=threads).scores)
        return cls(passes, readers, calibration=Calibration(settings.knots, settings.levels))

    def without_reading(self) -> Ranker:
        """The same ranker with its first two passes only, to show what reading close calls again adds."""
        return Ranker((self._alone, self._among, self._close), (), calibration=self._calibration)

    def check(self, features: NameFeatures) -> None:
        """Make sure that the model was trained on the columns that this version computes.

        Raises:
            ArtefactError: it was not.
        """
        read_again = close_columns(READINGS[: len(self._readers)])
        for session, more in ((self._alone, ()), (self._among, SET_FEATURES), (self._close, read_again)):
            if session.get_modelmeta().custom_metadata_map.get("columns") != ",".join((*features.columns, *more)):
                raise ArtefactError("排序模型与本软件的特征版本不符：请换用配套的模型目录，或用 coder train 重新训练")

    def probabilities(
        self,
        features: NameFeatures,
        found: Sequence[Retrieval],
        candidates: Sequence[Int32],
        words: Sequence[Sequence[Sequence[str]]],
    ) -> list[Float32]:
        """Calibrated probability of every candidate of every mention; one array a mention."""
        columns = [
            features.pair_features(one, names, split)
            for one, names, split in zip(found, candidates, words, strict=True)
        ]
        ends = np.cumsum([len(names) for names in candidates])[:-1]
        first = np.split(self._run(self._alone, np.concatenate(columns)), ends)
        among = [
            np.concatenate(
                [own, set_features(features, one.units[0], names, unit=one.best_unit(names), first=scores)], axis=1
            )
            for own, one, names, scores in zip(columns, found, candidates, first, strict=True)
        ]
        second = np.split(self._run(self._among, np.concatenate(among)), ends)
        names = features.table.names
        third = [
            self._read_again(one.units[0], [names[number] for number in numbers.tolist()], own, scores)
            for one, numbers, own, scores in zip(found, candidates, columns, second, strict=True)
        ]
        return [self._calibration.apply(scores) for scores in third]

    def _read_again(self, phrase: str, names: Sequence[str], columns: Float32, second: Float32) -> Float32:
        """The second pass's answer where it is decided, else the third's."""
        if not self._readers or not is_close(second):
            return second
        order = np.argsort(-second, kind="stable")[: self._depth]
        read = [reader(phrase, [names[place] for place in order.tolist()]) for reader in self._readers]
        described = np.concatenate([columns[order], close_features(second[order], read)], axis=1)
        return settle(second, order, self._run(self._close, described))

    @staticmethod
    def _run(session: onnxruntime.InferenceSession, columns: Float32) -> Float32:
        scores: Float32 = session.run(None, {"features": columns})[0]
        return scores[:, 0]
