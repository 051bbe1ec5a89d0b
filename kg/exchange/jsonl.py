"""The graph's own format: JSON lines that lose nothing of edges, sources, runs, evidence, concepts and words.

A source or run comes before the first line that names its number, a word after the edges and concepts that have it::

    {"isogloss": "graph", "version": 2}
    {"source": 1, "name": "CLDR 41", "licence": "Unicode-DFS-2016", "kind": "dictionary", "url": "…", "quality": 1.0}
    {"run": 1, "method": "csls", "settings": {"k": 10}, "seed": 0, "version": "0.1.0", "started": "2026-01-01"}
    {"edge": ["en", "dog", "translation", "fr", "chien"], "weight": 0.9, "by": 1, "place": 1, "run": 1, "evidence": {}}
    {"concept": "emoji/🐶", "by": 1, "members": [["en", "dog"], ["fr", "chien", 0.9]], "definition": "…"}
    {"word": ["en", "dog"], "pos": "NOUN VERB", "rank": 812}

The place of an edge is that of its second word in the article on the first; negative the other way round. Version 1
had no lines about words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.errors import FormatError, VocabularyError
from isogloss.data.language import language_code
from isogloss.data.limits import fits_64_bits
from isogloss.data.lines import blocks, head
from isogloss.data.progress import Progress, silent
from isogloss.kg.exchange.selection import EVIDENCE, PLACED, Selected
from isogloss.kg.graph import Graph
from isogloss.kg.storage.loading import AboutConcept, Added
from isogloss.kg.storage.run import Run
from isogloss.kg.storage.schema import BLOCK, INVERSE, RELATION_CODE

VERSION = 2  # of the format
_READ = (1, 2)  # versions
_HELD = 500_000  # pairs in memory before they go to the graph; a size limit, round number

_EDGES = (
    "SELECT e.src, s.lemma, e.relation, e.dst, t.lemma, e.weight, e.source, e.rank, {facts} FROM edge e "
    f"JOIN entry s ON s.id = e.src JOIN entry t ON t.id = e.dst {{evidence}} WHERE {PLACED} AND {{ends}}"
)
_FACTS = "v.src, v.run, v.facts, w.src, w.run, w.facts"


def matches(path: Path) -> bool:
    """Whether ``path`` is such a file."""
    return path.is_file() and head(path, 64).lstrip().startswith(b'{"isogloss"')


def write(selected: Selected, path: Path) -> int:
    """Write the selected part of a graph; the number of edges. Concepts count one edge for each member."""
    written = 0
    with path.open("wb") as out:
        for line in lines(selected):
            out.write(orjson.dumps(line) + b"\n")
            written += "edge" in line or len(line.get("members", ()))
    return written


def lines(selected: Selected) -> Iterator[dict[str, Any]]:
    """The lines of the selected part of a graph."""
    yield from _head(selected)
    yield from _edges(selected)
    yield from _concepts(selected)
    yield from _words(selected)


def read(path: Path, graph: Graph, *, progress: Progress = silent) -> Added:
    """Add what such a file holds to a graph that is open for writing.

    Raises:
        FormatError: The file is damaged or holds something else; the message names the line.
    """
    reader = Reader(path, graph)
    for block in blocks(path, progress=progress):
        for number, line in enumerate(block.lines, block.first):
            if line.strip():
                reader.take(number, line)
    if not reader.seen:
        raise FormatError.at(path, 1, "an empty file", 'a first line {"isogloss": "graph", "version": 1}')
    reader.flush()
    return Added(reader.taken, reader.dropped)


def _head(selected: Selected) -> Iterator[dict[str, Any]]:
    yield {"isogloss": "graph", "version": VERSION}
    for number in sorted(selected.permitted):
        origin = selected.origins[number]
        yield {"source": number, **vars(origin)}
    for number, method, settings, seed, version, started in selected.runs():
        yield {
            "run": number,
            "method": method,
            "settings": orjson.loads(settings),
            "seed": int(seed) if seed else None,
            "version": version,
            "started": started,
        }


def _edges(selected: Selected) -> Iterator[dict[str, Any]]:
    facts, evidence = (_FACTS, EVIDENCE) if selected.explained else (", ".join(["NULL"] * 6), "")
    queries = [_EDGES.format(facts=facts, evidence=evidence, ends=part) for part in selected.either_way()]
    for rows in (rows for query in queries for rows in selected.store.stream(query)):
        for src, source, relation, dst, target, weight, by, place, forth, run, facts, back, *facts_back in rows:
            start, end = selected.codes[src // BLOCK], selected.codes[dst // BLOCK]
            if not selected.permits(by, weight):
                continue
            line = {"edge": [start, source, RELATION_CODE[relation], end, target], "weight": weight, "by": by}
            if forth is not None or back is None:
                yield {**line, **_place(place), **_reason(run, facts)}
            if back is not None:  # it was computed from the other end
                line["edge"] = [end, target, RELATION_CODE[INVERSE[relation]], start, source]
                yield {**line, **_place(-place), **_reason(*facts_back)}


def _place(place: int) -> dict[str, int]:
    return {"place": place} if place else {}


def _reason(run: int | None, facts: str | None) -> dict[str, Any]:
    reason: dict[str, Any] = {} if run is None else {"run": run}
    return reason if facts is None else {**reason, "evidence": orjson.loads(facts)}


def _concepts(selected: Selected) -> Iterator[dict[str, Any]]:
    for key, by, members, about in selected.concepts():
        words = [[code, word] if weight == 1 else [code, word, weight] for code, word, _, weight in members]
        attributes = {name: value for name, value in about._asdict().items() if value not in ("", None)}
        yield {"concept": key, "by": by, "members": words, **attributes}


def _words(selected: Selected) -> Iterator[dict[str, Any]]:
    for language, word, pos, rank in selected.words():
        line: dict[str, Any] = {"word": [language, word]}
        if pos:
            line["pos"] = pos
        if rank is not None:
            line["rank"] = rank
        yield line


class Reader:
    """Gathers lines into dictionaries, which the graph takes in bulk."""

    def __init__(self, path: Path, graph: Graph) -> None:
        self.path = path
        self.graph = graph
        self.held = self.taken = 0
        self.seen = False
        self.dropped: dict[str, int] = {}
        self._origins: dict[int, Origin] = {}
        self._runs: dict[int | None, Run | None] = {None: None}
        self._pairs: dict[tuple[str, str, str, int, int | None], tuple[list[Pair], list[int]]] = {}
        self._members: dict[tuple[int, str], tuple[list[str], list[str], list[float]]] = {}  # keys, words, weights
        self._about: dict[int, dict[str, AboutConcept]] = {}
        self._tags: dict[str, dict[str, str]] = {}
        self._ranks: dict[str, dict[str, int]] = {}

    def take(self, number: int, line: bytes) -> None:
        """Note what a line says."""
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise FormatError.at(self.path, number, f"broken JSON ({error.msg})", "a JSON object") from error
        self.accept(value, number)

    def accept(self, value: Any, number: int | None = None) -> None:
        """Note what a line, given as what its JSON stands for, says."""
        kind = next(iter(value), "nothing") if isinstance(value, dict) else "no object"
        if not self.seen:
            self._check_head(number, value)
        elif kind not in _TAKERS:
            raise FormatError.at(self.path, number, f"a line of kind {kind!r}", f"one of {', '.join(_TAKERS)}")
        else:
            try:
                _TAKERS[kind](self, value)
            except (KeyError, TypeError, ValueError, VocabularyError) as error:
                raise FormatError.at(
                    self.path, number, f"an invalid {kind!r} line ({_fault(error)})", _EXPECTED[kind]
                ) from error
        if self.held >= _HELD:
            self.flush()

    def flush(self) -> None:
        """Hand everything over to the graph."""
        for (source, target, relation, by, run), (pairs, places) in self._pairs.items():
            dictionary = Dictionary(source, target, tuple(pairs), self._origins[by])
            self._count(self.graph.add(dictionary, relation=relation, run=self._runs[run], places=places))
        for (by, language), (keys, words, weights) in self._members.items():
            self._count(self.graph.add_members(language, keys, words, self._origins[by], weights))
        for by, about in self._about.items():
            self.graph.describe_concepts(about, self._origins[by])
        for language, tags in self._tags.items():
            self.graph.add_parts_of_speech(language, tags)
        for language, ranks in self._ranks.items():
            self.graph.add_frequency_ranks(language, ranks)
        self._pairs, self._members, self._about, self._tags, self._ranks, self.held = {}, {}, {}, {}, {}, 0

    def _count(self, added: Added) -> None:
        self.taken += added.pairs
        for reason, count in added.dropped.items():
            self.dropped[reason] = self.dropped.get(reason, 0) + count

    def _check_head(self, number: int | None, value: Any) -> None:
        header = value if isinstance(value, dict) else {}
        if header.get("isogloss") != "graph":
            raise FormatError.at(self.path, number, "a file that is not a graph", 'the line {"isogloss": "graph", …}')
        if header.get("version") not in _READ:
            raise FormatError.at(
                self.path, number, f"version {header.get('version')}", f"version {VERSION} or older; update isogloss"
            )
        self.seen = True

    def _source(self, value: Mapping[str, Any]) -> None:
        terms = {name: _text(value[name]) for name in ("name", "licence", "kind", "url")}
        quality = _probability("quality", value["quality"])
        self._origins[_whole(value["source"])] = Origin(
            **terms, quality=quality, version=_text(value.get("version", ""))
        )

    def _run(self, value: Mapping[str, Any]) -> None:
        settings = dict(value["settings"])
        seed = None if value["seed"] is None else _whole(value["seed"])
        method, version, started = (_text(value[name]) for name in ("method", "version", "started"))
        self._runs[_whole(value["run"])] = Run(method, settings, seed, version, started)

    def _edge(self, value: Mapping[str, Any]) -> None:
        src, source, relation, dst, target = map(_text, value["edge"])
        language_code(src), language_code(dst)
        weight, by, run = _probability("weight", value["weight"]), value["by"], value.get("run")
        if relation not in _RELATIONS:
            raise ValueError(f"unknown relation {relation!r}")
        self._check_known(by, run)
        pairs, places = self._pairs.setdefault((src, dst, relation, by, run), ([], []))
        pairs.append(Pair(source, target, weight, _object(value.get("evidence"))))
        places.append(_whole(value.get("place", 0)))  # negative where the article is on the other word
        self.held += 1

    def _concept(self, value: Mapping[str, Any]) -> None:
        self._check_known(value["by"], None)
        by, key = value["by"], _text(value["concept"])
        for language, word, *weights_of_member in value["members"]:
            weight = _probability("weight", weights_of_member[0]) if weights_of_member else 1.0
            keys, words, weights = self._members.setdefault((by, language_code(_text(language))), ([], [], []))
            keys.append(key)
            words.append(_text(word))
            weights.append(weight)
            self.held += 1
        cohesion = value.get("cohesion")
        about = AboutConcept(
            _text(value.get("pos", "")),
            _text(value.get("definition", "")),
            None if cohesion is None else _probability("cohesion", cohesion),
        )
        if about != _NOTHING:
            self._about.setdefault(by, {})[key] = about

    def _word(self, value: Mapping[str, Any]) -> None:
        language, word = map(_text, value["word"])
        code = language_code(language)
        if pos := _text(value.get("pos", "")):
            self._tags.setdefault(code, {})[word] = pos
        if (rank := value.get("rank")) is not None:
            self._ranks.setdefault(code, {})[word] = _rank(rank)
        self.held += 1

    def _check_known(self, by: int, run: int | None) -> None:
        if by not in self._origins:
            raise ValueError(f"no line before describes source {by!r}")
        if run not in self._runs:
            raise ValueError(f"no line before describes run {run!r}")


def _fault(error: Exception) -> str:
    """What is wrong with a line: a missing name, or what the error says."""
    return f"no {error}" if isinstance(error, KeyError) else str(error)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} in place of a string")
    return value


def _probability(name: str, value: Any) -> float:
    number = float(value)
    if not 0 <= number <= 1:
        raise ValueError(f"{name} is {number}")
    return number


def _rank(value: Any) -> int:
    if _whole(value) < 0:
        raise ValueError(f"rank is {value!r}")
    return int(value)


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not fits_64_bits(value):
        raise TypeError(f"{value!r} in place of an integer of 64 bits")
    return value


def _object(value: Any) -> Mapping[str, Any] | None:
    if value is not None and not isinstance(value, dict):
        raise TypeError(f"{value!r} in place of an object")
    return value


_NOTHING = AboutConcept()
_RELATIONS = set(RELATION_CODE.values())
_TAKERS: dict[Any, Callable[[Reader, Mapping[str, Any]], None]] = {
    "source": Reader._source,
    "run": Reader._run,
    "edge": Reader._edge,
    "concept": Reader._concept,
    "word": Reader._word,
}
_EXPECTED = {
    "source": "number, name, licence, kind, url and a quality from 0 to 1",
    "run": "number, method, settings, seed, version and time",
    "edge": "[language, word, relation, language, word], a weight from 0 to 1 and the number of a source",
    "concept": "its key, the number of a source and members as [language, word]",
    "word": "[language, word], with parts of speech or a frequency rank",
}
