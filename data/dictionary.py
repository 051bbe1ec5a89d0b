"""A bilingual dictionary: what passes between files, lexicon induction and the graph."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias, runtime_checkable

from isogloss.data.errors import VocabularyError
from isogloss.data.tables import ROWS, html_table
from isogloss.data.words import cleaned

KINDS = ("dictionary", "induced", "inferred", "user")  # of origins
Lookup: TypeAlias = "Callable[[str], str | None]"

if TYPE_CHECKING:
    import numpy as np


class Pair(NamedTuple):
    """``source`` translates as ``target``; ``weight`` is the probability that it does.

    ``evidence`` says why, where the pair was computed (scores, ranks, seeds): short JSON values by name.
    """

    source: str
    target: str
    weight: float = 1.0
    evidence: Mapping[str, Any] | None = None


@runtime_checkable
class WordLookup(Protocol):
    """Words that are found however they are typed, as those of ``Vectors`` are."""

    def key(self, word: str) -> str | None:
        """The word as it stands there; ``None`` where it does not."""
        ...


@dataclass(frozen=True)
class Origin:
    """The source of pairs or concepts, and on what terms they may be passed on.

    ``name`` tells sources apart, ``url`` is where it is published, ``version`` its release. ``quality``, 0 to 1,
    multiplies the weights that it states. ``licence`` is an SPDX expression such as ``Unicode-DFS-2016``; empty where
    nobody knows it. ``kind`` is ``dictionary``, ``induced``, ``inferred`` or ``user``.
    """

    name: str
    licence: str = ""
    kind: str = "dictionary"
    url: str = ""
    quality: float = 1.0
    version: str = ""


@dataclass(frozen=True)
class Dictionary:
    """Pairs of words of two languages, in the order of their file, each pair once.

    ``source`` and ``target`` are BCP 47 codes; ``pairs`` are ``Pair`` values with a weight from 0 to 1; ``origin`` is
    the source with its licence. ``dictionary[word]`` are the translations of a word, and ``by_source`` those of all.
    ``dropped`` counts what was left out of the file, by reason; ``examples`` shows some of it. ``parts_of_speech`` has
    those of the words on either side, where the file tells them: words to tags of Universal Dependencies such as
    ``NOUN``. ``forms`` has inflected forms of source words with the word that each belongs to, and ``synonyms`` pairs
    of source words.
    """

    source: str
    target: str
    pairs: tuple[Pair, ...]
    origin: Origin = Origin("unnamed", kind="user")
    dropped: Mapping[str, int] = field(default_factory=dict)
    parts_of_speech: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {})
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    synonyms: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(
        cls, source: str, target: str, pairs: Iterable[tuple[str, str]], origin: Origin = Origin("unnamed", kind="user")
    ) -> Dictionary:
        """A dictionary of plain word pairs; a pair that comes twice is kept once."""
        return cls(source, target, tuple(Pair(*pair) for pair in dict.fromkeys(pairs)), origin)

    def __len__(self) -> int:
        return len(self.pairs)

    def __iter__(self) -> Iterator[Pair]:
        return iter(self.pairs)

    def __contains__(self, word: object) -> bool:
        """Whether ``word`` is a source word."""
        return word in self.by_source

    def __getitem__(self, word: str) -> tuple[str, ...]:
        """The translations of a source word, in order.

        Raises:
            VocabularyError: ``word`` is no source word.
        """
        if word not in self.by_source:
            raise VocabularyError(f"{word!r} is not among the {self.source} words of {self.origin.name}")
        return self.by_source[word]

    def _repr_html_(self) -> str:
        caption = f"{self.source}-{self.target}: {len(self):,} pairs of {self.origin.name}"
        rows = [(pair.source, pair.target, pair.weight) for pair in self.pairs[:ROWS]]
        return html_table(caption, (self.source, self.target, "weight"), rows)

    def __repr__(self) -> str:
        return f"<Dictionary {self.source}-{self.target}: {len(self):,} pairs of {self.origin.name}>"

    @cached_property
    def by_source(self) -> dict[str, tuple[str, ...]]:
        """The translations of each source word, in order."""
        translations: dict[str, list[str]] = {}
        for pair in self.pairs:
            translations.setdefault(pair.source, []).append(pair.target)
        return {word: tuple(targets) for word, targets in translations.items()}

    def reversed(self) -> Dictionary:
        """The same pairs, read from target to source."""
        turned = tuple(pair._replace(source=pair.target, target=pair.source) for pair in self.pairs)
        pos = self.parts_of_speech[::-1]
        return replace(
            self, source=self.target, target=self.source, pairs=turned, parts_of_speech=pos, forms={}, synonyms=()
        )

    def within(self, sources: Container[str] | WordLookup, targets: Container[str] | WordLookup) -> Dictionary:
        """Only the pairs whose words are known on both sides (pass ``Vectors`` or sets).

        Words come out as ``Vectors`` have them, however they were typed; pairs that become equal are kept once.
        """
        return self._rewritten(_lookup(sources), _lookup(targets))

    def lowercased(self) -> Dictionary:
        """The same pairs in lower case, as vectors are read; pairs that become equal are kept once."""
        return self._rewritten(partial(cleaned, language=self.source), partial(cleaned, language=self.target))

    def _rewritten(self, source: Lookup, target: Lookup) -> Dictionary:
        """The pairs of which both words are something."""
        sources = {word: key for word in {pair.source for pair in self.pairs} if (key := source(word)) is not None}
        targets = {word: key for word in {pair.target for pair in self.pairs} if (key := target(word)) is not None}
        first: dict[tuple[str, str], Pair] = {}
        for pair in self.pairs:
            if pair.source in sources and pair.target in targets:
                first.setdefault((sources[pair.source], targets[pair.target]), pair)
        pairs = tuple(
            pair if pair[:2] == words else pair._replace(source=words[0], target=words[1])
            for words, pair in first.items()
        )
        return replace(self, pairs=pairs)

    def split(self, share: float, *, seed: int | np.random.Generator = 0) -> tuple[Dictionary, Dictionary]:
        """Training and test dictionaries that share no source word; about ``share`` of the words go to the second.

        Split by word and never by pair, or a word's other translation gives the answer away. The same ``seed`` gives
        the same split; a ``numpy.random.Generator`` draws on.

        Raises:
            ValueError: ``share`` is not between 0 and 1.
        """
        if not 0 <= share <= 1:
            raise ValueError(f"share is {share}: pass the share of the words that are held out, 0 to 1")
        from numpy.random import default_rng

        random = default_rng(seed)
        words = list(self.by_source)
        held_out = {words[index] for index in random.permutation(len(words))[: round(share * len(words))]}
        training = tuple(pair for pair in self.pairs if pair.source not in held_out)
        return replace(self, pairs=training), replace(self, pairs=tuple(p for p in self.pairs if p.source in held_out))


def _lookup(words: Container[str] | WordLookup) -> Lookup:
    return words.key if isinstance(words, WordLookup) else lambda word: word if word in words else None
