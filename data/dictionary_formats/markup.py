"""The lines of an article in HTML or XDXF, without what is no translation: labels, pronunciations, examples."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple

from isogloss.data.dictionary_formats.printed import is_label

_BLOCKS = frozenset(
    "br li p div tr dd dt ol ul blockquote def h1 h2 h3 h4 h5 h6 table".split()  # noqa: SIM905 (shorter so)
)
_VOID = frozenset(("br", "hr", "img", "input", "link", "meta", "wbr"))
_UNREAD = frozenset(("k", "co", "ex", "ex_orig", "ex_tran", "script", "style", "a", "kref", "iref", "rref", "sup"))
_TRANSCRIPTION = "tr"  # in XDXF; a row of a table in HTML
_ABBREVIATED = frozenset(("gr", "pos", "abr", "abbr"))  # elements of labels in XDXF and HTML
_LABELS = ("gram", "pos", "label", "abbr")  # how classes of labels begin
_UNREAD_CLASSES = ("example", "ex", "pron", "ipa", "xref")
_ITALIC = frozenset(("i", "em"))
_INLINE = frozenset(("b", "big", "c", "font", "small", "span", "strong", "u")) | _ITALIC


class Line(NamedTuple):
    """Some text; whether it stands in a block inside another, as translations do where text around them is a gloss."""

    text: str
    inner: bool


def lines_of(markup: str, *, xdxf: bool = False) -> tuple[list[Line], list[str]]:
    """The lines of an article, and its labels: what is marked as such, or set apart and names grammar.

    Italics are notes where there is upright text in the same line.
    """
    reader = _Reader(xdxf)
    reader.feed(markup)
    reader.close()
    reader.end_line()
    return reader.lines, reader.labels


class _Reader(HTMLParser):
    def __init__(self, xdxf: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks = _BLOCKS - {_TRANSCRIPTION} if xdxf else _BLOCKS
        self._unread = _UNREAD | {_TRANSCRIPTION} if xdxf else _UNREAD
        self.lines: list[Line] = []
        self.labels: list[str] = []
        self._open: list[tuple[str, str]] = []  # tags, and what is done with their text: read, label or nothing
        self._text: list[tuple[str, bool]] = []  # and whether it is in italics
        self._starts: list[int] = []  # where the text of each open tag begins
        self._divs = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in self._blocks:
            self.end_line()
        if tag in _VOID:
            return
        kind = self._open[-1][1] if self._open else ""
        names = (dict(attributes).get("class") or "").casefold().split()
        if tag in self._unread or any(name in _UNREAD_CLASSES for name in names):
            kind = "unread"
        elif not kind and (tag in _ABBREVIATED or any(name.startswith(_LABELS) for name in names)):
            kind = "label"
        self._open.append((tag, kind))
        self._starts.append(len(self._text))
        self._divs += tag == "div"

    def handle_startendtag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        if tag in self._blocks:
            self.end_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in self._blocks:
            self.end_line()
        if any(tag == name for name, _ in self._open):
            while self._open:
                name, _ = self._open.pop()
                start = self._starts.pop()
                self._divs -= name == "div"
                if name == tag:
                    self._set_apart(tag, start)
                    return

    def _set_apart(self, tag: str, start: int) -> None:
        """Take what an inline tag holds for a label where it names grammar."""
        if tag in _INLINE and is_label(text := "".join(part for part, _ in self._text[start:])):
            self.labels.append(text)
            del self._text[start:]

    def handle_data(self, data: str) -> None:
        kind = self._open[-1][1] if self._open else ""
        if kind == "label":
            self.labels.append(data)
        elif not kind:
            italic = any(name in _ITALIC for name, _ in self._open)
            *ended, last_line = data.split("\n")
            for text in ended:
                self._text.append((text, italic))
                self.end_line()
            self._text.append((last_line, italic))

    def end_line(self) -> None:
        """Note what was read since the last end."""
        upright = "".join(text for text, italic in self._text if not italic)
        if any(sign.isalpha() for sign in upright):
            text = "".join(" " if italic and text.strip() else text for text, italic in self._text)
        else:
            text = "".join(text for text, _ in self._text)
        if text := " ".join(text.split()):
            self.lines.append(Line(text, self._divs > 1))
        self._text.clear()
        self._starts = [0] * len(self._starts)
