"""Named ways to build a lexicon: what each preset normalises, fits and repeats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lexicon.maps import Aligner
from lexicon.procrustes import orthogonal
from lexicon.vecmap import vecmap


@dataclass(frozen=True)
class Method:
    """A recipe.

    ``centring`` counts the rounds of iterative normalisation (0 is unit length alone), ``rounds`` the refinements that
    held-out seeds may choose from; ``bent`` adds the kernel correction, ``reranked`` puts candidates in the order of
    the learned ranker, and ``grown`` starts few seeds by self-learning.
    """

    name: str
    aligner: Aligner
    paper: str
    centring: int = 5
    rounds: int = 0
    bent: bool = False
    reranked: bool = False
    grown: bool = False


METHODS: Mapping[str, Method] = {
    method.name: method
    for method in (
        Method("procrustes", orthogonal, "Xing et al., 2015; Zhang et al., 2019"),
        Method("muse", orthogonal, "Lample et al., 2018", centring=0, rounds=5),
        Method("refined", orthogonal, "Lample et al., 2018; Zhang et al., 2019", rounds=5),
        Method("vecmap", vecmap, "Artetxe et al., 2018", centring=1),
        Method("bent", vecmap, "Artetxe et al., 2018; Saunders et al., 1998", bent=True, grown=True),
        Method("reranked", vecmap, "as bent; Cao et al., 2007", bent=True, reranked=True, grown=True),
    )
}
AUTOMATIC = "reranked"
