from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from isogloss.data.dictionary import Dictionary
from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.procrustes import procrustes, spectral
from isogloss.lexicon.alignment.profiles import Profiles, seed_profiles, similarity_distributions
from isogloss.lexicon.alignment.seeds import Seeds, merged
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.self_learning.cognates import cognates
from isogloss.lexicon.self_learning.cycles import Cycles
from isogloss.lexicon.self_learning.growth import (
    MIN_RATIO,
    ChanceLevel,
    SelfLearnedPairs,
    Start,
    grow_best,
    grow_further,
    random_start,
    starts,
    try_starts,
)


def turned(count: int, d: int = 20) -> tuple[Vectors, Vectors]:
    """A language and the same turned at random."""
    random = np.random.default_rng(3)
    x = (random.standard_normal((count, d)) * np.linspace(2, 0.3, d)).astype(np.float32)
    turn = np.linalg.qr(random.standard_normal((d, d)))[0].astype(np.float32)
    words = tuple(f"w{row}" for row in range(count))
    return Vectors("en", words, x), Vectors("xx", words, x @ turn)


def test_words_that_stand_alike_to_the_seeds_are_pairs_without_any_map() -> None:
    source, target = turned(300)
    space = Space.of(source, target, 1)
    seeds = Seeds(np.arange(12), np.arange(12))
    starts = seed_profiles(space.x, space.y, seeds)
    assert len(starts) > 250
    assert (starts.source == starts.target).mean() > 0.95


def test_profiles_compare_as_the_cosines_to_known_words_do() -> None:
    random = np.random.default_rng(1)
    x, y = (random.standard_normal((30, 6)).astype(np.float32) for _ in range(2))
    pairs = Seeds(random.integers(0, 30, 12), random.integers(0, 30, 12))
    rows = random.integers(0, 30, (30, 4))
    a, b = x @ x[pairs.source].T, y @ y[pairs.target].T
    plain = np.einsum("np,nkp->nk", a, b[rows]) / np.linalg.norm(a, axis=1)[:, None] / np.linalg.norm(b, axis=1)[rows]
    assert Profiles.of(x, y, pairs).cosines(x, y[rows], rows) == pytest.approx(plain, abs=1e-4)


def test_similarities_distributed_alike_find_pairs_without_any_seed() -> None:
    source, target = turned(300)
    space = Space.of(source, target, 1)
    starts = similarity_distributions(space.x, space.y)
    assert (starts.source == starts.target).mean() > 0.9


def named(language: str, words: list[str]) -> Vectors:
    return Vectors(language, tuple(words), np.zeros((len(words), 2), np.float32))


def test_cognates_are_mutual_and_ignore_accents_and_case() -> None:
    source = named("en", ["special", "the", "market", "marketing", "medical"])
    target = named("fr", ["le", "médical", "spécial", "marketing", "Markets"])
    starts = cognates(source, target)
    pairs = {(source.words[a], target.words[b]) for a, b in zip(starts.source, starts.target, strict=True)}
    assert pairs == {("special", "spécial"), ("medical", "médical"), ("marketing", "marketing"), ("market", "Markets")}
    assert len(cognates(source, named("ja", ["市場", "医療"]))) == 0


def test_cognates_of_two_scripts_are_compared_in_latin_letters() -> None:
    source, target = named("en", ["president", "water", "moment"]), named("ru", ["вода", "момент", "президент"])
    starts = cognates(source, target)
    assert sorted(zip(starts.source.tolist(), starts.target.tolist(), strict=True)) == [(0, 2), (2, 1)]


def test_what_is_known_goes_before_what_is_guessed(
    english: Vectors, french: Vectors, english_french: Dictionary
) -> None:
    space = Space.of(english, french, 1)
    seeds = Seeds.of(english_french, english, french)
    few = seeds.only(seeds.words[:10])
    wrong = Seeds(few.source[:1], few.target[:1] + 1)
    initial = starts(space, {"seeds": few}, {"guesses": wrong})
    assert [start.name for start in initial][:2] == ["seeds", "seeds, profiles"]
    both = next(start for start in initial if start.name == "seeds + guesses")
    assert len(both.pairs.only(wrong.source)) == len(few.only(wrong.source))
    assert len(merged([few, seeds])) == len(few.extended_by(seeds)) < len(few) + len(seeds)


