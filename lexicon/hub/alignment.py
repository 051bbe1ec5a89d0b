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
MIN_GAIN = 1e-6  # relative gain of agreement in a round, below which rotation stops; round number, not tuned


@dataclass(frozen=True, eq=False)
class Hub:
    """The maps of several languages into one shared space.

    ``sides`` are the maps by language. ``pairs`` counts those used, by languages, ``chained`` those made through a
    third language, and ``agreement`` is the mean similarity of pairs after each round.
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
        """The map of one language.

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
    """Map all languages into one space so that all pairs of all dictionaries come as close as they can.

    Generalised Procrustes analysis (Gower, 1975; ten Berge, 1977; for embeddings: Kementchedjhieva et al., 2018): each
    language in its turn is rotated towards the mean of its translations in all others, until convergence. A language
    with few words in one dictionary gains from those it has in another.

    Args:
        languages: Vectors of each language, all of one dimension.
        dictionaries: Known pairs between any of them; every language has to be linked to the rest.
        chain: Also use pairs of words that have the same translation in a third language.
        weighted: Rotate in whitened spaces, weight directions by their correlation and undo the whitening; with two
            languages this is VecMap (Artetxe et al., 2018). Otherwise the maps are rotations.
        centring: Rounds of iterative normalisation.
        rounds: Rounds of rotation of all languages, at most.
        progress: Watches the rounds.

    Raises:
        VocabularyError: Dimensions differ, a language comes twice or has no vectors, seeds are too few, or a language
            is not linked to the others.
    """
    named = _named(languages)
    seeds_of = _seeds(named, dictionaries)
    chained = _chained(seeds_of) if chain else {}
    links = {**seeds_of, **chained}
    normalisations = {name: iterative_normalisation(vectors.matrix, rounds=centring) for name, vectors in named.items()}
    spaces = {name: normalisations[name](vectors.matrix) for name, vectors in named.items()}
    whitenings = {name: _whitening(spaces[name], name, links, weighted) for name in named}
    cross = {
        (a, b): whitenings[a].whiten
        @ (spaces[a][seeds.source].T.astype(np.float64) @ spaces[b][seeds.target])
        @ whitenings[b].whiten
        * (whitenings[a].rows * whitenings[b].rows) ** 0.5
        / len(seeds)
        for (a, b), seeds in links.items()
    }
    weights = {names: float(len(seeds)) for names, seeds in links.items()}
    rotations, agreement = _rotations(tuple(named), cross, weights, rounds, progress)
    strength = np.ones(1)
    if weighted:
        rotations, strength = _principal(rotations, cross, weights)
    sides = {
        name: Side(normalisations[name], whitenings[name].map(rotations[name], strength).astype(np.float32))
        for name in named
    }
    return Hub(sides, _counts(seeds_of), _counts(chained), agreement)


class Whitening(NamedTuple):
    """Whitening of a language and its inverse ``colour``, both shape ``(d, d)``; ``rows`` counts its words in pairs."""

    whiten: Matrix64
    colour: Matrix64
    rows: int

    def map(self, rotation: Matrix64, strength: Matrix64) -> Matrix64:
        """Whiten, rotate, re-weight, de-whiten (Artetxe et al., 2018), shape ``(d, d)``."""
        result: Matrix64 = (self.whiten @ rotation * strength**0.5) @ (rotation.T @ self.colour @ rotation)
        return result


def _named(languages: Sequence[Vectors]) -> dict[str, Vectors]:
    named = {vectors.language: vectors for vectors in languages}
    dimensions = {vectors.dimensions for vectors in languages}
    if len(named) != len(languages) or len(named) < 2:
        raise VocabularyError(
            f"found vectors of {', '.join(vectors.language for vectors in languages) or 'no language'}, expected two "
            "languages or more, each once"
        )
    if len(dimensions) > 1:
        raise VocabularyError(
            f"found vectors of {', '.join(map(str, sorted(dimensions)))} dimensions, expected the same number for all; "
            "use models of one size"
        )
    return named


def _seeds(named: Mapping[str, Vectors], dictionaries: Iterable[Dictionary]) -> dict[Names, Seeds]:
    """The pairs by languages, those of two languages in one order."""
    seeds_of: dict[Names, Seeds] = {}
    for dictionary in dictionaries:
        if missing := [name for name in (dictionary.source, dictionary.target) if name not in named]:
            raise VocabularyError(
                f"{dictionary.origin.name}: found a dictionary of {dictionary.source}-{dictionary.target}, expected "
                f"languages with vectors; give those of {missing[0]}"
            )
        seeds = Seeds.of(dictionary, named[dictionary.source], named[dictionary.target])
        if (dictionary.target, dictionary.source) in seeds_of:
            names, seeds = (dictionary.target, dictionary.source), seeds.reversed()
        else:
            names = dictionary.source, dictionary.target
        if names in seeds_of:
            seeds = Seeds(
                *(np.concatenate(columns) for columns in zip(_rows(seeds_of[names]), _rows(seeds), strict=True))
            )
        seeds_of[names] = seeds
    return seeds_of


