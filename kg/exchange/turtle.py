"""Reads Turtle a statement at a time, without a store of triples: what DBnary, Jena, rdflib and rapper write.

Collections, ``( … )``, are passed over; nothing of a lexicon stands in them.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from urllib.parse import urljoin

from isogloss.data.errors import FormatError
from isogloss.data.lines import BROKEN, BYTE_ORDER_MARK, WHOLE, opened
from isogloss.data.progress import Progress, silent
from isogloss.kg.exchange.triples import RDF_TYPE, Facts, Take, Value, new_value, unescaped

LONGEST = 1 << 23  # characters of a statement; a size limit, round number
_PIECE = 1 << 19  # bytes that are read at once; round number
_DEEPEST = 50  # nested blank nodes; a limit against runaway input, round number

_CHARACTER = r"[^\s<>\"'()\[\]{};,#\\.]"
_NAME = _CHARACTER + r"++(?:(?:\\.|\.++(?=[^\s<>\"'()\[\]{};,#.]))" + _CHARACTER + r"*+)*+"
_IRI = r'<[^<>"{}|^`\x00-\x20]*+>'
_QUOTED = r'"(?:[^"\\\r\n]++|\\.)*+"(?!")'
_KIND = r"(?:@[A-Za-z]++(?:-[A-Za-z0-9]++)*+|\^\^(?:<[^<>\s]*+>|" + _CHARACTER + r"++))?+"  # of a literal
_TOKEN = re.compile(
    r"\s*+(?:#[^\n]*+\s*+)*+("  # what stands before a token is passed over here, once
    + _IRI
    + r'|(?:"""(?:[^"\\]++|\\.|"(?!""))*+"""'
    + r"|'''(?:[^'\\]++|\\.|'(?!''))*+'''|"
    + _QUOTED
    + r"|'(?:[^'\\\r\n]++|\\.)*+'(?!'))"
    + f"{_KIND}|{_NAME}|\\S|\\Z)",
    re.DOTALL,
)
# A fact as most programs write it: perhaps its subject, perhaps its predicate, its object, and what ends it. Whatever
# is written otherwise is the last thing that is found, with all that follows.
_TERM = rf"(?:{_NAME}|{_IRI})"
_OBJECT = rf"({_TERM}|{_QUOTED}{_KIND}|\[(?:[^\[\]()<>\"'#\\]++|{_IRI}|{_QUOTED})*+\])"
_FACT = re.compile(rf"\s*+{_OBJECT}(?:\s++{_OBJECT})?+(?:\s++{_OBJECT})?+\s*+([;,.])|\s*+(\S.*+|\Z)", re.DOTALL)
_DIRECTIVES = ("@prefix", "@base", "prefix", "base")
_UNKNOWN = -1  # in place of the number of a predicate that nobody asked for


def read_turtle(path: Path, predicates: Mapping[str, int], take: Take, *, progress: Progress = silent) -> None:
    """Hand the facts of each subject of ``path`` to ``take``; one that stands in several places comes several times.

    Raises:
        FormatError: The file is missing or damaged; the message names the line.
    """
    reader = Turtle(predicates, take)
    left: list[str] = []
    line = 1
    for text, last in progress(_texts(path), "Reading"):
        if not left and reader.plain_statements(text):
            line += text.count("\n")
            continue
        before = len(left)
        left += tokens_of(text)
        try:
            statements = reader.statements(left, last=last)
        except _UnexpectedError as error:
            place = line + text.count("\n", 0, _start(text, error.place - before))
            raise FormatError.at(path, place, error.found, error.expected) from None
        left = left[statements:]
        if len(left) > LONGEST // 4:
            raise FormatError.at(path, line, "a statement without an end", "a dot after each statement")
        line += text.count("\n")


def tokens_of(text: str) -> list[str]:
    """All tokens, without white space and comments."""
    tokens: list[str] = _TOKEN.findall(text)
    while tokens and not tokens[-1]:  # the end of the text
        tokens.pop()
    return tokens


def _start(text: str, number: int) -> int:
    """Where the token with a number begins."""
    match = next(islice(_TOKEN.finditer(text), max(number, 0), None), None)
    return len(text) if match is None else match.start(1)


def _texts(path: Path) -> Iterator[tuple[str, bool]]:
    """The text of a file in pieces that end with a line and cut no literal; and whether a piece is the last."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    rest, line = "", 1
    with opened(path) as stream:
        more = True
        while more:
            piece = b""
            try:
                piece = stream.read(_PIECE)
                more = bool(piece)
                first = line == 1 and not rest
                new = decoder.decode(piece.removeprefix(BYTE_ORDER_MARK) if first else piece, not more)
            except UnicodeDecodeError as error:
                place = line + rest.count("\n") + piece[: error.start].count(b"\n")
                raise FormatError.at(path, place, "text that is not UTF-8", "text in UTF-8") from None
            except (*BROKEN, OSError) as error:
                found = f"damaged or cut-off compressed data ({error})"
                raise FormatError.at(path, None, found, WHOLE) from error
            if "\0" in new:
                place = line + rest.count("\n") + new.count("\n", 0, new.index("\0"))
                raise FormatError.at(path, place, "a zero byte, so the file is binary", "Turtle in UTF-8")
            rest += new
            end = len(rest) if not more else _end(rest)
            if end:
                yield rest[:end], not more
                line += rest.count("\n", 0, end)
                rest = rest[end:]
            elif len(rest) > LONGEST:
                found = f"a statement of more than {LONGEST:,} characters, or a literal without an end"
                raise FormatError.at(path, line, found, "shorter statements, a line or more each")


def _end(text: str) -> int:
    """Where the last line ends that surely ends a statement; 0 where none does."""
    end = max(text.rfind(".\n") + 2, text.rfind(".\r\n") + 3)
    if end < 4:
        return 0
    # A literal that runs on beyond the end leaves a quotation mark that no token takes.
    several = '"""' in text[:end] or "'''" in text[:end]
    if several and not {'"', "'"}.isdisjoint(tokens_of(text[:end])):
        return 0
    return end


class _UnexpectedError(Exception):
    """A token that cannot stand where it stands."""

    def __init__(self, place: int, found: str, expected: str) -> None:
        super().__init__(found)
        self.place = place
        self.found = found
        self.expected = expected


class Turtle:
    """Knows prefixes, and takes statements apart."""

    def __init__(self, predicates: Mapping[str, int], take: Take) -> None:
        self.predicates = predicates
        self.take = take
        self.prefixes: dict[str, str] = {}
        self.base = ""
        self.kinds: dict[str, int] = {}  # predicates, as they are written
        self.blanks = 0
        self.inner: list[tuple[str, Facts]] = []  # what the statement at hand says

    def statements(self, tokens: list[str], *, last: bool) -> int:
        """Take all whole statements; how many tokens they have. The ``last`` one has to be whole too."""
        place = 0
        while place < len(tokens):
            self.inner.clear()
            try:
                place = self._statement(tokens, place)
            except IndexError:
                if last:
                    raise _UnexpectedError(
                        len(tokens) - 1, "the end of the file within a statement", "a dot after each statement"
                    ) from None
                return place
            for subject, facts in self.inner:
                self.take(subject, facts)
        return place

    def plain_statements(self, text: str) -> bool:
        """Take the statements of a text if all of them are written plainly; else none, and nothing has changed."""
        statements: list[tuple[str, Facts]] = []
        try:
            if not self._plain(text, statements):
                return False
        except (_UnexpectedError, IndexError):
            return False  # who reads it token by token can tell the place
        for subject, facts in statements:
            if facts:
                self.take(subject, facts)
        return True

    def _plain(self, text: str, statements: list[tuple[str, Facts]]) -> bool:
        kinds = self.kinds
        facts, kind, before = Facts(), _UNKNOWN, "."
        for subject, two, written, end, rest in _FACT.findall(text):
            if written:
                if before != "." or subject[0] in '"[' or subject.lower() in _DIRECTIVES:
                    return False
                facts = {}
                statements.append((self._node(subject, 0), facts))
                kind = kinds[two] if two in kinds else self._learn(two)
            elif two:
                if before != ";":
                    return False
                written = two
                kind = kinds[subject] if subject in kinds else self._learn(subject)
            elif before != "," or not end:
                return before == "." and not (subject or rest)
            else:
                written = subject
            before = end
            if written[0] == "[":
                value = self._nested_alone(written, statements)
            elif kind == _UNKNOWN:
                continue
            else:
                value = self._object(written, 0)
            if kind in facts:
                facts[kind].append(value)
            elif kind != _UNKNOWN:
                facts[kind] = [value]
        return before == "."

    def _learn(self, predicate: str) -> int:
        """Note the number of a predicate as it is written."""
        self.kinds[predicate] = self._kind(predicate, 0)
        return self.kinds[predicate]

    def _nested_alone(self, written: str, statements: list[tuple[str, Facts]]) -> Value:
        """A blank node of which the whole text is at hand."""
        self.inner.clear()
        value = self._nested(tokens_of(written), 0, 0)[1]
        statements[-1:-1] = self.inner
        return value

    def _statement(self, tokens: list[str], place: int) -> int:
        token = tokens[place]
        if token.lower() in _DIRECTIVES:
            return self._directive(tokens, place)
        facts: Facts = {}
        if token == "[":
            subject = self._blank()
            place = self._facts(tokens, place + 1, facts, "]", 1)
        else:
            subject = self._node(token, place)
        if token != "[" or tokens[place + 1] != ".":
            place = self._facts(tokens, place + 1, facts, ".", 0)
        else:
            place += 1
        if facts:
            self.inner.append((subject, facts))
        return place + 1

    def _directive(self, tokens: list[str], place: int) -> int:
        kind = tokens[place].lower()
        prefix = kind.endswith("prefix")
        iri = tokens[place + 2 if prefix else place + 1]
        if not iri.startswith("<") or (prefix and not tokens[place + 1].endswith(":")):
            raise _UnexpectedError(place, f"the directive {kind} {tokens[place + 1][:60]!r}", "a prefix and its <IRI>")
        if prefix:
            self.prefixes[tokens[place + 1][:-1]] = self._iri(iri)
        else:
            self.base = self._iri(iri)
        self.kinds.clear()
        place += 3 if prefix else 2
        if kind.startswith("@"):
            if tokens[place] != ".":
                raise _UnexpectedError(place, f"{tokens[place][:60]!r} after a directive", "a dot")
            place += 1
        return place

    def _facts(self, tokens: list[str], place: int, facts: Facts, end: str, depth: int) -> int:
        """Predicates and objects up to ``end``; where that stands."""
        if depth > _DEEPEST:
            raise _UnexpectedError(place, f"more than {_DEEPEST} blank nodes within each other", "fewer")
        kinds = self.kinds
        while True:
            token = tokens[place]
            if token == end:
                return place
            if token == ";":
                place += 1
                continue
            kind = kinds.get(token)
            if kind is None:
                kind = kinds[token] = self._kind(token, place)
            while True:
                place += 1
                token = tokens[place]
                if token == "[":
                    place, value = self._nested(tokens, place, depth)
                elif token == "(":
                    place, value = _skipped(tokens, place), Value("")
                elif kind != _UNKNOWN:
                    value = self._object(token, place)
                if kind != _UNKNOWN:
                    facts.setdefault(kind, []).append(value)
                place += 1
                token = tokens[place]
                if token != ",":
                    break
            if token not in (";", end):
                raise _UnexpectedError(place, f"{token[:60]!r} after an object", f"a comma, a semicolon or {end}")

    def _nested(self, tokens: list[str], place: int, depth: int) -> tuple[int, Value]:
        node = self._blank()
        facts: Facts = {}
        place = self._facts(tokens, place + 1, facts, "]", depth + 1)
        if facts:
            self.inner.append((node, facts))
        return place, Value(node)

    def _kind(self, token: str, place: int) -> int:
        iri = RDF_TYPE if token == "a" else self._node(token, place)
        return self.predicates.get(iri, _UNKNOWN)

    def _object(self, token: str, place: int) -> Value:
        first = token[0]
        if first in "\"'":
            marks = 3 if token.startswith(first * 3) and len(token) >= 6 else 1
            end = token.rfind(first)
            if end < marks:
                raise _UnexpectedError(place, "a literal without an end", f"{first} after it")
            tail = token[end + 1 :]
            return new_value(
                Value, (unescaped(token[marks : end - marks + 1]), tail[1:] if tail.startswith("@") else "")
            )
        prefix, colon, local = token.partition(":")
        if colon and "\\" not in local and prefix in self.prefixes:
            return new_value(Value, (self.prefixes[prefix] + local, None))
        if first in "+-.0123456789" or token in ("true", "false"):
            return Value(token, "")
        return Value(self._node(token, place))

    def _node(self, token: str, place: int) -> str:
        if token[0] == "<" and len(token) > 1:
            return self._iri(token)
        prefix, colon, local = token.partition(":")
        if colon and prefix == "_":
            return token
        start = self.prefixes.get(prefix) if colon else None
        if start is None:
            expected = "an IRI, a blank node or a name with a prefix that was declared"
            raise _UnexpectedError(place, repr(token[:60]), expected)
        return start + (re.sub(r"\\(.)", r"\1", local) if "\\" in local else local)

    def _iri(self, token: str) -> str:
        iri = unescaped(token[1:-1])
        return urljoin(self.base, iri) if self.base and ":" not in iri else iri

    def _blank(self) -> str:
        self.blanks += 1
        return f"_:anonymous {self.blanks}"


def _skipped(tokens: list[str], place: int) -> int:
    """Where a collection ends that begins at ``place``."""
    depth = 0
    while True:
        depth += (tokens[place] == "(") - (tokens[place] == ")")
        if depth == 0:
            return place
        place += 1
