from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.fixed_prior import FixedPrior
from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import CheckpointError
from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.induction.pipeline import Settings
from isogloss.lexicon.self_learning.resources import Resources
from isogloss.lexicon.self_learning.training_pairs import TrainingPairs, collect_training_pairs
from isogloss.meta.matching.pretrained import pretrained_prior
from isogloss.meta.matching.soft_assignment import PAIR_FEATURES


def test_the_bundled_prior_holds_no_word() -> None:
    prior = pretrained_prior()
    assert prior.languages == ("en", "fi", "fr", "ja")
    assert prior.weights.rounds.shape[1:] == (len(PAIR_FEATURES), 3)
    assert not prior.means
    assert prior.ranker is None


def rotated(english: Vectors) -> Vectors:
    """The same vectors in other axes, of words of no language."""
    size, d = english.matrix.shape
    rotation = np.linalg.qr(np.random.default_rng(0).standard_normal((d, d)))[0].astype(np.float32)
    return Vectors("ja", tuple(f"<{row}>" for row in range(size)), english.matrix @ rotation)


@pytest.mark.parametrize("wrong", [False, True])
def test_a_fallback_is_asked_only_where_no_start_is_above_chance(wrong: bool) -> None:
    sample = sample_vectors("en").first(300)
    english = replace(sample, matrix=np.ascontiguousarray(sample.matrix[:, :30]))
    other = rotated(english)
    space, gold = Space.of(english, other, 5), Seeds(np.arange(100), np.arange(100))
    pairs = [(english.words[row], other.words[row + 7 * wrong]) for row in range(100, 110)]
    seeds = Dictionary.of("en", "ja", pairs)
    calls = list[str]()

    def collected(initial: Seeds) -> TrainingPairs:
        def fallback() -> FixedPrior:
            calls.append("fallback")
            return FixedPrior("fallback", None, initial)

        return collect_training_pairs(space, Settings().recipe(), seeds, Resources(fallback=fallback), cut=300)

    training_pairs = collected(gold)
    assert training_pairs.above_chance
    assert calls == ["fallback"] * wrong
    assert training_pairs.account["origin"] == ("fallback" if wrong else "seeds")
    if wrong:
        assert training_pairs.trials[-1]["start"] == "fallback"
        assert len(training_pairs.pairs) > 200
        assert collected(Seeds.none()).account["origin"] != "fallback"  # without initial pairs there is no start


def test_it_finds_japanese_words_from_ten_english_ones() -> None:
    english, japanese = sample_vectors("en"), sample_vectors("ja")
    space = Space.of(english, japanese, 5)
    gold = Seeds.of(sample_dictionary("en", "ja"), english, japanese)
    few = gold.only(gold.words[:10])
    initial = pretrained_prior().initial_pairs(space, few).only(gold.words)
    pairs = zip(initial.source.tolist(), initial.target.tolist(), strict=True)
    assert sum(target in gold.gold[source] for source, target in pairs) > 0.5 * len(initial)


def test_a_folder_without_a_prior_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"prior\.safetensors"):
        pretrained_prior(tmp_path)
