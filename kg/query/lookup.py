"""Finding a word as it is written, without regard to case and accents, or nearly so."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from isogloss.data.text.spelling import search_form
from isogloss.data.words import cleaned, typed
from isogloss.kg.results import Word
from isogloss.kg.storage.schema import BLOCK
from isogloss.kg.storage.spelling import check_encodable, lemma, pieces
from isogloss.kg.storage.store import Row, Store

SIMILAR = 0.6  # least share of common letters of a suggestion (difflib's ratio); its default for close matches

_COLUMNS = "SELECT lemma, pos, freq_rank, id FROM entry WHERE language = ? AND "
_EXACT = _COLUMNS + "lemma = ? ORDER BY pos"
_FOLDED = _COLUMNS + "norm = ?"  # SQLite would sort by an index, and then read all words of the language
_STARTING = _COLUMNS + "lemma >= ? AND lemma < ? ORDER BY lemma LIMIT ?"
_ALIKE = (
    "SELECT lemma FROM entry WHERE language = ? AND lemma >= ? AND lemma < ? AND length(lemma) BETWEEN ? AND ? "
    "LIMIT 1000"
)
_LAST = "\U0010ffff"  # sorts after every letter
_HELD = "SELECT id FROM entry_text WHERE {held} AND id BETWEEN ? AND ? LIMIT 400"  # without an index
_PIECES = "SELECT rowid FROM entry_search WHERE entry_search MATCH ? AND rowid BETWEEN ? AND ? LIMIT 400"


def find(store: Store, word: str, language: str, number: int) -> list[Word]:
    """The entries written like ``word``; if there is none, those that differ in case and accents only.

    Case is that of the language, and all apostrophes are one.

    Raises:
        FormatError: ``word`` is no valid text.
    """
    check_encodable([word], "the question")
    rows = store.rows(_EXACT, (number, word)) or _of_any(store, _EXACT, number, typed(lemma(word)))
    if not rows:
        keys = typed(cleaned(word, language))
        forms = dict.fromkeys(map(search_form, keys))
        exact = _of_any(store, _EXACT, number, dict.fromkeys([*keys, *forms]))
        rows = list(dict.fromkeys([*exact, *sorted(_of_any(store, _FOLDED, number, forms))]))
    return _words(rows, language)


def _of_any(store: Store, query: str, number: int, words: Iterable[str]) -> list[Row]:
    return [row for word in words for row in store.rows(query, (number, word))]


def starting(store: Store, prefix: str, language: str, number: int, k: int) -> list[Word]:
    """The first entries that begin with ``prefix``."""
    if not prefix:
        return _words(store.rows(_COLUMNS + "true ORDER BY lemma LIMIT ?", (number, k)), language)
    return _words(store.rows(_STARTING, (number, prefix, prefix + _LAST, k)), language)


def containing(store: Store, text: str, language: str, number: int, k: int) -> list[Word]:
    """Entries with ``text``, of three letters or more, anywhere in them, whatever their case and accents."""
    form = search_form(lemma(text))
    rows = _holding(store, [pieces(form)], number) if pieces(form) else []
    return [word for word in _words(rows, language) if form in search_form(word.word)][:k]


def suggestions(store: Store, word: str, number: int, k: int = 5) -> list[str]:
    """Words written much like ``word``, the nearest first."""
    form = search_form(lemma(word))
    near = {row[0] for row in store.rows(_STARTING, (number, form, form + _LAST, 20))}
    if form:
        sizes = len(form) - 1, len(form) + 1
        near.update(row[0] for row in store.rows(_ALIKE, (number, form[0], form[0] + _LAST, *sizes)))
    # One slip leaves one half of the word as it was.
    half = len(form) // 2
    halves = [part for part in (pieces(form[: half + 1]), pieces(form[half:])) if part]
    near.update(row[0] for row in _holding(store, halves, number))
    similarity = {candidate: SequenceMatcher(None, form, search_form(candidate)).ratio() for candidate in near}
    ranked = sorted(
        (candidate for candidate in near if similarity[candidate] >= SIMILAR),
        key=lambda candidate: (-similarity[candidate], candidate),
    )
    return ranked[:k]


def _holding(store: Store, groups: list[list[str]], number: int) -> list[Row]:
    """The entries that hold all pieces of any group."""
    quoted = [" AND ".join('"' + piece.replace('"', '""') + '"' for piece in group) for group in groups]
    expression = " OR ".join(f"({group})" for group in quoted)
    if not expression or "\0" in expression:
        return []
    block = number * BLOCK, (number + 1) * BLOCK - 1
    if store.postgres:
        held = " OR ".join(f"({' AND '.join(['strpos(text, ?) > 0'] * len(group))})" for group in groups)
        rows = store.rows(_HELD.format(held=f"({held})"), (*(piece for group in groups for piece in group), *block))
    else:
        rows = store.rows(_PIECES, (expression, *block))
    query = "SELECT lemma, pos, freq_rank, id FROM entry WHERE id IN ({keys}) ORDER BY lemma"
    return list(store.in_chunks(query, [row[0] for row in rows]))


def _words(rows: list[Row], language: str) -> list[Word]:
    return [Word(written, language, pos, rank, number) for written, pos, rank, number in rows]
