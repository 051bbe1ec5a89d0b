"""One word, however it is typed: how it is written, and the key by which it is found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

# Marks of writing direction, the byte-order mark, soft hyphens, blanks of no width. The joiners U+200C and U+200D are
# invisible, too, and part of the spelling in Persian and in Indic scripts.
_INVISIBLE = re.compile("[\u200b\u2060\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\u00ad]")
_UNTIDY = re.compile(rf"{_INVISIBLE.pattern}|\s\s|[^\S ]|(?:^|\0)\s|\s(?:\0|$)")
# What moves a cursor, rings, or turns the direction of text: C0 and C1 controls and the bidirectional formatting.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_APOSTROPHES = "'’ʼ‘ʻ＇"
_OTHER_APOSTROPHES = frozenset(_APOSTROPHES[1:])
_LIGATURES = dict(zip("Ĳĳﬀﬁﬂﬃﬄﬅﬆ", "IJ ij ff fi fl ffi ffl st st".split(), strict=True))  # noqa: SIM905 (shorter so)
_VARIANTS = _OTHER_APOSTROPHES | _LIGATURES.keys()
_PLAIN = str.maketrans(dict.fromkeys(_OTHER_APOSTROPHES, "'") | _LIGATURES)
_SPECIAL = frozenset(" IİΣσ\u0307") | _VARIANTS  # what asks for more than Python's lower case
_UNTYPED = re.compile("(?<=[ijįɨ])\u0307")  # the dot over i and j, which lower-casing İ or Lithuanian keeps
_FINAL_SIGMA = re.compile(r"(?<=\w)σ\b")
_DOTLESS = frozenset(("az", "crh", "gag", "tr"))  # languages whose I is the capital of ı, by Unicode's SpecialCasing
_UNUSUAL = rf"[İΣσ\u0300\u0301\u0307{''.join(sorted(_VARIANTS))}]|[^\S\n]|{_INVISIBLE.pattern}"
_SHARP_S = frozenset(("de", "gsw", "lb", "nds"))
# Marks for readers, which dictionaries print and texts leave out: stress on Cyrillic vowels, Arabic short vowels and
# lengthened lines, Hebrew points, the length of Latin vowels, tones of Lithuanian, Serbo-Croatian and Slovene.
_STRESS = re.compile("(?<=[аеиоуъыэюяєіїѣѫАЕИОУЪЫЭЮЯЄІЇѢѪ])[\u0300\u0301]+")
_ARABIC = "[\u0640\u064b-\u0652\u0670]"
_MARKS = dict.fromkeys(("ar", "arb", "arz", "apc", "ary", "fa", "pes", "prs", "ur"), _ARABIC) | {
    "he": "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]",
    "la": "[\u0304\u0306]",
    "lt": "[\u0300\u0301\u0303]",
    **dict.fromkeys(
        ("bs", "cnr", "hr", "sh", "sl", "sr"), "(?<=[AEIOURaeiourАЕИОУРаеиоур])[\u0300-\u0302\u0304\u030f\u0311]"
    ),
}
# Languages whose capitals are often written without accents, and the accents: all of Greek, and those of Romance
# languages but the tilde of ñ.
_ROMANCE = re.compile("[\u0300-\u0302\u0308\u0327]|(?<![nN])\u0303")
_CAPITALS = dict.fromkeys(("fr", "es", "pt", "it", "ca", "gl", "oc", "ast"), _ROMANCE) | dict.fromkeys(
    ("el", "grc"), re.compile("[\u0300-\u0344\u0346-\u036f]")
)
# Unicode's blocks of Latin letters with marks (two ranges) and of Cyrillic.
_LATIN_AND_CYRILLIC = (*range(0xC0, 0x250), *range(0x400, 0x530), *range(0x1E00, 0x1F00))
MAX_SHARP = 3  # places where ss may stand for ß that are tried, 2**n spellings; round number


def tidy(text: str) -> str:
    """``text`` in Unicode normal form C, with single blanks and without invisible marks."""
    if text.isprintable() and "  " not in text and text[:1] != " " and text[-1:] != " ":
        return unicodedata.normalize("NFC", text)  # what is invisible, and white space but the blank, does not print
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split())


def visible(text: str) -> str:
    """``text`` with control characters and marks that turn its direction as the escapes of Python."""
    return _UNSAFE.sub(lambda match: ascii(match[0])[1:-1], text)


def escaped(text: str) -> str:
    """``text`` for a page of HTML or a drawing: ``visible``, and without markup."""
    from html import escape

    return escape(visible(text))


def untidy(words: str) -> bool:
    """Whether ``tidy`` would change any of ``words``, which are in normal form C and joined by zero characters."""
    return _UNTIDY.search(words) is not None


def cleaned(word: str, language: str = "", lowercase: bool = True) -> str:
    """The key of ``word``: tidied, with the plain apostrophe and, unless ``lowercase`` is false, in lower case.

    Lower case is that of ``language``, a BCP 47 code: ``I`` becomes ``ı`` in Turkish and Azerbaijani. A dot over i
    (of ``İ``, or as Lithuanian writes it below accents) goes, and sigma at the end of a Greek word is the final one.
    Ligatures are letters, and marks for readers go: ``замо́к`` is ``замок``.
    """
    if word.isprintable() and _SPECIAL.isdisjoint(word):  # nearly all words
        plain = word.lower() if lowercase else word
        return plain if plain.isascii() else _unmarked(unicodedata.normalize("NFC", plain), language)
    clean = tidy(word)
    clean = clean if _VARIANTS.isdisjoint(clean) else clean.translate(_PLAIN)
    clean = lower_case(clean, language) if lowercase else clean
    return clean if clean.isascii() else _unmarked(clean, language)


def _unmarked(key: str, language: str) -> str:
    """``key``, in normal form C, without marks for readers."""
    marks = _MARKS.get(language.partition("-")[0])
    while True:
        clean = _STRESS.sub("", key) if "\u0301" in key or "\u0300" in key else key
        if marks:
            clean = re.sub(marks, "", unicodedata.normalize("NFD", clean))
            clean = " ".join(clean.split())
        elif clean is key:
            return key
        if (clean := unicodedata.normalize("NFC", clean)) == key:
            return key
        key = clean  # a mark may have stood between two that belong together


def typed(word: str) -> tuple[str, ...]:
    """``word`` with each apostrophe that people type where it has one; itself where it has none."""
    plain = word.translate(_PLAIN)
    return tuple(plain.replace("'", sign) for sign in _APOSTROPHES) if "'" in plain else (word,)


def as_capitals(key: str, language: str) -> str:
    """``key`` without the accents that capitals of ``language`` may lack: ``ΑΘΗΝΑ`` is ``Αθήνα``."""
    accents = _CAPITALS.get(language.partition("-")[0])
    if accents is None or key.isascii():
        return key
    bare = accents.sub("", unicodedata.normalize("NFD", key))
    return unicodedata.normalize("NFC", bare.replace("\u0345", "ι"))  # the iota below, which capitals have beside them


def in_capitals(word: str, language: str) -> bool:
    """Whether ``word`` is written in capitals that may lack accents."""
    return len(word) > 1 and language.partition("-")[0] in _CAPITALS and word.isupper()


def lower_case(text: str, language: str = "") -> str:
    """``text``, in normal form C, in the lower case of ``language``."""
    if "I" in text and language.partition("-")[0] in _DOTLESS:
        text = text.replace("I", "ı")
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    if "\u0307" in lowered:
        lowered = _UNTYPED.sub("", lowered)
    if "σ" in lowered:
        lowered = _FINAL_SIGMA.sub("ς", lowered)
    return unicodedata.normalize("NFC", lowered)


def keys_and_spellings(
    words: Sequence[str], language: str = "", lowercase: bool = True
) -> tuple[Sequence[str], Sequence[str]]:
    """``cleaned`` and ``tidy`` of each of very many words, several times as fast."""
    joined = "\n".join(words)
    if _unusual(language.partition("-")[0]).search(joined) is None and unicodedata.is_normalized("NFC", joined):
        keys = (unicodedata.normalize("NFC", joined.lower()) if lowercase else joined).split("\n")
        if len(keys) == len(words):
            return keys, words
    cleaned_words = [cleaned(word, language, lowercase) for word in words]
    return cleaned_words, [word if word == key else tidy(word) for word, key in zip(words, cleaned_words, strict=True)]


@cache
def _unusual(language: str) -> re.Pattern[str]:
    """What a word holds that asks for more than Python's lower case."""
    dotless, marks = "I|" if language in _DOTLESS else "", _MARKS.get(language, "")
    marked = [
        sign for sign in map(chr, _LATIN_AND_CYRILLIC) if marks and re.search(marks, unicodedata.normalize("NFD", sign))
    ]
    letters = f"|[{''.join(marked)}]" if marked else ""
    return re.compile(f"{dotless}{_UNUSUAL}{'|' * bool(marks)}{marks}{letters}")


def other_spellings(key: str, language: str) -> Iterator[str]:
    """Keys that ``key`` stands for where keyboards, capitals or another country write ss for ß, or oe for œ.

    ``STRASSE`` and Swiss ``Strasse`` are ``Straße``, ``oeuvre`` is ``œuvre``.
    """
    if language.partition("-")[0] == "fr" and ("oe" in key or "œ" in key):
        yield key.replace("oe", "œ") if "oe" in key else key.replace("œ", "oe")
    if language.partition("-")[0] not in _SHARP_S:
        return
    if "ß" in key:
        yield key.replace("ß", "ss")
    parts = key.split("ss")
    places = len(parts) - 1
    if 0 < places <= MAX_SHARP:
        for chosen in range(1, 2**places):
            signs = ["ß" if chosen >> place & 1 else "ss" for place in range(places)]
            yield "".join(part + sign for part, sign in zip(parts, [*signs, ""], strict=True))
