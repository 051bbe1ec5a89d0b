from __future__ import annotations

import numpy as np
import pytest

from isogloss.lexicon.induction.entries import COLUMNS, Entries, ordered, select
from isogloss.lexicon.induction.ranked import Ranked
from isogloss.lexicon.induction.selection import Selection

SOURCES, TARGETS = ("dog", "cat", "zyzzyva"), ("chien", "chat", "le")


@pytest.fixture
def entries() -> Entries:
    return select(
        SOURCES,
        TARGETS,
        Ranked(
            np.array([[0, 2], [1, 2], [2, 0]]),
            np.array([[0.5, 0.1], [0.3, 0.4], [0.1, 0.0]], np.float32),
            np.array([[0.9, 0.2], [0.8, 0.3], [0.1, 0.05]], np.float32),
            np.zeros(3, np.float32),
        ),
        np.array([[0, 1], [1, 0], [2, 1]]),
        selection=Selection(min_probability=0.2),
    )


def test_candidates_stand_by_probability_or_as_they_came() -> None:
    probability = np.array([[0.2, 0.9, 0.5]], np.float32)
    assert ordered(probability, reorder=True).tolist() == [[1, 2, 0]]
    assert ordered(probability, reorder=False).tolist() == [[0, 1, 2]]


def test_pairs_come_by_source_and_then_by_probability(entries: Entries) -> None:
    assert [(entry.source, entry.target, round(entry.probability, 2)) for entry in entries] == [
        ("dog", "chien", 0.9),
        ("dog", "le", 0.2),
        ("cat", "chat", 0.8),
        ("cat", "le", 0.3),
    ]


def test_a_pair_keeps_the_ranks_both_ways(entries: Entries) -> None:
    first, beyond, second, last = entries
    assert (first.rank, first.rank_backward, first.mutual) == (1, 1, True)
    assert (second.rank, second.rank_backward, second.mutual) == (1, 1, True)
    assert (beyond.rank, beyond.rank_backward, beyond.mutual) == (2, 0, False)
    assert (last.rank, last.rank_backward, last.mutual) == (2, 2, False)


def test_a_word_without_a_probable_pair_stays_out(entries: Entries) -> None:
    assert "zyzzyva" not in entries.source
    assert len(entries) == 4


def test_what_is_written_is_expected_to_be_right_as_often_as_its_probabilities_say(entries: Entries) -> None:
    assert entries.expected_right == round(0.9 + 0.2 + 0.8 + 0.3)
    assert {goal: (goal_pairs.pairs, goal_pairs.precision) for goal, goal_pairs in entries.goals.items()} == {
        "precision": (2, 0.85),
        "recall": (4, 0.55),
        "f1": (2, 0.85),
    }


def test_the_table_has_a_header_and_a_line_for_each_pair(entries: Entries) -> None:
    header, first, *others = entries.lines()
    assert header == "\t".join(COLUMNS) + "\n"
    assert first == "dog\tchien\t0.5000\t0.9000\t1\t1\t1\t\n"
    assert len(others) == 3


def test_the_dictionary_weighs_pairs_by_probability_and_keeps_the_evidence(entries: Entries) -> None:
    dictionary = entries.dictionary("en", "fr")
    assert (dictionary.origin.kind, len(dictionary)) == ("induced", 4)
    first = dictionary.pairs[0]
    assert (first.source, first.target, first.weight) == ("dog", "chien", 0.9)
    assert first.evidence == {"csls": 0.5, "rank": 1, "rank_backward": 1}
