"""What part of speech a word is: known from some sources only, so it is noted on the words that are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from isogloss.kg.storage.spelling import lemmas
from isogloss.kg.storage.store import Store


class PartsOfSpeech:
    """Holds tags for words until they are stored, and adds them to what is known of the words already.

    A word is one entry whatever it can be: its tags stand side by side, as in ``NOUN VERB``.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._held: dict[int, str] = {}

    def hold(self, numbers: Mapping[str, int], tags: Mapping[str, str]) -> None:
        """Note the tags of words; words without an entry are passed over."""
        for word, tag in zip(lemmas(list(tags)), tags.values(), strict=True):
            number = numbers.get(word)
            if number is not None and tag:
                self._held[number] = _joined(self._held.get(number, ""), tag)

    def take(self, numbers: Iterable[int]) -> list[str]:
        """The tags of words that are about to be stored; they are held no longer."""
        return [self._held.pop(number, "") for number in numbers] if self._held else [""] * len(list(numbers))

    def write(self) -> None:
        """Bring the entries up to date."""
        if not self._held:
            return
        tags = dict(self.store.in_chunks("SELECT id, pos FROM entry WHERE pos <> '' AND id IN ({keys})", self._held))
        rows = {number: _joined(tags.get(number, ""), tag) for number, tag in sorted(self._held.items())}
        self._held = {}
        self.store.run("CREATE TEMP TABLE incoming (entry BIGINT PRIMARY KEY, pos TEXT)")
        self.store.insert("incoming", ("entry", "pos"), (list(rows), list(rows.values())))
        self.store.run("UPDATE entry SET pos = incoming.pos FROM incoming WHERE entry.id = incoming.entry")
        self.store.run("DROP TABLE incoming")


def _joined(tags: str, others: str) -> str:
    if tags == others or (not tags and " " not in others):
        return others
    return " ".join(sorted({*tags.split(), *others.split()}))
