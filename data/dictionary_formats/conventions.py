"""How the words of a table are written: articles before or behind them, genders, marks of lists and quotations."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from isogloss.data.language import macrolanguage, script_of

TRANSLITERATION = "transliteration of the word beside it"
OFTEN = 0.1  # share of the rows from which something is a habit; round number
_FEW = 2  # rows that are no habit yet
# Behind a word: "canis m or f", "maison f", "chien m sg". A common gender (c) alone could be a word: "vitamin c".
_GENDER = re.compile(r"(?<=\S) (?:[mfn]|[mfnc](?: ?(?:or|and|/|,|&) ?[mfnc]){1,3}|(?:[mfnc] )?(?:pl|sg))$")
_BRACKETED = re.compile(r"(?:\S [(\[{][^()\[\]{}]+[)\]}]$)|(?:^[(\[{][^()\[\]{}]+[)\]}] \S)")
_TWO_SCRIPTS = frozenset("az bs kk ku mn sh sr tg tk tt ug uz".split())  # noqa: SIM905 (shorter so)
NEARLY_ALL = 0.9  # share of the cells that have the marks of a list or of quotations; round number
_BULLET = re.compile(r"(?:[-*+•‣▪–]|\d{1,4}[.)])\s+(?=\S)")
_MARKS = (("**", "**"), ("__", "__"), ("'", "'"), ("‘", "’"), ("“", "”"), ("„", "“"), ("«", "»"))
_PHRASE = 3  # words after an article; longer cells are sentences, round number
_INFINITIVES = {
    language: frozenset({sign})
    for language, sign in {"da": "at", "en": "to", "lb": "ze", "nb": "å", "no": "å", "nn": "å", "sv": "att"}.items()
}
_INDEFINITE = frozenset("a an des een ei ein eine en et ett uma um un una une unha uno un'".split())  # noqa: SIM905
_ARTICLES = {
    language: frozenset(words.split())
    for language, words in {
        "ca": "el la l' els les en na un una",
        "da": "en et",
        "de": "der die das ein eine",
        "el": "ο η το οι τα",
        "en": "the a an",
        "eo": "la",
        "es": "el la los las lo un una",
        "fr": "le la l' les un une des",
        "ga": "an na",
        "gl": "o a os as un unha",
        "hu": "a az",
        "it": "il lo la l' i gli le un uno una un'",
        "lb": "den déi dat",
        "nb": "en ei et",
        "nl": "de het een",
        "no": "en ei et",
        "pt": "o a os as um uma",
        "ro": "un o",
        "sv": "en ett",
    }.items()
}


class Conventions(NamedTuple):
    """What stands behind or before the words of a table often enough to be no part of them."""

    articles: bool = False
    genders: bool = False
    brackets: bool = False
    before: tuple[frozenset[str], ...] = (frozenset(), frozenset())  # articles and signs of infinitives, by language
    bullets: bool = False  # before headwords: "- dog", "1. dog"
    marks: tuple[tuple[str, str], ...] = (("", ""), ("", ""))  # around the words of either side: "'dog'", "**dog**"


def conventions_of(cells: Sequence[Sequence[str]], languages: tuple[str, str]) -> Conventions:
    """The conventions of a table, by the words of each row, one for each language."""
    bullets = _nearly_all([bool(_BULLET.match(row[0])) for row in cells])
    if bullets:
        cells = [[_BULLET.sub("", row[0], count=1), *row[1:]] for row in cells]
    marks = tuple(map(_marks, zip(*cells, strict=True))) or Conventions().marks
    rows = [
        [(cell, _articles(language)) for cell, language in zip(row, languages, strict=False)] for row in cells
    ]  # fmt: skip

    def often(matches: Iterable[bool]) -> bool:
        count = sum(matches)
        return count >= _FEW and count >= OFTEN * len(rows)

    before = [[_before_a_word(cell, language) for cell, language in zip(row, languages, strict=False)] for row in cells]
    usual = often(any(row) for row in before)
    return Conventions(
        often(any(_has_article(cell, articles) for cell, articles in row) for row in rows),
        often(any(_GENDER.search(cell) for cell, _ in row) for row in rows),
        often(any(_BRACKETED.search(cell) for cell, _ in row) for row in rows),
        tuple(map(_repeated, zip(*before, strict=True), languages)) if usual else Conventions().before,
        bullets,
        marks,
    )


def without_marks(cell: str, conventions: Conventions, side: int) -> str:
    """A cell of the side 0 or 1 without the bullet or number before it and the marks around it."""
    if conventions.bullets and not side:
        cell = _BULLET.sub("", cell, count=1)
    opening, closing = conventions.marks[side]
    return cell.strip()[len(opening) : -len(closing)] if opening and _is_marked(cell, opening, closing) else cell


def without_articles(parts: Sequence[str], language: str) -> list[str]:
    """The parts of a cell without the articles that stand behind a word: ``maison, la`` is one word."""
    articles = _articles(language)
    return [
        part
        for place, part in enumerate(parts)
        if not place or _plain(part) not in articles or _plain(parts[place - 1]) in articles
    ]


def without_article_before(word: str, language: str, usual: frozenset[str]) -> str:
    """A word, or a short phrase, without the article or the sign of the infinitive before it: ``l'eau``, ``to go``.

    That of a name, ``Le Havre``, stays; nouns of German all begin like one.
    """
    first, rest = _split(word, language)
    if first not in usual or not 0 < len(rest.split()) <= _PHRASE:
        return word
    named = word.strip()[:1].isupper() and rest[:1].isupper() and macrolanguage(language) not in ("de", "lb")
    return word if named else rest


def without_gender(word: str) -> str:
    """A word without the gender or number that stands behind it."""
    return _GENDER.sub("", word)


def without_transliterations(parts: Sequence[str], language: str) -> list[str]:
    """Those of the words that stand beside each other that are no Latin transliteration of another.

    A language that is written in two scripts keeps both.
    """
    if len(parts) < 2 or macrolanguage(language) in _TWO_SCRIPTS or script_of(language) in ("Latn", ""):
        return list(parts)
    native = [part for part in parts if not _is_latin(part)]
    return native or list(parts)


def _nearly_all(holds: Sequence[bool]) -> bool:
    return len(holds) >= _FEW and sum(holds) >= NEARLY_ALL * len(holds)


def _marks(cells: Sequence[str]) -> tuple[str, str]:
    """What stands around nearly all words of a side."""
    return next((pair for pair in _MARKS if _nearly_all([_is_marked(cell, *pair) for cell in cells])), ("", ""))


def _is_marked(cell: str, opening: str, closing: str) -> bool:
    cell = cell.strip()
    return len(cell) > len(opening + closing) and cell.startswith(opening) and cell.endswith(closing)


def in_several_scripts(parts: Sequence[str]) -> bool:
    """Whether some of the words are Latin and others are not."""
    return len({_is_latin(part) for part in parts if any(map(str.isalpha, part))}) > 1


def _is_latin(text: str) -> bool:
    letters = [sign for sign in text if sign.isalpha()]
    return bool(letters) and all(sign.isascii() or unicodedata.name(sign, "").startswith("LATIN") for sign in letters)


def _articles(language: str) -> frozenset[str]:
    return _ARTICLES.get(macrolanguage(language), frozenset())


def _has_article(cell: str, articles: frozenset[str]) -> bool:
    word, comma, last = cell.rpartition(",")
    return bool(comma) and _plain(last) in articles and _plain(word) not in articles


def _before_a_word(cell: str, language: str) -> str:
    """What stands before the single word of a cell: an article, or the sign of the infinitive; else nothing."""
    first, rest = _split(cell, language)
    return first if first in _before(language) and len(rest.split()) == 1 else ""


def _repeated(signs: Sequence[str], language: str) -> frozenset[str]:
    """All signs of a kind (definite, indefinite, of infinitives) of which some stand before words of a table."""
    counts = Counter(_kind(sign, language) for sign in signs if sign)
    return frozenset(sign for sign in _before(language) if counts[_kind(sign, language)] >= _FEW)


def _kind(sign: str, language: str) -> str:
    language = macrolanguage(language)
    if sign in _INFINITIVES.get(language, ()):
        return "infinitive"
    definite = sign == "a" and language in ("gl", "hu", "pt")
    return "indefinite" if sign in _INDEFINITE and not definite else "definite"


def _split(text: str, language: str) -> tuple[str, str]:
    """The first word and the rest; the first ends at an apostrophe where that makes an article."""
    text = text.strip()
    elided, apostrophe, word = text.replace("’", "'").partition("'")
    if apostrophe and word and f"{elided.casefold()}'" in _before(language):
        return f"{elided.casefold()}'", text[len(elided) + 1 :].strip()
    first, _, rest = text.partition(" ")
    return _plain(first), rest.strip()


def _before(language: str) -> frozenset[str]:
    return _articles(language) | _INFINITIVES.get(macrolanguage(language), frozenset())


def _plain(text: str) -> str:
    return text.strip().replace("’", "'").casefold()
