"""Training of a ``MatchingPrior`` on the languages that have dictionaries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from isogloss.data.compute import Compute
from isogloss.data.progress import Progress, silent
from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.normalisation import iterative_normalisation
from isogloss.lexicon.alignment.profiles import seed_profiles
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.third_languages import ThirdLanguage
from isogloss.lexicon.ranking.features import OF_PAIR, THIRD
from isogloss.lexicon.ranking.teachers import teachers_of
from isogloss.lexicon.self_learning.growth import ChanceLevel, Start, self_learned
from isogloss.lexicon.self_learning.training_pairs import TrainingPairs
from isogloss.meta.matching.assignment_weights import ROUNDS, TRAINING_WORDS, FittedWeights, fit_weights
from isogloss.meta.matching.memory import descriptor_of
from isogloss.meta.matching.multilingual_mean import multilingual_means
from isogloss.meta.matching.prior import MatchingPrior, ThirdPart
from isogloss.meta.matching.ranker_training import METHOD, RankerTraining, ranking_examples, relative_features
from isogloss.meta.matching.ranker_with_memory import RankerWithMemory
from isogloss.meta.matching.ranking_task import RankingTask
from isogloss.meta.matching.third_tables import ThirdTables
from isogloss.meta.matching.training_cases import SEED_COUNTS, Dictionaries, TrainingCase, training_cases
from isogloss.meta.matching.word_descriptors import word_descriptors

MIN_PRECISION = 0.1  # P@1 of a fit below which its self-learning counts as failed; round number


@dataclass(frozen=True)
class PriorSettings:
    """How a prior is trained.

    Each pair of languages makes a case with each of ``counts`` seeds; ``auxiliary`` adds pairs whose dictionary is
    inferred in the graph. The ``words`` most frequent words are matched, with weights for each of so many ``rounds``.
    The ranker trains on the cases with ``ranked`` seeds, among the ``vocabulary`` most frequent words; ``steps`` is the
    number of its outer steps of meta-training, by default the number that is best for held-out languages, and
    ``second_order`` differentiates through its inner steps. ``third`` adds a ranker that compares candidates with
    translations into third languages, trained on pairs that are left out in turn.
    """

    counts: tuple[int, ...] = SEED_COUNTS
    auxiliary: bool = True
    words: int = TRAINING_WORDS
    rounds: int = ROUNDS
    ranked: int = SEED_COUNTS[-1]
    vocabulary: int = 4_000
    steps: int | None = None
    second_order: bool = True
    third: bool = False
    seed: int = 0


DEFAULT_SETTINGS = PriorSettings()


@dataclass(frozen=True, eq=False)
class SelfLearnedCase:
    """What self-learning made of a training case: the pairs to fit maps to, and all pairs of its dictionary."""

    source: str
    target: str
    training_pairs: TrainingPairs
    gold: Seeds


def train_prior(
    dictionaries: Dictionaries,
    vectors: Mapping[str, Vectors],
    *,
    held_out: Collection[str] = (),
    settings: PriorSettings = DEFAULT_SETTINGS,
    progress: Progress = silent,
) -> MatchingPrior:
    """Train a prior on the dictionaries between languages.

    Args:
        dictionaries: By languages, such as ``meta.tasks.dictionaries_of`` takes from a graph.
        vectors: By language.
        held_out: Languages that nothing is learned from.
        settings: How to train.
        progress: Watches the stages.

    Raises:
        VocabularyError: No two languages have vectors of one size and enough translations.
    """
    random = np.random.default_rng(settings.seed)
    cases = training_cases(
        dictionaries, vectors, random, counts=settings.counts, held_out=held_out, auxiliary=settings.auxiliary
    )
    fitted = train_weights(cases, vectors, words=settings.words, rounds=settings.rounds, progress=progress)
    learned = self_learned_cases(cases, fitted, vectors, settings, progress=progress)
    tasks = ranking_tasks(learned, vectors, settings, progress=progress)
    languages = tuple(sorted({language for case in cases for language in (case.source, case.target)}))
    means = multilingual_means(dictionaries, vectors, languages, centring=METHOD.centring)
    prior = MatchingPrior(
        fitted.weights,
        languages,
        seed=settings.seed,
        means=means,
        teachers=teachers_of(dictionary for pair, dictionary in dictionaries.items() if {*pair} <= {*languages}),
        held_out=tuple(sorted(held_out)),
    )
    if not tasks:  # candidates stay in the order of CSLS then
        return prior
    trained = _trained(RankerTraining(tasks, seed=settings.seed), settings)
    prior = replace(prior, ranker=trained.ranker, memory=trained.memory)
    if not settings.third:
        return prior
    tables = ThirdTables.of(dictionaries, vectors, languages, centring=METHOD.centring)
    return replace(prior, third=train_third(tables, learned, vectors, settings, progress=progress))


def with_tables(prior: MatchingPrior, dictionaries: Dictionaries, vectors: Mapping[str, Vectors]) -> MatchingPrior:
    """``prior`` with the multilingual means and the third languages of the data that it was trained on.

    They are large and quickly made, so that a bundled prior comes without them.
    """
    means = multilingual_means(dictionaries, vectors, prior.languages, centring=METHOD.centring)
    if prior.third is None:
        return replace(prior, means=means)
    tables = ThirdTables.of(dictionaries, vectors, prior.languages, centring=METHOD.centring)
    return replace(prior, means=means, third=replace(prior.third, tables=tables))


def train_third(
    tables: ThirdTables,
    cases: Collection[SelfLearnedCase],
    vectors: Mapping[str, Vectors],
    settings: PriorSettings,
    *,
    progress: Progress = silent,
) -> ThirdPart | None:
    """A ranker with features of third languages; ``None`` where no pair of languages has a third one.

    Its tasks are an auxiliary family of the graph: a pair with a dictionary is taken for a new one, whose candidates
    are compared with what the dictionaries of the other languages say.
    """
    tasks = ranking_tasks(cases, vectors, settings, tables, progress=progress)
    if not tasks:
        return None
    return ThirdPart(tables, _trained(RankerTraining(tasks, (*OF_PAIR, *THIRD), settings.seed), settings))


def _trained(training: RankerTraining, settings: PriorSettings) -> RankerWithMemory:
    return training.with_memory(training.meta_trained(steps=settings.steps, second_order=settings.second_order))


def train_weights(
    cases: Collection[TrainingCase],
    vectors: Mapping[str, Vectors],
    *,
    words: int = TRAINING_WORDS,
    rounds: int = ROUNDS,
    progress: Progress = silent,
) -> FittedWeights:
    """Weights of the soft assignment among so many frequent ``words``, fitted to ``cases``."""
    used = sorted({language for case in cases for language in (case.source, case.target)})
    spaces = {
        language: iterative_normalisation(vectors[language].matrix, rounds=METHOD.centring)(vectors[language].matrix)
        for language in used
    }
    descriptors = {
        language: word_descriptors(spaces[language], words) for language in progress(used, "Describing words")
    }
    return fit_weights(spaces, descriptors, tuple(cases), rounds=rounds, progress=progress)


def self_learned_cases(
    cases: Collection[TrainingCase],
    fitted: FittedWeights,
    vectors: Mapping[str, Vectors],
    settings: PriorSettings,
    *,
    progress: Progress = silent,
) -> tuple[SelfLearnedCase, ...]:
    """What self-learning from the seeds of the cases with ``settings.ranked`` of them leads to."""
    chosen = [
        (case, matched)
        for case, matched in zip(cases, fitted.matched, strict=True)
        if len(case.seeds) == settings.ranked
    ]
    learned = []
    for case, matched in progress(chosen, "Self-learning", len(chosen)):
        space = _space_of(case, vectors, settings)
        seeds, gold = (pairs.within(len(space.x), len(space.y)) for pairs in (case.seeds, case.gold))
        profiled = seed_profiles(space.x, space.y, seeds)
        start = Start("matched", seeds, matched.extended_by(profiled))
        grown = self_learned(space, [start], chance_level=ChanceLevel(space, Compute(settings.seed))).grown
        training_pairs = TrainingPairs.self_learned(seeds, grown.pairs, seed=settings.seed)
        learned.append(SelfLearnedCase(case.source, case.target, training_pairs, gold))
    return tuple(learned)


def ranking_tasks(
    cases: Collection[SelfLearnedCase],
    vectors: Mapping[str, Vectors],
    settings: PriorSettings,
    third: ThirdTables | None = None,
    *,
    progress: Progress = silent,
) -> tuple[RankingTask, ...]:
    """The ranker's tasks, from what self-learning led to.

    Where self-learning failed there would be no lexicon, and nothing to learn. With ``third``, only pairs that have a
    dictionary of their own and third languages count: what is inferred through a third language agrees with it anyway.
    """
    tasks: list[RankingTask] = []
    random = np.random.default_rng(settings.seed)
    for case in progress(cases, "Drawing training episodes", len(cases)):
        languages, space = (case.source, case.target), _space_of(case, vectors, settings)
        if third is None:
            sets: Sequence[tuple[ThirdLanguage, ...]] = [()]
        else:
            sets = _sets(third.languages_for(space), random) if languages in third.dictionaries else []
        kind = descriptor_of(space)
        for chosen in sets:
            fitted = replace(space, third=chosen)
            fits = ranking_examples(fitted, case.training_pairs, case.gold, seed=settings.seed)
            if fits[0].truth[:, 0].mean() >= MIN_PRECISION:
                tasks.extend(RankingTask(languages, relative_features(examples), kind) for examples in fits)
    return tuple(tasks)


def _sets(third: tuple[ThirdLanguage, ...], random: np.random.Generator) -> list[tuple[ThirdLanguage, ...]]:
    """All third languages, and one set of fewer: a new pair of languages has another number of them."""
    if len(third) < 2:
        return [third] if third else []
    fewer = random.permutation(len(third))[: random.integers(1, len(third))]
    return [third, tuple(third[place] for place in sorted(fewer.tolist()))]


def _space_of(case: TrainingCase | SelfLearnedCase, vectors: Mapping[str, Vectors], settings: PriorSettings) -> Space:
    source, target = (vectors[language].first(settings.vocabulary) for language in (case.source, case.target))
    return Space.of(source, target, METHOD.centring)
