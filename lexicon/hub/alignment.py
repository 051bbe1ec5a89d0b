"""Many languages in one space, fitted jointly: generalised Procrustes over all dictionaries at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import VocabularyError
from isogloss.data.numerics.procrustes import nearest_orthogonal
from isogloss.data.progress import Progress, silent
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.maps import Alignment, Side
from isogloss.lexicon.alignment.normalisation import iterative_normalisation
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.vecmap import whitening

Matrix64 = NDArray[np.float64]
Names = tuple[str, str]
STILL = 1e-6  # relative gain of a round below which nothing moves any more


@dataclass(frozen=True, eq=False)
class Hub:
    """The way of each language into the shared space.

    ``pairs`` counts those that were used by languages, ``chained`` those that were found through a third language, and
    ``agreement`` is the mean similarity of pairs after each round.
    """

    sides: Mapping[str, Side]
    pairs: Mapping[Names, int]
    chained: Mapping[Names, int] = field(default_factory=dict)
    agreement: tuple[float, ...] = ()

    def __repr__(self) -> str:
        return f"<Hub of {', '.join(self.sides)}: {sum(self.pairs.values()):,} pairs>"

    def summary(self) -> dict[str, Any]:
        """For a report."""
        return {
            "languages": list(self.sides),
            "pairs": {"-".join(names): count for names, count in self.pairs.items()},
            "chained": {"-".join(names): count for names, count in self.chained.items()},
            "agreement": list(self.agreement),
        }

    def alignment(self, source: str, target: str) -> Alignment:
        """Two of the languages.

        Raises:
            VocabularyError: One of them is not in the hub.
        """
        return Alignment(self.side(source), self.side(target))

    def side(self, language: str) -> Side:
        """The way of one language.

        Raises:
            VocabularyError: It is not in the hub.
        """
        if language not in self.sides:
            raise VocabularyError(f"found language {language!r}, expected one of the hub: {', '.join(self.sides)}")
        return self.sides[language]


def align_many(
    languages: Sequence[Vectors],
    dictionaries: Sequence[Dictionary],
    *,
    chain: bool = True,
    weighted: bool = True,
    centring: int = 5,
    rounds: int = 50,
    progress: Progress = silent,
) -> Hub:
    """Turn all languages into one space so that all pairs of all dictionaries come as close as they can.

    Generalised Procrustes analysis (Gower, 1975; ten Berge, 1977; for embeddings: Kementchedjhieva et al., 2018): each
    language in its turn is rotated towards where its translations in all others are, until nothing moves. So a language
    with few words of its own in one dictionary is helped by those it has in another.

    Args:
        languages: Vectors of each language, all of one dimension.
        dictionaries: Known pairs between any of them; every language has to be linked to the rest.
        chain: Also use the pairs that two words make with the same word of a third language.
        weighted: Rotate in whitened spaces, weight directions by their correlation and undo the whitening; with two
            languages this is VecMap (Artetxe et al., 2018). Otherwise the maps are rotations.
        centring: Rounds of iterative normalisation.
        rounds: Most turns of all languages.
        progress: Watches the rounds.

    Raises:
        VocabularyError: Dimensions differ, a language comes twice or has no vectors, seeds are too few, or a language
            is not linked to the others.
    """
    named = _named(languages)
    known = _seeds(named, dictionaries)
    chained = _chained(known) if chain else {}
    links = {**known, **chained}
    normalisations = {name: iterative_normalisation(each.matrix, rounds=centring) for name, each in named.items()}
    spaces = {name: normalisations[name](each.matrix) for name, each in named.items()}
    frames = {name: _frame(spaces[name], name, links, weighted) for name in named}
    cross = {
        (a, b): frames[a].whiten
        @ (spaces[a][seeds.source].T.astype(np.float64) @ spaces[b][seeds.target])
        @ frames[b].whiten
        * (frames[a].rows * frames[b].rows) ** 0.5
        / len(seeds)
        for (a, b), seeds in links.items()
    }
    weights = {names: float(len(seeds)) for names, seeds in links.items()}
    turns, agreement = _rotations(tuple(named), cross, weights, rounds, progress)
    strength = np.ones(1)
    if weighted:
        turns, strength = _principal(turns, cross, weights)
    sides = {
        name: Side(normalisations[name], frames[name].map(turns[name], strength).astype(np.float32)) for name in named
    }
    return Hub(sides, _counts(known), _counts(chained), agreement)


class Frame(NamedTuple):
    """How a language is stretched before it is turned, and back again; ``rows`` is the number of its words in pairs."""

    whiten: Matrix64
    colour: Matrix64
    rows: int

    def map(self, turn: Matrix64, strength: Matrix64) -> Matrix64:
        """The whole way: whiten, turn, weight, undo the whitening."""
        result: Matrix64 = (self.whiten @ turn * strength**0.5) @ (turn.T @ self.colour @ turn)
        return result


def _named(languages: Sequence[Vectors]) -> dict[str, Vectors]:
    named = {each.language: each for each in languages}
    dimensions = {each.dimensions for each in languages}
    if len(named) != len(languages) or len(named) < 2:
        raise VocabularyError(
            f"found vectors of {', '.join(each.language for each in languages) or 'no language'}, expected two "
            "languages or more, each once"
        )
    if len(dimensions) > 1:
        raise VocabularyError(
            f"found vectors of {', '.join(map(str, sorted(dimensions)))} dimensions, expected the same number for all; "
            "use models of one size"
        )
    return named


def _seeds(named: Mapping[str, Vectors], dictionaries: Iterable[Dictionary]) -> dict[Names, Seeds]:
    """The pairs by languages, each two of them in one order."""
    known: dict[Names, Seeds] = {}
    for each in dictionaries:
        if missing := [name for name in (each.source, each.target) if name not in named]:
            raise VocabularyError(
                f"{each.origin.name}: found a dictionary of {each.source}-{each.target}, expected languages with "
                f"vectors; give those of {missing[0]}"
            )
        seeds = Seeds.of(each, named[each.source], named[each.target])
        if (each.target, each.source) in known:
            names, seeds = (each.target, each.source), seeds.reversed()
        else:
            names = each.source, each.target
        if names in known:
            seeds = Seeds(*(np.concatenate(both) for both in zip(_rows(known[names]), _rows(seeds), strict=True)))
        known[names] = seeds
    return known


def _rows(seeds: Seeds) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return seeds.source, seeds.target


def _chained(known: Mapping[Names, Seeds]) -> dict[Names, Seeds]:
    """Pairs of languages that no dictionary links, through a word that both have in one: its first translations."""
    found: dict[Names, Seeds] = {}
    both = {**known, **{(b, a): seeds.reversed() for (a, b), seeds in known.items()}}
    for (through, a), (other, b) in combinations(both, 2):
        if through != other or (a, b) in both or (a, b) in found or (b, a) in found:
            continue
        left, right = _first(both[through, a]), _first(both[through, b])
        shared = np.array(sorted(left.keys() & right.keys()), np.int64)
        if len(shared):
            found[a, b] = Seeds(np.array([left[word] for word in shared]), np.array([right[word] for word in shared]))
    return found


def _first(seeds: Seeds) -> dict[int, int]:
    first: dict[int, int] = {}
    for source, target in zip(seeds.source.tolist(), seeds.target.tolist(), strict=True):
        first.setdefault(source, target)
    return first


def _frame(space: Matrix, name: str, links: Mapping[Names, Seeds], weighted: bool) -> Frame:
    """How ``name`` is whitened: over the rows that stand in pairs."""
    parts = [seeds.source for (a, _), seeds in links.items() if a == name]
    parts += [seeds.target for (_, b), seeds in links.items() if b == name]
    if not parts:
        raise VocabularyError(f"{name}: found no dictionary that links it to another language, expected one; give it")
    rows = np.concatenate(parts)
    if not weighted:
        even = np.eye(space.shape[1])
        return Frame(even, even, 1)
    return Frame(*whitening(space[rows]), len(rows))


def _rotations(
    names: tuple[str, ...],
    cross: Mapping[Names, Matrix64],
    weights: Mapping[Names, float],
    rounds: int,
    progress: Progress,
) -> tuple[dict[str, Matrix64], tuple[float, ...]]:
    """Turn each language towards the others until nothing moves; the best linked one stays where it is."""
    pulls = {**cross, **{(b, a): matrix.T for (a, b), matrix in cross.items()}}
    weigh = {**weights, **{(b, a): weight for (a, b), weight in weights.items()}}
    degree = {name: sum(weight for (a, _), weight in weigh.items() if a == name) for name in names}
    fixed = max(names, key=lambda name: degree[name])
    turns: dict[str, Matrix64] = {fixed: np.eye(len(next(iter(cross.values()))))}

    def pull(name: str) -> Matrix64:
        parts = [weigh[name, b] * (pulls[name, b] @ turn) for b, turn in turns.items() if (name, b) in pulls]
        return np.asarray(np.sum(parts, axis=0))

    while len(turns) < len(names):
        near = {name: sum(weigh.get((name, done), 0.0) for done in turns) for name in names if name not in turns}
        nearest = max(near, key=lambda name: near[name])
        if near[nearest] == 0:
            raise VocabularyError(
                f"found no dictionary between {', '.join(turns)} and {', '.join(near)}, expected all languages to be "
                "linked; give one more"
            )
        turns[nearest] = nearest_orthogonal(pull(nearest))
    agreement = [_agreement(turns, cross, weights)]
    for _ in progress(range(rounds), "Turning"):
        for name in names:
            if name != fixed:
                turns[name] = nearest_orthogonal(pull(name))
        agreement.append(_agreement(turns, cross, weights))
        if agreement[-1] - agreement[-2] < STILL * abs(agreement[-1]):
            break
    return turns, tuple(round(each, 6) for each in agreement)


def _agreement(turns: Mapping[str, Matrix64], cross: Mapping[Names, Matrix64], weights: Mapping[Names, float]) -> float:
    total = sum(weights[a, b] * float((turns[a] * (matrix @ turns[b])).sum()) for (a, b), matrix in cross.items())
    return total / sum(weights.values())


def _principal(
    turns: Mapping[str, Matrix64], cross: Mapping[Names, Matrix64], weights: Mapping[Names, float]
) -> tuple[dict[str, Matrix64], Matrix64]:
    """Turn the whole hub to the directions that its languages share most and least, and how much they do."""
    shared = sum(weights[a, b] * (turns[a].T @ matrix @ turns[b]) for (a, b), matrix in cross.items())
    shared = np.asarray(shared) / sum(weights.values())
    strength, basis = np.linalg.eigh((shared + shared.T) / 2)
    return {name: turn @ basis for name, turn in turns.items()}, np.clip(strength, 0.0, 1.0)


def _counts(seeds: Mapping[Names, Seeds]) -> dict[Names, int]:
    return {names: len(each) for names, each in seeds.items()}
