"""Self-learning from few seeds: it begins with the most frequent words and grows with the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from isogloss.data.compute import DEFAULT, Compute
from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.maps import Maps
from isogloss.lexicon.alignment.procrustes import spectral
from isogloss.lexicon.alignment.profiles import seed_profiles
from isogloss.lexicon.alignment.seeds import Seeds, merged
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.search.csls import retrieve
from isogloss.lexicon.self_learning.cycles import Cycles


class Stage(NamedTuple):
    """One round: how many of the most frequent words may become pairs, and the power of the singular values."""

    words: int
    power: float


def stages(rounds: Sequence[tuple[int, int]], power: float) -> tuple[Stage, ...]:
    """A stage for each round of ``(words, rounds)``, the power falling from ``power`` to 0 in equal steps."""
    sizes = [words for words, count in rounds for _ in range(count)]
    return tuple(Stage(words, power * (1 - number / (len(sizes) - 1))) for number, words in enumerate(sizes))


# Chosen by hand on draws of 10 and 25 seeds, English to Japanese and Finnish (``benchmarks.quality.new_language``); no
# script searched for them.
POWER = 0.4  # of the singular values in the first stage: directions that few pairs support hardly count
STAGES = stages(((1_000, 6), (1_500, 4), (2_000, 4), (3_000, 3), (4_000, 3), (8_000, 2), (12_000, 1)), POWER)
TRIAL = 14  # stages after which starts are compared: those up to 2,000 words
WIDER = 23  # stages of a pass while the pairs are not above chance
ENOUGH_SEEDS = 150  # source words whose pairs make a map by themselves: no profiles, no second pass, no weight
MAX_PASSES = 32  # each starts from the frequent pairs of the one before; stopped before that as a rule
PATIENCE = 4  # passes without gain after which they end
MIN_GAIN = 0.01  # of agreement, as a share of that of chance, that counts as a gain
ATTEMPTS = 3  # starts that are grown to all words, at most, while none is above chance
SEED_WEIGHT = 3.0  # of a seed in the next fit where seeds are few; a pair of mean CSLS has 1
FREQUENT = 4_000  # most frequent words whose pairs the next pass starts from, and that random pairs are drawn from
RANDOM_PAIRS = 500  # of the chance level, as many as a good start has; round number
MIN_RATIO = 1.1  # agreement / chance level, below which a start has failed
CLEAR_RATIO = 1.25  # likewise, above which pairs are taken for more than chance and no further pass is made


@dataclass(frozen=True, eq=False)
class Start:
    """Pairs that the first maps of self-learning are fitted to.

    ``seeds`` keep their translations throughout; ``guesses`` may be replaced after the first round.
    """

    name: str
    seeds: Seeds
    guesses: Seeds = field(default_factory=Seeds.none)

    @property
    def pairs(self) -> Seeds:
        """Seeds and guesses."""
        return self.seeds.extended_by(self.guesses)


@dataclass(frozen=True, eq=False)
class SelfLearnedPairs:
    """Pairs found by self-learning from ``start``.

    ``weights``, shape ``(pairs,)``, are those of the next fit; ``agreement`` is the sum of the CSLS of the mutual
    nearest neighbors over the number of words compared. ``cycles`` is the cycle consistency of the pairs through third
    languages, where it can be measured.
    """

    start: Start
    pairs: Seeds
    weights: Matrix
    agreement: float = 0.0
    cycles: float | None = None

    @classmethod
    def begun(cls, start: Start) -> SelfLearnedPairs:
        """Before the first round."""
        return cls(start, start.pairs, np.ones(len(start.pairs), np.float32))

    def summary(self) -> dict[str, object]:
        """For a report."""
        words = len(self.start.pairs.words)
        account: dict[str, object] = {"start": self.start.name, "words": words, "agreement": round(self.agreement, 4)}
        return account if self.cycles is None else {**account, "cycles": round(self.cycles, 4)}

    def with_cycles(self, cycles: Cycles | None) -> SelfLearnedPairs:
        """The same with its cycle consistency; seeds are left out, for they stay whatever the map."""
        if cycles is None:
            return self
        return replace(self, cycles=cycles.consistency(self.pairs.without(self.start.seeds.source)))

    @property
    def criterion(self) -> tuple[float, float]:
        """What growths are compared by: cycle consistency where it is measured, then agreement."""
        return self.cycles or 0.0, self.agreement


def starts(space: Space, trusted: Mapping[str, Seeds], guessed: Mapping[str, Seeds]) -> tuple[Start, ...]:
    """Starts from each origin of pairs, by itself and joined with others.

    Where enough pairs are known, all starts lead to the same pairs: these by themselves and with all others do.

    Args:
        space: Both languages.
        trusted: Known pairs by their origin, the most reliable first; they become seeds.
        guessed: Likewise, pairs that may be wrong.
    """
    names = [*trusted, *guessed]
    combinations = [[name] for name in names] + ([names] if len(names) > 1 else [])
    if trusted and len(names) > 2:
        first = next(iter(trusted))
        combinations += [[first, name] for name in names if name != first]
    if len(merged(trusted.values()).words) >= ENOUGH_SEEDS:
        combinations = [[*trusted], names] if guessed else [[*trusted]]
    collected = []
    for origins in combinations:
        seeds = merged(trusted[name] for name in origins if name in trusted)
        guesses = merged(guessed[name] for name in origins if name in guessed)
        collected += _starts_of(space, " + ".join(origins), seeds, guesses)
    return tuple(collected)


def random_start(space: Space, pairs: int = RANDOM_PAIRS, *, seed: int = 0) -> Start:
    """``pairs`` drawn at random among frequent words: the chance level that every start is compared with."""
    random = np.random.default_rng(seed)
    count = min(pairs, len(space.x), len(space.y))
    drawn = (random.permutation(min(FREQUENT, len(words)))[:count] for words in (space.x, space.y))
    return Start("random pairs", Seeds.none(), Seeds(*drawn))


def _starts_of(space: Space, name: str, seeds: Seeds, guesses: Seeds) -> list[Start]:
    """The pairs as they are, and where seeds are few also with the words of alike profiles (similarities to seeds)."""
    collected = [Start(name, seeds, guesses)]
    if len(seeds) and len(seeds.words) + len(guesses.words) < ENOUGH_SEEDS:
        profiles = seed_profiles(space.x, space.y, seeds)
        collected.append(Start(f"{name}, profiles", seeds, guesses.extended_by(profiles)))
    return collected


def grow(
    space: Space,
    begun: SelfLearnedPairs,
    *,
    stages: Sequence[Stage] = STAGES,
    weighted: bool = True,
    compute: Compute = DEFAULT,
) -> SelfLearnedPairs:
    """Align, take the mutual nearest neighbors among ever more words, align again (after Artetxe et al., 2018).

    The singular values of each fit, raised to the power of the stage, weigh the directions: what only few pairs support
    is nearly left out at first and comes in as the pairs become more.

    Args:
        space: Both languages.
        begun: A start, or what earlier stages made of one; its seeds keep their translations throughout.
        stages: The rounds.
        weighted: Whether pairs are weighted by their CSLS, or all alike.
        compute: The device, and who watches the rounds.
    """
    seeds, pairs, weights, agreement = begun.start.seeds, begun.pairs, begun.weights, begun.agreement
    for stage in compute.progress(stages, f"Growing from {begun.start.name}", len(stages)):
        maps = spectral(space.x[pairs.source], space.y[pairs.target], weights, stage.power)
        neighbors, csls = _mutual_neighbors(space, maps, stage.words, compute.device)
        agreement = float(csls.sum()) / max(1, min(stage.words, len(space.x)))
        new = seeds.new_in(neighbors)
        pairs = seeds.extended_by(neighbors)
        weights = np.ones(len(pairs), np.float32)
        if weighted and len(csls):
            weights[: len(seeds)] = SEED_WEIGHT if len(seeds) < ENOUGH_SEEDS else 1.0
            weights[len(seeds) :] = csls[new] / max(float(csls.mean()), 1e-6)
    return replace(begun, pairs=pairs, weights=weights, agreement=agreement)


def try_starts(space: Space, starts: Sequence[Start], *, compute: Compute = DEFAULT) -> list[SelfLearnedPairs]:
    """Grow every start among the most frequent words; the one whose pairs agree best is worth growing further."""
    return [
        grow(space, SelfLearnedPairs.begun(start), stages=STAGES[:TRIAL], compute=compute.quiet)
        for start in compute.progress(starts, "Trying starts", len(starts))
    ]


def grow_further(
    space: Space, trial: SelfLearnedPairs, chance: float, *, compute: Compute = DEFAULT
) -> SelfLearnedPairs:
    """Grow a trial to all words; where seeds and pairs are few, start again from the frequent pairs first.

    Passes end when the pairs are above chance, or when the agreement grows no more.

    Args:
        space: Both languages.
        trial: A start grown among the most frequent words.
        chance: The agreement of random pairs grown as far.
        compute: The device, and who watches the rounds.
    """
    grown, waited, highest = trial, 0, 0.0
    for _ in range(MAX_PASSES if len(trial.start.seeds.words) < ENOUGH_SEEDS else 0):
        if grown.agreement > CLEAR_RATIO * chance or waited == PATIENCE:
            break
        wider = grow(space, grown, stages=STAGES[TRIAL:WIDER], compute=compute.quiet)
        restart = Start(trial.start.name, trial.start.seeds, wider.pairs.within(FREQUENT, FREQUENT))
        grown = grow(space, SelfLearnedPairs.begun(restart), stages=STAGES[:TRIAL], compute=compute)
        risen = wider.agreement > highest + MIN_GAIN * chance  # among more words it depends less on the turn of a few
        waited, highest = (0, wider.agreement) if risen else (waited + 1, highest)
    return replace(grow(space, grown, stages=STAGES[TRIAL:], compute=compute), start=trial.start)


@dataclass(frozen=True, eq=False)
class ChanceLevel:
    """What random pairs grow to; computed once for all growths in the same ``space``."""

    space: Space
    compute: Compute = DEFAULT

    @cached_property
    def trial(self) -> SelfLearnedPairs:
        """Among the most frequent words."""
        start = random_start(self.space, seed=self.compute.seed)
        return try_starts(self.space, [start], compute=self.compute.quiet)[0]

    @cached_property
    def agreement(self) -> float:
        """Among all words."""
        return grow(self.space, self.trial, stages=STAGES[TRIAL:], compute=self.compute.quiet).agreement

    def clear(self, trial: SelfLearnedPairs) -> bool:
        """Whether the pairs of a trial agree clearly better than random ones."""
        return trial.agreement > CLEAR_RATIO * self.trial.agreement

    def ratio(self, grown: SelfLearnedPairs) -> float:
        """The agreement of pairs grown to all words, as a multiple of chance level."""
        return grown.agreement / max(self.agreement, 1e-9)


class Growth(NamedTuple):
    """The best of several starts grown to all words, with all ``trials`` and that of ``chance``.

    ``chance_ratio`` is its agreement as a multiple of chance level; that of its trial where this is clear enough.
    """

    grown: SelfLearnedPairs
    trials: Sequence[SelfLearnedPairs]
    chance: SelfLearnedPairs
    chance_ratio: float

    @property
    def above_chance(self) -> bool:
        """Whether its pairs agree clearly better than random ones."""
        return self.chance_ratio > CLEAR_RATIO

    def failed(self, trial: SelfLearnedPairs) -> bool:
        """Whether a trial led no further than random pairs do."""
        return trial.agreement < MIN_RATIO * self.chance.agreement

    def joined(self, other: Growth) -> Growth:
        """The better of two, with the trials of both."""
        best = max(self, other, key=lambda growth: (growth.above_chance, growth.grown.criterion))
        return best._replace(trials=[*self.trials, *other.trials])


def self_learned(
    space: Space,
    starts: Sequence[Start],
    *,
    cycles: Cycles | None = None,
    chance_level: ChanceLevel | None = None,
    compute: Compute = DEFAULT,
) -> Growth:
    """Try every start, grow the best one to all words, and the next ones while none is above chance.

    The best is the one whose pairs agree best or, where it is measured, are most cycle-consistent.

    Args:
        space: Both languages.
        starts: The starts; random pairs are tried beside them.
        cycles: Pairs inferred through third languages.
        chance_level: What random pairs of ``space`` grow to, where several growths are compared with it.
        compute: The seed of the random pairs, the device, and who watches the starts and the rounds.
    """
    chance_level = chance_level or ChanceLevel(space, compute)
    trials = try_starts(space, starts, compute=compute)
    return grow_best(space, trials, chance_level, cycles=cycles, compute=compute)


def grow_best(
    space: Space,
    trials: Sequence[SelfLearnedPairs],
    chance_level: ChanceLevel,
    *,
    cycles: Cycles | None = None,
    compute: Compute = DEFAULT,
) -> Growth:
    """Grow the best of ``trials`` to all words, and the next ones while none is above chance; see ``self_learned``."""
    chance = chance_level.trial.with_cycles(cycles)
    trials = [trial.with_cycles(cycles) for trial in trials]
    first, *runners_up = sorted(trials, key=lambda trial: trial.criterion, reverse=True)[:ATTEMPTS]
    best = grow_further(space, first, chance.agreement, compute=compute).with_cycles(cycles)
    ratio = first.agreement / max(chance.agreement, 1e-9)
    if ratio > CLEAR_RATIO:
        return Growth(best, trials, chance, ratio)
    for trial in runners_up:
        if chance_level.ratio(best) > CLEAR_RATIO:
            break
        grown = grow_further(space, trial, chance.agreement, compute=compute).with_cycles(cycles)
        best = max(best, grown, key=lambda growth: growth.criterion)
    return Growth(best, trials, chance, chance_level.ratio(best))


def _mutual_neighbors(space: Space, maps: Maps, words: int, device: str) -> tuple[Seeds, Matrix]:
    """The pairs of most frequent words that are each other's nearest by CSLS, and the CSLS of each pair."""
    x, y = unit(space.x[:words] @ maps.source), unit(space.y[:words] @ maps.target)
    retrieved = retrieve(x, y, 1, compute=Compute(device=device))
    mutual = retrieved.mutual()
    return Seeds(mutual[:, 0], mutual[:, 1]), np.clip(retrieved.forward.scores[mutual[:, 0], 0], 0, None)
