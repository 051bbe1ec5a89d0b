"""A prior that keeps its languages as third languages of a new pair."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import CheckpointError
from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.ranking.features import OF_PAIR, THIRD
from isogloss.lexicon.ranking.pretrained import pretrained_ranker
from isogloss.lexicon.ranking.teachers import teachers_of
from isogloss.lexicons import build_lexicon, open_lexicon
from isogloss.meta.matching.assignment_weights import FittedWeights
from isogloss.meta.matching.pretrained import pretrained_prior
from isogloss.meta.matching.prior import MatchingPrior, load, save
from isogloss.meta.matching.prior_training import self_learned_cases, train_third
from isogloss.meta.matching.third_tables import ThirdTables
from isogloss.meta.matching.training_cases import training_cases
from tests.meta.matching.synthetic import QUICK, pairs_of, table


@pytest.fixture(scope="module")
def tables() -> dict[str, Vectors]:
    return {language: table(language, seed) for seed, language in enumerate(("en", "fi", "fr", "ja"), start=1)}


@pytest.fixture(scope="module")
def dictionaries(tables: dict[str, Vectors]) -> dict[tuple[str, str], Dictionary]:
    return {("en", other): pairs_of(tables["en"], tables[other]) for other in ("fi", "fr")}


@pytest.fixture(scope="module")
def prior(tables: dict[str, Vectors], dictionaries: dict[tuple[str, str], Dictionary]) -> MatchingPrior:
    """With a ranker that was trained on Finnish alone, French being the third language."""
    kept = ThirdTables.of(dictionaries, tables, ("en", "fi", "fr"), centring=1)
    random = np.random.default_rng(0)
    (case,) = training_cases({("en", "fi"): dictionaries["en", "fi"]}, tables, random, counts=(25,), auxiliary=False)
    bundled = pretrained_prior()
    fitted = FittedWeights(bundled.weights, (case.gold.within(60, 60),))
    settings = replace(QUICK, steps=0)
    learned = self_learned_cases([case], fitted, tables, settings)
    third = train_third(kept, learned, tables, settings)
    teachers = teachers_of(dictionaries.values())
    return MatchingPrior(bundled.weights, ("en", "fi", "fr"), pretrained_ranker(), teachers=teachers, third=third)


def space(tables: dict[str, Vectors], source: str, target: str) -> Space:
    return Space.of(tables[source], tables[target], 1)


def names(prior: MatchingPrior, of: Space) -> list[str]:
    return [table.name for table in prior.third_languages(of)]


def test_third_languages_are_those_with_a_dictionary_of_the_source_but_not_the_pair_itself(
    prior: MatchingPrior, tables: dict[str, Vectors]
) -> None:
    assert names(prior, space(tables, "en", "ja")) == ["fi", "fr"]
    assert names(prior, space(tables, "en", "fr")) == ["fi"]
    assert names(prior, space(tables, "fr", "ja")) == ["en"]
    assert names(prior, space(tables, "ja", "en")) == []
    assert names(replace(prior, third=None), space(tables, "en", "ja")) == []
    narrow = replace(tables["ja"], matrix=tables["ja"].matrix[:, :5])
    assert names(prior, Space.of(replace(tables["en"], matrix=tables["en"].matrix[:, :5]), narrow, 1)) == []


def test_translations_are_those_of_the_dictionary_wherever_the_words_now_stand(
    prior: MatchingPrior, tables: dict[str, Vectors]
) -> None:
    turned = replace(tables["en"], words=tables["en"].words[::-1], matrix=tables["en"].matrix[::-1])
    third, _ = prior.third_languages(Space.of(turned, tables["ja"], 1))
    assert prior.third is not None
    words = prior.third.tables.words["fi"]
    translated = {
        turned.words[row]: words[first] for row, (first, *_) in enumerate(third.translations.tolist()) if first >= 0
    }
    assert translated == dict(zip(tables["en"].words[:80], tables["fi"].words[:80], strict=True))


def test_the_ranker_looks_at_third_languages_only_where_there_are_some(
    prior: MatchingPrior, tables: dict[str, Vectors]
) -> None:
    bare = space(tables, "en", "ja")
    without, ranker = prior.ranker_for(bare), prior.ranker_for(replace(bare, third=prior.third_languages(bare)))
    assert without is not None
    assert ranker is not None
    assert without.features == OF_PAIR
    assert ranker.features == (*OF_PAIR, *THIRD)
    assert ranker.teachers == prior.teachers


def test_a_lexicon_with_third_languages_is_the_same_when_it_is_opened_again(
    prior: MatchingPrior, tables: dict[str, Vectors], tmp_path: Path
) -> None:
    save(prior, tmp_path / "model")
    seeds = pairs_of(tables["en"], tables["ja"], 60)
    loaded = load(tmp_path / "model")
    built = build_lexicon(tables["en"], tables["ja"], seeds, prior=loaded, extra={}, out=tmp_path / "built")
    assert built.report["third_languages"] == ["fi", "fr"]
    assert built.report["ranker"] == "pre-trained on en, fi, fr"
    again = open_lexicon(tmp_path / "built")
    for words, reverse in ((tables["en"].words[60:80], False), (tables["ja"].words[60:80], True)):
        ours, theirs = (lexicon.translate(words, 1, reverse=reverse) for lexicon in (built, again))
        assert [ours[word][0].word for word in words] == [theirs[word][0].word for word in words]


def test_tables_that_do_not_fit_their_dictionaries_are_refused(prior: MatchingPrior, tmp_path: Path) -> None:
    assert prior.third is not None
    kept = prior.third.tables
    for torn in (
        replace(kept, dictionaries={**kept.dictionaries, ("en", "fr"): np.array([[0, 10**6]])}),
        replace(kept, vectors={**kept.vectors, "fr": kept.vectors["fr"][:3]}),
    ):
        save(replace(prior, third=replace(prior.third, tables=torn)), tmp_path, force=True)
        with pytest.raises(CheckpointError, match="meta train --force"):
            load(tmp_path)


def test_nothing_of_other_languages_is_kept(tables: dict[str, Vectors]) -> None:
    dictionaries = {("en", other): pairs_of(tables["en"], tables[other]) for other in ("fr", "ja")}
    kept = ThirdTables.of(dictionaries, tables, ("en", "fr"), centring=1)
    assert set(kept.words) == {"en", "fr"}
    assert set(kept.dictionaries) == {("en", "fr"), ("fr", "en")}
