"""Few seeds made many: self-learning that begins with the most frequent words and grows with the vocabulary."""

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
    """One round: how many of the most frequent words may become pairs, and how much the spectrum counts."""

    words: int
    power: float


def stages(rounds: Sequence[tuple[int, int]], power: float) -> tuple[Stage, ...]:
    """``(words, rounds)`` in turns, the power falling in equal steps to nothing."""
    words = [each for each, count in rounds for _ in range(count)]
    return tuple(Stage(each, power * (1 - number / (len(words) - 1))) for number, each in enumerate(words))


POWER = 0.4  # of the singular values, at first: directions that few pairs support hardly count
STAGES = stages(((1_000, 6), (1_500, 4), (2_000, 4), (3_000, 3), (4_000, 3), (8_000, 2), (12_000, 1)), POWER)
TRIAL = 14  # stages after which the starts are compared
FILLING = 150  # known words that make a map by themselves: no profiles, no second pass, no preference
WIDER = 23  # stages that a pass goes through while nothing is clear
PASSES = 32  # at most, each from the frequent pairs of the one before
PATIENCE, GAIN = 4, 0.01  # passes after which it is over if the agreement has not grown by this share of chance's
ATTEMPTS = 3  # starts that are gone on with, at most, while nothing is clear
PREFERRED = 3.0  # times what a found pair counts, a known one where they are few
KEPT = 4_000  # most frequent words whose pairs the next pass begins with
CHANCE = 500  # random pairs, as many as a good start has
FOUND = 1.1  # times the agreement that random pairs grow to: above it a start has found something
CLEAR = 1.25  # times the same: above it there is no need of another pass


@dataclass(frozen=True, eq=False)
class Start:
    """A way to begin: some pairs that the first maps are fitted to.

    ``seeds`` keep their translations throughout; ``first`` are guesses that may go again.
    """

    name: str
    seeds: Seeds
    first: Seeds = field(default_factory=Seeds.none)

    @property
    def pairs(self) -> Seeds:
        """All that the first maps are fitted to."""
        return self.seeds.extended_by(self.first)


@dataclass(frozen=True, eq=False)
class Grown:
    """Pairs found by self-learning from ``start``.

    ``weights``, shape ``(pairs,)``, say how much each counts in the next fit; ``agreement`` is the sum of the CSLS of
    those found over the words tried. ``cycles`` is the share of pairs that lead back through third languages, where
    that is known.
    """

    start: Start
    pairs: Seeds
    weights: Matrix
    agreement: float = 0.0
    cycles: float | None = None

    @classmethod
    def begun(cls, start: Start) -> Grown:
        """Before the first round."""
        return cls(start, start.pairs, np.ones(len(start.pairs), np.float32))

    def summary(self) -> dict[str, object]:
        """For a report."""
        words = len(self.start.pairs.words)
        account: dict[str, object] = {"start": self.start.name, "words": words, "agreement": round(self.agreement, 4)}
        return account if self.cycles is None else {**account, "cycles": round(self.cycles, 4)}

    def judged(self, cycles: Cycles | None) -> Grown:
        """The same, with its ``cycles``; known pairs are kept whatever the map and say nothing of it."""
        if cycles is None:
            return self
        return replace(self, cycles=cycles.consistency(self.pairs.without(self.start.seeds.source)))

    @property
    def merit(self) -> tuple[float, float]:
        """What makes one better than another: cycles that close, where third languages tell, then agreement."""
        return self.cycles or 0.0, self.agreement


def starts(space: Space, trusted: Mapping[str, Seeds], guessed: Mapping[str, Seeds]) -> tuple[Start, ...]:
    """Every way to begin, by itself and with others.

    Args:
        space: Both languages.
        trusted: Pairs by their origin, the most reliable first; what is known stays.
        guessed: Likewise, of pairs that may be wrong.
    """
    names = [*trusted, *guessed]
    sets = [[name] for name in names] + ([names] if len(names) > 1 else [])
    if trusted and len(names) > 2:
        first = next(iter(trusted))
        sets += [[first, name] for name in names if name != first]
    found = []
    for some in sets:
        known = merged(trusted[name] for name in some if name in trusted)
        found += _ways(space, " + ".join(some), known, merged(guessed[name] for name in some if name in guessed))
    return tuple(found)


def by_chance(space: Space, pairs: int = CHANCE, *, seed: int = 0) -> Start:
    """So many ``pairs`` drawn at random among frequent words: what every start has to be better than."""
    random = np.random.default_rng(seed)
    count = min(pairs, len(space.x), len(space.y))
    drawn = (random.permutation(min(KEPT, len(words)))[:count] for words in (space.x, space.y))
    return Start("random pairs", Seeds.none(), Seeds(*drawn))


def _ways(space: Space, name: str, known: Seeds, guesses: Seeds) -> list[Start]:
    """What first maps can be fitted to."""
    found = [Start(name, known, guesses)]
    if len(known) and len(known.words) + len(guesses.words) < FILLING:
        alike = seed_profiles(space.x, space.y, known)
        found.append(Start(f"{name}, profiles", known, guesses.extended_by(alike)))
    return found


