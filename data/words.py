"""One word, however it is typed: how it is written, and the key by which it is found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

# Marks of writing direction, the byte-order mark, soft hyphens, blanks of no width. The joiners U+200C and U+200D are
# invisible, too, and part of the spelling in Persian and in Indic scripts.
_INVISIBLE = re.compile("[\u200b\u2060\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\u00ad]")
_UNTIDY = re.compile(rf"{_INVISIBLE.pattern}|\s\s|[^\S ]|(?:^|\0)\s|\s(?:\0|$)")
# What moves a cursor, rings, or turns the direction of text: C0 and C1 controls and the bidirectional formatting.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_APOSTROPHES = "'’ʼ‘ʻ＇"
_OTHER_APOSTROPHES = frozenset(_APOSTROPHES[1:])
_PLAIN = str.maketrans(dict.fromkeys(_OTHER_APOSTROPHES, "'"))
_SPECIAL = frozenset(" IİΣσ\u0307") | _OTHER_APOSTROPHES  # what asks for more than Python's lower case
_UNTYPED = re.compile("(?<=[ijįɨ])\u0307")  # the dot over i and j, which lower-casing İ or Lithuanian keeps
_FINAL_SIGMA = re.compile(r"(?<=\w)σ\b")
_DOTLESS = frozenset(("az", "crh", "gag", "tr"))  # languages whose I is the capital of ı, by Unicode's SpecialCasing
_UNUSUAL = re.compile(rf"[İΣσ\u0307{''.join(_OTHER_APOSTROPHES)}]|[^\S\n]|{_INVISIBLE.pattern}")
_UNUSUAL_DOTLESS = re.compile(f"I|{_UNUSUAL.pattern}")
_SHARP_S = frozenset(("de", "gsw", "lb", "nds"))
MAX_SHARP = 3  # places where ss may stand for ß that are tried, 2**n spellings; round number


def tidy(text: str) -> str:
    """``text`` in Unicode normal form C, with single blanks and without invisible marks."""
    if text.isprintable() and "  " not in text and text[:1] != " " and text[-1:] != " ":
        return unicodedata.normalize("NFC", text)  # what is invisible, and white space but the blank, does not print
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split())


def visible(text: str) -> str:
    """``text`` with control characters and marks that turn its direction as the escapes of Python."""
    return _UNSAFE.sub(lambda match: ascii(match[0])[1:-1], text)


def untidy(words: str) -> bool:
    """Whether ``tidy`` would change any of ``words``, which are in normal form C and joined by zero characters."""
    return _UNTIDY.search(words) is not None


def cleaned(word: str, language: str = "", lowercase: bool = True) -> str:
    """The key of ``word``: tidied, with the plain apostrophe and, unless ``lowercase`` is false, in lower case.

    Lower case is that of ``language``, a BCP 47 code: ``I`` becomes ``ı`` in Turkish and Azerbaijani. A dot over i
    (of ``İ``, or as Lithuanian writes it below accents) goes, and sigma at the end of a Greek word is the final one.
    """
    if word.isprintable() and _SPECIAL.isdisjoint(word):  # nearly all words
        plain = word.lower() if lowercase else word
        return plain if plain.isascii() else unicodedata.normalize("NFC", plain)
    clean = tidy(word)
    clean = clean if _OTHER_APOSTROPHES.isdisjoint(clean) else clean.translate(_PLAIN)
    return lower_case(clean, language) if lowercase else clean


def typed(word: str) -> tuple[str, ...]:
    """``word`` with each apostrophe that people type where it has one; itself where it has none."""
    plain = word.translate(_PLAIN)
    return tuple(plain.replace("'", sign) for sign in _APOSTROPHES) if "'" in plain else (word,)


def toneless(key: str) -> str:
    """``key`` without the acute accents, which Greek capitals do not have: ``ΑΘΗΝΑ`` is ``Αθήνα``."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", key).replace("\u0301", ""))


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
    unusual = _UNUSUAL_DOTLESS if language.partition("-")[0] in _DOTLESS else _UNUSUAL
    if unusual.search(joined) is None and unicodedata.is_normalized("NFC", joined):
        keys = (unicodedata.normalize("NFC", joined.lower()) if lowercase else joined).split("\n")
        if len(keys) == len(words):
            return keys, words
    cleaned_words = [cleaned(word, language, lowercase) for word in words]
    return cleaned_words, [word if word == key else tidy(word) for word, key in zip(words, cleaned_words, strict=True)]


def other_spellings(key: str, language: str) -> Iterator[str]:
    """Keys that ``key`` stands for where capitals or another country write ss for ß: ``STRASSE``, Swiss ``Strasse``."""
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
