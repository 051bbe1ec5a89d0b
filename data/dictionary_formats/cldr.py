"""Words of the Unicode Common Locale Data Repository: names of emoji, languages, places, scripts, money and time.

CLDR holds, for each language, the names of the same things. Two names of one thing are a translation, which makes
a small dictionary between any two of over a hundred languages. Both layouts are read: the XML of ``core.zip``
(Debian: ``unicode-cldr-core``) and the JSON packages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.parsers import expat

import orjson
from langcodes import Language

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.dictionary_formats.terms import Collection, is_word
from isogloss.data.errors import FormatError
from isogloss.data.language import language_code
from isogloss.data.left_out import ONE_LANGUAGE
from isogloss.data.limits import whole

LICENCE = "Unicode-DFS-2016"

_UNSURE = ("unconfirmed", "provisional")  # drafts that CLDR itself does not trust yet
_INHERITED = "↑↑↑"
# Where a name stands in the XML, as tag names and attribute values, and what it is the name of.
_PLACES = (
    (r"annotations/annotation=(\S+)/tts", "emoji"),
    (r"localeDisplayNames/languages/language=(\w+)", "language"),
    (r"localeDisplayNames/scripts/script=(\w+)", "script"),
    (r"localeDisplayNames/territories/territory=(\w+)", "territory"),
    (r"numbers/currencies/currency=(\w+)/displayName", "currency"),
    (r"units/unitLength=long/unit=([\w-]+)/displayName", "unit"),
    (r"dates/fields/field=([a-z]+)/displayName", "time"),
    (r"dates/fields/field=(day/relative=-?\d)", "time"),
    (r"dates/calendars/calendar=gregorian/months/monthContext=stand-alone/monthWidth=wide/month=(\d+)", "month"),
    (r"dates/calendars/calendar=gregorian/months/monthContext=format/monthWidth=wide/month=(\d+)", "month"),
    (r"dates/calendars/calendar=gregorian/days/dayContext=stand-alone/dayWidth=wide/day=(\w+)", "weekday"),
    (r"dates/calendars/calendar=gregorian/days/dayContext=format/dayWidth=wide/day=(\w+)", "weekday"),
    (r"characterLabels/characterLabel=([\w-]+)", "label"),
)
_PATTERN = re.compile("|".join(f"(?:{place})" for place, _ in _PLACES))
_JSON_NAMES = (
    ("languages.json", ("localeDisplayNames", "languages"), "language"),
    ("scripts.json", ("localeDisplayNames", "scripts"), "script"),
    ("territories.json", ("localeDisplayNames", "territories"), "territory"),
    ("currencies.json", ("numbers", "currencies"), "currency"),
)

Names = dict[str, str]


def matches(path: Path) -> bool:
    """Whether ``path`` is a folder of CLDR, in XML or in JSON."""
    return path.is_dir() and (_xml_root(path) is not None or any(path.glob("cldr-annotations-*/annotations")))


def read(path: Path, source: str, target: str) -> Dictionary:
    """The names of the same things in two languages, words and phrases, in lower case.

    A language of a region or script is completed from its parents: Portuguese of Brazil from Portuguese.

    Raises:
        FormatError: ``path`` is no CLDR folder, has not both languages, or a file of it is broken.
    """
    collection = Collection()
    target_names = names(path, target)
    for key, word in names(path, source).items():
        if key in target_names:
            collection.add(word, target_names[key])
        else:
            collection.drop(ONE_LANGUAGE)
    return collection.dictionary(source, target, origin(path))


def concepts(path: Path, languages: Sequence[str]) -> dict[str, dict[str, str]]:
    """The things that have a name of a single word: key of the thing -> language -> word, in the order of CLDR.

    Raises:
        FormatError: As ``read``.
    """
    names_by_key: dict[str, dict[str, str]] = {}
    for language in languages:
        for key, word in names(path, language).items():
            if is_word(word):
                names_by_key.setdefault(key, {})[language] = word
    return names_by_key


def names(path: Path, language: str) -> Names:
    """Every name in one language, in lower case: key of the thing (``emoji/🐶``, ``language/fr``) -> name.

    Raises:
        FormatError: ``path`` is no CLDR folder, lacks the language, or a file of it is broken.
        VocabularyError: ``language`` is not the code of a language.
    """
    language = language_code(language)
    root = _xml_root(path)
    name_by_key: Names = {}
    for locale in _locales(language):
        entries = _in_xml(root, locale) if root is not None else _in_json(path, locale)
        for key, name in entries:
            clean = unicodedata.normalize("NFC", name.strip().lower())
            if clean and clean != _INHERITED:
                name_by_key.setdefault(key, clean)
    if not name_by_key:
        raise FormatError.at(path, None, f"nothing for language {language!r}", "CLDR files with names in it")
    return name_by_key


def origin(path: Path) -> Origin:
    """CLDR with its version, where the files tell it."""
    root = _xml_root(path)
    dtd = root / "dtd" / "ldml.dtd" if root is not None else None
    version = (
        re.search(r'cldrVersion\s+CDATA\s+#FIXED\s+"([\d.]+)"', whole(dtd).decode("utf-8", "replace"))
        if dtd and dtd.is_file()
        else None
    )
    name = f"CLDR {version[1]}" if version else "CLDR"
    return Origin(name, LICENCE, url="https://cldr.unicode.org")


def _locales(language: str) -> list[str]:
    """The language and its parents; another script than the usual one has no parent: ``zh-TW`` is ``zh-Hant``."""
    subtag = Language.get(language)
    full, usual = subtag.maximize(), Language.get(subtag.language or "und").maximize()
    base = f"{full.language}-{full.script}" if full.script != usual.script else str(full.language)
    return list(dict.fromkeys((language, f"{base}-{full.territory}", base)))


def _xml_root(path: Path) -> Path | None:
    places = (path, path / "common", path / "usr/share/unicode/cldr/common")
    return next((place for place in places if any((place / "annotations").glob("*.xml"))), None)


def _in_xml(root: Path, language: str) -> Iterator[tuple[str, str]]:
    """Keys and names; a name that stands alone comes before the one used inside a date."""
    file = f"{language.replace('-', '_')}.xml"
    for folder in ("annotations", "annotationsDerived", "main"):
        if (root / folder / file).is_file():
            later = []
            for place, name in _leaves(root / folder / file):
                match = _PATTERN.fullmatch(place)
                if match is None or match.lastindex is None:
                    continue
                entry = (f"{_PLACES[match.lastindex - 1][1]}/{match[match.lastindex]}", name)
                if "Context=format" in place:
                    later.append(entry)
                else:
                    yield entry
            yield from later


def _leaves(file: Path) -> Iterable[tuple[str, str]]:
    """Each text of an XML file with the path of tags to it; drafts, variants and plural forms are left out."""
    leaves: list[tuple[str, str]] = []
    steps: list[str | None] = []
    text: list[str] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(tag: str, attributes: dict[str, str]) -> None:
        text.clear()
        unwanted = attributes.keys() & {"alt", "count"} or attributes.get("draft") in _UNSURE
        key = attributes.get("type", "")
        if "cp" in attributes:
            key = f"{attributes['cp']}/{key}"
        steps.append(None if unwanted else f"{tag}={key}" if key else tag)

    def end(_: str) -> None:
        if text and None not in steps:
            leaves.append(("/".join(step for step in steps[1:] if step), "".join(text)))
        text.clear()
        steps.pop()

    def refuse(name: str, *_: object) -> None:
        raise FormatError.at(
            file, parser.CurrentLineNumber, f"a definition of entity {name!r}", "names without entities"
        )

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    parser.EntityDeclHandler = refuse  # an entity can grow without bound; the DTD itself is never fetched
    try:
        parser.Parse(whole(file), True)
    except (expat.ExpatError, ValueError) as error:
        raise FormatError.at(file, parser.CurrentLineNumber, f"broken XML ({error})", "a complete CLDR file") from error
    return leaves


def _in_json(path: Path, language: str) -> Iterator[tuple[str, str]]:
    for file in sorted(path.glob(f"cldr-annotations-*/annotations*/{language}/annotations.json")):
        for section in ("annotations", "annotationsDerived"):
            for sign, entry in _inside(file, (section, "annotations")).items():
                if isinstance(entry, dict) and entry.get("tts"):
                    yield f"emoji/{sign}", str(entry["tts"][0])
    for name, place, kind in _JSON_NAMES:
        for file in sorted(path.glob(f"cldr-*/main/{language}/{name}")):
            for key, entry in _inside(file, ("main", language, *place)).items():
                word = entry.get("displayName") if isinstance(entry, dict) else entry
                if isinstance(word, str) and "-alt-" not in key:
                    yield f"{kind}/{key.replace('-', '_')}", word


def _inside(file: Path, place: tuple[str, ...]) -> Mapping[str, Any]:
    try:
        value: Any = orjson.loads(whole(file))
    except orjson.JSONDecodeError as error:
        raise FormatError.at(file, error.lineno, f"broken JSON ({error.msg})", "a complete CLDR file") from error
    for step in place:
        value = value.get(step, {}) if isinstance(value, dict) else {}
    return value if isinstance(value, dict) else {}
