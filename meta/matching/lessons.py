"""All that there is to learn from the languages we have, for one we have not: a ``MatchingPrior``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from isogloss.data.compute import Compute
from isogloss.data.progress import Progress, silent
from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.normalisation import iterative_normalisation
from isogloss.lexicon.alignment.profiles import seed_profiles
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.self_learning.growth import Luck, Start, self_learned
from isogloss.lexicon.self_learning.training_pairs import Evidence
from isogloss.meta.matching.belief import WORDS
from isogloss.meta.matching.cases import SEEDS, Dictionaries, cases_of
from isogloss.meta.matching.consensus import consensuses
from isogloss.meta.matching.learning import ROUNDS, Case, Learned, learn
from isogloss.meta.matching.memory import descriptor_of
from isogloss.meta.matching.prior import MatchingPrior
from isogloss.meta.matching.ranker_lesson import Lesson
from isogloss.meta.matching.reranking import METHOD, Course, candidates, relative
from isogloss.meta.matching.word_descriptors import standing

LOST = 0.1  # of the first candidates are right where self-learning has led somewhere


@dataclass(frozen=True)
class Curriculum:
    """How a prior is learned.

    Each pair of languages is met once with each of ``counts`` seeds; ``auxiliary`` adds pairs whose dictionary is
    inferred in the graph. ``words`` are matched, the most frequent ones, with weights for each of so many ``rounds``.
    ``ranked`` is the number of seeds of the fits that the ranker learns to judge, among the ``vocabulary`` most
    frequent words; ``steps`` is how often it meets an episode after pre-training, by default as often as serves
    languages that are left out, and ``second_order`` differentiates through its inner steps.
    """

    counts: tuple[int, ...] = SEEDS
    auxiliary: bool = True
    words: int = WORDS
    rounds: int = ROUNDS
    ranked: int = SEEDS[-1]
    vocabulary: int = 4_000
    steps: int | None = None
    second_order: bool = True
    seed: int = 0


CURRICULUM = Curriculum()


def matching_prior(
    dictionaries: Dictionaries,
    vectors: Mapping[str, Vectors],
    *,
    held_out: Collection[str] = (),
    curriculum: Curriculum = CURRICULUM,
    progress: Progress = silent,
) -> MatchingPrior:
    """Learn a prior from the dictionaries between languages.

    Args:
        dictionaries: By languages, such as ``meta.tasks.dictionaries_of`` takes from a graph.
        vectors: By language.
        held_out: Languages that nothing is learned from.
        curriculum: How to learn.
        progress: Watches the stages.

    Raises:
        VocabularyError: No two languages have vectors of one size and enough translations.
    """
    random = np.random.default_rng(curriculum.seed)
    cases = cases_of(
        dictionaries,
        vectors,
        random,
        counts=curriculum.counts,
        held_out=held_out,
        auxiliary=curriculum.auxiliary,
    )
    learned = matching_lessons(cases, vectors, words=curriculum.words, rounds=curriculum.rounds, progress=progress)
    lessons = ranking_lessons(cases, learned, vectors, curriculum, progress=progress)
    languages = tuple(sorted({language for case in cases for language in (case.source, case.target)}))
    shared = consensuses(dictionaries, vectors, languages, centring=METHOD.centring)
    if not lessons:  # the lexicon ranks by itself then
        return MatchingPrior(learned.weights, languages, None, curriculum.seed, shared)
    course = Course(lessons, seed=curriculum.seed)
    taught = course.hierarchy(course.meta_learned(steps=curriculum.steps, second_order=curriculum.second_order))
    return MatchingPrior(learned.weights, languages, taught.ranker, curriculum.seed, shared, taught.memory)


def matching_lessons(
    cases: Collection[Case],
    vectors: Mapping[str, Vectors],
    *,
    words: int = WORDS,
    rounds: int = ROUNDS,
    progress: Progress = silent,
) -> Learned:
    """Weights of self-learning among so many frequent ``words``, from ``cases``."""
    used = sorted({language for case in cases for language in (case.source, case.target)})
    spaces = {
        language: iterative_normalisation(vectors[language].matrix, rounds=METHOD.centring)(vectors[language].matrix)
        for language in used
    }
    standings = {language: standing(spaces[language], words) for language in progress(used, "Describing words")}
    return learn(spaces, standings, tuple(cases), rounds=rounds, progress=progress)


def ranking_lessons(
    cases: Collection[Case],
    learned: Learned,
    vectors: Mapping[str, Vectors],
    curriculum: Curriculum,
    *,
    progress: Progress = silent,
) -> tuple[Lesson, ...]:
    """What a ranker meets when self-learning from few seeds is over, for the cases with ``curriculum.ranked`` seeds.

    Where it has led nowhere there would be no lexicon, and nothing to learn.
    """
    chosen = [
        (case, first)
        for case, first in zip(cases, learned.proposals, strict=True)
        if len(case.seeds) == curriculum.ranked
    ]
    lessons: list[Lesson] = []
    for case, first in progress(chosen, "Drawing lessons", len(chosen)):
        source, target = (vectors[each].first(curriculum.vocabulary) for each in (case.source, case.target))
        space = Space.of(source, target, METHOD.centring)
        seeds, gold = (each.within(len(space.x), len(space.y)) for each in (case.seeds, case.gold))
        alike = seed_profiles(space.x, space.y, seeds)
        start = Start("matched", seeds, first.with_those(alike))
        grown = self_learned(space, [start], luck=Luck(space, Compute(curriculum.seed))).grown
        evidence = Evidence.of_found(seeds, grown.pairs, seed=curriculum.seed)
        fits = candidates(space, evidence, gold, seed=curriculum.seed)
        if fits[0].truth[:, 0].mean() >= LOST:
            kind = descriptor_of(space)
            lessons.extend(Lesson((case.source, case.target), relative(found), kind) for found in fits)
    return tuple(lessons)