def test_self_learning_makes_many_pairs_of_ten_and_says_which_start_found_none() -> None:
    source, target = turned(1_500)
    space = Space.of(source, target, 1)
    few = Seeds(np.arange(10), np.arange(10))
    chance, trial = try_starts(space, [random_start(space, 100), Start("seeds", few)])
    assert trial.agreement > MIN_RATIO * chance.agreement
    grown = grow_further(space, trial, chance.agreement)
    assert (grown.pairs.source == grown.pairs.target).mean() > 0.95
    assert len(grown.pairs) > 1_400
    assert grown.start.name == "seeds"


def trial(start: Start, level: ChanceLevel, ratio: float) -> SelfLearnedPairs:
    """The pairs of a start as they are, with so many times the agreement of random ones."""
    return replace(SelfLearnedPairs.begun(start), agreement=ratio * level.trial.agreement)


def test_while_nothing_is_above_chance_the_next_start_is_grown() -> None:
    source, target = turned(1_500)
    space = Space.of(source, target, 1)
    level, few = ChanceLevel(space), Seeds(np.arange(10), np.arange(10))
    wrong = Start("wrong", Seeds.none(), Seeds(np.arange(400), np.arange(400)[::-1]))
    growth = grow_best(space, [trial(wrong, level, 1.1), trial(Start("seeds", few), level, 1.0)], level)
    assert growth.grown.start.name == "seeds"
    assert growth.above_chance
    assert (growth.grown.pairs.source == growth.grown.pairs.target).mean() > 0.95


def test_a_start_whose_pairs_lead_back_through_third_languages_goes_before_one_that_agrees_better() -> None:
    source, target = turned(1_500)
    space = Space.of(source, target, 1)
    level = ChanceLevel(space)
    right = trial(Start("right", Seeds.none(), Seeds(np.arange(400), np.arange(400))), level, 1.8)
    wrong = trial(Start("wrong", Seeds.none(), Seeds(np.arange(400), np.arange(400)[::-1])), level, 1.9)
    assert grow_best(space, [right, wrong], level).grown.start.name == "wrong"
    cycles = Cycles(Seeds(np.arange(0, 400, 2), np.arange(0, 400, 2)))
    growth = grow_best(space, [right, wrong], level, cycles=cycles)
    assert growth.grown.start.name == "right"
    assert [start.summary()["cycles"] for start in growth.trials] == [1.0, 0.0]
    assert growth.grown.cycles == 1.0


def test_few_cycles_tell_nothing() -> None:
    pairs = Seeds(np.arange(100), np.arange(100))
    assert Cycles(Seeds(np.arange(29), np.arange(29))).consistency(pairs) is None
    assert Cycles(Seeds(np.arange(40), np.arange(40) + np.arange(40) % 2)).consistency(pairs) == 0.5


def test_the_power_leaves_out_directions_that_the_pairs_do_not_support() -> None:
    random = np.random.default_rng(0)
    x = random.standard_normal((3, 8)).astype(np.float32)
    turn = np.linalg.qr(random.standard_normal((8, 8)))[0].astype(np.float32)
    even = np.ones(3, np.float32)
    full, few = (spectral(x, x @ turn, even, power) for power in (0.0, 1.0))
    np.testing.assert_allclose(full.source @ full.target.T, procrustes(x, x @ turn).matrix, atol=1e-4)
    assert np.linalg.matrix_rank(few.source, tol=1e-4) == 3
    heavy = spectral(x, x @ turn, np.array([100, 1e-3, 1e-3], np.float32), 1.0)
    assert abs(np.dot(heavy.source[:, 0], x[0] / np.linalg.norm(x[0]))) > 0.99
