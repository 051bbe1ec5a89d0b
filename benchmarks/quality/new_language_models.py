"""What the benchmark of new languages trains on the other languages: vectors, dictionaries, priors and rankers."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks import help_texts, real_data
from isogloss.data.dictionary import Dictionary
from isogloss.data.storage import replacing
from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.ranking.ranker import Ranker
from isogloss.meta.matching.multilingual_mean import multilingual_means
from isogloss.meta.matching.prior import MatchingPrior, ThirdPart
from isogloss.meta.matching.prior_training import (
    PriorSettings,
    SelfLearnedCase,
    ranking_tasks,
    self_learned_cases,
    train_third,
    train_weights,
)
from isogloss.meta.matching.ranker_training import METHOD, RankerTraining
from isogloss.meta.matching.ranker_with_memory import RankerWithMemory
from isogloss.meta.matching.third_tables import ThirdTables
from isogloss.meta.matching.training_cases import Dictionaries, training_cases

HELP = "en (help)"  # English words as the help texts use them
PARTNER = {"fr": "en", "ja": "en", "fi": "en", "de": HELP, "es": HELP, "eu": HELP}
VERSION = 12  # of the methods: raise it when one changes, so that kept results of different ones are never mixed


class World(NamedTuple):
    """Vectors by name, cut to the frequent words, and dictionaries between them."""

    vectors: Mapping[str, Vectors]
    dictionaries: Dictionaries


class Setting(NamedTuple):
    """What all draws of a run share; ``world`` are languages joined by commas."""

    world: str
    vocabulary: int
    questions: int
    ablate: bool
    unranked: bool
    brief: bool = False


class Rankers(NamedTuple):
    """Meta-trained by MAML and by first-order MAML, each with its memory, and pooled: without episodes."""

    meta: RankerWithMemory
    first_order: RankerWithMemory
    pooled: Ranker


class Trained(NamedTuple):
    """Models trained on the other languages."""

    prior: MatchingPrior
    few: MatchingPrior | None
    rankers: Rankers | None = None
    third: ThirdPart | None = None


@cache
def world(names: str, vocabulary: int) -> World:
    """The vectors and dictionaries of the languages ``names``, joined by commas.

    Raises:
        DownloadError: Something cannot be had.
    """
    wanted = names.split(",")
    vectors: dict[str, Vectors] = {}
    dictionaries: dict[tuple[str, str], Dictionary] = {}
    for language in wanted:
        partner = PARTNER[language]
        table = real_data if partner == "en" else help_texts
        vectors[language] = table.vectors(language).first(vocabulary)
        vectors[partner] = table.vectors("en").first(vocabulary)
        dictionary = real_data.cldr("en", language) if language == "eu" else real_data.freedict("en", language)
        dictionaries[partner, language] = dictionary.within(vectors[partner], vectors[language])
    return World(vectors, dictionaries)


@cache
def trained_without(held_out: str, setting: Setting) -> Trained:
    """Models trained without a language; kept in a file, since training takes minutes."""
    path = folder(setting) / f"trained-{held_out}.pickle"
    if path.is_file():
        kept: Trained = pickle.loads(path.read_bytes())
        return kept
    models = _trained(held_out, setting)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path, force=True) as part:
        part.write_bytes(pickle.dumps(models))
    return models


def _trained(held_out: str, setting: Setting) -> Trained:
    vectors, dictionaries = world(setting.world, setting.vocabulary)
    cases = training_cases(dictionaries, vectors, np.random.default_rng(0), held_out=(held_out,))
    fitted = train_weights(cases, vectors)
    direct = [case for case in cases if (case.source, case.target) in dictionaries]
    few = train_weights(direct, vectors) if setting.ablate else None
    names = tuple(sorted({name for case in cases for name in (case.source, case.target)}))
    shared = multilingual_means(dictionaries, vectors, names, centring=METHOD.centring)
    trained = Trained(
        MatchingPrior(fitted.weights, names, means=shared),
        MatchingPrior(few.weights, names, means=shared) if few else None,
    )
    if setting.unranked:
        return trained
    learned = self_learned_cases(cases, fitted, vectors, _settings(setting))
    training = {pair: dictionary for pair, dictionary in dictionaries.items() if set(pair) <= set(names)}
    tables = ThirdTables.of(training, vectors, names, centring=METHOD.centring)
    third = train_third(tables, learned, vectors, _settings(setting))
    return trained._replace(rankers=_rankers(learned, setting), third=third)


def _rankers(learned: Sequence[SelfLearnedCase], setting: Setting) -> Rankers:
    vectors, _ = world(setting.world, setting.vocabulary)
    training = RankerTraining(ranking_tasks(learned, vectors, _settings(setting)))
    steps = _settings(setting).steps
    meta = training.with_memory(training.meta_trained(steps=steps))
    first_order = meta if setting.brief else training.with_memory(training.meta_trained(second_order=False))
    return Rankers(meta, first_order, training.pooled)


def _settings(setting: Setting) -> PriorSettings:
    """Without episodes in a brief run: they add nothing (docs/new-language.md), and take long to choose."""
    return PriorSettings(vocabulary=setting.vocabulary, steps=0 if setting.brief else None)


@cache
def space_of(names: str, vocabulary: int, language: str) -> Space:
    """English and a language of ``world``, normalised."""
    vectors = world(names, vocabulary).vectors
    return Space.of(vectors[PARTNER[language]], vectors[language], METHOD.centring)


def folder(setting: Setting) -> Path:
    """Where answers and models of ``setting`` are kept."""
    kind = "-unranked" * setting.unranked + "-ablated" * setting.ablate + "-brief" * setting.brief
    key = f"{VERSION}-{setting.world}-{setting.vocabulary}-{setting.questions}{kind}"
    return real_data.folder() / "new-language" / key
