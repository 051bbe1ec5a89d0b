"""Named ways to build a lexicon: what each preset normalises, fits and repeats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.contrastive import contrastive
from isogloss.lexicon.alignment.maps import Aligner, Maps, Tuner
from isogloss.lexicon.alignment.procrustes import orthogonal
from isogloss.lexicon.alignment.rcsls import rcsls
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.vecmap import vecmap


@dataclass(frozen=True)
class Method:
    """The steps of building a lexicon.

    Attributes:
        name: Of the preset.
        aligner: Fits linear maps to translation pairs.
        paper: Where the method was published.
        centring: Rounds of iterative normalisation; 0 is unit length alone.
        refinements: Largest number of refinement rounds; held-out seeds choose how many are made.
        corrected: Whether the maps are followed by the kernel correction.
        reranked: Whether candidates are put in the order of the learned ranker.
        self_learning: Whether few seeds are extended by self-learning.
        self_training_rounds: Rounds in which the ranker's most probable pairs become pseudo-labels that the maps are
            fitted to; only the fits after the last round are fine-tuned.
        spelling: Whether the ranker uses features of spelling, beside those of vectors and frequencies.
        tuner: Fine-tunes the maps of ``aligner`` with all words of both languages at hand.
    """

    name: str
    aligner: Aligner
    paper: str
    centring: int = 5
    refinements: int = 0
    corrected: bool = False
    reranked: bool = False
    self_learning: bool = False
    self_training_rounds: int = 0
    spelling: bool = True
    tuner: Tuner | None = None

    def maps(self, x: Matrix, y: Matrix, pairs: Seeds) -> Maps:
        """The maps fitted to ``pairs``, the rows in ``x``, shape ``(n, d)``, and ``y``, shape ``(m, d)``."""
        fitted = self.aligner(x[pairs.source], y[pairs.target])
        return fitted if self.tuner is None else self.tuner(x, y, pairs, fitted)

    def untuned(self) -> Method:
        """The same without fine-tuning."""
        return replace(self, tuner=None)


SELF_TRAINED = Method(
    "self-trained",
    vecmap,
    "as kernel-corrected; Cao et al., 2007; Karan et al., 2020; Li et al., 2022",
    corrected=True,
    reranked=True,
    self_learning=True,
    self_training_rounds=1,
    tuner=contrastive,
)
METHODS: Mapping[str, Method] = {
    method.name: method
    for method in (
        Method("procrustes", orthogonal, "Xing et al., 2015; Artetxe et al., 2016", centring=1),
        Method("normalised", orthogonal, "Zhang et al., 2019"),
        Method("muse", orthogonal, "Lample et al., 2018", centring=0, refinements=5),
        Method("vecmap", vecmap, "Artetxe et al., 2018", centring=1),
        Method("rcsls", orthogonal, "Joulin et al., 2018", centring=0, tuner=rcsls),
        Method("contrastive", vecmap, "Li et al., 2022", centring=1, tuner=contrastive),
        Method(
            "kernel-corrected",
            vecmap,
            "Artetxe et al., 2018; Saunders et al., 1998",
            corrected=True,
            self_learning=True,
        ),
        SELF_TRAINED,
        replace(SELF_TRAINED, name="no-spelling", spelling=False),
    )
}
QUICK = replace(SELF_TRAINED, name="quick", self_training_rounds=0, tuner=None)


class Effort(NamedTuple):
    """What a build spends: the method that ``auto`` stands for, and the words that take part in all but retrieval."""

    method: Method
    words: int  # most frequent ones of each language


EFFORTS: Mapping[str, Effort] = {  # round numbers, not tuned; benchmarks/speed/building.py --effort measures them
    "quick": Effort(QUICK, 10_000),
    "normal": Effort(SELF_TRAINED, 20_000),
    "thorough": Effort(SELF_TRAINED, 50_000),
}
