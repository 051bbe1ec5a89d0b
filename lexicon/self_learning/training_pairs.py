"""The pairs that maps are fitted to: seeds, what refinement adds, what self-learning makes of few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from isogloss.data.compute import DEFAULT, Compute
from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import VocabularyError
from isogloss.lexicon.alignment.presets import Method
from isogloss.lexicon.alignment.profiles import similarity_distributions
from isogloss.lexicon.alignment.seeds import MIN_SEED_WORDS, Seeds, identical_strings, merged, without_target
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.validation import Validation
from isogloss.lexicon.ranking.prior import Prior
from isogloss.lexicon.search.index import Rows
from isogloss.lexicon.self_learning.cognates import cognates
from isogloss.lexicon.self_learning.cycles import Cycles
from isogloss.lexicon.self_learning.growth import (
    CLEAR_RATIO,
    ChanceLevel,
    Start,
    grow_best,
    self_learned,
    starts,
    try_starts,
)
from isogloss.lexicon.self_learning.model_selection import best as best_trial
from isogloss.lexicon.self_learning.model_selection import refined, trials
from isogloss.lexicon.self_learning.resources import NOTHING, Resources

ENOUGH = 500  # seed words from which there is no self-learning; chosen by hand, not tuned by a script
TWO_FOLDS = 2_000  # source words from which two folds do: half of them make nearly as good a map (docs/decisions.md)
# Likewise of fits to self-learned pairs that only find pseudo-labels (benchmarks.quality.preliminary_folds).
PRELIMINARY_TWO_FOLDS = 300
MIN_VALIDATION = 20  # seed words on which an alignment is validated without those of ``extra``; chosen by hand
REFINED = 10_000  # most frequent words that refinement may pair, at most: as in MUSE (Lample et al., 2018)
RANKER_WORDS = 6_000  # most frequent source words whose self-learned pairs train the ranker; chosen by hand, not tuned
IDENTICAL = "identical strings"


def _no_rows() -> Rows:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class TrainingPairs:
    """What maps and rankers are fitted to.

    Attributes:
        pairs: What maps are fitted to: ``gold`` and the pairs of refinement, self-learning or self-training.
        gold: The known translations among them.
        validation_seeds: Known pairs that the alignment is validated on (``require_signal``).
        ranker_words: Source words whose candidates train and score the ranker, shape ``(n,)``.
        account: For the report: origin and numbers of pairs.
        trials: For the report: what was compared to choose the pairs.
        validation: On held-out seeds, where the pairs were chosen by it.
        seed: Of the folds.
        supervised: Whether the translations of ``ranker_words`` are known, not self-learned.
        chance_ratio: How well self-learned pairs agree, as a multiple of chance level (``growth``); 0 without any.
        given: Source words of the seeds that a user gave, where few are known.
        unanswerable: Likewise, those of which no translation has a vector.
    """

    pairs: Seeds
    gold: Seeds
    validation_seeds: Seeds
    ranker_words: Rows
    account: Mapping[str, Any]
    trials: Sequence[Mapping[str, Any]] = ()
    validation: Validation | None = None
    seed: int = 0
    supervised: bool = True
    chance_ratio: float = 0.0
    given: Rows = field(default_factory=_no_rows)
    unanswerable: Rows = field(default_factory=_no_rows)

    @property
    def above_chance(self) -> bool:
        """Whether self-learned pairs agree clearly better than random ones."""
        return self.chance_ratio > CLEAR_RATIO

    @classmethod
    def self_learned(cls, gold: Seeds, pairs: Seeds, *, seed: int = 0) -> TrainingPairs:
        """Few known pairs, and the ``pairs`` that self-learning made of them."""
        pairs = gold.extended_by(pairs)
        return cls(pairs, gold, gold, _ranker_words(pairs, gold), {}, seed=seed, supervised=False)

    def folds(self, words: int, *, preliminary: bool = False) -> list[Rows]:
        """The first ``words`` source rows in folds to hold out: two where the pairs are many, else four."""
        rough = preliminary and not self.supervised  # self-learned pairs, which other pairs replace
        count = 2 if len(self.pairs.words) >= (PRELIMINARY_TWO_FOLDS if rough else TWO_FOLDS) else 4
        return np.array_split(np.random.default_rng(self.seed).permutation(words), count)

    def with_pseudo_labels(self, labels: Seeds) -> TrainingPairs:
        """The known pairs with ``labels`` in place of the pairs that refinement or self-learning added."""
        pairs = self.gold.extended_by(labels)
        words = self.gold.words if self.supervised else _ranker_words(pairs, self.gold)
        return replace(self, pairs=pairs, ranker_words=words)


def collect_training_pairs(
    space: Space,
    method: Method,
    seeds: Dictionary | None,
    resources: Resources = NOTHING,
    *,
    cut: int,
    compute: Compute = DEFAULT,
) -> TrainingPairs:
    """The pairs to fit maps and rankers to.

    Args:
        space: Both languages.
        method: Its ``refinements`` and ``self_learning`` say what to do beyond the seeds.
        seeds: Known translations; ``None`` takes words spelled alike.
        resources: What joins few seeds, proposes starts for them, and compares starts.
        cut: Most frequent words that may become pairs in refinement.
        compute: The seed of the folds, the device, and who watches the rounds.

    Raises:
        VocabularyError: Too few pairs have vectors on both sides.
    """
    given = identical_strings(space.source, space.target) if seeds is None else seeds
    if method.self_learning and (seeds is None or _few(space, given)):
        return _self_learned(space, seeds, resources, compute)
    gold = Seeds.of(given, space.source, space.target)
    account = _account(given, gold)
    if not method.refinements:
        return TrainingPairs(gold, gold, gold, gold.words, account, seed=compute.seed)
    frequent = space.first(cut)
    folds = tuple(gold.within(len(frequent.x), len(frequent.y)).folds(np.random.default_rng(compute.seed)))
    compared = trials(frequent, method, folds, cut=min(cut, REFINED), compute=compute)
    chosen = best_trial(compared)
    pairs = refined(space, method, gold, chosen.rounds, cut=min(cut, REFINED), device=compute.device)
    summaries = [trial.summary() for trial in compared]
    return TrainingPairs(pairs, gold, gold, gold.words, account, summaries, chosen.validation, compute.seed)


def _few(space: Space, given: Dictionary) -> bool:
    covered = given.within(space.source, space.target)
    return len(covered.by_source) < ENOUGH


def _self_learned(space: Space, seeds: Dictionary | None, resources: Resources, compute: Compute) -> TrainingPairs:
    trusted, guessed = _origins(space, seeds, resources.extra)
    if not trusted and not guessed:
        raise VocabularyError(
            f"{space.source.language}-{space.target.language}: found no seeds, too few words spelled alike and no "
            "bundled names of things for these languages, expected at least some; give --seeds"
        )
    gold, guesses = merged(trusted.values()), merged(guessed.values())
    proposed = _proposed(resources.prior, space, gold if len(gold) else guesses, compute)
    if space.encoded is not None:
        proposed.append(Start(space.encoded.name, gold, space.encoded.mutual_pairs()))
    teachers = () if resources.prior is None else resources.prior.teachers
    if seeds is None:
        similar = similarity_distributions(space.x, space.y)
        proposed.append(Start("similarity distributions", Seeds.none(), similar))
    inferred = None if resources.graph_evidence is None else _usable(resources.graph_evidence, space)
    cycles = None if inferred is None else Cycles(inferred)
    level = ChanceLevel(space, compute)
    tried = try_starts(space, proposed, compute=compute)
    if cycles is not None or not any(level.clear(trial) for trial in tried):
        tried += try_starts(space, starts(space, trusted, guessed), compute=compute)
    growth = grow_best(space, tried, level, cycles=cycles, compute=compute)
    if resources.fallback is not None and not growth.above_chance and len(gold):
        fallback = resources.fallback()
        last = _proposed(fallback, space, gold, compute)
        if last:
            teachers = fallback.teachers
            growth = growth.joined(self_learned(space, last, cycles=cycles, chance_level=level, compute=compute))
    start, pairs = growth.grown.start, growth.grown.pairs
    enough = "seeds" in trusted and len(trusted["seeds"].words) >= MIN_VALIDATION
    validation_seeds = trusted["seeds"] if enough else gold
    account = {
        "origin": start.name,
        "words_used": len(gold.words) or len(guesses.words),
        "pairs_used": len(gold) or len(guesses),
        "start_words": len(start.pairs.words),
        "self_learned_pairs": len(pairs),
        "joined": {name: len(origin_seeds.words) for name, origin_seeds in {**trusted, **guessed}.items()},
        "teachers": sorted(map(str, teachers)),
    }
    summaries = [{**trial.summary(), "failed": growth.failed(trial)} for trial in (growth.chance, *growth.trials)]
    return replace(
        TrainingPairs.self_learned(gold, pairs, seed=compute.seed),
        validation_seeds=validation_seeds if len(validation_seeds) else guesses,
        account=account,
        trials=summaries,
        chance_ratio=growth.chance_ratio,
        given=trusted["seeds"].words if "seeds" in trusted else _no_rows(),
        unanswerable=_no_rows() if seeds is None else without_target(seeds, space.source, space.target),
    )


def _origins(
    space: Space, seeds: Dictionary | None, extra: Mapping[str, Dictionary]
) -> tuple[dict[str, Seeds], dict[str, Seeds]]:
    """Pairs to start from, by origin: those that are known, and those guessed from spelling.

    Raises:
        VocabularyError: Of the seeds too few are known words.
    """
    named = extra if seeds is None else {"seeds": seeds, **extra}
    trusted = {name: origin_seeds for name, given in named.items() if (origin_seeds := _usable(given, space))}
    if seeds is not None and "seeds" not in trusted:
        Seeds.of(seeds, space.source, space.target)  # says what is wrong
    identical = _usable(identical_strings(space.source, space.target), space)
    guessed = {} if identical is None else {IDENTICAL: identical}
    similar = cognates(space.source, space.target)
    if len(similar.words) >= MIN_SEED_WORDS:
        guessed["cognates"] = similar
    return trusted, guessed


def _ranker_words(pairs: Seeds, gold: Seeds) -> Rows:
    return np.union1d(pairs.words[pairs.words < RANKER_WORDS], gold.words)


def _proposed(prior: Prior | None, space: Space, seeds: Seeds, compute: Compute) -> list[Start]:
    """The start that a prior proposes from the known pairs; self-learning may drop its pairs again."""
    if prior is None:
        return []
    pairs = prior.initial_pairs(space, seeds, progress=compute.progress)
    return [Start(prior.name, seeds, pairs)] if len(pairs) else []


def _usable(given: Dictionary, space: Space) -> Seeds | None:
    try:
        return Seeds.of(given, space.source, space.target)
    except VocabularyError:
        return None


def _account(given: Dictionary, gold: Seeds) -> dict[str, Any]:
    return {
        "origin": given.origin.name,
        "pairs_given": len(given),
        "pairs_used": len(gold),
        "words_given": len(given.by_source),
        "words_used": len(gold.words),
        "pairs_without_vectors": len(given) - len(gold),
        "lines_dropped": dict(given.dropped),
    }
