"""What the columns of a table of word pairs are: by their names, or by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from isogloss.data.errors import VocabularyError
from isogloss.data.language import language_code
from isogloss.data.text.parts_of_speech import part_of_speech

WEIGHTS = ("probability", "weight")
MOST = 0.8  # share of a column's cells that decides what it is; round number
FEW_VALUES = 0.2  # different cells as a share of all, below which a column holds labels; round number
MANY_ROWS = 20  # rows from which that is told; round number
FEW_ROWS = 2  # rows up to which equal cells are words all the same
_NOTE, _LONGER = 2, 1.5  # words of cells that explain, and how often as many as translations; round numbers
_TRANSCRIBED = re.compile(r"/.*/$|\[.*\]$").match
_PERCENT, _DECIMAL_COMMA = re.compile(r"\d{1,3}(?:[.,]\d+)? ?%"), re.compile(r"0,\d+|1,0+")
_LONGEST_NUMBER = 12  # digits of the number of a row; round number
_BRACKETED = re.compile(r"\[.*\]$|\(.*\)$|\{.*\}$|<.*>$").match
_GENDER = re.compile(r"[{(\[](?:[mfn]|pl|sg|m/f|f/m|mf|vt|vi|adj|adv)[})\]]")
_SOURCE = frozenset(("source", "src", "word", "term", "headword", "lemma", "l1", "from", "expr", "txt"))
_TARGET = frozenset(
    (
        "target",
        "tgt",
        "trg",
        "translation",
        "translations",
        "equivalent",
        "meaning",
        "l2",
        "to",
        "trans_expr",
        "trans_txt",
    )
)
_SEVERAL = re.compile(r"[,;、؛،]\s|\s[/|]\s|;")  # between translations in one cell


_LANGUAGE_COLUMNS = (  # what the columns with the language of either word are called
    *(("source_language", "target_language"), ("source_lang", "target_lang"), ("src_lang", "tgt_lang")),
    *(("langvar", "trans_langvar"), ("lang", "trans_lang"), ("lang1", "lang2"), ("from_lang", "to_lang")),
)


class Columns(NamedTuple):
    """Places of the source word, the first target word, the weight, further targets, parts of speech, and others.

    ``languages`` are those of both words and ``relation`` says what joins them, in tables of a whole graph.
    """

    source: int
    target: int
    weight: int | None = None
    targets: tuple[int, ...] = ()
    part_of_speech: int | None = None
    others: Mapping[str, int] = {}
    named: bool = False  # by ``source`` and ``target`` themselves, as isogloss writes tables
    languages: tuple[int, int] | None = None
    relation: int | None = None
    counts: int | None = None  # whole numbers above 1: how often a pair was seen
    printed: bool = False  # with notes and genders in brackets


def by_name(first: Sequence[str], source: str, target: str) -> Columns | None:
    """The columns, if the first row names them: ``source`` and ``target``, ``word`` and ``translation``, languages."""
    names = [name.strip().lower() for name in first]
    places = {name: place for place, name in enumerate(names)}
    named = {"source", "target"} <= places.keys()
    if named:
        at_source, at_target = places["source"], places["target"]
    else:
        sides = [side_of(name, source, target) for name in names]
        if not {"source", "target"} <= set(sides):
            return None
        at_source, at_target = sides.index("source"), sides.index("target")
    weight = next((places[name] for name in WEIGHTS if name in places), None)
    languages = next(((places[a], places[b]) for a, b in _LANGUAGE_COLUMNS if {a, b} <= places.keys()), None)
    if languages:
        return Columns(at_source, at_target, weight, named=True, languages=languages, relation=places.get("relation"))
    other_columns = {name: place for place, name in enumerate(names) if place not in (at_source, at_target, weight)}
    return Columns(at_source, at_target, weight, others=other_columns, named=named)


def code_of(name: str) -> str:
    """The code of the language that a cell names, perhaps with a variety as PanLex counts them: ``eng-000``.

    Raises:
        VocabularyError: It names none.
    """
    plain = _VARIETY.sub("", name.strip())
    named = _LANGUAGES.get(plain.lower(), plain)
    return language_code(named if _CODE.fullmatch(named.lower()) else _named_anywhere(named.lower()) or named)


def by_languages(rows: Sequence[Sequence[str]]) -> Columns | None:
    """The columns of a table of which each row begins with two languages, as Google Translate exports a phrasebook."""
    if len(rows) < FEW_ROWS or any(len(row) < 4 or row[0] == row[1] for row in rows):
        return None
    try:
        for name in {name for row in rows for name in row[:2]}:
            code_of(name)
    except VocabularyError:
        return None
    return Columns(2, 3, languages=(0, 1))


def by_content(rows: Sequence[Sequence[str]]) -> Columns:
    """The columns of a table without names: source, target, and what the others seem to be.

    A first column of whole numbers before two others numbers the rows; one of longer texts than the translations has
    notes, and one between slashes or square brackets before the translations the pronunciation.
    """
    weight, count, tags, targets, notes = None, None, None, list[int](), dict[str, int]()
    start = _numbered(rows)
    target = start + 1
    if _mostly([row[target].strip() if len(row) > target + 1 else "" for row in rows], _TRANSCRIBED):
        notes["pronunciation"], target = target, target + 1
    usual = _words_in([row[target] for row in rows if len(row) > target])
    for place in range(target + 1, max(map(len, rows), default=0)):
        cells = [cell.strip() for row in rows if len(row) > place and (cell := row[place]).strip()]
        numbers = [plain_number(cell) for cell in cells]
        if _mostly(numbers, is_float) and any(map(is_number, numbers)):
            if all(map(str.isdecimal, cells)) and any(int(cell) > 1 for cell in cells):
                count = place if count is None else count
            else:
                weight = place if weight is None else weight
        elif _mostly(cells, lambda cell: bool(part_of_speech(cell))):
            tags = place if tags is None else tags
        elif not _mostly(cells, _BRACKETED) and (_differ(cells) if len(cells) > FEW_ROWS else cells):
            if _words_in(cells) >= max(_NOTE, _LONGER * usual):
                notes.setdefault("note", place)
            else:
                targets.append(place)
    printed = _printed(rows, start)
    return Columns(start, target, weight, tuple(targets), tags, notes, counts=count, printed=printed)


def _numbered(rows: Sequence[Sequence[str]]) -> int:
    """1 where the first of three columns or more numbers the rows, else 0."""
    long = [row for row in rows if len(row) > 2]
    counted = [int(row[0]) for row in long if row[0].strip().isdecimal() and len(row[0]) < _LONGEST_NUMBER]
    return int(len(counted) > 1 and len(counted) == len(rows) and len(set(counted)) == len(counted))


def _words_in(cells: Sequence[str]) -> float:
    """How many words the cells have on average."""
    return sum(len(cell.split()) for cell in cells) / max(len(cells), 1)


def _differ(cells: Sequence[str]) -> bool:
    """Whether cells hold words rather than labels, which are few."""
    return len(set(cells)) > (FEW_VALUES * len(cells) if len(cells) >= MANY_ROWS else 1)


def _printed(rows: Sequence[Sequence[str]], start: int) -> bool:
    """Whether words have genders in brackets, so that what stands in brackets are notes as dictionaries print them."""
    return any(_GENDER.search(cell) for row in rows for cell in row[start : start + 2])


def single_targets(cell: str) -> list[str]:
    """The translations in one cell: ``grand, gros`` and ``large / vaste`` are two each."""
    return [part for piece in _SEVERAL.split(cell) if (part := piece.strip())]


def is_comment(line: str) -> bool:
    """Whether a line before the first pair is a comment: ``# EN-DE vocabulary``."""
    return not line.strip() or (line.startswith("#") and line.split() != ["#", "#"])


