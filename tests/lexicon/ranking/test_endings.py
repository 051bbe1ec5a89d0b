"""What the ending of a candidate tells."""

from __future__ import annotations

import numpy as np
import pytest

from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.ranking.endings import STRENGTH, Endings

STEMS = [f"{first}{last}" for first in "bdfgklmnprstvz" for last in "eiou"]
SINGULAR, PLURAL = [f"{stem}ka" for stem in STEMS], [f"{stem}ki" for stem in STEMS]
ENGLISH, ENGLISH_PLURAL = [f"{stem}r" for stem in STEMS], [f"{stem}rs" for stem in STEMS]
SOURCE, TARGET = [*ENGLISH, *ENGLISH_PLURAL], [*SINGULAR, *PLURAL]
N = len(STEMS)


def endings(known: int) -> Endings:
    """Learned from the first ``known`` words in both numbers; each has its two forms as candidates."""
    rows = np.concatenate([np.arange(known), N + np.arange(known)])
    candidates = np.stack([np.arange(2 * N) % N, np.arange(2 * N) % N + N], axis=1)
    return Endings.of(SOURCE, TARGET, Seeds(rows, rows), candidates)


def odds(learned: Endings, word: str, candidate: str) -> float:
    return float(learned.paired[learned.sources([word])[0], learned.targets([candidate])[0]])


def test_the_ending_of_the_source_word_tells_the_number() -> None:
    learned = endings(known=40)
    for stem in STEMS[40:]:
        assert odds(learned, f"{stem}r", f"{stem}ka") > 1 > -1 > odds(learned, f"{stem}r", f"{stem}ki")
        assert odds(learned, f"{stem}rs", f"{stem}ki") > 1 > -1 > odds(learned, f"{stem}rs", f"{stem}ka")


def test_the_ending_alone_tells_lemmas_from_other_forms() -> None:
    rows = np.arange(40)
    candidates = np.stack([np.arange(2 * N) % N, np.arange(2 * N) % N + N], axis=1)
    learned = Endings.of(SOURCE, TARGET, Seeds(rows, rows), candidates)
    singular, plural = learned.targets(["zuzaka", "zuzaki"])
    assert learned.alone[singular] > 1 > -1 > learned.alone[plural]


def test_shares_are_those_of_the_candidates_drawn_to_those_of_shorter_endings() -> None:
    words = [f"{stem}a" for stem in STEMS] + [f"{stem}o" for stem in STEMS]
    pairs = Seeds(np.arange(N), np.arange(N))
    candidates = np.stack([np.arange(N), np.arange(N) + N], axis=1)
    learned = Endings.of([""] * N, words, pairs, candidates)
    a, o = learned.targets(["qa", "qo"])
    share = (N + STRENGTH * 0.5) / (N + STRENGTH)
    assert learned.alone[a] == pytest.approx(np.log(share / (1 - share)), rel=1e-5)
    assert learned.alone[o] == pytest.approx(-learned.alone[a], rel=1e-5)


def test_rare_endings_tell_nothing() -> None:
    learned = endings(known=4)
    assert set(learned.target) <= {"", "a", "i", "ka", "ki", "k"}
    assert learned.targets(["xyz", ""]).tolist() == [0, 0]


def test_without_candidates_all_odds_are_finite() -> None:
    learned = Endings.of(SOURCE, TARGET, Seeds.none(), np.zeros((2 * N, 0), np.int64))
    assert np.isfinite(learned.paired).all()
    assert np.isfinite(learned.alone).all()
