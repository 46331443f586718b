"""Features of (mention, candidate name) pairs for the ranker, computed for all candidates of a mention at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from coder.suggest.attributes import Attributes
from coder.suggest.names import NameTable
from coder.suggest.ngrams import character_matrix, characters
from coder.suggest.retrieval import Retrieval
from coder.terms.system import GRAY, HEADING

Float32 = npt.NDArray[np.float32]
Int32 = npt.NDArray[np.int32]
UInt16 = npt.NDArray[np.uint16]

_WIDTH = 40
_CHARACTERS = 1 << 16
_BLOCK = 8
_SCORES = ("dense", "lexical", "near", "votes")
_TEXT = (
    "name_covered",
    "unit_covered",
    "pairs_covered",
    "unit_pairs_covered",
    "words_covered",
    "first_same",
    "last_same",
    "name_missing",
    "unit_missing",
)
_VAGUE = ("其他", "未特指", "史", "后", "伴", "和", "[", "(", ",")

BASE_FEATURES: tuple[str, ...] = (
    *(f"{score}_{place}" for score in _SCORES for place in ("whole", "best", "rank_whole", "rank_best", "behind")),
    "best_unit_is_whole",
    *(f"{text}_{place}" for text in _TEXT for place in ("whole", "best")),
    "is_phrase",
    "is_unit",
    "name_in_phrase",
    "unit_in_name",
    "name_length",
    "phrase_length",
    "unit_length",
    "units",
    "prior",
    "is_heading",
    "is_gray",
    "code_length",
    "chapter",
    *(f"vague_{number}" for number in range(len(_VAGUE))),
)


class NameFeatures:
    """What is known of each name beforehand: characters, weights of characters, code, how often it was given."""

    def __init__(self, table: NameTable, *, prior: Float32) -> None:
        self.table = table
        self.prior = prior
        self.attributes = Attributes.load()
        self.matrix = character_matrix(table.names, width=_WIDTH)
        self._length = np.array([len(name) for name in table.names], np.float32)
        counts = np.bincount(self.matrix.ravel(), minlength=_CHARACTERS)
        self._weight = (np.log(len(table.names) + 1.0) - np.log(counts + 1.0)).astype(np.float32) + 0.5
        self._weight[0] = 0.0
        self._name_weight = self._weight[self.matrix]
        codes = [table.code(number) for number in range(len(table.names))]
        flags = table.system.flags[table.row]
        # Morphology codes (M80100/3) begin with the letter of the musculoskeletal chapter: they count as their own.
        self.chapter = np.array([ord(code[0]) + (100 if "/" in code else 0) for code in codes], np.int32)
        self.category = np.unique([code[:3] for code in codes], return_inverse=True)[1].astype(np.int32)
        vague = [[word in name for word in _VAGUE] for name in table.names]
        self._static = np.column_stack(
            [
                (flags & HEADING) > 0,
                (flags & GRAY) > 0,
                [len(code) for code in codes],
                self.chapter,
                np.array(vague),
            ]
        ).astype(np.float32)
        self._masks = np.zeros((len(table.names), len(self.attributes.groups)), np.uint32)
        self._masked = np.zeros(len(table.names), bool)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the feature columns, in order."""
        return (*BASE_FEATURES, *(f"agrees_{group}" for group in self.attributes.groups), *self._query_columns())

    def _query_columns(self) -> tuple[str, ...]:
        return tuple(f"phrase_{group}" for group in self.attributes.groups)

    def masks(self, candidates: Int32) -> npt.NDArray[np.uint32]:
        """Attribute masks of names, worked out when first asked for; (candidates, groups)."""
        for number in candidates[~self._masked[candidates]].tolist():
            self._masks[number] = self.attributes.masks(self.table.names[number])
            self._masked[number] = True
        return self._masks[candidates]

    def pair_features(self, retrieval: Retrieval, candidates: Int32, words: Sequence[Sequence[str]]) -> Float32:
        """Features of each candidate; (candidates, columns). ``words`` are the segments of each unit."""
        count = len(candidates)
        best = retrieval.best_unit(candidates)
        texts = [self._text_features(unit, candidates, words[place]) for place, unit in enumerate(retrieval.units)]
        stacked = np.stack(texts)
        every = np.arange(count)
        columns: list[npt.NDArray[np.generic]] = [
            _score_features(getattr(retrieval, score)[:, candidates], best) for score in _SCORES
        ]
        columns.append((best == 0)[:, None])
        columns.append(np.stack([stacked[0, every], stacked[best, every]], axis=2).reshape(count, -1))
        columns.append(self._shape_features(retrieval.units, candidates, best))
        columns.append(np.column_stack([self.prior[candidates], self._static[candidates]]))
        query = self.attributes.masks(retrieval.units[0])
        columns.append(self.attributes.agreement(query, self.masks(candidates)))
        columns.append(np.broadcast_to(query > 0, (count, len(query))))
        return np.concatenate(columns, axis=1).astype(np.float32)

    def _text_features(self, unit: str, candidates: Int32, words: Sequence[str]) -> Float32:
        query = characters(unit)[:_WIDTH]
        rows = self.rows(candidates)
        weights = self._name_weight[candidates, : rows.shape[1]]
        same = rows[:, :, None] == query[None, None, :]
        found = _held(query)[rows]
        query_weight = self._weight[query]
        covered = same.any(axis=1)
        pairs = same[:, :-1, :-1] & same[:, 1:, 1:]
        has_pair = (rows[:, 1:] > 0).sum(axis=1)
        last = rows[
            np.arange(len(rows)), np.maximum(np.minimum(self._length[candidates], _WIDTH).astype(np.intp) - 1, 0)
        ]
        return np.column_stack(
            [
                (weights * found).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-6),
                covered @ query_weight / max(float(query_weight.sum()), 1e-6),
                pairs.any(axis=2).sum(axis=1) / np.maximum(has_pair, 1),
                pairs.any(axis=1).sum(axis=1) / max(len(query) - 1, 1),
                self._words_covered(words, candidates),
                rows[:, 0] == query[0] if len(query) else np.zeros(len(rows)),
                last == query[-1] if len(query) else np.zeros(len(rows)),
                np.max(weights * ~found, axis=1, initial=0.0),
                np.max(query_weight * ~covered, axis=1, initial=0.0),
            ]
        ).astype(np.float32)

    def rows(self, candidates: Int32) -> UInt16:
        """The characters of names without columns that none of them fills; sums go by eights, so eights are kept."""
        longest = min(int(self._length[candidates].max(initial=0.0)), _WIDTH)
        return self.matrix[candidates, : max(_BLOCK, -(-longest // _BLOCK) * _BLOCK)]

    def _words_covered(self, words: Sequence[str], candidates: Int32) -> Float32:
        """The share of a unit's characters that stand in words found whole in the name."""
        total = sum(map(len, words))
        names = self.table.names
        inside = [sum(len(word) for word in words if word in names[number]) for number in candidates.tolist()]
        return (np.array(inside) / max(total, 1)).astype(np.float32)

    def _shape_features(self, units: Sequence[str], candidates: Int32, best: npt.NDArray[np.intp]) -> Float32:
        phrase = units[0]
        lower = [unit.lower() for unit in units]
        rows = []
        for number, place in zip(candidates.tolist(), best.tolist(), strict=True):
            name = self.table.names[number].lower()
            unit = lower[place]
            rows.append(
                (
                    name == lower[0],
                    name == unit,
                    name in lower[0],
                    unit in name,
                    len(name),
                    len(phrase),
                    len(unit),
                    len(units),
                )
            )
        return np.array(rows, np.float32).reshape(len(rows), 8)


def _held(row: UInt16) -> npt.NDArray[np.bool_]:
    """For every character whether a row has it; the padding of a row is no character."""
    held = np.zeros(_CHARACTERS, bool)
    held[row] = True
    held[0] = False
    return held


def _score_features(scores: Float32, best: npt.NDArray[np.intp]) -> Float32:
    """For one score (units, candidates): whole, best unit, the ranks in both, how far behind the unit's top."""
    every = np.arange(scores.shape[1])
    ranks = np.empty(scores.shape, np.float32)
    order = np.argsort(-scores, axis=1, kind="stable")
    np.put_along_axis(ranks, order, np.arange(scores.shape[1], dtype=np.float32)[None, :], axis=1)
    top = scores.max(axis=1)
    return np.column_stack(
        [scores[0], scores[best, every], ranks[0], ranks[best, every], top[best] - scores[best, every]]
    ).astype(np.float32)


SET_FEATURES: tuple[str, ...] = (
    "first",
    "first_rank",
    "first_top",
    "first_second",
    "first_sum",
    "unit_better",
    "behind_top",
    "new_characters",
    "inside_better",
    "contains_better",
    "same_category_better",
    "overlap_better",
    "top_chapter",
    "second_chapter",
    "better_chapter_same",
)
_LEADERS = 8
_SURE = 0.2
_COVERS = 0.3


def set_features(
    features: NameFeatures, phrase: str, candidates: Int32, *, unit: npt.NDArray[np.intp], first: Float32
) -> Float32:
    """How each candidate stands among the others of its phrase; (candidates, SET_FEATURES).

    ``unit`` is the part of the phrase that each candidate is about, ``first`` its probability from the first pass. The
    likeliest few candidates are the leaders; most features compare a candidate with the leaders ranked above it.
    """
    count = len(candidates)
    order = np.argsort(-first, kind="stable")
    rank = np.empty(count, np.intp)
    rank[order] = np.arange(count)
    leaders = order[:_LEADERS]
    ordered = first[leaders]
    above = np.arange(len(leaders))[None, :] < rank[:, None]
    sure = above & (ordered > _SURE)[None, :]
    chapter, category = features.chapter[candidates], features.category[candidates]
    inside, contains, overlap = _text_relations(features, candidates, leaders[ordered > _SURE], sure)
    columns = [
        first,
        rank,
        np.full(count, ordered[0]),
        np.full(count, ordered[1] if count > 1 else 0.0),
        np.full(count, first.sum()),
        _best_above(ordered, above & (unit[:, None] == unit[leaders][None, :])),
        ordered[0] - first,
        _new_characters(features, phrase, candidates, order=order, rank=rank, first=first),
        inside,
        contains,
        _best_above(ordered, above & (category[:, None] == category[leaders][None, :])),
        overlap,
        np.full(count, chapter[leaders[0]]),
        np.full(count, chapter[leaders[1]] if count > 1 else 0),
        _best_above(ordered, above & (chapter[:, None] == chapter[leaders][None, :])),
    ]
    return np.column_stack(columns).astype(np.float32)


def _best_above(ordered: Float32, related: npt.NDArray[np.bool_]) -> Float32:
    best: Float32 = np.max(np.where(related, ordered[None, :], 0.0), axis=1, initial=0.0)
    return best


def _text_relations(
    features: NameFeatures, candidates: Int32, leaders: npt.NDArray[np.intp], sure: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_], Float32]:
    """Whether a name stands inside a leader's name or holds it, and the most that a leader's name covers of it."""
    names = [features.table.names[number] for number in candidates.tolist()]
    rows = features.matrix[candidates]
    filled = np.maximum((rows > 0).sum(axis=1), 1)
    inside = np.zeros(len(names), bool)
    contains = np.zeros(len(names), bool)
    overlap = np.zeros(len(names), np.float32)
    # Likelier leaders come first, so the sure ones are the first columns.
    for place, leader in enumerate(leaders.tolist()):
        other = names[leader]
        below = sure[:, place]
        inside |= below & np.array([name in other for name in names])
        contains |= below & np.array([other in name for name in names])
        share = _held(rows[leader])[rows].sum(axis=1) / filled
        overlap = np.maximum(overlap, np.where(below, share, 0.0)).astype(np.float32)
    return inside, contains, overlap


def _new_characters(
    features: NameFeatures,
    phrase: str,
    candidates: Int32,
    *,
    order: npt.NDArray[np.intp],
    rank: npt.NDArray[np.intp],
    first: Float32,
) -> Float32:
    """The share of a name's characters in the phrase that no sure leader above it accounts for."""
    written = characters(phrase)[:_WIDTH]
    covers = (features.rows(candidates)[:, :, None] == written[None, None, :]).any(axis=1)
    leaders = order[:_LEADERS]
    taken = np.zeros((len(leaders) + 1, len(written)), bool)
    for place, leader in enumerate(leaders.tolist()):
        taken[place + 1] = taken[place] | (covers[leader] if first[leader] > _COVERS else False)
    fresh = covers & ~taken[np.minimum(rank, len(leaders))]
    share: Float32 = (fresh.sum(axis=1) / np.maximum(covers.sum(axis=1), 1)).astype(np.float32)
    return share
