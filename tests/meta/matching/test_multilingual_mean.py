"""The mean over several languages: nearer to a further language than any of them is."""

from __future__ import annotations

import numpy as np
import pytest

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.normalisation import iterative_normalisation
from isogloss.meta.matching.multilingual_mean import multilingual_mean, multilingual_means

SIZE, D = 400, 24


def language(name: str, meanings: Matrix, random: np.random.Generator) -> Vectors:
    """The same meanings, rotated, with a language's own noise."""
    turn = np.linalg.qr(random.standard_normal((D, D)))[0]
    own = (meanings + 0.6 * random.standard_normal(meanings.shape)) @ turn
    return Vectors(name, tuple(f"{name}{row}" for row in range(SIZE)), own.astype(np.float32))


def gram(x: Matrix) -> Matrix:
    return np.asarray((unit(x) @ unit(x).T)[np.triu_indices(len(x), 1)])


@pytest.fixture
def world() -> dict[str, Vectors]:
    random = np.random.default_rng(0)
    meanings = random.standard_normal((SIZE, D)).astype(np.float32)
    return {name: language(name, meanings, random) for name in ("en", "fr", "fi", "de", "ja")}


def known(source: str, target: str) -> Dictionary:
    pairs = [(f"{source}{row}", f"{target}{row}") for row in range(SIZE)]
    return Dictionary.of(source, target, pairs, Origin("test"))


def test_a_multilingual_mean_is_more_similar_to_a_held_out_language(world: dict[str, Vectors]) -> None:
    mean = multilingual_mean(world["en"], [(world[name], known("en", name)) for name in ("fr", "fi", "de")], centring=5)
    own, far = (iterative_normalisation(world[name].matrix)(world[name].matrix) for name in ("en", "ja"))
    alone, together = (np.corrcoef(gram(x), gram(far))[0, 1] for x in (own, mean.vectors))
    assert together > alone + 0.08


def test_words_without_a_mean_are_rotated_into_its_axes(world: dict[str, Vectors]) -> None:
    mean = multilingual_mean(world["en"], [(world["fr"], known("en", "fr"))], centring=5)
    x = iterative_normalisation(world["en"].matrix)(world["en"].matrix)
    words = [*world["en"].words[:-10], *(f"new{row}" for row in range(10))]
    aligned = mean.aligned(words, x)
    np.testing.assert_array_equal(aligned[:-10], mean.vectors[:-10])
    assert np.einsum("nd,nd->n", aligned[-10:], mean.vectors[-10:]).min() > 0.5
    np.testing.assert_array_equal(mean.aligned(["other"] * SIZE, x), x)
    np.testing.assert_array_equal(mean.aligned(words, x[:, :5]), x[:, :5])


def test_only_languages_of_one_size_that_a_dictionary_joins_are_averaged(world: dict[str, Vectors]) -> None:
    other = Vectors("eu", world["de"].words, world["de"].matrix[:, :7])
    dictionaries = {
        ("en", "fr"): known("en", "fr"),
        ("en", "eu"): Dictionary.of("en", "eu", [("en1", "de1")], Origin("test")),
    }
    dictionaries["en", "fi"] = Dictionary.of(
        "en", "fi", [(f"en{row}", f"fi{row}") for row in range(D - 1)], Origin("short")
    )
    dictionaries["fi", "de"] = Dictionary.of("fi", "de", [("nowhere", "nirgends")], Origin("unknown words"))
    means = multilingual_means(dictionaries, {**world, "eu": other}, ("en", "fr", "eu", "fi", "de"), centring=1)
    assert set(means) == {"en", "fr"}
