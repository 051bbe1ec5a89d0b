"""Iterative refinement: mutual nearest neighbors become the next seed dictionary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from isogloss.data.compute import Compute
from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.maps import Aligner, Maps
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.search.csls import retrieve


class Round(NamedTuple):
    """One turn of the loop: ``number`` 0 is the alignment from the seeds alone."""

    number: int
    maps: Maps
    pairs: Seeds  # that the maps were fitted to


def refine(
    x: Matrix, y: Matrix, seeds: Seeds, aligner: Aligner, *, rounds: int, cut: int = 10_000, device: str = "cpu"
) -> Iterator[Round]:
    """Align, add the mutual nearest neighbors, align again (Lample et al., 2018; Artetxe et al., 2018).

    Only the ``cut`` most frequent words of each language may become pairs, which bounds the cost of a round. The
    seeds stay in throughout. The caller decides when it is enough: the rounds come one by one.

    Args:
        x: Normalised source vectors, shape ``(n, d)``, most frequent word first.
        y: Normalised target vectors, shape ``(m, d)``, most frequent word first.
        seeds: Known pairs of rows.
        aligner: Fits maps to pairs.
        rounds: How often to add pairs; 0 uses the seeds alone.
        cut: Most frequent words that take part.
        device: Where the products are computed.
    """
    maps = aligner(x[seeds.source], y[seeds.target])
    yield Round(0, maps, seeds)
    for number in range(1, rounds + 1):
        mapped = unit(x[:cut] @ maps.source), unit(y[:cut] @ maps.target)
        mutual = retrieve(*mapped, 1, compute=Compute(device=device)).mutual()
        pairs = seeds.extended_by(Seeds.of_rows(mutual))
        maps = aligner(x[pairs.source], y[pairs.target])
        yield Round(number, maps, pairs)
