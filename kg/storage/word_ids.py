"""Words to entry numbers and back, in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from isogloss.data.errors import GraphError
from isogloss.data.language import language_name, script_of
from isogloss.kg.storage.schema import BLOCK, block_of
from isogloss.kg.storage.spelling import search_keys
from isogloss.kg.storage.store import Row, Store

FEW = 2000  # entries that are read one by one; round number


@dataclass
class Block:
    """The entries of one language: what is known of them here, and which are new."""

    number: int  # of the language
    next: int  # the next free entry number
    stored: bool  # whether the file has entries of this language from before
    ids: dict[str, int] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)


class Interner:
    """Gives every word its number; words that the graph lacks get the next free ones of their language."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.blocks: dict[str, Block] = {}

    def numbers(self, language: str, words: Sequence[str]) -> dict[str, int]:
        """The entry number of every one of ``words``, which are lemmas, among those of other words.

        Raises:
            GraphError: A language has more words than a graph has room for.
        """
        block = self._block(language)
        missing = [word for word in dict.fromkeys(words) if word not in block.ids]
        if block.stored and missing:
            rows = self.store.in_chunks(
                "SELECT lemma, id FROM entry WHERE language = ? AND lemma IN ({keys})", missing, (block.number,)
            )
            block.ids.update(rows)
            missing = [word for word in missing if word not in block.ids]
        if block.next + len(missing) > (block.number + 1) * BLOCK:
            raise GraphError(f"found more than {BLOCK:,} words of {language}, expected fewer; leave rare ones out")
        block.ids.update(zip(missing, range(block.next, block.next + len(missing)), strict=True))
        block.next += len(missing)
        block.new += missing
        return block.ids

    def language(self, code: str) -> int:
        """The number of a language."""
        return self._block(code).number

    def ids_of(self, language: str) -> dict[str, int]:
        """The words of a language that have been asked for, with their numbers."""
        return self.blocks[language].ids if language in self.blocks else {}

    def take_new(self) -> Iterable[tuple[str, int, list[str]]]:
        """The new words so far, as language, first entry number, lemmas; they count as stored from now on."""
        for code, block in self.blocks.items():
            if block.new:
                yield code, block.next - len(block.new), block.new
                block.new = []
                block.stored = True

    def _block(self, code: str) -> Block:
        if code not in self.blocks:
            number = self.store.value("SELECT id FROM language WHERE code = ?", (code,))
            if number is None:
                number = self._add_language(code)
            last = self.store.value("SELECT max(id) FROM entry WHERE id BETWEEN ? AND ?", block_of(number))
            start = number * BLOCK if last is None else last + 1
            self.blocks[code] = Block(number, start, stored=last is not None)
        return self.blocks[code]

    def _add_language(self, code: str) -> int:
        number = 1 + (self.store.value("SELECT max(id) FROM language") or 0)
        row = [number], [code], [language_name(code)], [script_of(code)]
        self.store.insert("language", ("id", "code", "name", "script"), row)
        return int(number)


def stored_keys(lemmas: Sequence[str], language: str) -> list[str | None]:
    """The search key of each lemma of a language, ``None`` where it is the lemma itself."""
    return [key if key != lemma else None for key, lemma in zip(search_keys(lemmas, language), lemmas, strict=True)]


def entry_rows(store: Store, columns: str, entries: NDArray[np.int64]) -> list[Row]:
    """Columns of some entries, of which the first is their number, by which they are sorted; in that order."""
    query, block = f"SELECT {columns} FROM entry WHERE id", (int(entries[0]), int(entries[-1]))
    count = "SELECT count(*) FROM entry WHERE id BETWEEN ? AND ?"
    if len(entries) <= FEW or len(entries) * 4 < store.value(count, block):  # counting takes time, too
        return sorted(store.in_chunks(f"{query} IN ({{keys}})", entries.tolist()))
    wanted = set(entries.tolist())
    batches = store.stream(f"{query} BETWEEN ? AND ? ORDER BY id", block)
    return [row for batch in batches for row in batch if row[0] in wanted]
