"""Named ways to build a lexicon: what each preset normalises, fits and repeats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.contrastive import Training, bidirectional, contrastive
from isogloss.lexicon.alignment.maps import Aligner, Maps, Tuner
from isogloss.lexicon.alignment.procrustes import orthogonal
from isogloss.lexicon.alignment.rcsls import rcsls
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.vecmap import vecmap


@dataclass(frozen=True)
class Method:
    """A recipe.

    ``aligner`` fits maps to pairs, and ``tuner``, where there is one, goes on from these with all words at hand.
    ``centring`` counts the rounds of iterative normalisation (0 is unit length alone), ``rounds`` the refinements that
    held-out seeds may choose from; ``bent`` adds the kernel correction, ``reranked`` puts candidates in the order of
    the learned ranker, and ``grown`` starts few seeds by self-learning. ``harvests`` counts the rounds in which the
    ranker's surest pairs become pairs to fit to; only the fits after the last of them are tuned. Without ``spelled``
    the ranker sees vectors and frequencies alone.
    """

    name: str
    aligner: Aligner
    paper: str
    centring: int = 5
    rounds: int = 0
    bent: bool = False
    reranked: bool = False
    grown: bool = False
    harvests: int = 0
    spelled: bool = True
    tuner: Tuner | None = None

    def maps(self, x: Matrix, y: Matrix, pairs: Seeds) -> Maps:
        """The maps for ``x``, shape ``(n, d)``, and ``y``, shape ``(m, d)``, that ``pairs`` of their rows imply."""
        fitted = self.aligner(x[pairs.source], y[pairs.target])
        return fitted if self.tuner is None else self.tuner(x, y, pairs, fitted)

    def untuned(self) -> Method:
        """The same without fine-tuning."""
        return replace(self, tuner=None)


HARVESTED = Method(
    "harvested",
    vecmap,
    "as reranked; Karan et al., 2020; Li et al., 2022",
    bent=True,
    reranked=True,
    grown=True,
    harvests=1,
    tuner=partial(contrastive, training=Training(epochs=2)),
)
METHODS: Mapping[str, Method] = {
    method.name: method
    for method in (
        Method("procrustes", orthogonal, "Xing et al., 2015; Artetxe et al., 2016", centring=1),
        Method("normalised", orthogonal, "Zhang et al., 2019"),
        Method("muse", orthogonal, "Lample et al., 2018", centring=0, rounds=5),
        Method("refined", orthogonal, "Lample et al., 2018; Zhang et al., 2019", rounds=5),
        Method("vecmap", vecmap, "Artetxe et al., 2018", centring=1),
        Method("rcsls", orthogonal, "Joulin et al., 2018", centring=0, tuner=rcsls),
        Method("rcsls-spectral", orthogonal, "Joulin et al., 2018", centring=0, tuner=partial(rcsls, spectral=True)),
        Method("contrastive", vecmap, "Li et al., 2022", centring=1, tuner=contrastive),
        Method("c1", vecmap, "Li et al., 2022", centring=1, tuner=partial(bidirectional, aligner=vecmap)),
        Method("bent", vecmap, "Artetxe et al., 2018; Saunders et al., 1998", bent=True, grown=True),
        Method("reranked", vecmap, "as bent; Cao et al., 2007", bent=True, reranked=True, grown=True),
        HARVESTED,
        replace(HARVESTED, name="unspelled", spelled=False),
    )
}
AUTOMATIC = "harvested"
