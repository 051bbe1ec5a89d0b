"""Random walks: the probability of reaching one word from the other by following translations at random.

A step goes from a word to one of its translations in the pivot languages; the next one into the target language, or
back into the source language, to a word of similar meaning, and on from there. Walks of two and of four steps count,
the longer ones less.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from isogloss.kg.inference.paths import Candidates
from isogloss.kg.inference.translation_links import Links, Numbers, Weights
from isogloss.kg.storage.schema import BLOCK

LONGER = 0.3  # share of walks of four steps in the score; chosen by hand, not tuned by a script
FAINT = 0.02  # probability below which a detour is dropped, for speed; chosen by hand, not tuned by a script


class Walks(NamedTuple):
    """The probability to reach one word of each candidate from the other, each shape ``(candidates,)``."""

    forward: Weights  # in two steps, from source to target
    backward: Weights  # from target to source
    long_forward: Weights  # in four steps
    long_backward: Weights

    @property
    def score(self) -> Weights:
        """The geometric mean of both directions, from 0 to 1."""
        forward = (1 - LONGER) * self.forward + LONGER * self.long_forward
        backward = (1 - LONGER) * self.backward + LONGER * self.long_backward
        return np.sqrt(forward * backward)


def walk(candidates: Candidates) -> Walks:
    """The probabilities of random walks between the words of each candidate."""
    if not len(candidates):
        return Walks(*(np.zeros(0),) * 4)
    languages = candidates.languages
    pivots, between = languages.pivots, languages.translations.between
    out = [between(languages.source, pivot) for pivot in pivots]
    towards = [between(languages.target, pivot) for pivot in pivots]
    forward, round_here = _steps(out, towards)
    backward, round_there = _steps(towards, out)
    x, y = candidates.source % BLOCK, candidates.target % BLOCK
    return Walks(
        _at(forward, x, y),
        _at(backward, y, x),
        _sampled(round_here, forward, x, y) / 2 + _sampled(forward, round_there, x, y) / 2,
        _sampled(round_there, backward, y, x) / 2 + _sampled(backward, round_here, y, x) / 2,
    )


def _steps(out: list[Links], towards: list[Links]) -> tuple[csr_array, csr_array]:
    """The chances of two steps: from one language over a pivot to the other, and over a pivot back to itself."""
    height = max(_size(links.source) for links in out)
    width = max(_size(links.source) for links in towards)
    # The walker chooses among all translations of the word, whatever their language, that lead on.
    chosen = np.zeros(height)
    across, around = csr_array((height, width)), csr_array((height, height))
    for first, second in zip(out, towards, strict=True):
        leads = np.isin(first.target, second.target)
        first = first.taken(leads)
        depth = max(_size(first.target), _size(second.target))
        into_pivot = csr_array((first.weight, (first.source % BLOCK, first.target % BLOCK)), shape=(height, depth))
        into_target = csr_array((second.weight, (second.target % BLOCK, second.source % BLOCK)), shape=(depth, width))
        chosen += into_pivot.sum(axis=1)
        across = across + into_pivot @ _shares(into_target)
        around = around + into_pivot @ _shares(csr_array(into_pivot.T))
    scale = np.divide(1.0, chosen, out=np.zeros(height), where=chosen > 0)
    return _scaled(across, scale), _without_faint(_scaled(around, scale))


def _shares(table: csr_array) -> csr_array:
    """Each row divided by its sum."""
    sums = np.asarray(table.sum(axis=1)).ravel()
    return _scaled(table, np.divide(1.0, sums, out=np.zeros(len(sums)), where=sums > 0))


def _scaled(table: csr_array, by: Weights) -> csr_array:
    table = csr_array(table)
    table.data = table.data * np.repeat(by, np.diff(table.indptr))
    return table


def _without_faint(table: csr_array) -> csr_array:
    table.data[table.data < FAINT] = 0
    table.eliminate_zeros()
    return table


def _at(table: csr_array, rows: Numbers, columns: Numbers) -> Weights:
    """The values at some places."""
    return np.asarray(table[rows, columns], dtype=np.float64).ravel()


def _sampled(first: csr_array, second: csr_array, rows: Numbers, columns: Numbers) -> Weights:
    """The values of the product of two matrices at some places; the rest is never kept."""
    wanted, place = np.unique(rows, return_inverse=True)
    values = np.zeros(len(rows))
    for start in range(0, len(wanted), 4096):
        chunk = wanted[start : start + 4096]
        inside = np.flatnonzero((place >= start) & (place < start + len(chunk)))
        values[inside] = _at(csr_array(first[chunk] @ second), place[inside] - start, columns[inside])
    return values


def _size(numbers: Numbers) -> int:
    return int((numbers % BLOCK).max(initial=-1)) + 1
