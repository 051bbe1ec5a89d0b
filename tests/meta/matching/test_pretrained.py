from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from isogloss.data.errors import CheckpointError
from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.induction.pipeline import Settings
from isogloss.lexicon.ranking.prior import RankerPrior
from isogloss.lexicon.self_learning import training_pairs as evidence
from isogloss.lexicon.self_learning.growth import Grown, Growth, Start
from isogloss.lexicon.self_learning.resources import Resources
from isogloss.meta.matching.pretrained import pretrained_prior
from isogloss.meta.matching.soft_assignment import PAIR_FEATURES


def test_the_prior_that_comes_along_knows_no_word() -> None:
    prior = pretrained_prior()
    assert prior.languages == ("en", "fi", "fr", "ja")
    assert prior.weights.rounds.shape[1:] == (len(PAIR_FEATURES), 3)
    assert not prior.means
    assert prior.ranker is None


def unclear(_space: Space, choices: list[Start], **_: object) -> Growth:
    """The first start as it is; clear only if a prior proposed it."""
    grown = Grown(choices[0], choices[0].pairs, np.ones(len(choices[0].pairs), np.float32))
    return Growth(grown, [grown], grown, choices[0].name == "elsewhere")


def test_a_last_resort_is_asked_only_where_nothing_is_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    english, french = sample_vectors("en").first(600), sample_vectors("fr").first(600)
    space = Space.of(english, french, 5)
    known = sample_dictionary("en", "fr").within(english, french)
    gold = Seeds.of(known, english, french)
    words = set(list(known.by_source)[:10])
    few = type(known)("en", "fr", tuple(pair for pair in known if pair.source in words), known.origin)
    asked = list[str]()

    def resort() -> RankerPrior:
        asked.append("yes")
        return RankerPrior("elsewhere", None, gold)

    def gathered() -> evidence.Evidence:
        return evidence.gather(space, Settings().recipe(), few, Resources(fallback=resort), cut=600)

    plain = gathered()
    assert plain.clear is (not asked)
    asked.clear()
    monkeypatch.setattr(evidence, "self_learned", unclear)
    found = gathered()
    assert asked == ["yes"]
    assert found.account["origin"] == "elsewhere"
    assert found.tried[-1]["start"] == "elsewhere"
    assert len(found.pairs) > len(plain.gold)
    silent = Resources(fallback=lambda: RankerPrior("silent", None))
    assert evidence.gather(space, Settings().recipe(), few, silent, cut=600).account["origin"] == "seeds"


def test_it_finds_japanese_words_from_ten_english_ones() -> None:
    english, japanese = sample_vectors("en"), sample_vectors("ja")
    space = Space.of(english, japanese, 5)
    gold = Seeds.of(sample_dictionary("en", "ja"), english, japanese)
    few = gold.only(gold.words[:10])
    found = pretrained_prior().initial_pairs(space, few).only(gold.words)
    pairs = zip(found.source.tolist(), found.target.tolist(), strict=True)
    assert sum(target in gold.gold[source] for source, target in pairs) > 0.5 * len(found)


def test_a_folder_without_a_prior_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"prior\.safetensors"):
        pretrained_prior(tmp_path)
