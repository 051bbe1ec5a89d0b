"""What endings and families of candidates tell."""

from __future__ import annotations

import numpy as np
import pytest

from isogloss.data.text.ngrams import Ngrams
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.ranking.inflection import MAX_ENDINGS, SHARPNESS, STRENGTH, Endings, family_columns

STEMS = [f"{first}{last}" for first in "bdfgklmnprstvz" for last in "eiou"]
SINGULAR, PLURAL = [f"{stem}ka" for stem in STEMS], [f"{stem}ki" for stem in STEMS]
ENGLISH, ENGLISH_PLURAL = [f"{stem}r" for stem in STEMS], [f"{stem}rs" for stem in STEMS]
SOURCE, TARGET = [*ENGLISH, *ENGLISH_PLURAL], [*SINGULAR, *PLURAL]
N = len(STEMS)


def endings(pairs: int) -> Endings:
    """Learned from the first ``known`` words in both numbers; each has its two forms as candidates."""
    rows = np.concatenate([np.arange(pairs), N + np.arange(pairs)])
    candidates = np.stack([np.arange(2 * N) % N, np.arange(2 * N) % N + N], axis=1)
    return Endings.of(SOURCE, TARGET, Seeds(rows, rows), candidates)


def odds(learned: Endings, word: str, candidate: str) -> float:
    return float(learned.paired[learned.sources([word])[0], learned.targets([candidate])[0]])


def test_the_ending_of_the_source_word_tells_the_number() -> None:
    learned = endings(pairs=40)
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
    learned = endings(pairs=4)
    assert set(learned.target) <= {"", "a", "i", "ka", "ki", "k"}
    assert learned.targets(["xyz", ""]).tolist() == [0, 0]


def test_without_candidates_all_odds_are_finite() -> None:
    learned = Endings.of(SOURCE, TARGET, Seeds.none(), np.zeros((2 * N, 0), np.int64))
    assert np.isfinite(learned.paired).all()
    assert np.isfinite(learned.alone).all()


def test_words_that_begin_alike_are_a_family() -> None:
    family = Ngrams.of(("state", "states", "stab", "status", "a", "at")).families.tolist()
    assert family[0] == family[1] == family[3]
    assert len({family[0], family[2], family[4], family[5]}) == 4


def test_a_family_shares_what_its_words_have() -> None:
    scores = np.array([[0.5, 0.4, 0.4]], np.float32)
    share, behind, size = np.moveaxis(family_columns(np.array([[7, 3, 3]]), scores, 3), -1, 0)
    weight = np.exp(SHARPNESS * scores[0])
    assert np.exp(share[0]) == pytest.approx([weight[0] / weight.sum(), *[2 * weight[1] / weight.sum()] * 2], rel=1e-5)
    assert behind[0].tolist() == [0, 0, 0]
    assert np.exp(size[0]) == pytest.approx([1, 2, 2])


def test_candidates_behind_the_first_change_nothing_for_these() -> None:
    family, scores = np.array([[7, 3, 3, 3, 5]]), np.array([[0.5, 0.4, 0.4, 0.3, 0.2]], np.float32)
    columns = family_columns(family, scores, 3)
    np.testing.assert_allclose(columns[:, :3], family_columns(family[:, :3], scores[:, :3], 3), rtol=1e-6)
    assert np.isfinite(columns).all()


def test_the_table_of_endings_is_bounded_and_keeps_the_most_frequent() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = [f"{a}{b}{c}" for a in letters for b in letters for c in letters]
    rows = np.repeat(np.arange(len(words)), 30)
    learned = Endings.of(words, words, Seeds(rows, rows), np.zeros((len(words), 0), np.int64))
    assert learned.paired.shape == (1 + MAX_ENDINGS, 1 + MAX_ENDINGS)
    assert set(letters) <= set(learned.target)
