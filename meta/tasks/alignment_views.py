"""What k seed pairs say about two languages, in closed form: several shared spaces, each with its own blind spot."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.maps import Aligner
from isogloss.lexicon.alignment.procrustes import orthogonal, procrustes
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.vecmap import vecmap
from isogloss.lexicon.search.index import Retrieval
from isogloss.meta.tasks.dense_csls import mutual_pairs, search

VIEWS = ("seeds", "profiles", "learned", "weighted")
ROUNDS = 8  # of self-learning; chosen by hand, not tuned by a script: with ten seeds more than a few rounds pay
MAX_WORDS = 5000  # most frequent words that self-learning may pair; round number


class View(NamedTuple):
    """Both languages in one space, shapes ``(n, shared)`` and ``(m, shared)``, unit length."""

    source: Matrix
    target: Matrix


class Survey(NamedTuple):
    """A view and the best translations in it, in both directions."""

    view: View
    retrieval: Retrieval

    @classmethod
    def of(cls, view: View, k: int) -> Survey:
        """Look for the ``k`` best translations of every word."""
        return cls(view, search(view.source, view.target, k))


def seed_view(x: Matrix, y: Matrix, seeds: Seeds, aligner: Aligner = orthogonal) -> View:
    """The rotation that the pairs imply; with fewer pairs than dimensions what lies outside their span is arbitrary."""
    maps = aligner(x[seeds.source], y[seeds.target])
    return View(unit(x @ maps.source), unit(y @ maps.target))


def truncated_view(x: Matrix, y: Matrix, seeds: Seeds) -> View:
    """Procrustes between the leading principal directions only, half as many as there are seeds."""
    rank = int(np.clip(len(seeds) // 2, 2, x.shape[1]))
    a, b = (unit(np.asarray(space @ _principal(space, rank), dtype=np.float32)) for space in (x, y))
    return View(a @ procrustes(a[seeds.source], b[seeds.target]).matrix, b)


def profile_view(x: Matrix, y: Matrix, seeds: Seeds) -> View:
    """Each word by its similarity to the seeds of its own language: needs no map, and no shared dimensions."""
    return View(_profile(x, x[seeds.source]), _profile(y, y[seeds.target]))


def self_learned(
    x: Matrix, y: Matrix, seeds: Seeds, start: View, *, rounds: int = ROUNDS, max_words: int = MAX_WORDS
) -> Seeds:
    """The dictionary that self-learning reaches from ``start``: mutual neighbors by CSLS, align, again.

    In the spirit of Artetxe et al. (2018) and Lample et al. (2018); the seeds stay in throughout.
    """
    view, pairs = start, seeds
    for _ in range(rounds):
        pairs = seeds.extended_by(Seeds.of_rows(mutual_pairs(view.source[:max_words], view.target[:max_words])))
        view = seed_view(x, y, pairs)
    return pairs


def views(x: Matrix, y: Matrix, seeds: Seeds) -> tuple[View, ...]:
    """The views named in ``VIEWS``, in their order.

    Args:
        x: Normalised source vectors, shape ``(n, d)``, most frequent word first.
        y: Normalised target vectors, shape ``(m, d)``, most frequent word first.
        seeds: Known pairs of rows.
    """
    profiles = profile_view(x, y, seeds)
    pairs = self_learned(x, y, seeds, profiles)
    return seed_view(x, y, seeds), profiles, seed_view(x, y, pairs), seed_view(x, y, pairs, vecmap)


def _principal(x: Matrix, rank: int) -> Matrix:
    basis = np.linalg.eigh(x.T @ x).eigenvectors
    return np.ascontiguousarray(basis[:, ::-1][:, :rank])


def _profile(x: Matrix, seeds: Matrix) -> Matrix:
    similarity = x @ seeds.T
    spread = similarity.std(axis=0) + 1e-6
    return unit(np.asarray((similarity - similarity.mean(axis=0)) / spread, dtype=np.float32))