def grow(
    space: Space,
    begun: Grown,
    *,
    stages: Sequence[Stage] = STAGES,
    weighted: bool = True,
    compute: Compute = DEFAULT,
) -> Grown:
    """Align, take the mutual nearest neighbours among ever more words, align again (after Artetxe et al., 2018).

    The singular values of each fit, raised to the power of the stage, weigh the directions: what only few pairs support
    is nearly left out at first and comes in as the pairs become more.

    Args:
        space: Both languages.
        begun: A start, or what earlier stages made of one; its seeds keep their translations throughout.
        stages: The rounds.
        weighted: Whether each pair counts as its CSLS says, or all alike.
        compute: The device, and who watches the rounds.
    """
    seeds, pairs, weights, agreement = begun.start.seeds, begun.pairs, begun.weights, begun.agreement
    for stage in compute.progress(stages, f"Growing from {begun.start.name}", len(stages)):
        maps = spectral(space.x[pairs.source], space.y[pairs.target], weights, stage.power)
        found, likeness = _mutual(space, maps, stage.words, compute.device)
        agreement = float(likeness.sum()) / max(1, min(stage.words, len(space.x)))
        new = seeds.new_in(found)
        pairs = seeds.extended_by(found)
        weights = np.ones(len(pairs), np.float32)
        if weighted and len(likeness):
            weights[: len(seeds)] = PREFERRED if len(seeds) < FILLING else 1.0
            weights[len(seeds) :] = likeness[new] / max(float(likeness.mean()), 1e-6)
    return replace(begun, pairs=pairs, weights=weights, agreement=agreement)


def first_steps(space: Space, choices: Sequence[Start], *, compute: Compute = DEFAULT) -> list[Grown]:
    """Try every start on the most frequent words; the one whose pairs agree best is worth going on with."""
    return [
        grow(space, Grown.begun(start), stages=STAGES[:TRIAL], compute=compute.quiet)
        for start in compute.progress(choices, "Trying starts", len(choices))
    ]


def onward(space: Space, tried: Grown, chance: float, *, compute: Compute = DEFAULT) -> Grown:
    """Go on from the first steps to all words; where few are known and few are found, begin again from those first.

    Passes end when something is clear, or when the agreement grows no more.

    Args:
        space: Both languages.
        tried: The first steps.
        chance: The agreement that the first steps of random pairs lead to.
        compute: The device, and who watches the rounds.
    """
    grown, waited, most = tried, 0, 0.0
    for _ in range(PASSES if len(tried.start.seeds.words) < FILLING else 0):
        if grown.agreement > CLEAR * chance or waited == PATIENCE:
            break
        wider = grow(space, grown, stages=STAGES[TRIAL:WIDER], compute=compute.quiet)
        again = Start(tried.start.name, tried.start.seeds, wider.pairs.within(KEPT, KEPT))
        grown = grow(space, Grown.begun(again), stages=STAGES[:TRIAL], compute=compute)
        risen = wider.agreement > most + GAIN * chance  # among more words it depends less on the turn of a few
        waited, most = (0, wider.agreement) if risen else (waited + 1, most)
    return replace(grow(space, grown, stages=STAGES[TRIAL:], compute=compute), start=tried.start)


@dataclass(frozen=True, eq=False)
class Luck:
    """What random pairs grow to; known once and for all growths in the same ``space``."""

    space: Space
    compute: Compute = DEFAULT

    @cached_property
    def steps(self) -> Grown:
        """The first steps."""
        return first_steps(self.space, [by_chance(self.space, seed=self.compute.seed)], compute=self.compute.quiet)[0]

    @cached_property
    def clear(self) -> float:
        """The agreement, among all words, above which something is found."""
        return CLEAR * grow(self.space, self.steps, stages=STAGES[TRIAL:], compute=self.compute.quiet).agreement


class Growth(NamedTuple):
    """The best of several starts grown to all words; ``tried`` are the first steps of each, ``chance`` of none.

    ``clear`` says whether its pairs agree so well that it is no matter of chance.
    """

    grown: Grown
    tried: Sequence[Grown]
    chance: Grown
    clear: bool

    def failed(self, one: Grown) -> bool:
        """Whether first steps led no further than random pairs do."""
        return one.agreement < FOUND * self.chance.agreement

    def joined(self, other: Growth) -> Growth:
        """The better of two, with the starts of both."""
        best = max(self, other, key=lambda each: (each.clear, each.grown.merit))
        return best._replace(tried=[*self.tried, *other.tried])


def self_learned(
    space: Space,
    choices: Sequence[Start],
    *,
    cycles: Cycles | None = None,
    luck: Luck | None = None,
    compute: Compute = DEFAULT,
) -> Growth:
    """Try every start, go on with the best one, and with the next ones while nothing is clear.

    The best is the one whose pairs agree best, or, where third languages tell, lead back most often.

    Args:
        space: Both languages.
        choices: The starts; random pairs are tried beside them.
        cycles: What third languages lead to.
        luck: What random pairs of ``space`` lead to, where several growths are compared with them.
        compute: The seed of the random pairs, the device, and who watches the starts and the rounds.
    """
    luck = luck or Luck(space, compute)
    chance = luck.steps.judged(cycles)
    tried = [each.judged(cycles) for each in first_steps(space, choices, compute=compute)]
    order = sorted(tried, key=lambda each: each.merit, reverse=True)[:ATTEMPTS]
    best = onward(space, order[0], chance.agreement, compute=compute).judged(cycles)
    if order[0].agreement > CLEAR * chance.agreement:
        return Growth(best, tried, chance, clear=True)
    for other in order[1:]:
        if best.agreement > luck.clear:
            break
        found = onward(space, other, chance.agreement, compute=compute).judged(cycles)
        best = max(best, found, key=lambda each: each.merit)
    return Growth(best, tried, chance, clear=best.agreement > luck.clear)


def _mutual(space: Space, maps: Maps, words: int, device: str) -> tuple[Seeds, Matrix]:
    """The words that choose each other among the most frequent, and the CSLS of each pair."""
    x, y = unit(space.x[:words] @ maps.source), unit(space.y[:words] @ maps.target)
    listed = retrieve(x, y, 1, device=device)
    mutual = listed.mutual()
    return Seeds(mutual[:, 0], mutual[:, 1]), np.clip(listed.forward.scores[mutual[:, 0], 0], 0, None)
