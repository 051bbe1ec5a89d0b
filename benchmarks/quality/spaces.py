"""What limits a pair of vector spaces: coverage, effective rank, and how far down the right word stands.

Run ``python -m benchmarks.quality.spaces --pair en-ru --seeds FILE``. Procrustes is fitted to the seeds and asked for
words that are held out as in ``word_translation``. Each way to prepare the vectors is tried alone: ``as they are``;
``whitened by half`` (each principal component divided by the root of its standard deviation); ``200 components`` (PCA).
Ranks are by cosine less the density of the target word among the 4,000 most frequent source words.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np

from benchmarks import real_data
from benchmarks.quality.word_translation import split
from isogloss.data.numerics.csls import neighbor_density
from isogloss.data.numerics.normalisation import centred, unit
from isogloss.data.reading import read_dictionary
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.procrustes import orthogonal
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.validation import gold_ranks
from isogloss.meta.tasks.descriptors import effective_rank, spectrum_of

FREQUENT = 4_000  # source words that densities are taken among; round number
PLACES = (1, 5, 20, 100)  # k of precision at k; round numbers


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pair", default="en-ru", help="language pair")
    parser.add_argument("--seeds", type=Path, help="split this dictionary instead of FreeDict")
    parser.add_argument("--held-out", choices=("random", "last"), default="random", help="the words of the test")
    parser.add_argument("--seed", type=int, default=0, help="of the split")
    options = parser.parse_args(arguments)
    source, target = options.pair.split("-")
    x, y = real_data.vectors(source), real_data.vectors(target)
    dictionary = read_dictionary(options.seeds, source, target) if options.seeds else real_data.freedict(source, target)
    train, test = split(dictionary.lowercased(), options.held_out, options.seed)
    seeds, gold = Seeds.of(train, x, y), Seeds.of(test, x, y)
    print(f"words: {len(x):,} {source}, {len(y):,} {target}; seed words: {len(seeds.words):,}")
    print(f"test words: {len(gold.words):,}, coverage {len(gold.words) / len(test.by_source):.2f}")
    print(f"effective rank: {dimensions_used(x.matrix):.0f} {source}, {dimensions_used(y.matrix):.0f} {target}")
    for name, prepare in PREPARED.items():
        a, b = (centred(prepare(side.matrix), rounds=5).vectors for side in (x, y))
        maps = orthogonal(a[seeds.source], b[seeds.target])
        a, b = unit(a @ maps.source), unit(b @ maps.target)
        density = neighbor_density(b @ a[:FREQUENT].T)
        ranks = gold_ranks(a, b, density, gold)
        print(f"{name}: " + ", ".join(f"P@{k} {100 * float((ranks <= k).mean()):.1f}" for k in PLACES))


def dimensions_used(vectors: Matrix) -> float:
    """The effective rank (Roy and Vetterli, 2007) of the 15,000 most frequent words."""
    return float(vectors.shape[1] * effective_rank(spectrum_of(unit(vectors)[:15_000])))


def as_they_are(vectors: Matrix) -> Matrix:
    """The same."""
    return vectors


def whitened_by_half(vectors: Matrix) -> Matrix:
    """Each principal component divided by the root of its standard deviation."""
    middle, spectrum, axes = _components(vectors)
    scaled = (middle @ axes) * np.maximum(spectrum, 1e-9) ** -0.25
    return np.asarray(scaled @ axes.T, dtype=np.float32)


def first_components(vectors: Matrix) -> Matrix:
    """The 200 components of most variance."""
    middle, _, axes = _components(vectors)
    return np.asarray(middle @ axes[:, -200:], dtype=np.float32)


def _components(vectors: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    middle = unit(vectors)
    middle = middle - middle.mean(axis=0)
    spectrum, axes = np.linalg.eigh(middle.T @ middle / len(middle))
    return middle, spectrum, axes


PREPARED: Mapping[str, Callable[[Matrix], Matrix]] = {
    "as they are": as_they_are,
    "whitened by half": whitened_by_half,
    "200 components": first_components,
}

if __name__ == "__main__":
    main()
