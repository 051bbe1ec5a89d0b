"""Finding words as they are written, without regard to case, accents and spelling, or nearly so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from operator import itemgetter

from isogloss.data.words import cleaned
from isogloss.kg.query.variants import WEIGHT
from isogloss.kg.results import Word
from isogloss.kg.storage.schema import BLOCK, block_of
from isogloss.kg.storage.spelling import INFINITIVE, lemma, other_search_keys, pieces, search_key, types_umlauts
from isogloss.kg.storage.store import Row, Store

_SPECIAL, _ESCAPED = re.compile(r"[\\%_]"), r"\\\g<0>"  # in patterns of LIKE
_TWO_LETTERS = re.compile("(?<=[aou])e")

_COLUMNS = "SELECT lemma, pos, freq_rank, id FROM entry WHERE language = ? AND "
_EXACT = _COLUMNS + "lemma = ? ORDER BY pos"
_SPELLINGS = (
    "SELECT e.lemma, e.pos, e.freq_rank, e.id, v.difference, o.lemma, o.pos, o.freq_rank, o.id FROM entry e "
    "LEFT JOIN variant v ON v.entry = e.id LEFT JOIN entry o ON o.id = v.other "
    "WHERE e.language = ? AND e.lemma = ? ORDER BY e.pos, o.id"
)
_FOLDED = _COLUMNS + "norm = ?"  # SQLite would sort by an index, and then read all words of the language
STARTING = _COLUMNS + "lemma >= ? AND lemma < ? ORDER BY lemma LIMIT ?"
LAST = "\U0010ffff"  # sorts after every letter
_HELD = (  # of PostgreSQL
    "SELECT * FROM (SELECT lemma, pos, freq_rank, id FROM entry WHERE {held} AND id BETWEEN ? AND ? LIMIT 1000) "
    "AS held ORDER BY lemma"
)
_PIECES = "SELECT rowid FROM entry_search WHERE entry_search MATCH ? AND rowid BETWEEN ? AND ? LIMIT 1000"


def entries(store: Store, word: str, language: str, number: int) -> list[Word]:
    """The entries that are written as ``word`` is."""
    return _words(store.rows(_EXACT, (number, word)), language)


def spellings(store: Store, word: str, languages: Mapping[int, str], number: int) -> dict[Word, dict[Word, float]]:
    """The entries that are written as ``word`` is, each with its other spellings and their weights."""
    spelled: dict[Word, dict[Word, float]] = {}
    for *entry, difference, written, pos, rank, variant in store.rows(_SPELLINGS, (number, word)):
        variants = spelled.setdefault(Word(entry[0], languages[number], *entry[1:]), {})
        if variant is not None:
            variants[Word(written, languages[variant // BLOCK], pos, rank, variant)] = WEIGHT[difference]
    return spelled


def of_search_keys(store: Store, word: str, language: str, number: int) -> list[Word]:
    """The entries that are written as ``word`` but for what search keys leave out, and for ae, oe, ue in German."""
    keys = dict.fromkeys(search_key(lemma(spelling), language) for spelling in (word, cleaned(word, language)))
    for key in list(keys):
        keys.update(dict.fromkeys(other_search_keys(lemma(word), key, language)))
        if types_umlauts(language):
            keys[_TWO_LETTERS.sub("", key)] = None
    if language.partition("-")[0] == "en":
        keys[INFINITIVE + lemma(word)] = None
    rows = [row for key in keys for query in (_EXACT, _FOLDED) for row in store.rows(query, (number, key))]
    return _words(sorted(dict.fromkeys(rows), key=itemgetter(0)), language)


def starting(store: Store, prefix: str, language: str, number: int, k: int) -> list[Word]:
    """The first entries that begin with ``prefix``."""
    k = min(k, BLOCK)  # more words has no language
    if not prefix:
        return _words(store.rows(_COLUMNS + "true ORDER BY lemma LIMIT ?", (number, k)), language)
    return _words(store.rows(STARTING, (number, prefix, prefix + LAST, k)), language)


def containing(store: Store, text: str, language: str, number: int, k: int) -> list[Word]:
    """Entries with ``text``, of three letters or more, anywhere in them, whatever their case and accents."""
    form = search_key(lemma(text), language)
    rows = holding(store, [pieces(form)], number) if pieces(form) else []
    return [word for word in _words(rows, language) if form in search_key(word.word, language)][:k]


def holding(store: Store, groups: Sequence[Sequence[str]], number: int) -> list[Row]:
    """The entries that hold all pieces of any group."""
    quoted = [" AND ".join('"' + piece.replace('"', '""') + '"' for piece in group) for group in groups]
    expression = " OR ".join(f"({group})" for group in quoted)
    if not expression or "\0" in expression:
        return []
    if store.postgres:
        return store.rows(*held(groups, number))
    rows = store.rows(_PIECES, (expression, *block_of(number)))
    query = "SELECT lemma, pos, freq_rank, id FROM entry WHERE id IN ({keys}) ORDER BY lemma"
    return list(store.in_chunks(query, [row[0] for row in rows]))


def held(groups: Sequence[Sequence[str]], number: int) -> tuple[str, Sequence[str | int]]:
    """The query of PostgreSQL for the entries that hold all pieces of any group, and its values."""
    condition = " OR ".join(f"({' AND '.join(['coalesce(norm, lemma) LIKE ?'] * len(group))})" for group in groups)
    pieces = (f"%{_SPECIAL.sub(_ESCAPED, piece)}%" for group in groups for piece in group)
    return _HELD.format(held=f"({condition})"), (*pieces, *block_of(number))


def _words(rows: list[Row], language: str) -> list[Word]:
    return [Word(written, language, pos, rank, number) for written, pos, rank, number in rows]
