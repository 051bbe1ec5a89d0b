"""Which words of a file are kept: the same rules for every format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from isogloss.data.errors import FormatError
from isogloss.data.language import macrolanguage
from isogloss.data.limits import MAX_VOCAB
from isogloss.data.words import keys_and_spellings

SHOWN = 3  # warnings of a kind spelled out before they are only counted: a round number
FEW = 10  # bad rows that are left out with a warning, whatever their share: a round number
SHARE = 0.01  # of all rows, likewise: a round number
HOPELESS = 1_000  # bad rows after which a file that is mostly bad is not read on: a round number
_CONCEPT = "/c/"  # how the labels of ConceptNet Numberbatch begin
_FOREIGN = "".join(("\0", "foreign"))  # a word of another language; no other string is this one, whatever a file has


@dataclass(frozen=True)
class Cleaning:
    """How the words of a file are cleaned.

    Attributes:
        max_vocab: How many words are kept, counted after lower-casing and de-duplication; ``None`` keeps all.
        lowercase: Whether words that differ in case only are one word.
        strict: Refuse a file with bad rows, instead of leaving out a few of them with a warning.
    """

    max_vocab: int | None = MAX_VOCAB
    lowercase: bool = True
    strict: bool = False

    def __post_init__(self) -> None:
        if self.max_vocab is not None and self.max_vocab < 1:
            raise ValueError(f"max_vocab is {self.max_vocab}: at least one word must be kept, or None for all")


USUAL = Cleaning()


class Vocabulary:
    """Collects the words of one file, most frequent first, until ``max_vocab`` of them are kept.

    Words are cleaned before they are counted, so that the cut leaves as many words as it says; the first of several
    that become equal is the most frequent one and stays (as in MUSE; Conneau et al., 2018).
    """

    def __init__(self, path: Path, language: str = "", cleaning: Cleaning = USUAL) -> None:
        self.path = path
        self.language = language
        self.cleaning = cleaning
        self.max_vocab = cleaning.max_vocab
        self.words: list[str] = []
        self.spellings: list[str] = []  # of words, as they stand in the file
        self.rows = 0  # rows of the file that were looked at
        self.collisions = 0  # rows left out because their word differs from an earlier one in case or form only
        self.repeated = 0  # rows left out because their very word came before
        self.wordless: list[int] = []  # lines without a word
        self.bad = 0  # rows left out because something is wrong with them
        self.foreign = 0  # rows left out because their label names another language
        self._faults: list[FormatError] = []  # of the first ones
        self._notes: list[str] = []
        self._kept: set[str] = set()
        self._place: dict[str, int] = {}
        self._repeats: list[tuple[str, int, int]] = []

    @property
    def full(self) -> bool:
        """Whether no further word will be kept."""
        return self.max_vocab is not None and len(self.words) >= self.max_vocab

    def admit(self, words: Sequence[str], lines: Sequence[int]) -> NDArray[np.intp]:
        """Keep the new ones among ``words``, which stand on ``lines``; returns their positions in ``words``."""
        admitted: list[int] = []
        if words and all(word.startswith(_CONCEPT) for word in words):
            words = [self._of_concept(word) for word in words]
        keys, spellings = keys_and_spellings(words, self.language, self.cleaning.lowercase)
        seen, place = self._kept, self._place.setdefault  # looked up once: this is done for each word of a file
        room = len(words) if self.max_vocab is None else self.max_vocab - len(self.words)
        looked_at = 0
        for position, (word, clean, line) in enumerate(zip(words, keys, lines, strict=True)):
            if len(admitted) >= room:
                break
            looked_at += 1
            if word is _FOREIGN:
                continue
            if place(word, line) != line:
                self._repeat(word, line)
            elif clean in seen:
                self.collisions += 1
            elif not clean:
                self.note_wordless(line)
            else:
                seen.add(clean)
                admitted.append(position)
        self.rows += looked_at
        self.words += [keys[position] for position in admitted]
        self.spellings += [spellings[position] for position in admitted]
        return np.array(admitted, dtype=np.intp)

    def leave_out(self, fault: FormatError) -> None:
        """Count a row that cannot be used.

        Raises:
            FormatError: It is the first and ``strict`` is set, or most rows are like it.
        """
        if self.cleaning.strict:
            raise fault
        self.bad += 1
        if len(self._faults) < SHOWN:
            self._faults.append(fault)
        if self.bad > HOPELESS and self.bad > self.rows:
            self.finish()

    def retract(self, good: NDArray[np.bool_]) -> None:
        """Of the words that were admitted last keep those that are ``good``: the others turned out to be bad rows."""
        start = len(self.words) - len(good)
        self._kept.difference_update(
            word for word, retained in zip(self.words[start:], good, strict=True) if not retained
        )
        for column in (self.words, self.spellings):
            column[start:] = [word for word, retained in zip(column[start:], good, strict=True) if retained]

    def note_count(self, line: int | None, announced: int, counted: int) -> None:
        """Note that a header announces another number of rows than there are.

        Raises:
            FormatError: They differ by more than a few, or ``strict`` is set.
        """
        if announced == counted:
            return
        few = not self.cleaning.strict and abs(announced - counted) <= max(FEW, SHARE * announced) and counted > 0
        if counted < announced:
            seen = f"the end of the file after {counted:,} rows"
            expected = f"{announced:,} rows as line 1 says; fetch the file again"
        else:
            seen, expected = f"{counted:,} rows", f"{announced:,} as line 1 says"
        if not few:
            raise FormatError.at(self.path, line, seen, expected)
        self._notes.append(f"{self.path}: line 1 says {announced:,} rows, but there are {counted:,}; all were read")

    def finish(self) -> None:
        """Refuse a file of which too much had to be left out.

        Raises:
            FormatError: It is more than a few rows and more than one in a hundred, or more than is left.
        """
        if self.bad and not self.words:
            raise self._faults[0]
        if self.bad > min(max(FEW, SHARE * (self.rows + self.bad)), self.rows):
            raise FormatError(
                f"{self._faults[0]}; so with {self.bad:,} of {self.rows + self.bad:,} rows, which is more than "
                f"may be left out ({FEW} rows or {SHARE:.0%}); fetch or write the file again"
            )

    def warnings(self) -> tuple[str, ...]:
        """What the user should know: rows left out, and words that stand in the file more than once."""
        messages = [f"{fault}; the row is left out" for fault in self._faults]
        if more := self.bad - len(messages):
            messages.append(f"{self.path}: {more:,} more rows are left out for such reasons; --strict refuses them")
        messages += self._notes
        messages += [
            f"{self.path}:{line}: {word!r} repeats line {first}; the first is kept"
            for word, line, first in self._repeats
        ]
        if more := self.repeated - len(self._repeats):
            messages.append(f"{self.path}: {more:,} more rows repeat a word; the first is kept")
        if self.foreign:
            messages.append(f"{self.path}: {self.foreign:,} rows of other languages than {self.language} are left out")
        if self.wordless:
            count = f"{len(self.wordless):,} rows" if len(self.wordless) > 1 else "a row"
            messages.append(f"{self.path}:{self.wordless[0]}: {count} without a word; left out")
        return tuple(messages)

    def note_wordless(self, line: int) -> None:
        """Remember that ``line`` has numbers but no word."""
        self.wordless.append(line)

    def _of_concept(self, label: str) -> str:
        """The word of a label of ConceptNet, if it is of the language of the vocabulary: ``/c/en/ice_cream``."""
        _, _, language, *word = label.split("/", 4)
        if not word or (
            self.language not in ("", "und") and language not in (self.language, macrolanguage(self.language))
        ):
            self.foreign += 1
            return _FOREIGN
        return word[0].replace("_", " ")

    def _repeat(self, word: str, line: int) -> None:
        self.repeated += 1
        if len(self._repeats) < SHOWN:
            self._repeats.append((word, line, self._place[word]))
