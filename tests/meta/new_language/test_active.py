from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from isogloss.cli import app
from isogloss.data.dictionary import Dictionary
from isogloss.data.numerics.normalisation import unit
from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.data.vectors import Matrix, Vectors
from isogloss.meta.learners import Episode
from isogloss.meta.new_language.active import coverage, demand, guesses_of, seed_candidates, suggest
from isogloss.meta.new_language.adaptation import Adapted, adapt_to_language
from isogloss.meta.training.checkpoint import save
from isogloss.meta.training.run import begin, finish
from tests.meta.conftest import SMALL

NONE = np.empty(0, np.int64)


def islands() -> Matrix:
    """Ten words in each of four places far apart."""
    random = np.random.default_rng(0)
    places = np.repeat(np.eye(4, 8), 10, axis=0) + 0.1 * random.standard_normal((40, 8))
    return unit(places.astype(np.float32))


def test_every_place_gets_a_seed_before_any_gets_two() -> None:
    x = islands()
    every = np.arange(40)
    assert {choice.row // 10 for choice in coverage(x, demand(x), every, NONE, 4)} == {0, 1, 2, 3}


def test_places_with_a_seed_or_with_probable_translations_get_no_further_seed() -> None:
    x = islands()
    every, seeds = np.arange(40), np.array([3, 14])
    assert {choice.row // 10 for choice in coverage(x, demand(x), every, seeds, 2)} == {2, 3}
    probability = np.where(every < 30, 0.99, 0.1)
    (first,) = coverage(x, demand(x, probability=probability), every, NONE, 1)
    assert first.row // 10 == 3


@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 12))
def test_gains_never_grow_and_no_word_is_chosen_twice(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    x = unit(random.standard_normal((30, 5)).astype(np.float32))
    seeds, allowed = np.array([1, 2]), np.arange(10)
    rows = [choice.row for choice in coverage(x, demand(x), allowed, seeds, count)]
    assert len(set(rows)) == len(rows) == min(count, 8)
    assert not set(rows) & {1, 2}
    near = np.maximum(x @ x.T, 0) ** 3
    covered = [near[:, [*seeds, *rows[:n]]].max(axis=1).sum() for n in range(len(rows) + 1)]
    steps = np.diff(covered)
    assert (np.diff(steps) <= 1e-4).all()  # each word covers no more than the one before it


def test_the_most_frequent_words_are_not_suggested() -> None:
    english = sample_vectors("en")
    words = {suggestion.word for suggestion in suggest(english, 20)}
    assert not words & {"the", "of", "and", "to"}
    assert not {"the", "of", "and", "to"} & {english.words[row] for row in seed_candidates(len(english)).tolist()}


@pytest.fixture(scope="module")
def adapted(
    episodes: tuple[Episode, ...], vectors: dict[str, Vectors], dictionaries: Mapping[tuple[str, str], Dictionary]
) -> Adapted:
    gold = dictionaries["en", "fr"].lowercased().within(vectors["en"], vectors["fr"])
    seeds = Dictionary.of("en", "fr", [(word, gold.by_source[word][0]) for word in list(gold.by_source)[::3]])
    return adapt_to_language(finish(begin(episodes, SMALL), episodes), vectors["en"], vectors["fr"], seeds)


def test_suggestions_give_the_nearest_seed_and_the_model_s_translation(
    adapted: Adapted, vectors: dict[str, Vectors]
) -> None:
    english = vectors["en"]
    seed_words = [english.words[row] for row in adapted.seeds.words.tolist()]
    suggestions = suggest(english, 6, known=seed_words, guesses=guesses_of(adapted, len(english)))
    assert len({suggestion.word for suggestion in suggestions}) == 6
    assert not {suggestion.word for suggestion in suggestions} & set(seed_words)
    for one in suggestions:
        assert english.words[one.frequency_rank - 1] == one.word
        assert 0 < one.gain < 1
        assert one.nearest in seed_words
        assert 0 <= one.probability <= 1
        assert one.guess in vectors["fr"]
    bare = suggest(english, 6)
    assert {(suggestion.nearest, suggestion.guess) for suggestion in bare} == {("", "")}


def test_the_commands_suggest_words_and_explain_a_translation(episodes: tuple[Episode, ...], tmp_path: Path) -> None:
    model = tmp_path / "model"
    save(finish(begin(episodes, SMALL), episodes), model)
    pair = ["--source-lang", "en", "--target-lang", "fi"]
    first = json.loads(run("adapt", str(model), *pair, "--max-vocab", "600", "--suggest", "10", "--json"))
    assert len(first) == 10
    assert all(suggestion["nearest"] == "" for suggestion in first)
    seeds = tmp_path / "seeds.tsv"
    gold = (
        sample_dictionary("en", "fi")
        .lowercased()
        .within(sample_vectors("en").first(1000), sample_vectors("fi").first(1000))
    )
    query, *seed_words = list(gold.by_source)[:13]
    seeds.write_text("".join(f"{word}\t{gold.by_source[word][0]}\n" for word in seed_words), "utf-8")
    rows = run("adapt", str(model), *pair, "--max-vocab", "1000", "--seeds", str(seeds), "--suggest", "3").splitlines()
    assert rows[0].split("\t") == ["word", "rank", "gain", "nearest seed", "similarity", "guess", "probability"]
    assert len(rows) == 4
    turned = tmp_path / "turned.tsv"
    turned.write_text("".join(f"{gold.by_source[word][0]}\t{word}\n" for word in seed_words), "utf-8")
    assert (
        run("adapt", str(model), *pair, "--max-vocab", "1000", "--seeds", str(turned), "--suggest", "3").splitlines()
        == rows
    )
    command = ["explain", str(model), query, *pair, "--max-vocab", "1000", "--seeds", str(seeds)]
    printed = run(*command, "--features", "3")
    assert printed.startswith(f"{query} → ")
    assert "other features" in printed
    assert "nearest seeds:" in printed
    right = gold.by_source[query][0]
    explanation = json.loads(run(*command, "--as", right, "--json"))
    assert (explanation["source"], explanation["target"], explanation["seed"]) == (query, right, False)
    assert 0 < len(explanation["seeds"]) <= 5


def test_adapting_without_suggestions_needs_seeds_and_an_output_file(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["meta", "ranker", "adapt", str(tmp_path), "--source-lang", "en", "--target-lang", "fi"]
    )
    assert result.exit_code == 2
    assert "--suggest" in result.output
    pair = ["--source-lang", "en", "--target-lang", "fi"]
    writing = ["meta", "ranker", "adapt", str(tmp_path), *pair, "--suggest", "3", "--out", str(tmp_path / "x")]
    assert CliRunner().invoke(app, writing).exit_code == 2


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["meta", "ranker", *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout
