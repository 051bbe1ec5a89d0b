"""From a word as somebody asks for it to entries of the graph: as written, spelled otherwise, or its base form.

What is found first and has an answer is taken: the entries that are written so, with their other spellings at less
weight; entries of the same search key, then those that differ in accents; the base form. Each comes with why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from isogloss.data.language import macrolanguage
from isogloss.data.words import as_capitals, cleaned, in_capitals, typed
from isogloss.kg.query.lemmas import base_forms, without_particle
from isogloss.kg.query.lookup import entries, of_search_keys, spellings
from isogloss.kg.query.translation import named
from isogloss.kg.results import How, Match, Word
from isogloss.kg.storage.schema import FORM_OF
from isogloss.kg.storage.spelling import check_encodable, lemma, spelling_keys, typed_keys, with_umlauts
from isogloss.kg.storage.store import Store

# Share of the probability of a translation of the base form, or of a word with other accents, that is left for the word
# that was asked for: FreeDict's answers to the words of MUSE's dictionaries, which have forms of their own for forms
# (English and Finnish or French, both ways: .10 to .61, mean .28; docs/decisions.md).
FORM = 0.3
BARE = 0.9  # the same of a word without its article; round number

Languages = Sequence[tuple[int, str]]  # number and code

_FORMS = f"SELECT src, dst FROM edge WHERE src IN ({{keys}}) AND relation = {FORM_OF}"


def matches(store: Store, word: str, languages: Languages, *, forms: bool = True) -> Iterator[list[Match]]:
    """Entries for a word, those that are most like it first; further groups are for words without an answer.

    Args:
        store: The tables.
        word: As somebody writes it.
        languages: Those that mean the language of the word, the most alike first.
        forms: Whether the graph has edges from forms to base forms.

    Raises:
        FormatError: ``word`` is no valid text.
    """
    exact, spelled = _written(store, word, languages)
    if exact:
        yield [*exact, *spelled, *(_base(store, exact, languages) if forms else ())]
    seen = {match.entry.id for match in exact}
    for group in _further(store, word, languages):
        if new := [match for match in group if match.entry.id not in seen]:
            yield new


def _further(store: Store, word: str, languages: Languages) -> Iterator[list[Match]]:
    yield from _folded(store, word, languages)
    yield from _by_lemma(store, word, languages)


def written(store: Store, word: str, languages: Languages) -> list[Match]:
    """The entries that are written as ``word`` is, whatever the apostrophe and the Unicode form.

    Raises:
        FormatError: ``word`` is no valid text.
    """
    for forms in _typed_forms(word):
        exact = [entry for number, code in languages for form in forms for entry in entries(store, form, code, number)]
        if exact:
            return [Match(entry, How.WRITTEN) for entry in exact]
    return []


def _typed_forms(word: str) -> Iterator[Sequence[str]]:
    """``word``, then how it may be typed otherwise."""
    check_encodable([word], "the question")
    yield [word]
    yield sorted(set(typed(lemma(word))) - {word})


def _written(store: Store, word: str, languages: Languages) -> tuple[list[Match], list[Match]]:
    """The entries of ``written``, and their other spellings."""
    codes = dict(languages)
    for forms in _typed_forms(word):
        exact: dict[Word, dict[Word, float]] = {}
        for number, form in product(codes, forms):
            exact |= spellings(store, form, codes, number)
        if exact:
            variants: dict[Word, float] = {}
            for variant, weight in (pair for spelled in exact.values() for pair in spelled.items()):
                if variant not in exact:
                    variants[variant] = max(weight, variants.get(variant, 0.0))
            spelled = [Match(variant, How.SPELLING, weight) for variant, weight in variants.items()]
            return [Match(entry, How.WRITTEN) for entry in exact], spelled
    return [], []


def _base(store: Store, exact: Sequence[Match], languages: Languages) -> list[Match]:
    ids = {match.entry.id for match in exact}
    bases = {row[1] for row in store.in_chunks(_FORMS, ids)} - ids
    words = named(store, bases, dict(languages)) if bases else {}
    return [Match(word, How.LEMMA, FORM) for word in words.values()]


def _folded(store: Store, word: str, languages: Languages) -> list[list[Match]]:
    """Entries of the same search key: of the same spelling key, in capitals without accents, with other accents."""
    alike: list[Match] = []
    capitals: list[Match] = []
    unlike: list[Match] = []
    for number, code in languages:
        keys = set().union(*(spelling_keys(typed_form, code) for typed_form in typed(cleaned(word, code))))
        for entry in of_search_keys(store, word, code, number):
            if not keys.isdisjoint(typed_keys(entry.word, code)):
                alike.append(Match(entry, How.SPELLING))
            elif _same_in_capitals(word, entry.word, code):
                capitals.append(Match(entry, How.SPELLING))
            else:
                unlike.append(Match(entry, How.ACCENTS, FORM))
    return [alike, capitals, unlike]


def _same_in_capitals(word: str, other: str, code: str) -> bool:
    """Whether one is in capitals, which have no accents in many languages, and both are the same without them."""
    if not (in_capitals(word, code) or in_capitals(other, code)):
        return False
    return as_capitals(cleaned(word, code), code) == as_capitals(cleaned(other, code), code)


def _by_lemma(store: Store, word: str, languages: Languages) -> Iterator[list[Match]]:
    """The entries of each base form; of a word without its article with nearly the whole weight."""
    for number, code in languages:
        bare = without_particle(lemma(word), macrolanguage(code))
        forms = dict.fromkeys((lemma(word), with_umlauts(lemma(word), code)))
        for form in dict.fromkeys(form for typed_form in forms for form in base_forms(typed_form, code)):
            of_form = entries(store, form, code, number) or of_search_keys(store, form, code, number)
            yield [Match(entry, How.LEMMA, BARE if form == bare else FORM) for entry in of_form]
