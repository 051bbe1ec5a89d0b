"""One fit of everything that translation pairs teach: maps, corrections, spelling."""

from __future__ import annotations

from dataclasses import dataclass, replace

from isogloss.data.progress import Progress, silent
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.kernel_correction import Correction, residual_ridge
from isogloss.lexicon.alignment.maps import Alignment, Maps, Side
from isogloss.lexicon.alignment.presets import Method
from isogloss.lexicon.alignment.profiles import Profiles
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.ranking.features import Extractor
from isogloss.lexicon.ranking.spelling import Spelling
from isogloss.lexicon.search.csls import Search
from isogloss.lexicon.search.direction import CANDIDATES, Direction


@dataclass(frozen=True, eq=False)
class Fit:
    """The way of two languages into one space, learned from ``pairs``."""

    alignment: Alignment
    pairs: Seeds
    spelled: bool  # whether spelling counts

    @classmethod
    def of(cls, space: Space, method: Method, pairs: Seeds) -> Fit:
        """Fit ``method`` to ``pairs`` (rows of the words of ``space``)."""
        maps = method.maps(space.x, space.y, pairs)
        alignment = Alignment(Side(space.normalisation_x, maps.source), Side(space.normalisation_y, maps.target))
        if not method.corrected:
            return cls(alignment, pairs, method.reranked and method.spelling)
        x, y = space.mapped(maps)
        bent = replace(alignment, onward=_correction(x, y, pairs), back=_correction(y, x, pairs.reversed()))
        return cls(bent, pairs, method.reranked and method.spelling)

    def direction(
        self,
        space: Space,
        *,
        search: Search = "exact",
        device: str = "cpu",
        progress: Progress = silent,
    ) -> Direction:
        """All words of ``space`` in the shared space, compared."""
        x, y = space.mapped(Maps(self.alignment.source.map, self.alignment.target.map))
        bent_x = self.alignment.onward(x) if self.alignment.onward else x
        bent_y = self.alignment.back(y) if self.alignment.back else y
        return Direction.of(x, bent_x, y, bent_y, k=CANDIDATES, search=search, device=device, progress=progress)

    def extractor(self, direction: Direction, space: Space) -> Extractor:
        """Features of pairs from the source's side."""
        learned = None
        if self.spelled:
            learned = Spelling.of(*space.spelling, (self.pairs.source, self.pairs.target))
        profiles = Profiles.of(direction.source, direction.target, self.pairs)
        return Extractor(direction, space.target.words, profiles, learned)

    def extractor_back(self, direction: Direction, space: Space) -> Extractor:
        """Features of pairs from the target's side; ``direction`` is the onward one."""
        learned = None
        if self.spelled:
            learned = Spelling.of(*space.spelling[::-1], (self.pairs.target, self.pairs.source))
        profiles = Profiles.of(direction.target, direction.source, self.pairs.reversed())
        return Extractor(direction.reversed(), space.source.words, profiles, learned)


def _correction(x: Matrix, y: Matrix, pairs: Seeds) -> Correction:
    return residual_ridge(x, y, pairs.source, pairs.target)
