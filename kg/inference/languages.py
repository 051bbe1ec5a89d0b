"""Which languages of a graph count as one: a macrolanguage, its predominant member, their scripts and regions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from isogloss.data.language import macrolanguage
from isogloss.kg.storage.schema import BLOCK, LANGUAGE_DIFFERS
from isogloss.kg.storage.store import Store

Numbers = NDArray[np.int64]

_SPELLED_ALIKE = f"SELECT entry, other FROM variant WHERE difference = {LANGUAGE_DIFFERS}"


@dataclass(frozen=True)
class Languages:
    """The languages of a graph by number, those that count as one together; the first of them stands for all."""

    codes: Mapping[int, str]
    members: Mapping[int, tuple[int, ...]]  # of the language that stands for them, itself first
    alike: Mapping[int, int]  # a word that a language before has, too: the entry that stands for both

    @classmethod
    def of(cls, store: Store, requested: Iterable[Sequence[int]] = ()) -> Self:
        """Those of a graph; each of ``requested`` counts as one language as it is, unless two have some in common."""
        codes: dict[int, str] = dict(store.rows("SELECT id, code FROM language ORDER BY id"))
        groups = [tuple(group) for group in requested]
        if len({number for group in groups for number in group}) < sum(map(len, groups)):
            groups = [group[:1] for group in dict.fromkeys(groups)]
        by_macrolanguage: dict[str, list[int]] = {}
        for number, code in codes.items():
            if all(number not in group for group in groups):
                by_macrolanguage.setdefault(macrolanguage(code), []).append(number)
        members = {group[0]: group for group in (*groups, *map(tuple, by_macrolanguage.values()))}
        return cls(codes, members, _alike(store, members))

    @property
    def leading(self) -> dict[str, int]:
        """The languages that stand for all, by code."""
        return {self.codes[number]: number for number in sorted(self.members)}

    def words(self, entries: Numbers) -> Numbers:
        """The entries that stand for some."""
        if not self.alike:
            return entries
        spelled, meant = self._columns
        place = np.minimum(np.searchsorted(spelled, entries), len(spelled) - 1)
        return np.where(spelled[place] == entries, meant[place], entries)

    def of_words(self, entries: Numbers) -> Numbers:
        """The languages that stand for those of some entries."""
        assigned = np.zeros(1 + max(self.codes, default=0), dtype=np.int64)
        for number, group in self.members.items():
            assigned[list(group)] = number
        languages: Numbers = assigned[entries // BLOCK]
        return languages

    @cached_property
    def _columns(self) -> tuple[Numbers, Numbers]:
        spelled, meant = np.array(sorted(self.alike.items()), dtype=np.int64).T
        return spelled, meant


def _alike(store: Store, members: Mapping[int, tuple[int, ...]]) -> dict[int, int]:
    place = {number: (group[0], place) for group in members.values() for place, number in enumerate(group)}
    assigned: dict[int, int] = {}
    if all(len(group) == 1 for group in members.values()):
        return assigned
    for entry, variant in store.rows(_SPELLED_ALIKE):
        (group, own), (other_group, before) = place[entry // BLOCK], place[variant // BLOCK]
        if group == other_group and before < own:
            best = assigned.get(entry, variant)
            assigned[entry] = min(best, variant, key=lambda number: place[number // BLOCK])
    return assigned
