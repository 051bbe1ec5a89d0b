"""Hypernyms and antonyms of a wordnet, as edges between the words of its synsets and senses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.kg.graph import Graph

MOST = 4  # words of the higher synset that a word is linked to, the first of it; round number

_UP = frozenset(("hypernym", "instance_hypernym"))
_DOWN = frozenset(("hyponym", "instance_hyponym"))

Ends = tuple[str, str]


class Relations:
    """Gathers the relations of one wordnet."""

    def __init__(self) -> None:
        self._up: dict[Ends, None] = {}  # synsets, the lower one first
        self._opposed: dict[Ends, None] = {}  # senses or synsets
        self._senses: dict[str, int] = {}  # which word each sense belongs to

    def note_sense(self, name: str, word: int) -> None:
        """Take the sense of a word, which is given by its place."""
        if name:
            self._senses[name] = word

    def note(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take a relation of the synset or sense ``name``."""
        kind, target = attributes.get("relType", ""), attributes.get("target", "")
        if not name or not target:
            return
        if kind in _UP:
            self._up[name, target] = None
        elif kind in _DOWN:
            self._up[target, name] = None
        elif kind == "antonym":
            self._opposed[name, target] = None

    def add_to(
        self, graph: Graph, language: str, words: Sequence[str], synsets: Mapping[str, Sequence[str]], origin: Origin
    ) -> None:
        """Add what was gathered to a graph.

        Args:
            graph: Open for writing.
            language: Of the wordnet.
            words: All of them, empty where one is none.
            synsets: The words of each.
            origin: The source that says so.
        """
        for relation, pairs in (("hypernym", self._higher(synsets)), ("antonym", self._opposite(words, synsets))):
            distinct = tuple(Pair(*pair) for pair in dict.fromkeys(pairs) if pair[0] != pair[1])
            if distinct:
                graph.add(
                    Dictionary(language, language, distinct, origin), relation=relation, places=[0] * len(distinct)
                )

    def _higher(self, synsets: Mapping[str, Sequence[str]]) -> Iterator[Ends]:
        for lower, upper in self._up:
            above = synsets.get(upper, ())[:MOST]
            yield from ((word, hypernym) for word in synsets.get(lower, ()) for hypernym in above)

    def _opposite(self, words: Sequence[str], synsets: Mapping[str, Sequence[str]]) -> Iterator[Ends]:
        for pair in self._opposed:
            ends = (
                [words[self._senses[name]]] if name in self._senses else list(synsets.get(name, ())) for name in pair
            )
            yield from ((word, opposite) for word, opposite in product(*ends) if word and opposite)
