"""StarDict dictionaries: ``.ifo`` says what there is, ``.idx`` where each word's article stands in ``.dict``.

An article is a text for readers, plain or with markup. Its lines are taken as lists of translations, without their
numbers, labels and notes; where blocks stand inside text, as PyGlossary writes them, they translate and the text
explains. ``.syn`` has inflected forms of headwords. Files of isogloss have one translation a line, and come back whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.dictionary_formats.companions import content_beside
from isogloss.data.dictionary_formats.markup import Line, lines_of
from isogloss.data.dictionary_formats.printed import is_label, tag_of, terms_in, without_notes
from isogloss.data.dictionary_formats.terms import MAX_ARTICLE, NO_TRANSLATION, Collection
from isogloss.data.errors import FormatError
from isogloss.data.left_out import NOT_UTF8, OTHER, all_reasons
from isogloss.data.text.parts_of_speech import part_of_speech

OURS = "isogloss"  # the author that such files name
_MAX_WORD = 255  # bytes, as the format has it
_PLAIN, _MARKUP = "ml", "hgx"  # kinds of fields: text, and text with tags; others are not for us
_MARKER = r"(?:\d{1,2}|[a-h]|I{1,3}|IV|V|VI{1,3})\)|(?:\d{1,3}|I{1,3}|IV|VI{1,3})\."  # of senses
_NUMBER = re.compile(rf"^\s*(?:(?:{_MARKER}|[•*·‣▪▸►◆◇◊○●□■–—-])\s+)+")
_SENSES = re.compile(rf"(?:^|\s)(?:{_MARKER})\s+(?=\S)")
_LABEL = re.compile(r"^\s*([A-Za-z]{1,6})\.\s+(?=\S)")
_REFERENCE = re.compile(
    r"\s*(?:usage|related|see also|see|syn|ant|syns|synonyms?|antonyms?|cf|note|plural of|derived from|inflection of|"
    r"etym|etymology|example|examples|e\.g|ex|siehe|siehe auch|beispiele?|synonyme|synonymes|exemples?|voir|voir aussi|"
    r"sinónimos?|ejemplos?|véase|sinonimi|esempi|esempio|vedi|см|ср|пример|примеры|синонимы?|антонимы?)\b"
    r"(?:[^:]{0,40}:|\.\s*$)|[^:]{1,40}:$",  # a colon at the end has no translation after it
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^\s*[\"“„«].+[\"”“»]\s*[–—=:-]")  # an example and its translation
_DASH = re.compile(r"\s[–—=-]\s")
_SAMPLE = 1000  # articles that are looked at before they are read; a round number
_TERM_WORDS = 4  # of which a definition has more; a round number
_EXPLAINED = 0.5  # share of long terms above which articles are definitions; round number


def matches(path: Path) -> bool:
    """Whether ``path`` is an ``.ifo`` file, or a folder with one."""
    return path.suffix == ".ifo" and path.is_file() if not path.is_dir() else len(list(path.glob("*.ifo"))) == 1


def read(path: Path, source: str, target: str) -> Dictionary:
    """The translations of ``path``.

    Raises:
        FormatError: A file is missing or damaged, or holds no translation.
    """
    collection = Collection()
    ifo = next(iter(path.glob("*.ifo")), path) if path.is_dir() else path
    about = _about(ifo)
    articles = content_beside(ifo, ".dict", ".dict.dz")
    headwords = []
    places = [(start, size) for _, start, size in islice(_index(ifo, about), _SAMPLE) if size <= MAX_ARTICLE]
    explained = _explain((articles[start : start + size] for start, size in places), about.get("sametypesequence", ""))
    for word, start, size in _index(ifo, about):
        headwords.append(word.decode("utf-8", "replace"))
        if start + size > len(articles):
            found_end = f"an article of {_shown(word)} up to byte {start + size:,}"
            raise FormatError.at(ifo, None, found_end, f"no more than the {len(articles):,} bytes of the dictionary")
        if size > MAX_ARTICLE:
            collection.drop("article longer than a megabyte")
        else:
            _add_article(collection, word, articles[start : start + size], about, explained)
    if not collection:
        reasons = all_reasons(collection.dropped, "no article")
        raise FormatError.at(ifo, None, f"no translation ({reasons})", "articles with a headword and its translations")
    if about.get("author") != OURS:
        _refuse_definitions(ifo, collection)
    origin = Origin(about.get("bookname") or ifo.stem, url=about.get("website", ""), version=about.get("date", ""))
    return replace(collection.dictionary(source, target, origin), forms=dict(_forms(ifo, headwords)))


def _forms(ifo: Path, headwords: list[str]) -> Iterator[tuple[str, str]]:
    """The inflected forms of ``.syn``, each with the headword whose place in the index it names."""
    syn = next((place for place in (ifo.with_suffix(".syn"), ifo.with_suffix(".syn.dz")) if place.is_file()), None)
    if syn is None:
        return
    content, place = content_beside(ifo, ".syn", ".syn.dz"), 0
    while place < len(content):
        end = content.find(b"\0", place, place + _MAX_WORD + 2)
        number = int.from_bytes(content[end + 1 : end + 5], "big")
        if end < 0 or end + 5 > len(content) or number >= len(headwords):
            found = f"a form without its end or headword at byte {place:,}"
            raise FormatError.at(syn, None, found, "a complete list of forms; fetch it again")
        form = content[place:end].decode("utf-8", "replace")
        if form and form != headwords[number]:
            yield form, headwords[number]
        place = end + 5


def _refuse_definitions(ifo: Path, collection: Collection) -> None:
    """Refuse a dictionary whose articles explain: most of what stands between commas is no term."""
    terms = [pair.target for pair in collection.pairs()]
    long = [term for term in terms if len(term.split()) > _TERM_WORDS]
    if len(long) > _EXPLAINED * len(terms):
        found = f"articles that explain their words, such as {long[0][:80]!r}"
        raise FormatError.at(ifo, None, found, "translations; a dictionary in one language makes no pairs")


def _about(ifo: Path) -> Mapping[str, str]:
    try:
        with ifo.open("rb") as stream:
            text = stream.read(MAX_ARTICLE).decode("utf-8", "replace")
    except OSError as error:
        raise FormatError.at(
            ifo, None, f"no readable file ({error.strerror})", "the .ifo file of a dictionary"
        ) from error
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or not lines[0].startswith("StarDict's dict ifo file"):
        raise FormatError.at(ifo, 1, _shown(text.encode()), "StarDict's dict ifo file")
    named = (line.partition("=") for line in lines[1:])
    return {name.strip(): value.strip() for name, sign, value in named if sign}


def _index(ifo: Path, about: Mapping[str, str]) -> Iterator[tuple[bytes, int, int]]:
    """Every word with where its article starts and how long it is."""
    wide = 8 if about.get("idxoffsetbits") == "64" else 4
    content = content_beside(ifo, ".idx", ".idx.gz")
    place = count = 0
    while place < len(content):
        end = content.find(b"\0", place, place + _MAX_WORD + 2)
        if end < 0 or end + 1 + wide + 4 > len(content):
            found = f"a word without its end or place at byte {place:,} of the index"
            raise FormatError.at(ifo.with_suffix(".idx"), None, found, "a complete index; fetch it again")
        word, after = content[place:end], end + 1 + wide
        yield word, int.from_bytes(content[end + 1 : after], "big"), int.from_bytes(content[after : after + 4], "big")
        place = after + 4
        count += 1
    announced = about.get("wordcount", "")
    if announced.isdecimal() and announced.isascii() and len(announced) < 20 and int(announced) != count:
        expected = f"the {int(announced):,} that the file announces"
        raise FormatError.at(ifo, None, f"{count:,} words in the index", expected)


def _add_article(
    collection: Collection, word: bytes, article: bytes, about: Mapping[str, str], explained: bool
) -> None:
    try:
        headword = word.decode()
        for kind, field in _fields(article, about.get("sametypesequence", "")):
            if kind not in _PLAIN + _MARKUP:
                collection.drop("pronunciation, picture or sound")
            elif about.get("author") == OURS:
                for line in field.decode().split("\n"):
                    collection.add(headword, line)
            else:
                _add_lines(collection, headword, *_read_field(kind, field), explained)
    except UnicodeDecodeError:
        collection.drop(NOT_UTF8, repr(word))


def _read_field(kind: str, field: bytes) -> tuple[list[Line], list[str]]:
    if kind in _MARKUP:
        return lines_of(field.decode(), xdxf=kind == "x")
    return [Line(line, inner=False) for line in field.decode().splitlines()], []


def _senses(line: Line) -> list[Line]:
    """The numbered senses that stand in one line; the line itself where there is but one."""
    starts = [match.start() for match in _SENSES.finditer(line.text)]
    if len(starts) < 2:
        return [line]
    parts = [line.text[start:end].strip() for start, end in zip([0, *starts], [*starts, None], strict=True)]
    return [Line(part, line.inner) for part in parts if part]


def _explain(articles: Iterable[bytes], kinds: str) -> bool:
    """Whether most articles have inner blocks, so that these translate and other lines explain."""
    inner = count = 0
    for article in articles:
        count += 1
        with suppress(UnicodeDecodeError):
            fields = [field for kind, field in _fields(article, kinds) if kind in _MARKUP]
            lines = [line for field in fields for line in lines_of(field.decode())[0]]
            inner += any(line.inner and not _REFERENCE.match(line.text) for line in lines)
    return 2 * inner > count


def _fields(article: bytes, kinds: str) -> Iterator[tuple[str, bytes]]:
    """The parts of an article with the letter that says what each is."""
    place = 0
    for number in range(1 << 10):
        if place >= len(article) or (kinds and number >= len(kinds)):
            return
        kind = kinds[number] if kinds else chr(article[place])
        place += 0 if kinds else 1
        last = bool(kinds) and number == len(kinds) - 1
        if kind.isupper():
            size = len(article) - place if last else int.from_bytes(article[place : place + 4], "big")
            place += 0 if last else 4
            yield kind, article[place : place + size]
            place += size
        else:
            end = len(article) if last else article.find(b"\0", place)
            end = len(article) if end < 0 else end
            yield kind, article[place:end]
            place = end + 1


def _add_lines(collection: Collection, word: str, lines: list[Line], labels: list[str], explained: bool) -> None:
    """Take the translations of one article; where lines explain, only inner blocks translate."""
    gloss, translated = "", False
    lines = [part for line in lines for part in _senses(line)]
    for place, line in enumerate(lines):
        text = _NUMBER.sub("", line.text)
        if len(lines) > 1 and not line.inner and _is_grammar(text.strip(" .:")):
            labels.append(text.strip(" .:"))
            continue
        while (leading := _LABEL.match(text)) and (part_of_speech(leading[1]) or is_label(leading[1])):
            labels.append(leading[1])
            text = _NUMBER.sub("", text[leading.end() :])
        if _is_title(text, word, place, lines) or _REFERENCE.match(text) or _is_example(text, word):
            collection.dropped[OTHER] += 1
        elif len(lines) > 1 and not line.inner and _is_grammar(text.strip(" .:")):
            labels.append(text.strip(" .:"))
        elif explained and not line.inner:
            gloss = text
        elif terms := terms_in(text.partition("~")[0]):  # the sign stands for the headword in a phrase
            collection.add_sense([word], terms, gloss)
            translated = True
    for label in labels:
        if tag := tag_of(label):
            collection.tag(word, tag)
    if not translated and lines:
        collection.drop(NO_TRANSLATION, f"{word} : {lines[0].text}")


def _is_title(text: str, word: str, place: int, lines: list[Line]) -> bool:
    """Whether ``text`` is the headword, at the beginning of its article."""
    if place > 0 or len(lines) == 1 or lines[place].inner:
        return False
    return without_notes(text).strip(" *_:").casefold() == word.casefold()


def _is_grammar(text: str) -> bool:
    """Whether a line is a label; *feminine* alone may be a translation."""
    return bool(part_of_speech(text)) or (is_label(text) and not text.isalpha())


def _is_example(text: str, word: str) -> bool:
    """Whether ``text`` is a phrase with the headword, or in quotation marks, and its translation after a dash."""
    if _QUOTED.match(text):
        return True
    phrase = _DASH.split(text, maxsplit=1)
    return len(phrase) > 1 and " " in phrase[0].strip() and word.casefold() in phrase[0].casefold().split()


def _shown(text: bytes) -> str:
    return repr(text[:40].decode("utf-8", "replace"))
