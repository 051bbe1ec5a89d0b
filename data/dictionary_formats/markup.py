"""The lines of an article in HTML or XDXF, without what is no translation: labels, pronunciations, examples."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple

_BLOCKS = frozenset(
    "br li p div tr dd dt ol ul blockquote def h1 h2 h3 h4 h5 h6 table".split()  # noqa: SIM905 (shorter so)
)
_VOID = frozenset(("br", "hr", "img", "input", "link", "meta", "wbr"))
_UNREAD = frozenset(("k", "abr", "co", "ex", "script", "style", "a", "kref"))
_LABELS = ("gram", "pos", "label", "abbr")  # how classes of labels begin
_UNREAD_CLASSES = ("example", "ex", "pron", "ipa", "xref")


class Line(NamedTuple):
    """Some text; whether it stands in a block inside another, as translations do where text around them is a gloss."""

    text: str
    inner: bool


def lines_of(markup: str) -> tuple[list[Line], list[str]]:
    """The lines of an article, and the labels that it has marked as such."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    reader.end_line()
    return reader.lines, reader.labels


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Line] = []
        self.labels: list[str] = []
        self._open: list[tuple[str, str]] = []  # tags, and what is done with their text: read, label or nothing
        self._text: list[str] = []
        self._divs = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.end_line()
        if tag in _VOID:
            return
        kind = self._open[-1][1] if self._open else ""
        names = (dict(attributes).get("class") or "").casefold().split()
        if tag in _UNREAD or any(name in _UNREAD_CLASSES for name in names):
            kind = "unread"
        elif not kind and any(name.startswith(_LABELS) for name in names):
            kind = "label"
        self._open.append((tag, kind))
        self._divs += tag == "div"

    def handle_startendtag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.end_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.end_line()
        if any(tag == name for name, _ in self._open):
            while self._open:
                name, _ = self._open.pop()
                self._divs -= name == "div"
                if name == tag:
                    return

    def handle_data(self, data: str) -> None:
        kind = self._open[-1][1] if self._open else ""
        if kind == "label":
            self.labels.append(data)
        elif not kind:
            *ended, rest = data.split("\n")
            for text in ended:
                self._text.append(text)
                self.end_line()
            self._text.append(rest)

    def end_line(self) -> None:
        """Note what was read since the last end."""
        text = " ".join("".join(self._text).split())
        if text:
            self.lines.append(Line(text, self._divs > 1))
        self._text.clear()
