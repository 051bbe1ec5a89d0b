"""One fit of all that is learned from translation pairs: linear maps, kernel corrections, spelling."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from isogloss.data.compute import DEFAULT, Compute
from isogloss.lexicon.alignment.kernel_correction import residual_ridge
from isogloss.lexicon.alignment.maps import Alignment, Maps, Side
from isogloss.lexicon.alignment.presets import Method
from isogloss.lexicon.alignment.profiles import Profiles
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.third_languages import ThirdLanguages
from isogloss.lexicon.ranking.features import Extractor, width
from isogloss.lexicon.ranking.inflection import Endings
from isogloss.lexicon.ranking.spelling import Spelling
from isogloss.lexicon.search.blocks import WHOLE, Blocks
from isogloss.lexicon.search.csls import Search, retrieve
from isogloss.lexicon.search.direction import CANDIDATES, Direction


@dataclass(frozen=True, eq=False)
class Fit:
    """The alignment of two languages fitted to ``pairs``."""

    alignment: Alignment
    pairs: Seeds
    spelling: bool  # whether the ranker has features of spelling
    third: ThirdLanguages | None = None

    @classmethod
    def of(cls, space: Space, method: Method, pairs: Seeds) -> Fit:
        """Fit ``method`` to ``pairs`` (rows of the words of ``space``)."""
        maps = method.maps(space.x, space.y, pairs)
        alignment = Alignment(Side(space.normalisation_x, maps.source), Side(space.normalisation_y, maps.target))
        spelling = method.reranked and method.spelling
        third = ThirdLanguages.of(space.third, space.y, method.aligner, pairs) if space.third else None
        if not method.corrected:
            return cls(alignment, pairs, spelling, third)
        x, y = space.mapped(maps)
        corrected = replace(
            alignment,
            source_correction=residual_ridge(x, y, pairs.source, pairs.target),
            target_correction=residual_ridge(y, x, pairs.target, pairs.source),
        )
        return cls(corrected, pairs, spelling, third)

    def direction(
        self, space: Space, *, search: Search = "exact", blocks: Blocks = WHOLE, compute: Compute = DEFAULT
    ) -> Direction:
        """All words of ``space`` in the shared space, compared: in one pass without correction and in two with it.

        Of two passes each lists the translations of its corrected side; the other side gets densities and one
        translation.
        """
        x, y = space.mapped(Maps(self.alignment.source.map, self.alignment.target.map))
        source_correction, target_correction = self.alignment.source_correction, self.alignment.target_correction
        corrected_x = source_correction(x) if source_correction else x
        corrected_y = target_correction(y) if target_correction else y
        compared = partial(retrieve, search=search, blocks=blocks, compute=compute)
        if corrected_x is x and corrected_y is y:
            retrieval = compared(x, y, width(self.third), k_backward=CANDIDATES)
            return Direction(x, x, y, y, retrieval, retrieval)
        forward = compared(corrected_x, y, width(self.third), k_backward=1)
        backward = compared(corrected_y, x, CANDIDATES, k_backward=1).reversed()
        return Direction(x, corrected_x, y, corrected_y, forward, backward)

    def extractor(self, direction: Direction, space: Space) -> Extractor:
        """Features of pairs from source to target."""
        spelling = endings = None
        if self.spelling:
            spelling = Spelling.of(*space.spelling, (self.pairs.source, self.pairs.target))
            endings = Endings.of(
                space.source.words, space.target.words, self.pairs, direction.forward_retrieval.forward.rows
            )
        profiles = Profiles.of(direction.source, direction.target, self.pairs)
        return Extractor(direction, space.target.words, profiles, spelling, space.encoded, self.third, endings)

    def backward_extractor(self, direction: Direction, space: Space) -> Extractor:
        """Features of pairs from target to source; ``direction`` is that from source to target."""
        spelling = endings = None
        direction = direction.reversed()
        if self.spelling:
            spelling = Spelling.of(*space.spelling[::-1], (self.pairs.target, self.pairs.source))
            endings = Endings.of(
                space.target.words, space.source.words, self.pairs.reversed(), direction.forward_retrieval.forward.rows
            )
        profiles = Profiles.of(direction.source, direction.target, self.pairs.reversed())
        encoded = None if space.encoded is None else space.encoded.reversed()
        third = None if self.third is None else self.third.reversed()
        return Extractor(direction, space.source.words, profiles, spelling, encoded, third, endings)