def is_number(text: str) -> bool:
    """Whether ``text`` is written as a number; *infinity* and *nan* are words."""
    return is_float(text) and any(map(str.isdecimal, text))


def is_float(text: str) -> bool:
    """Whether ``text`` is a number for Python, *infinity* and *nan* too."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def plain_number(text: str) -> str:
    """A percentage, or a probability with a decimal comma, as Python writes numbers; other text as it is."""
    text = text.strip()
    if _PERCENT.fullmatch(text):
        return str(round(float(text.rstrip(" %").replace(",", ".")) / 100, 6))
    return text.replace(",", ".") if _DECIMAL_COMMA.fullmatch(text) else text


def _mostly(cells: Sequence[str], holds: Callable[[str], object]) -> bool:
    return bool(cells) and sum(bool(holds(cell)) for cell in cells) >= MOST * len(cells)


def side_of(name: str, source: str, target: str) -> str:
    """Which side a heading names, by itself or by one of its words: ``French``, ``fra-000``, ``word (en)``."""
    if pair := _named(name, source, target):
        return pair
    words = [word for word in re.split(r"[^\w-]+|_", name) if word]
    found_in = {side for word in words if (side := _named(word, source, target))} if len(words) <= _HEADING else set()
    by_language = {_of_language(word, source, target) for word in words} - {""} if found_in else set()
    found_in = by_language or found_in  # "French translation of the word"
    return found_in.pop() if len(found_in) == 1 else ""


def _named(name: str, source: str, target: str) -> str:
    if name in _SOURCE:
        return "source"
    if name in _TARGET:
        return "target"
    bare = name.removesuffix("label")  # enLabel, as Wikidata's answers are headed
    return _of_language(bare if _CODE.fullmatch(bare) else name, source, target)


def _of_language(name: str, source: str, target: str) -> str:
    language = _LANGUAGES.get(name, _VARIETY.sub("", name))
    if not _CODE.fullmatch(language):
        language = _named_anywhere(name)
    if not language:
        return ""
    try:
        code = language_code(language)
    except VocabularyError:
        return ""
    sides = {source: "source", target: "target"}
    return sides.get(code) or sides.get(code.partition("-")[0], "")  # English (United States) is English


@lru_cache(maxsize=1024)
def _named_anywhere(name: str) -> str:
    """The code of a language by its name in any language that CLDR knows (*französisch*), else nothing."""
    from langcodes import find  # reads its names when it is first asked

    try:
        return find(name).to_tag() if name.isalpha() else ""
    except LookupError:
        return ""


_HEADING = 4  # words; round number
_VARIETY = re.compile(r"-\d{3}$")  # of a language, as PanLex counts them: fra-000
_CODE = re.compile("[a-z]{2,3}([-_][a-z]{2,4})?")
_HEADINGS = """
af:afrikaans ar:arabic az:azerbaijani bg:bulgarian bn:bengali ca:catalan,català cs:czech,čeština cy:welsh,cymraeg
da:danish,dansk de:german,deutsch el:greek,ελληνικά en:english es:spanish,español et:estonian,eesti eu:basque,euskara
fa:persian,farsi fi:finnish,suomi fr:french,français ga:irish,gaeilge gl:galician,galego he:hebrew hi:hindi
hr:croatian,hrvatski hu:hungarian,magyar hy:armenian id:indonesian is:icelandic,íslenska it:italian,italiano
ja:japanese,日本語 ka:georgian ko:korean,한국어 la:latin lt:lithuanian,lietuvių lv:latvian,latviešu mk:macedonian
ms:malay nl:dutch,nederlands no:norwegian,norsk pl:polish,polski pt:portuguese,português ro:romanian,română
ru:russian,русский sk:slovak,slovenčina sl:slovene,slovenian sq:albanian sr:serbian,српски sv:swedish,svenska
sw:swahili,kiswahili ta:tamil te:telugu th:thai tr:turkish,türkçe uk:ukrainian,українська ur:urdu vi:vietnamese
zh:chinese,中文
"""  # what tables of languages are headed with
_LANGUAGES = {
    name: code
    for code, _, names in (heading.partition(":") for heading in _HEADINGS.split())
    for name in names.split(",")
}
