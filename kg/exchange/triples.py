"""Reads N-Triples a subject at a time, without a store of triples.

Only predicates that are asked for are looked at. An IRI is handed out as it is, a literal as its text and language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from isogloss.data.errors import FormatError
from isogloss.data.lines import pieces
from isogloss.data.progress import Progress, silent

LONGEST = 1 << 22  # bytes of a line; a size limit, round number
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


class Value(NamedTuple):
    """The object of a triple: an IRI or blank node (``language`` is ``None``), or a literal (``""`` without one)."""

    text: str
    language: str | None = None


Facts = dict[int, list[Value]]  # by the number of the predicate
Take = Callable[[str, Facts], object]

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_PLAIN = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_OBJECT = re.compile(  # possessive, so that no line takes longer than it is long
    r'(?:<([^<>"{}|^`\\\x00-\x20]*+(?:\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})[^<>"{}|^`\\\x00-\x20]*+)*+)>|(_:\S+)|'
    r'"((?:[^"\\\r\n]++|\\.)*+)"(?:@([A-Za-z0-9-]++)|\^\^<[^<>\s]*+>)?+)\s*+\.\s*+(?:#.*)?',
    re.ASCII,
)
_SIMPLE = re.compile(  # an object and the dot as most programs write them, which has no escapes
    r'<([^<>"{}|^`\\\x00-\x20]*+)> \.|"([^"\\\r\n]*+)"(?:@([A-Za-z0-9-]++)|\^\^<[^<>\s]*+>)?+ \.', re.ASCII
)
_PARTS = re.compile(r"\s*(\S+)(?:\s+(\S+)(?:\s+(\S.*))?)?", re.ASCII | re.DOTALL)
new_value = tuple.__new__  # takes half the time of calling the class of a named tuple


def read_ntriples(path: Path, predicates: Mapping[str, int], take: Take, *, progress: Progress = silent) -> None:
    """Hand the facts of each subject of ``path`` to ``take``; a subject whose lines lie apart comes several times.

    Raises:
        FormatError: The file is missing or damaged; the message names the line.
    """
    wanted = {f"<{name}>": number for name, number in predicates.items()}
    subject, facts = "", Facts()
    for piece in pieces(path, progress=progress, longest=LONGEST):
        lines, plain = _lines(piece.text)
        values: dict[str, Value] = {}  # most objects stand in several lines near each other
        for number, line in enumerate(lines, piece.first):
            try:
                about, predicate, written = line.split(" ", 2) if plain else ("", "", "")
            except ValueError:
                about = ""
            if not about or not predicate:
                about, predicate, written = _parts(line, path, number)
            kind = wanted.get(predicate)
            if kind is None:
                if predicate[0] != "<" and about[0] != "#":
                    raise FormatError.at(path, number, _shown(line), "a triple: subject, predicate, object and a dot")
                continue
            if about != subject:
                if about[0] == "#":
                    continue
                if facts:
                    take(_node(subject), facts)
                subject, facts = about, {}
            if not plain:
                _check(line, path, number)
            value = values.get(written)
            if value is None:
                value = values[written] = _value(written, path, number)
            if kind in facts:
                facts[kind].append(value)
            else:
                facts[kind] = [value]
    if facts:
        take(_node(subject), facts)


def _lines(written: bytes) -> tuple[list[str], bool]:
    """The lines of some text; and whether it is UTF-8 with no other white space than blanks."""
    if b"\r" in written:
        written = written.replace(b"\r\n", b"\n").removesuffix(b"\r")
    try:
        text = written.decode()
    except UnicodeDecodeError:
        return written.decode("utf-8", "surrogateescape").split("\n"), False
    return text.split("\n"), not any(sign in text for sign in "\t\r\v\f")


def _parts(line: str, path: Path, number: int) -> list[str]:
    """Subject, predicate and the rest of a line with unusual white space; what says nothing counts as a comment."""
    match = _PARTS.match(line)
    if match is None or match[1].startswith("#"):
        return ["#", "#", ""]
    if match[3] is None:
        raise FormatError.at(path, number, _shown(line), "a triple: subject, predicate, object and a dot")
    return list(match.groups())


def _node(written: str) -> str:
    return unescaped(written[1:-1] if written.startswith("<") else written)


def _value(written: str, path: Path, line: int) -> Value:
    match = _SIMPLE.fullmatch(written)
    if match is not None:
        return new_value(Value, (match[1], None) if match.lastindex == 1 else (match[2], match[3] or ""))
    match = _OBJECT.fullmatch(written)
    if match is None:
        raise FormatError.at(path, line, _shown(written), "an IRI, a blank node or a literal, then a dot")
    iri, blank, literal, language = match.groups()
    if literal is None:
        return Value(unescaped(blank if iri is None else iri))
    return Value(unescaped(literal), language or "")


def _check(line: str, path: Path, number: int) -> None:
    """Refuse a line with bytes that no UTF-8 has."""
    try:
        line.encode()
    except UnicodeEncodeError:
        raise FormatError.at(path, number, "text that is not UTF-8", "text in UTF-8") from None


def unescaped(text: str) -> str:
    """Text with its escapes resolved; half a surrogate pair or a number beyond Unicode becomes ``�``."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    short, long, letter = match.groups()
    if letter is not None:
        return _PLAIN.get(letter, letter)
    number = int(short or long, 16)
    return "\ufffd" if 0xD800 <= number <= 0xDFFF or number > 0x10FFFF else chr(number)


def _shown(text: str) -> str:
    return repr(text[:60].encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
