"""Comparison of candidates with known translations into third languages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.presets import METHODS
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.third_languages import PROPOSALS, TRANSLATIONS, ThirdFit, ThirdLanguage, ThirdLanguages
from isogloss.lexicon.alignment.vecmap import vecmap
from isogloss.lexicon.ranking.candidates import Candidates
from isogloss.lexicon.ranking.features import FEATURES, THIRD
from isogloss.lexicon.ranking.fit import Fit
from isogloss.lexicon.search.direction import CANDIDATES

WORDS, DIMENSIONS = 300, 16
KNOWN = 200  # words of the source that the third language translates


@pytest.fixture(scope="module")
def space() -> Space:
    """Word i translates word i; the source has vectors that are mostly noise, the third language has clean ones."""
    random = np.random.default_rng(0)
    shared = random.standard_normal((WORDS, DIMENSIONS)).astype(np.float32)
    rotation, _ = np.linalg.qr(random.standard_normal((DIMENSIONS, DIMENSIONS)))
    source = shared + 1.2 * random.standard_normal(shared.shape).astype(np.float32)
    words = tuple(f"{number}" for number in range(WORDS))
    made = Space.of(Vectors("en", words, source), Vectors("xx", words[::-1], (shared @ rotation).astype(np.float32)), 1)
    translations = np.full((WORDS, TRANSLATIONS), -1)
    translations[:KNOWN, 0] = np.arange(KNOWN)
    third = ThirdLanguage("fr", Space.of(Vectors("fr", words, shared), made.target, 1).x, translations)
    return replace(made, third=(third,))


@pytest.fixture(scope="module")
def third(space: Space) -> ThirdLanguages:
    pairs = Seeds(np.arange(0, KNOWN, 2), np.arange(0, KNOWN, 2))
    return ThirdLanguages.of(space.third, space.y, vecmap, pairs)


def test_a_translation_into_a_third_language_finds_the_word_that_noise_hides(third: ThirdLanguages) -> None:
    rows = np.arange(1, KNOWN, 2)  # none of them was in the pairs
    none = np.full((len(rows), 1), -1)
    assert (third.proposals(rows, none)[:, 0] == rows).mean() > 0.95
    assert not (third.proposals(rows, rows[:, None]) == rows[:, None]).any()  # a candidate is not proposed again
    candidates = np.stack([rows, (rows + 7) % WORDS], axis=1)
    features = third.features(rows, candidates)
    mean, largest, smallest, behind, count = features.transpose(2, 0, 1)
    assert (mean[:, 0] > mean[:, 1]).mean() > 0.95
    assert (mean == largest).all()
    assert (mean == smallest).all()
    assert behind.max(axis=1) == pytest.approx(0)
    assert (count == 1).all()


def test_csls_is_that_of_its_formula(third: ThirdLanguages) -> None:
    (fit,) = third.fits
    cosine = fit.x @ fit.y.T
    densities = np.sort(cosine, axis=1)[:, -10:].mean(axis=1), np.sort(cosine, axis=0)[-10:].mean(axis=0)
    expected = 2 * cosine[5, 9] - densities[0][5] - densities[1][9]
    assert fit.scores(np.array([[5]]), np.array([[9]]))[0, 0] == pytest.approx(expected, abs=1e-4)


def test_a_word_that_no_third_language_knows_has_no_features_and_no_proposals(third: ThirdLanguages) -> None:
    rows = np.array([KNOWN + 3, -1])
    candidates = np.zeros((2, 4), np.int64)
    assert (third.proposals(rows, candidates) == -1).all()
    assert np.isnan(third.features(rows, candidates)[..., :-1]).all()
    assert (third.features(rows, candidates)[..., -1] == 0).all()


def test_the_other_direction_compares_the_same_pairs(third: ThirdLanguages) -> None:
    forward = third.features(np.array([4]), np.array([[4, 9, 250]]))
    backward = third.reversed().features(np.array([9]), np.array([[4]]))
    assert backward[0, 0, :3] == pytest.approx(forward[0, 1, :3])
    assert (third.reversed().proposals(np.array([4]), np.array([[9]])) == -1).all()


def test_several_languages_are_averaged_and_the_one_without_the_word_does_not_count(third: ThirdLanguages) -> None:
    (fit,) = third.fits
    other = fit._replace(translations=np.where(np.arange(WORDS)[:, None] < 10, fit.translations, -1), x=-fit.x)
    both = ThirdLanguages((fit, other)).features(np.array([4, 20]), np.array([[4, 9], [20, 9]]))
    alone = [ThirdLanguages((part,)).features(np.array([4]), np.array([[4, 9]])) for part in (fit, other)]
    values = np.stack([name[0, :, 0] for name in alone])
    np.testing.assert_allclose(both[0, :, 0], values.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(both[0, :, 1], values.max(axis=0))
    np.testing.assert_allclose(both[0, :, 2], values.min(axis=0))
    assert both[0, 0, 4] == 2
    assert both[1, 0, 4] == 1
    assert both[1, 0, 0] == both[1, 0, 1] == both[1, 0, 2]


def test_too_few_pairs_make_no_map(space: Space) -> None:
    none = ThirdLanguages.of(space.third, space.y, vecmap, Seeds(np.arange(20), np.arange(20)))
    assert none.fits == ()
    queries = np.arange(3)
    assert (none.proposals(queries, queries[:, None]) == -1).all()
    assert np.isnan(none.features(queries, queries[:, None])[..., :-1]).all()


def test_candidates_hold_what_third_languages_propose(space: Space) -> None:
    method = replace(METHODS["self-trained"].untuned(), corrected=False, spelling=False)
    pairs = Seeds(np.arange(0, KNOWN, 2), np.arange(0, KNOWN, 2))
    candidates, rows = {}, {}
    for name, part in {"with": space, "without": replace(space, third=())}.items():
        fit = Fit.of(part, method, pairs)
        made = Candidates.of(fit.extractor(fit.direction(part), part), np.arange(1, KNOWN, 2), part.source.words)
        candidates[name] = (made.rows == made.words[:, None]).any(axis=1).mean()
        assert made.features.shape[-1] == len(FEATURES)
        assert np.isfinite(made.features[..., FEATURES.index(THIRD[0])]).any() == (name == "with")
        assert made.rows.shape[1] == CANDIDATES + PROPOSALS * (name == "with")
        assert all(len({*line}) == len(line) for line in made.rows.tolist())
        rows[name] = made.rows
    assert (rows["with"][:, :CANDIDATES] == rows["without"]).all()  # they are added, nothing gives way
    assert candidates["with"] > 0.95 > candidates["without"] + 0.05


def test_they_are_the_same_after_a_file(third: ThirdLanguages) -> None:
    again = ThirdLanguages.from_tensors(third.tensors())
    assert again is not None
    rows = np.arange(30)
    candidates = np.arange(60).reshape(30, 2)
    np.testing.assert_allclose(again.features(rows, candidates), third.features(rows, candidates), atol=5e-3)
    assert again.proposals(rows, candidates).shape == (30, PROPOSALS)
    assert ThirdLanguages.from_tensors({"pairs": np.zeros(3)}) is None
    torn = third.tensors() | {"third_0_translations": np.full((WORDS, TRANSLATIONS), WORDS, np.int32)}
    with pytest.raises(ValueError, match="beyond the end of their vectors"):
        ThirdLanguages.from_tensors(torn)
    assert isinstance(again.fits[0], ThirdFit)
