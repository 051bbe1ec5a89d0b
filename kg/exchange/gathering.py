"""Gathers the pairs of a file of many languages, and hands them to the graph a few hundred thousand at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.errors import VocabularyError
from isogloss.data.language import language_code
from isogloss.data.left_out import LeftOut
from isogloss.data.progress import Progress, silent
from isogloss.kg.graph import Graph
from isogloss.kg.storage.loading import Added
from isogloss.kg.storage.run import Run

HELD = 300_000  # pairs in memory before they go to the graph; a size limit, round number
LONGEST_GLOSS = 200  # characters that are kept of a gloss; round number
LONGEST = 500  # characters of a word; longer ones are texts; round number
new_pair = tuple.__new__  # takes half the time of calling the class of a named tuple

Key = tuple[str, str, str | None]  # language, language, relation


@dataclass(frozen=True)
class Import:
    """A file to read into a graph that is open for writing, and what of it.

    Where a file names its languages, only pairs between ``source`` and ``target`` are taken. ``name`` and ``licence``
    replace what it says of its sources.
    """

    graph: Graph
    path: Path
    source: str | None = None
    target: str | None = None
    name: str | None = None
    licence: str | None = None
    progress: Progress = silent

    @property
    def languages(self) -> set[str]:
        """The codes of the languages that are named."""
        return {language_code(code) for code in (self.source, self.target) if code}

    def renamed(self, origin: Origin) -> Origin:
        """An origin with the name and licence that are given."""
        licence = origin.licence if self.licence is None else self.licence
        return replace(origin, name=self.name or origin.name, licence=licence)


class Gathering:
    """Pairs by their languages and relation, parts of speech, and counts of what is left out.

    All come from one origin and, where one made them, one run.
    ``source`` and ``target`` limit what is taken to headwords and translations of these languages.
    """

    def __init__(
        self, graph: Graph, origin: Origin, source: str | None = None, target: str | None = None, run: Run | None = None
    ) -> None:
        self.graph = graph
        self.origin = origin
        self.run = run
        self.source = None if source is None else language_code(source)
        self.target = None if target is None else language_code(target)
        self.dropped = LeftOut()
        self.taken = self.held = 0
        self._pairs: dict[Key, list[Pair]] = {}
        self._placed: dict[Key, tuple[list[Pair], list[int | None]]] = {}
        self._tags: dict[str, dict[str, str]] = {}
        self._codes: dict[str, str | None] = {}

    def language(self, name: str) -> str | None:
        """The code of a language, ``None`` where the name is none."""
        if name not in self._codes:
            try:
                self._codes[name] = language_code(name)
            except VocabularyError:
                self._codes[name] = None
        return self._codes[name]

    def pairs(self, source: str, target: str, relation: str | None = None) -> list[Pair]:
        """Where the pairs between two languages go; ``settle`` now and then."""
        return self._pairs.setdefault((source, target, relation), [])

    def placed(self, source: str, target: str, relation: str | None = None) -> tuple[list[Pair], list[int | None]]:
        """As ``pairs``, with a place in an article for each; where no pair has one, their order tells it."""
        return self._placed.setdefault((source, target, relation), ([], []))

    def tag(self, language: str, word: str, part_of_speech: str) -> None:
        """Note what part of speech a word is; several for one word stand side by side, with blanks between."""
        tags = self._tags.setdefault(language, {})
        previous = tags.get(word)
        if previous is None:
            tags[word] = part_of_speech
        elif part_of_speech != previous:
            tags[word] = " ".join(dict.fromkeys([*previous.split(), *part_of_speech.split()]))

    def settle(self) -> None:
        """Hand everything over."""
        for (source, target, relation), pairs in self._pairs.items():
            if pairs:
                dictionary = Dictionary(source, target, tuple(pairs), self.origin)
                self.count(self.graph.add(dictionary, relation=relation, run=self.run))
        for (source, target, relation), (pairs, places) in self._placed.items():
            known_places = None if places.count(None) == len(places) else [place or 0 for place in places]
            dictionary = Dictionary(source, target, tuple(pairs), self.origin)
            self.count(self.graph.add(dictionary, relation=relation, run=self.run, places=known_places))
        for language, tags in self._tags.items():
            self.graph.add_parts_of_speech(language, tags)
        self._pairs, self._placed, self._tags, self.held = {}, {}, {}, 0

    def count(self, added: Added) -> None:
        """Note what the graph has taken."""
        self.taken += added.pairs
        self.dropped.include(added.dropped, added.examples)

    def result(self, reasons: Mapping[str, int] | None = None) -> Added:
        """What became of the file."""
        self.settle()
        return Added(self.taken, {**self.dropped, **(reasons or {})}, self.dropped.examples)


def probability_of(text: str) -> float | None:
    """A probability as a file writes it; ``None`` where ``text`` is none."""
    try:
        probability = float(text)
    except ValueError:
        return None
    return probability if 0 <= probability <= 1 else None


def evidence_of(sense: str | None, facts: str | None) -> dict[str, Any] | None:
    """The evidence of an edge, from its sense and a JSON object of other facts; ``None`` where that is damaged."""
    try:
        evidence = orjson.loads(facts) if facts else {}
    except orjson.JSONDecodeError:
        return None
    if not isinstance(evidence, dict):
        return None
    return {**evidence, "sense": sense} if sense else evidence
