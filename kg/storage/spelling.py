"""How the graph keeps a word, and what its full-text index holds of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from isogloss.data.errors import FormatError
from isogloss.data.text.spelling import search_form, search_forms
from isogloss.data.words import cleaned, tidy, untidy

_GRAMS = 3  # letters in a piece of the full-text index: what SQLite and pg_trgm have
INFINITIVE = "to "  # before English verbs
_HYPHENS = re.compile(r"(?<=\w)-(?=\w)")  # within words: those of affixes stay
_HAN = re.compile("[\u3400-\u9fff]")
_WIDE = re.compile("[\uff00-\uffef]")  # letters as wide as Chinese characters, and kana half as wide
_UMLAUTS = frozenset(("de", "gsw", "lb", "nds"))  # languages in which people type ae for ä
_TYPED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_MEANT = {typed: chr(letter) for letter, typed in _TYPED.items()}
_CHINESE = frozenset(("zh", "cmn", "yue", "wuu", "nan", "hak", "gan", "hsn", "lzh", "cdo", "cjy", "cpx", "czh", "mnp"))
_PLAIN = str.maketrans("ıłøđ", "ilod")  # letters with a stroke, which do not come apart as accents do
_ONE_CHARACTER = str.maketrans(
    {"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae", "ĳ": "ij", "Ĳ": "IJ"}
    | dict.fromkeys("’ʼ‘ʻ＇", "'")
    | dict.fromkeys("‐‑", "-")
    | {chr(point): chr(point - 0x60) for point in range(0x30A1, 0x30F7)}  # katakana
)


def lemma(word: str) -> str:
    """``word`` as the graph keeps it: composed (Unicode NFC), with single blanks and nothing invisible."""
    return tidy(word)


def lemmas(words: Sequence[str]) -> list[str]:
    """``lemma`` of each of very many words."""
    if unicodedata.is_normalized("NFC", joined := "\0".join(words)) and not untidy(joined):
        return list(words)
    return [lemma(word) for word in words]


def pieces(form: str) -> list[str]:
    """The overlapping pieces of three letters that the full-text index holds for a search form."""
    return [form[start : start + _GRAMS] for start in range(len(form) - _GRAMS + 1)]


def check_encodable(words: Iterable[str], where: str) -> None:
    """Refuse words that no file can hold.

    Raises:
        FormatError: A word has half of a surrogate pair, as broken decoding leaves it.
    """
    words = list(words)
    try:
        "\0".join(words).encode()
    except UnicodeEncodeError:
        broken = next(word for word in words if re.search("[\ud800-\udfff]", word))
        raise FormatError(
            f"{where}: found the word {broken!r}, which is not valid Unicode, expected text read as UTF-8"
        ) from None


def search_key(word: str, language: str = "") -> str:
    """The form that words are searched by: without case, accents, hyphens, and what else people leave out or confuse.

    Ligatures are two letters, katakana are hiragana, traditional Chinese characters are simplified.
    """
    form = _joined(search_form(_unified(word, language)))
    return form if form.isascii() else form.translate(_PLAIN)


def search_keys(words: Sequence[str], language: str = "") -> list[str]:
    """``search_key`` of each of very many words."""
    forms = [_joined(form) if "-" in form else form for form in search_forms(_all_unified(words, language))]
    return _translated(forms, _PLAIN)


def spelling_keys(word: str, language: str = "") -> set[str]:
    """What is the same for all spellings of one word; spellings differ in case, hyphens and the like, not in accents.

    A hyphen may be a blank or nothing, so that a word with one has two keys. English verbs are listed with *to*.
    """
    key = _unified(cleaned(word, language), language).replace("ß", "ss")
    keys = {_joined(key), _HYPHENS.sub(" ", key)}
    if _is_infinitive(word, language):
        keys |= {key[len(INFINITIVE) :] for key in keys}
    return keys


def types_umlauts(language: str) -> bool:
    """Whether people without umlauts on their keyboard type two letters for each."""
    return language.partition("-")[0] in _UMLAUTS


def typed_keys(word: str, language: str) -> set[str]:
    """``spelling_keys``, and what is typed for them where there are no umlauts."""
    keys = spelling_keys(word, language)
    return keys | {key.translate(_TYPED) for key in keys} if types_umlauts(language) else keys


def with_umlauts(word: str, language: str) -> str:
    """``word`` with umlauts for what may have been typed for them."""
    return re.sub("[aou]e", lambda typed: _MEANT[typed[0]], word) if types_umlauts(language) else word


def _is_infinitive(word: str, language: str) -> bool:
    """Whether ``word`` is an English verb as dictionaries list it: *to eat*."""
    return word.startswith(INFINITIVE) and len(word) > len(INFINITIVE) and language.partition("-")[0] == "en"


def other_search_keys(word: str, key: str, language: str) -> list[str]:
    """Search keys, besides its own ``key``, that words have of which ``word`` is another spelling."""
    others = []
    if "-" in word:
        others.append(search_form(_unified(_HYPHENS.sub(" ", word), language)))
    if " " in key:
        others.append(key.replace(" ", ""))
    if _is_infinitive(word, language):
        others.append(key[len(INFINITIVE) :])
    return others


def _joined(form: str) -> str:
    return _HYPHENS.sub("", form) if "-" in form else form


def _unified(word: str, language: str) -> str:
    """``word`` with one character for each that has several; case and accents stay."""
    if word.isascii():
        return word
    if _WIDE.search(word):
        word = unicodedata.normalize("NFKC", word)
    word = word.translate(_ONE_CHARACTER)
    if language.partition("-")[0] in _CHINESE and _HAN.search(word):
        word = word.translate(_simplified())
    return word


def _all_unified(words: Sequence[str], language: str) -> list[str]:
    """``_unified`` of each of very many words."""
    chinese = language.partition("-")[0] in _CHINESE
    plain = [
        word if word.isascii() or not _WIDE.search(word) else unicodedata.normalize("NFKC", word) for word in words
    ]
    plain = _translated(plain, _ONE_CHARACTER)
    return _translated(plain, _simplified()) if chinese and any(map(_HAN.search, plain)) else plain


def _translated(words: Sequence[str], table: Mapping[int, int] | Mapping[int, str]) -> list[str]:
    """``str.translate`` of those words that are not ASCII, all at once: that takes a fraction of the time."""
    changed = list(words)
    places = [place for place, word in enumerate(words) if not word.isascii()]
    joined = "\0".join([words[place] for place in places])
    if joined.count("\0") >= len(places) > 0:  # it stands in a word
        return [word if word.isascii() else word.translate(table) for word in words]
    for place, word in zip(places, joined.translate(table).split("\0"), strict=bool(places)):
        changed[place] = word
    return changed


@cache
def _simplified() -> dict[int, int]:
    """The simplified character of each traditional one."""
    from opencc import OpenCC

    traditional = "\n".join(map(chr, (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))))
    simplified = OpenCC("t2s").convert(traditional)
    return {ord(sign): ord(simple) for sign, simple in zip(traditional, simplified, strict=True) if sign != simple}
