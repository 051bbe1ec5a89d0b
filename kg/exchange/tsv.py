"""Tables of edges: a line for each edge and source, with all that is known of it; written, and read back.

Tabs and line ends inside words become blanks. The evidence of an edge is a JSON object, the ``sense`` in it a column of
its own; the words of a concept are the ends of its pairs, which bear its key. A table is read if it has the columns
``source_language``, ``source``, ``target_language`` and ``target``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from isogloss.data.dictionary import KINDS, Origin, Pair
from isogloss.data.dictionary_formats.units import place_of
from isogloss.data.errors import FormatError
from isogloss.data.left_out import NOT_UTF8, LeftOut, all_reasons
from isogloss.data.lines import blocks, head
from isogloss.kg.exchange.gathering import HELD, LONGEST, Gathering, Import, evidence_of, probability_of
from isogloss.kg.exchange.selection import PLACED, Selected
from isogloss.kg.storage.loading import Added
from isogloss.kg.storage.schema import RELATION_CODE

_ORIGIN = ("origin", "licence", "kind", "url", "quality", "version")  # in the order of ``Origin``
_ENDS = ("source_language", "source", "target_language", "target")
COLUMNS = (
    *("source_language", "source", "relation", "target_language", "target", "weight"),
    *("origin", "licence", "source_pos", "target_pos", "sense", "evidence", "concept"),
    *("kind", "quality", "version", "url", "place"),
)
_BLANK = str.maketrans("\t\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", " " * 11)
_RELATIONS = frozenset(RELATION_CODE.values())
_EXPECTED = f"a table with the columns {', '.join(_ENDS)}"


def write(selected: Selected, path: Path) -> int:
    """Write the selected edges; tabs and line ends inside words become blanks. The number of lines."""
    lines = 0
    terms = {
        number: tuple(value.translate(_BLANK) for value in (o.kind, repr(o.quality), o.version, o.url))
        for number, o in selected.origins.items()
    }
    named = {
        number: (origin.name.translate(_BLANK), origin.licence.translate(_BLANK))
        for number, origin in selected.origins.items()
    }
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write("\t".join(COLUMNS) + "\n")
        for line in selected.lines(PLACED):
            src, source, relation, dst, target, weight, by, pos, target_pos, facts, concept, place = line
            sense, evidence = sense_and_rest(facts)
            columns = (pos, target_pos, sense.translate(_BLANK), evidence, concept.translate(_BLANK))
            ends = (
                src,
                source.translate(_BLANK),
                relation,
                dst,
                target.translate(_BLANK),
                repr(weight).removesuffix(".0"),
            )
            out.write("\t".join((*ends, *named[by], *columns, *terms[by], str(place) if place else "")) + "\n")
            lines += 1
    return lines


def sense_and_rest(facts: str) -> tuple[str, str]:
    """The ``sense`` of some evidence, if it is text, and the rest of it as JSON; each empty where there is none."""
    if not facts:
        return "", ""
    evidence: dict[str, Any] = orjson.loads(facts)
    if not isinstance(evidence.get("sense"), str):
        return "", facts if evidence else ""
    sense = evidence.pop("sense")
    return sense, orjson.dumps(evidence).decode() if evidence else ""


def matches(path: Path) -> bool:
    """Whether the first line of ``path`` names such columns."""
    first = head(path, 4096).removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0] if path.is_file() else b""
    return set(_ENDS) <= set(first.decode("utf-8", "replace").strip().split("\t"))


def read(job: Import) -> Added:
    """Add the edges and concepts of such a table to a graph: all, or those between the languages named.

    Raises:
        FormatError: The file is missing, damaged, or no line of it is an edge.
    """
    reader = _Reader(job)
    for block in blocks(job.path, progress=job.progress):
        for number, line in enumerate(block.lines, block.first):
            reader.take(number, line)
    added = reader.result()
    if not added.pairs:
        reasons = all_reasons(added.dropped, "none in any line")
        between = f" between {job.source or 'any'} and {job.target or 'any'}" if job.languages else ""
        raise FormatError.at(job.path, None, f"no edge{between} ({reasons})", f"{_EXPECTED}, and lines below")
    return added


class _Reader:
    """Takes lines apart and gathers them by their origin."""

    def __init__(self, job: Import) -> None:
        self.path, self.graph = job.path, job.graph
        self.rename, self.wanted = job.renamed, job.languages
        self.dropped = LeftOut()
        self._unplaced: int | None = None  # what an empty cell means
        self._place: dict[str, int] = {}  # of columns
        self._gathered: dict[tuple[str, ...], Gathering] = {}  # by what a line says of its origin
        self._concepts: dict[Origin, dict[str, dict[str, dict[str, None]]]] = {}
        self._taken = 0

    def take(self, number: int, line: bytes) -> None:
        """Note what a line says."""
        try:
            row = line.removesuffix(b"\r").decode().split("\t")
        except UnicodeDecodeError:
            self.dropped.note(NOT_UTF8, repr(line[:80]))
            return
        if not self._place:
            self._name_columns(number, row)
        elif row != [""] and (reason := self._objection(row)):
            self.dropped.note(reason, "\t".join(row))

    def result(self) -> Added:
        """What became of the file."""
        for origin, concepts in self._concepts.items():
            added = self.graph.add_concepts(concepts, origin)
            self._taken += added.pairs
            self.dropped.include(added.dropped, added.examples)
        for gathered in self._gathered.values():
            added = gathered.result()
            self._taken += added.pairs
            self.dropped.include(added.dropped, added.examples)
        return Added(self._taken, dict(self.dropped), self.dropped.examples)

    def _name_columns(self, number: int, row: Sequence[str]) -> None:
        self._place = {name.strip("\ufeff "): place for place, name in enumerate(row)}
        self._unplaced = 0 if "place" in self._place else None
        if not set(_ENDS) <= self._place.keys():
            raise FormatError.at(self.path, number, f"the columns {', '.join(row)[:60]!r}", _EXPECTED)

    def _objection(self, row: Sequence[str]) -> str | None:
        """Take a row, or say why not."""

        def said(name: str) -> str:
            place = self._place.get(name, len(row))
            return row[place] if place < len(row) else ""

        gathered = self._by(tuple(map(said, _ORIGIN)))
        src, dst = gathered.language(said("source_language")), gathered.language(said("target_language"))
        source, target, relation = said("source"), said("target"), said("relation")
        weight = probability_of(said("weight").strip() or "1")
        if src is None or dst is None:
            return "word of an unknown language"
        if self.wanted and not (self.wanted <= {src, dst} and ({src, dst} <= self.wanted or len(self.wanted) == 1)):
            return None
        if max(len(source), len(target)) > LONGEST:
            return f"longer than {LONGEST} characters"
        if weight is None:
            return "weight that is not a probability"
        if relation and relation not in _RELATIONS:
            return "unknown relation"
        for code, word, tags in (src, source, said("source_pos")), (dst, target, said("target_pos")):
            if tags:
                gathered.tag(code, word, tags)
        if relation == "same_concept":
            if key := said("concept"):
                words = self._concepts.setdefault(gathered.origin, {}).setdefault(key, {})
                words.setdefault(src, {})[source] = words.setdefault(dst, {})[target] = None
                return None
            relation = ""
        facts = evidence_of(said("sense"), said("evidence"))
        if facts is None:
            return "evidence that is not a JSON object"
        pairs, places = gathered.placed(src, dst, relation or None)
        pairs.append(Pair(source, target, weight, facts or None))
        places.append(place_of(said("place")) if said("place") else self._unplaced)
        gathered.held += 1
        if gathered.held >= HELD:
            gathered.settle()
        return None

    def _by(self, terms: tuple[str, ...]) -> Gathering:
        if terms not in self._gathered:
            name, licence, kind, url, quality, version = terms
            trusted = probability_of(quality.strip() or "1")
            origin = Origin(
                name or self.path.name,
                licence,
                kind if kind in KINDS else "dictionary",
                url,
                1.0 if trusted is None else trusted,
                version,
            )
            self._gathered[terms] = Gathering(self.graph, self.rename(origin))
        return self._gathered[terms]
