"""Two languages of a graph between which translations are inferred, and all that may be read for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from isogloss.kg.inference.translation_links import ALL, Links, TranslationLinks


@dataclass(frozen=True)
class LanguagePair:
    """Two languages, by number, with the translations of the whole graph."""

    translations: TranslationLinks
    source: int
    target: int

    @property
    def codes(self) -> tuple[str, str]:
        """The codes of both languages."""
        codes = self.translations.language_groups.codes
        return codes[self.source], codes[self.target]

    @property
    def reversed(self) -> LanguagePair:
        """The same pair in the other direction."""
        return replace(self, source=self.target, target=self.source)

    @property
    def pivots(self) -> list[int]:
        """The languages that have translations into both."""
        return self.translations.pivots(self.source, self.target)

    def stated(self, by: str = ALL) -> Links:
        """The translations between the two: of all sources, or of those of one sort only."""
        return self.translations.between(self.source, self.target, by)

    def without_links(self) -> LanguagePair:
        """The same pair, as if no source stated any translation between the two."""
        return replace(self, translations=self.translations.without_links(self.source, self.target))
