"""Base forms that an inflected word, or a word with an article, may stand for: *houses*, *gegangen*, *l'eau*, *to run*.

Lemmas are those of simplemma. Its dictionary of a language is read at the first word that needs it, in 0.3 CPU seconds
for English, 1.7 for German, 4.3 for Finnish; with a folder for indices that is done once, and then it opens at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from isogloss.data.language import macrolanguage
from isogloss.kg.storage.spelling import INFINITIVE

if TYPE_CHECKING:
    from simplemma.strategies import DefaultStrategy

    from isogloss.kg.query.lemma_index import IndexedDictionaries

HELD = 6  # languages whose dictionaries are in memory, 20 to 50 MB each; round number
_READING = Lock()  # threads that ask at once read a dictionary once
MOST_WORDS = 4  # of a phrase whose words are brought to their base forms; round number

# Articles and marks of the infinitive, by language; what ends in an apostrophe is written together with the word.
PARTICLES = {
    "ca": "el la els les l' un una uns unes",
    "da": "en et at den det de",
    "de": "der die das den dem des ein eine einen einem einer eines zu",
    "el": "ο η το οι τα τον την ένας μία ένα",
    "en": "the a an to",
    "es": "el la los las un una unos unas",
    "fr": "le la les l' un une des du d' de se s'",
    "ga": "an na",
    "hu": "a az egy",
    "it": "il lo la i gli le l' un uno una un'",
    "nl": "de het een te",
    "no": "en ei et å den det de",
    "pt": "o a os as um uma uns umas",
    "ro": "un o a",
    "sv": "en ett att den det de",
}
_SIMPLEMMA = {"no": "nb", "hr": "hbs", "sr": "hbs", "bs": "hbs", "fil": "tl"}  # what it calls them


def base_forms(word: str, code: str) -> Iterator[str]:
    """What ``word`` may be a form of, the most likely first, each once."""
    language = macrolanguage(code)
    seen = {word}
    for form in _candidates(word, language):
        for candidate in (form, INFINITIVE + form) if language == "en" else (form,):
            if candidate not in seen:
                seen.add(candidate)
                yield candidate


def _candidates(word: str, language: str) -> Iterator[str]:
    yield word
    bare = without_particle(word, language)
    yield bare
    parts = bare.split(" ")
    if len(parts) > MOST_WORDS:
        return
    lemmas = [_lemmas(part, language) for part in parts]
    if len(parts) == 1:
        yield from lemmas[0]
        return
    yield " ".join([*parts[:-1], *lemmas[-1][:1]])  # ice creams
    yield " ".join([*lemmas[0][:1], *parts[1:]])  # gave up
    yield from map(" ".join, product(*lemmas))


def without_particle(word: str, language: str) -> str:
    """``word`` without an article or a mark of the infinitive before it."""
    for particle in PARTICLES.get(language, "").split():
        before = particle if particle.endswith("'") else f"{particle} "
        if word.replace("’", "'").lower().startswith(before) and len(word) > len(before):
            return word[len(before) :]
    return word


@dataclass(frozen=True)
class _Indices:
    """Where indices are kept, and who makes one that is not there, unless it is made here."""

    folder: Callable[[], Path]
    make: Callable[[str], None] | None


_indices: _Indices | None = None


def keep_indices(folder: Callable[[], Path], make: Callable[[str], None] | None = None) -> None:
    """From now on, keep indices of dictionaries in a folder.

    ``make`` is told the name of a language whose index is not there, and may take its time; if it is not there even
    then, words have no lemmas for the time being. Without ``make`` it is made here.
    """
    global _indices
    _indices = _Indices(folder, make)
    _lemmatizer.cache_clear()
    _dictionaries.cache_clear()


def unindexed(codes: Collection[str]) -> list[str]:
    """Those of some languages that need an index and have none, as ``index`` takes them."""
    dictionaries = _dictionaries()
    names = dict.fromkeys(map(_name, codes))
    return [] if dictionaries is None else [name for name in names if not dictionaries.is_ready(name)]


def index(names: Collection[str]) -> None:
    """Make the indices of some languages."""
    if dictionaries := _dictionaries():
        for name in names:
            dictionaries.get_dictionary(name)


def _name(code: str) -> str:
    language = macrolanguage(code)
    return _SIMPLEMMA.get(language, language)


def _lemmas(word: str, language: str) -> list[str]:
    """The lemma of a word as it is written and in lower case; the word itself where there is none."""
    lemmatizer, name = _lemmatizer(), _name(language)
    if _indices and _indices.make and unindexed([language]):
        _indices.make(name)
        if unindexed([language]):
            return [word]
    try:
        with _READING:
            lemmas = [lemmatizer.get_lemma(form, name) for form in dict.fromkeys((word, word.lower()))]
    except ValueError:  # a language that it does not have
        return [word]
    return list(dict.fromkeys(lemma for lemma in lemmas if lemma)) or [word]


@cache
def _dictionaries() -> IndexedDictionaries | None:
    if _indices is None:
        return None
    try:
        from isogloss.kg.query.lemma_index import IndexedDictionaries
    except (ImportError, AttributeError):  # a simplemma that is built otherwise
        return None
    return IndexedDictionaries(_indices.folder())


@cache
def _lemmatizer() -> DefaultStrategy:
    from simplemma.strategies import DefaultStrategy
    from simplemma.strategies.dictionaries.stream_dictionary_factory import StreamDictionaryFactory

    return DefaultStrategy(dictionary_factory=_dictionaries() or StreamDictionaryFactory(cache_max_size=HELD))
