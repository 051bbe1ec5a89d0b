"""Words in Latin letters, so that loan words and names of two scripts can be compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence


def romanised(words: Sequence[str]) -> list[str]:
    """Each word in lower-case Latin letters, without marks: ``компьютер`` is ``kompyuter``.

    Han characters stay as they are: their reading depends on the language.
    """
    from anyascii import anyascii

    text = _SEPARATOR.join(words)
    letters = {ord(letter): anyascii(letter).replace("'", "") for letter in set(text) if not _keeps(letter)}
    return _apart(text.translate(letters).lower(), words, romanised)


def sound_forms(romanised: Sequence[str]) -> list[str]:
    """Words whose letters for one sound are made one: ``jakob`` and ``iacob`` are ``iakob``.

    Empty for words of a single letter and for what is no word.
    """
    text = _SEPARATOR.join(romanised).replace("ph", "f").replace("kh", "h").translate(_SOUNDS)
    forms = _apart(_REPEATED.sub(r"\1", text), romanised, sound_forms)
    return [form if len(word) > 1 and word.isalpha() else "" for word, form in zip(romanised, forms, strict=True)]


def _apart(text: str, words: Sequence[str], romanise: Callable[[Sequence[str]], list[str]]) -> list[str]:
    """``text`` as one word each of ``words``, or each word for itself where the separator is part of a word."""
    parts = [text] if len(words) == 1 else text.split(_SEPARATOR) if words else []
    return parts if len(parts) == len(words) else [romanise([word])[0] for word in words]


def _keeps(letter: str) -> bool:
    return letter.isascii() or _HAN.match(letter) is not None


_SEPARATOR = "\n"
_HAN = re.compile(r"[\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_SOUNDS = str.maketrans({"c": "k", "q": "k", "w": "v", "j": "i", "y": "i", "x": "ks"})
_REPEATED = re.compile(r"([^\n])\1+")