def _rows(seeds: Seeds) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return seeds.source, seeds.target


def _chained(seeds_of: Mapping[Names, Seeds]) -> dict[Names, Seeds]:
    """Pairs of languages that no dictionary links, through a word that both have in one: its first translations."""
    chained: dict[Names, Seeds] = {}
    both_ways = {**seeds_of, **{(b, a): seeds.reversed() for (a, b), seeds in seeds_of.items()}}
    for (through, a), (also_through, b) in combinations(both_ways, 2):
        if through != also_through or (a, b) in both_ways or (a, b) in chained or (b, a) in chained:
            continue
        left, right = _first(both_ways[through, a]), _first(both_ways[through, b])
        shared = np.array(sorted(left.keys() & right.keys()), np.int64)
        if len(shared):
            chained[a, b] = Seeds(np.array([left[word] for word in shared]), np.array([right[word] for word in shared]))
    return chained


def _first(seeds: Seeds) -> dict[int, int]:
    first: dict[int, int] = {}
    for source, target in zip(seeds.source.tolist(), seeds.target.tolist(), strict=True):
        first.setdefault(source, target)
    return first


def _whitening(space: Matrix, name: str, links: Mapping[Names, Seeds], weighted: bool) -> Whitening:
    """The whitening of ``name`` over its rows in pairs; the identity where the maps are rotations."""
    parts = [seeds.source for (a, _), seeds in links.items() if a == name]
    parts += [seeds.target for (_, b), seeds in links.items() if b == name]
    if not parts:
        raise VocabularyError(f"{name}: found no dictionary that links it to another language, expected one; give it")
    rows = np.concatenate(parts)
    if not weighted:
        even = np.eye(space.shape[1])
        return Whitening(even, even, 1)
    return Whitening(*whitening(space[rows]), len(rows))


def _rotations(
    names: tuple[str, ...],
    cross: Mapping[Names, Matrix64],
    weights: Mapping[Names, float],
    rounds: int,
    progress: Progress,
) -> tuple[dict[str, Matrix64], tuple[float, ...]]:
    """Rotate each language towards the others until convergence; the best linked one stays where it is."""
    pulls = {**cross, **{(b, a): matrix.T for (a, b), matrix in cross.items()}}
    weigh = {**weights, **{(b, a): weight for (a, b), weight in weights.items()}}
    degree = {name: sum(weight for (a, _), weight in weigh.items() if a == name) for name in names}
    fixed = max(names, key=lambda name: degree[name])
    rotations: dict[str, Matrix64] = {fixed: np.eye(len(next(iter(cross.values()))))}

    def pull(name: str) -> Matrix64:
        parts = [
            weigh[name, b] * (pulls[name, b] @ rotation) for b, rotation in rotations.items() if (name, b) in pulls
        ]
        return np.asarray(np.sum(parts, axis=0))

    while len(rotations) < len(names):
        left = [name for name in names if name not in rotations]
        pairs_to_aligned = {name: sum(weigh.get((name, aligned), 0.0) for aligned in rotations) for name in left}
        nearest = max(pairs_to_aligned, key=lambda name: pairs_to_aligned[name])
        if pairs_to_aligned[nearest] == 0:
            raise VocabularyError(
                f"found no dictionary between {', '.join(rotations)} and {', '.join(pairs_to_aligned)}, expected all "
                "languages to be linked; give one more"
            )
        rotations[nearest] = nearest_orthogonal(pull(nearest))
    agreement = [_agreement(rotations, cross, weights)]
    for _ in progress(range(rounds), "Rotating"):
        for name in names:
            if name != fixed:
                rotations[name] = nearest_orthogonal(pull(name))
        agreement.append(_agreement(rotations, cross, weights))
        if agreement[-1] - agreement[-2] < MIN_GAIN * abs(agreement[-1]):
            break
    return rotations, tuple(round(value, 6) for value in agreement)


def _agreement(
    rotations: Mapping[str, Matrix64], cross: Mapping[Names, Matrix64], weights: Mapping[Names, float]
) -> float:
    total = sum(
        weights[a, b] * float((rotations[a] * (matrix @ rotations[b])).sum()) for (a, b), matrix in cross.items()
    )
    return total / sum(weights.values())


def _principal(
    rotations: Mapping[str, Matrix64], cross: Mapping[Names, Matrix64], weights: Mapping[Names, float]
) -> tuple[dict[str, Matrix64], Matrix64]:
    """Rotate the hub to its principal directions; their strengths are the mean correlations between languages."""
    shared = sum(weights[a, b] * (rotations[a].T @ matrix @ rotations[b]) for (a, b), matrix in cross.items())
    shared = np.asarray(shared) / sum(weights.values())
    strength, basis = np.linalg.eigh((shared + shared.T) / 2)
    return {name: rotation @ basis for name, rotation in rotations.items()}, np.clip(strength, 0.0, 1.0)


def _counts(seeds: Mapping[Names, Seeds]) -> dict[Names, int]:
    return {names: len(pairs) for names, pairs in seeds.items()}
