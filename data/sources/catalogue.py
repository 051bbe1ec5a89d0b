"""Where vectors and dictionaries can be fetched, and on what terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import langcodes

from isogloss.data.errors import VocabularyError
from isogloss.data.language import language_code


@dataclass(frozen=True)
class Source:
    """A public collection; ``licence`` is shown before anything is fetched, ``note`` says what one should know."""

    name: str
    title: str
    licence: str
    homepage: str
    note: str = ""


@dataclass(frozen=True)
class Remote:
    """A file to fetch to ``place``, a path below the folder of the fetch.

    ``optional`` files are left out where the server does not have them.
    """

    url: str
    place: str
    optional: bool = False


VECTORS = {
    "wiki": Source(
        "wiki",
        "fastText vectors of Wikipedia, 300-d (Bojanowski et al., 2017)",
        "CC-BY-SA-3.0",
        "https://fasttext.cc/docs/en/pretrained-vectors.html",
        "294 languages; lower-cased; text of up to some gigabytes",
    ),
    "cc": Source(
        "cc",
        "fastText vectors of Common Crawl and Wikipedia, 300-d (Grave et al., 2018)",
        "CC-BY-SA-3.0",
        "https://fasttext.cc/docs/en/crawl-vectors.html",
        "157 languages; two million words each; about 1.3 GB compressed",
    ),
}
DICTIONARIES = {
    "muse": Source(
        "muse",
        "MUSE ground-truth dictionaries (Conneau et al., 2018)",
        "CC-BY-NC-4.0",
        "https://github.com/facebookresearch/MUSE",
        "NOT for commercial use, and so are lexicons made from it",
    ),
    "freedict": Source(
        "freedict",
        "FreeDict bilingual dictionaries",
        "GPL or CC-BY-SA, by dictionary",
        "https://freedict.org",
        "share-alike: read the licence inside the dictionary before you pass it on",
    ),
    "cldr": Source(
        "cldr",
        "Unicode CLDR: names of emoji, languages, places, scripts and money",
        "Unicode-DFS-2016",
        "https://cldr.unicode.org",
        "permissive; some hundred pairs for each of over a hundred languages",
    ),
}

FREEDICT_INDEX = "https://freedict.org/freedict-database.json"
CLDR_VERSION = "41.0.0"
FASTTEXT_NAMES = {"nb": "no", "fil": "tl", "sr-Latn": "sh", "nan": "zh_min_nan", "yue": "zh_yue"}
FREEDICT_NAMES = {"sw": "swh"}  # where it is not the ISO 639-3 code of the language
MUSE_PARTS = {"all": "", "train": ".0-5000", "test": ".5000-6500"}  # by frequency rank of the source word

_FASTTEXT = "https://dl.fbaipublicfiles.com/fasttext"
_MUSE = "https://dl.fbaipublicfiles.com/arrival/dictionaries"
_CLDR = f"https://raw.githubusercontent.com/unicode-org/cldr-json/{CLDR_VERSION}/cldr-json"
_CLDR_FILES = (
    "cldr-annotations-full/annotations/{}/annotations.json",
    "cldr-annotations-derived-full/annotationsDerived/{}/annotations.json",
    "cldr-localenames-full/main/{}/languages.json",
    "cldr-localenames-full/main/{}/scripts.json",
    "cldr-localenames-full/main/{}/territories.json",
    "cldr-numbers-full/main/{}/currencies.json",
)


def vectors_remote(language: str, source: str = "wiki") -> Remote:
    """The file of the vectors of ``language``.

    Raises:
        VocabularyError: There is no such language code or source.
    """
    _known(source, VECTORS)
    code = language_code(language)
    name = FASTTEXT_NAMES.get(code, code)
    if source == "wiki":
        return Remote(f"{_FASTTEXT}/vectors-wiki/wiki.{name}.vec", f"wiki.{name}.vec")
    return Remote(f"{_FASTTEXT}/vectors-crawl/cc.{name}.300.vec.gz", f"cc.{name}.300.vec.gz")


def dictionary_remotes(source_language: str, target_language: str, source: str, part: str = "all") -> Sequence[Remote]:
    """The files of a dictionary; those of FreeDict are found in its index (``FREEDICT_INDEX``) first.

    Raises:
        VocabularyError: There is no such language code, source or part.
    """
    _known(source, DICTIONARIES)
    _known(part, MUSE_PARTS)
    pair = language_code(source_language), language_code(target_language)
    if source == "muse":
        file = f"{pair[0]}-{pair[1]}{MUSE_PARTS[part]}.txt"
        return (Remote(f"{_MUSE}/{file}", file),)
    if source == "cldr":
        places = [place.format(code) for code in dict.fromkeys(pair) for place in _CLDR_FILES]
        return tuple(Remote(f"{_CLDR}/{place}", place, optional=True) for place in places)
    return (Remote(FREEDICT_INDEX, "freedict-database.json"),)


def freedict_name(source_language: str, target_language: str) -> str:
    """What FreeDict calls a pair of languages: ``eng-fra``.

    Raises:
        VocabularyError: A language has no code of three letters.
    """
    try:
        codes = (language_code(source_language), language_code(target_language))
        return "-".join(FREEDICT_NAMES.get(code) or langcodes.Language.get(code).to_alpha3() for code in codes)
    except LookupError as error:
        raise VocabularyError(f"{error}; FreeDict names languages by codes of three letters such as eng") from error


def _known(name: str, table: dict[str, Source] | dict[str, str]) -> None:
    if name not in table:
        raise VocabularyError(f"unknown name {name!r}, expected one of {', '.join(table)}")
