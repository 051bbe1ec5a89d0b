"""Random walks: how often someone who follows translations at random from one word comes by the other.

From a word the walker goes to one of its translations in the pivot languages, from there into the target language,
or back into the language that he came from, to a word of like meaning, and on from there. Walks of two and of four
steps count, the longer ones less.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from isogloss.kg.inference.paths import Candidates
from isogloss.kg.inference.translation_links import Links, Numbers, Web, Weights
from isogloss.kg.storage.schema import BLOCK

LONGER = 0.3  # what share of the walks goes on to four steps
FAINT = 0.02  # detours less likely than this are not followed


class Walks(NamedTuple):
    """The chance to get from either word of each candidate to the other."""

    forth: Weights  # in two steps, from source to target
    back: Weights  # from target to source
    far_forth: Weights  # in four steps
    far_back: Weights

    @property
    def score(self) -> Weights:
        """The geometric mean of both directions, from 0 to 1."""
        forth = (1 - LONGER) * self.forth + LONGER * self.far_forth
        back = (1 - LONGER) * self.back + LONGER * self.far_back
        return np.sqrt(forth * back)


def walk(web: Web, found: Candidates, here: int, there: int) -> Walks:
    """The chances of random walks between the words of each candidate."""
    if not len(found):
        return Walks(*(np.zeros(0),) * 4)
    pivots = web.pivots(here, there)
    out = [web.links(here, pivot) for pivot in pivots]
    home = [web.links(there, pivot) for pivot in pivots]
    forth, round_here = _steps(out, home)
    back, round_there = _steps(home, out)
    x, y = found.source % BLOCK, found.target % BLOCK
    return Walks(
        _at(forth, x, y),
        _at(back, y, x),
        _sampled(round_here, forth, x, y) / 2 + _sampled(forth, round_there, x, y) / 2,
        _sampled(round_there, back, y, x) / 2 + _sampled(back, round_here, y, x) / 2,
    )


def _steps(out: list[Links], home: list[Links]) -> tuple[csr_array, csr_array]:
    """The chances of two steps: from one language over a pivot to the other, and over a pivot back to itself."""
    height = max(_size(links.source) for links in out)
    width = max(_size(links.source) for links in home)
    # The walker chooses among all translations of the word, whatever their language, that lead on.
    chosen = np.zeros(height)
    across, around = csr_array((height, width)), csr_array((height, height))
    for near, far in zip(out, home, strict=True):
        leads = np.isin(near.target, far.target)
        near = near.taken(leads)
        depth = max(_size(near.target), _size(far.target))
        away = csr_array((near.weight, (near.source % BLOCK, near.target % BLOCK)), shape=(height, depth))
        onward = csr_array((far.weight, (far.target % BLOCK, far.source % BLOCK)), shape=(depth, width))
        chosen += away.sum(axis=1)
        across = across + away @ _shares(onward)
        around = around + away @ _shares(csr_array(away.T))
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
    found = np.zeros(len(rows))
    for start in range(0, len(wanted), 4096):
        some = wanted[start : start + 4096]
        inside = np.flatnonzero((place >= start) & (place < start + len(some)))
        found[inside] = _at(csr_array(first[some] @ second), place[inside] - start, columns[inside])
    return found


def _size(numbers: Numbers) -> int:
    return int((numbers % BLOCK).max(initial=-1)) + 1
