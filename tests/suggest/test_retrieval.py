"""Scores of names for a mention: remembered phrases, aliases, the choice of candidates."""

import numpy as np

from coder.suggest.retrieval import Memory, Retrieval, fold_aliases


def test_votes_go_to_the_names_of_the_nearest_phrases() -> None:
    memory = Memory(starts=np.array([0, 2, 3], np.int32), labels=np.array([0, 2, 2], np.int32))
    best, total = memory.votes(np.array([0.9, 0.6], np.float32), names=4)
    assert best.tolist() == [np.float32(0.9), 0.0, np.float32(0.9), 0.0]
    assert total[2] > total[0] > 0.0


def test_labels_that_the_system_has_no_name_for_do_not_vote() -> None:
    memory = Memory(starts=np.array([0, 1], np.int32), labels=np.array([-1], np.int32))
    best, total = memory.votes(np.array([0.9], np.float32), names=2)
    assert not best.any()
    assert not total.any()


def test_an_empty_memory_votes_for_nothing() -> None:
    memory = Memory(starts=np.array([0], np.int32), labels=np.zeros(0, np.int32))
    best, _ = memory.votes(np.zeros(0, np.float32), names=2)
    assert not best.any()


def test_a_name_takes_the_best_score_of_its_aliases() -> None:
    scores = np.array([[0.1, 0.2, 0.9]], np.float32)
    owner = np.array([0, 1, 0], np.int32)
    assert fold_aliases(scores, owner=owner, names=2).tolist() == [[np.float32(0.9), np.float32(0.2)]]


def test_candidates_are_the_best_of_every_score_once() -> None:
    zeros = np.zeros((1, 100), np.float32)
    dense, lexical = zeros.copy(), zeros.copy()
    dense[0, 7], lexical[0, 7], lexical[0, 9] = 0.8, 0.5, 0.4
    found = Retrieval(["高血压"], dense=dense, lexical=lexical, near=zeros, votes=zeros)
    assert found.candidates().tolist() == [7, 9]


def test_the_best_unit_is_the_one_with_the_nearest_vector() -> None:
    dense = np.array([[0.2, 0.9], [0.8, 0.1]], np.float32)
    found = Retrieval(["甲伴乙", "甲"], dense=dense, lexical=dense, near=dense, votes=dense)
    assert found.best_unit(np.array([0, 1], np.int32)).tolist() == [1, 0]
