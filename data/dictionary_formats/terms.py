"""What dictionaries hold, words and phrases, and how they are tidied and collected."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.errors import FormatError
from isogloss.data.left_out import NOT_UTF8, REPEATED, LeftOut, all_reasons
from isogloss.data.lines import NO_UTF8
from isogloss.data.senses import with_senses
from isogloss.data.words import tidy

_JOINERS = "\u200c\u200d"  # invisible, and part of the spelling in Persian and in Indic scripts
NO_TRANSLATION = "entry without a translation"
new_pair = tuple.__new__  # takes half the time of calling the class of a named tuple
MAX_GLOSS = 200  # characters that are kept of what tells a sense; round number
MAX_TERM = 500  # characters; a longer translation is a text; round number
MAX_ARTICLE = 1 << 20  # bytes of one entry; round number


def is_word(text: str) -> bool:
    """Whether ``text`` is a single word: letters with their marks, and nothing else."""
    if text.isalpha():
        return True
    return text[:1].isalpha() and all(unicodedata.category(sign)[0] in "LM" or sign in _JOINERS for sign in text)


@dataclass
class Collection:
    """Gathers the pairs of one file, each once, and counts what is left out by reason."""

    dropped: LeftOut = field(default_factory=LeftOut)
    parts_of_speech: dict[str, str] = field(default_factory=dict)  # of headwords
    of_translations: dict[str, str] = field(default_factory=dict)  # the same of translations
    _pairs: dict[tuple[str, str], Pair] = field(default_factory=dict)
    _synonyms: dict[tuple[str, str], None] = field(default_factory=dict)  # of headwords, either way round once

    def __len__(self) -> int:
        return len(self._pairs)

    def add(self, source: str, target: str, weight: float = 1.0, evidence: Mapping[str, Any] | None = None) -> None:
        """Keep a pair, unless something is wrong with it."""
        key = tidy(source), tidy(target)
        reason = _fault(key[0]) or _fault(key[1]) or (REPEATED if key in self._pairs else "")
        if reason:
            self.drop(reason, f"{source} : {target}")
        else:
            self._pairs[key] = Pair(*key, weight, evidence)

    def add_sense(self, headwords: Sequence[str], terms: Sequence[str], gloss: str = "") -> None:
        """Keep every translation of every form of a headword, in their order; ``gloss`` says which sense it is."""
        evidence = {"sense": gloss[:MAX_GLOSS]} if gloss else None
        targets = self._sound(terms)
        for source in self._sound(headwords):
            for target in targets:
                key = source, target
                if key in self._pairs:
                    self.dropped[REPEATED] += 1
                    if gloss and (earlier := self._pairs[key]).evidence != evidence:  # the same in another sense
                        self._pairs[key] = earlier._replace(
                            evidence=with_senses(earlier.evidence, (gloss[:MAX_GLOSS],))
                        )
                else:
                    self._pairs[key] = new_pair(Pair, (source, target, 1.0, evidence))

    def add_synonyms(self, headwords: Sequence[str], synonyms: Sequence[str]) -> None:
        """Keep what an article gives as synonyms of its headwords."""
        for word in map(tidy, headwords):
            for synonym in map(tidy, synonyms):
                pair = word, synonym
                if word != synonym and pair[::-1] not in self._synonyms and not (_fault(word) or _fault(synonym)):
                    self._synonyms[pair] = None

    def pairs(self) -> Iterable[Pair]:
        """What was kept so far."""
        return self._pairs.values()

    def tag(self, word: str, tag: str, *, translation: bool = False) -> None:
        """Note a part of speech of a headword, or of a translation."""
        word, tags = tidy(word), self.of_translations if translation else self.parts_of_speech
        earlier = tags.get(word)
        if earlier is None:
            tags[word] = tag
        elif tag not in earlier.split():
            tags[word] = " ".join(sorted({*earlier.split(), tag}))

    def drop(self, reason: str, example: str = "") -> None:
        """Count something that makes no pair."""
        self.dropped.note(reason, example)

    def dictionary(self, source: str, target: str, origin: Origin) -> Dictionary:
        """Everything kept so far."""
        tags = dict(self.parts_of_speech), dict(self.of_translations)
        pairs = tuple(self._pairs.values())
        examples = dict(self.dropped.examples)
        synonyms = tuple(self._synonyms)
        return Dictionary(source, target, pairs, origin, dict(self.dropped), tags, examples, synonyms=synonyms)

    def dictionary_of_user(self, path: Path, source: str, target: str, expected: str) -> Dictionary:
        """The same of a plain list of pairs, which names no source.

        Raises:
            FormatError: There is no pair; ``expected`` says what a line looks like.
        """
        if not self._pairs:
            reasons = all_reasons(self.dropped, "an empty file")
            expected = NO_UTF8 if NOT_UTF8 in self.dropped else expected
            raise FormatError.at(path, 1, f"no pair of words ({reasons})", expected)
        return self.dictionary(source, target, Origin(path.name, kind="user"))

    def _sound(self, words: Sequence[str]) -> list[str]:
        sound = []
        for word in map(tidy, words):
            if (0 < len(word) <= MAX_TERM and word.isprintable()) or not (reason := _fault(word)):
                sound.append(word)
            else:
                self.drop(reason, word)
        return sound


def _fault(word: str) -> str:
    if not word:
        return "empty word"
    if len(word) > MAX_TERM:
        return f"longer than {MAX_TERM} characters"
    return "" if word.isprintable() or not _has_control(word) else "control characters"


def _has_control(text: str) -> bool:
    return any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn") for sign in text)
