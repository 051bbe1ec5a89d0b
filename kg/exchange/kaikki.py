"""Wiktionary as wiktextract writes it and kaikki.org hands it out: a JSON object for each word and part of speech.

Read are the translations that stand under a word or under one of its senses; the text that tells the sense is kept
as evidence, with the part of speech, which the word has, too. Lines without translations are passed over unread, but in
files of another language than English from the English edition, glosses of a few words are translations into English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from isogloss.data.dictionary import Origin, Pair
from isogloss.data.dictionary_formats.conventions import (
    TRANSLITERATION,
    in_several_scripts,
    without_gender,
    without_transliterations,
)
from isogloss.data.dictionary_formats.printed import spellings, terms_in
from isogloss.data.errors import FormatError
from isogloss.data.left_out import EXPLANATION, OTHER, all_reasons
from isogloss.data.lines import head, pieces
from isogloss.data.text.parts_of_speech import part_of_speech
from isogloss.data.words import tidy
from isogloss.kg.exchange.gathering import HELD, LONGEST, LONGEST_GLOSS, Gathering, Import, new_pair
from isogloss.kg.storage.loading import Added

ORIGIN = Origin("Wiktionary (wiktextract)", "CC-BY-SA-4.0", url="https://kaikki.org/dictionary/")
_LONGEST_LINE = 1 << 25  # bytes: words like "water" have translations into two thousand languages; round number
_SIGN = b'"translations"'
_CODE = re.compile(rb'"lang_code": ?"([^"]*)"')
_ENGLISH = frozenset((b"en", b"mul"))
_FORMS = frozenset(("form_of", "alt_of"))  # fields of senses that only say which word a form belongs to
_TERM_WORDS = 3  # of a gloss that translates; longer ones explain; a round number
# Traditional and simplified characters stand as one word: 參加 /参加.
_SPELLINGS = re.compile("\\s/|/\\s|(?<=[\u3400-\u9fff])/(?=[\u3400-\u9fff])")


def matches(path: Path) -> bool:
    """Whether the first line of ``path`` is such an object."""
    start = head(path).lstrip() if path.is_file() else b""
    return start.startswith(b"{") and b'"lang_code"' in start and (b'"word"' in start or b'"senses"' in start)


def read(job: Import) -> Added:
    """Add the translations of a file to a graph, all of them, or those from and to the languages named.

    Raises:
        FormatError: The file is missing, damaged, or no line of it has translations.
    """
    gathered = Gathering(job.graph, job.renamed(ORIGIN), job.source, job.target)
    reader = _Reader(gathered)
    glossed = _has_english_glosses(job.path)
    for piece in pieces(job.path, progress=job.progress, longest=_LONGEST_LINE):
        for line in filter(_tells, piece.text.split(b"\n")) if glossed else _telling(piece.text):
            reader.take(line, glossed=glossed)
        if gathered.held >= HELD:
            gathered.settle()
            reader.lists.clear()
    added = gathered.result()
    if not added.pairs:
        reasons = all_reasons(added.dropped, "none in any line")
        expected = "JSON lines of wiktextract with translations"
        raise FormatError.at(job.path, None, f"no translation ({reasons})", expected)
    return added


def _has_english_glosses(path: Path) -> bool:
    """Whether ``path`` may have words of other languages in the English edition, which alone names no ``pos_title``."""
    return b'"pos_title"' not in head(path).partition(b"\n")[0]


def _tells(line: bytes) -> bool:
    """Whether a line has translations, or names another language, so that its glosses may be translations."""
    return _SIGN in line or not _ENGLISH.issuperset(_CODE.findall(line))


def _telling(text: bytes) -> Iterator[bytes]:
    """The lines of a text that have translations; the others are not even cut off."""
    place = text.find(_SIGN)
    while place >= 0:
        end = text.find(b"\n", place)
        end = end if end >= 0 else len(text)
        yield text[text.rfind(b"\n", 0, place) + 1 : end]
        place = text.find(_SIGN, end)


class _Reader:
    """Takes lines apart."""

    def __init__(self, gathered: Gathering) -> None:
        self.gathered = gathered
        self.tag = ""  # part of speech of the entry at hand
        self.lists: dict[str, dict[str, list[Pair] | None]] = {}  # by language and code of the other language

    def take(self, line: bytes, *, glossed: bool) -> None:
        """Note the translations of one line, and its glosses as such where they are in English."""
        try:
            entry = orjson.loads(line)
        except orjson.JSONDecodeError:
            self.gathered.dropped.note("line that is not JSON", line[:80].decode("utf-8", "replace"))
            return
        try:
            self._take_entry(entry, glossed)
        except (AttributeError, KeyError, TypeError):
            self.gathered.dropped.note("entry that is not as wiktextract writes it", str(entry))

    def _take_entry(self, entry: dict[str, Any], glossed: bool) -> None:
        gathered = self.gathered
        language = gathered.language(entry["lang_code"])
        word = tidy(entry["word"])
        if language is None or not word or len(word) > LONGEST:
            reason = "word of an unknown language" if language is None else "word empty or too long"
            gathered.dropped.note(reason, f"{word} ({entry['lang_code']})")
            return
        if gathered.source not in (None, language):
            return
        self.tag = part_of_speech(entry.get("pos") or "")
        if self.tag:
            gathered.tag(language, word, self.tag)
        self._take_translations(language, word, entry.get("translations") or (), "")
        for sense in entry.get("senses") or ():
            if listed := sense.get("translations"):
                glosses = sense.get("glosses") or sense.get("raw_glosses") or ("",)
                self._take_translations(language, word, listed, glosses[-1])
            if glossed and language not in ("en", "mul") and not (sense.keys() & _FORMS):
                self._take_glosses(language, word, sense.get("glosses") or (), entry.get("pos") == "verb")

    def _take_glosses(self, language: str, word: str, glosses: Sequence[str], verb: bool) -> None:
        """Note the last, most specific gloss if it lists terms; a definition is counted."""
        lists = self.lists.setdefault(language, {})
        pairs = lists["en"] if "en" in lists else self._list(language, "en")
        if pairs is None or not glosses:
            return
        terms = [term.removeprefix("to ") if verb else term for term in terms_in(glosses[-1])]
        if glosses[-1].rstrip().endswith(".") or any(len(term.split()) > _TERM_WORDS for term in terms):
            self.gathered.dropped[EXPLANATION] += 1
            return
        self.gathered.held += len(terms)
        pairs += (new_pair(Pair, (word, target, 1.0, None)) for target in map(tidy, terms) if target)

    def _take_translations(self, language: str, word: str, listed: Sequence[dict[str, Any]], gloss: str) -> None:
        lists = self.lists.setdefault(language, {})
        self.gathered.held += len(listed)
        for translation in listed:
            code = translation.get("lang_code") or translation.get("code") or ""
            pairs = lists[code] if code in lists else self._list(language, code)
            if pairs is None:
                if self.gathered.language(code) is None:
                    self.gathered.dropped.note("translation into an unknown language", f"{word} : {translation}")
                continue
            written = translation.get("word")
            if not written:  # a note such as "see the translations of dog"
                self.gathered.dropped[OTHER] += 1
                continue
            sense = translation.get("sense") or gloss
            why = {"sense": sense[:LONGEST_GLOSS], **({"pos": self.tag} if self.tag else {})} if sense else None
            targets = _SPELLINGS.split(written) if "/" in written else (written,)
            if ", " in written and in_several_scripts(beside := written.split(", ")):  # "пас, pas"
                targets = without_transliterations(beside, self.gathered.language(code) or "")
                self.gathered.dropped[TRANSLITERATION] += len(beside) - len(targets)
            if "(" in written:
                targets = [form for target in targets for form in spellings(target)]
            for target in map(without_gender, map(tidy, targets)):
                if len(target) > LONGEST:
                    self.gathered.dropped.note(f"longer than {LONGEST} characters", target)
                elif target:
                    pairs.append(new_pair(Pair, (word, target, 1.0, why)))

    def _list(self, source: str, code: str) -> list[Pair] | None:
        """Where the pairs into the language that the file calls ``code`` go, ``None`` where they are not wanted."""
        target = self.gathered.language(code)
        wanted = target is not None and self.gathered.target in (None, target)
        self.lists[source][code] = self.gathered.pairs(source, target) if wanted and target is not None else None
        return self.lists[source][code]
