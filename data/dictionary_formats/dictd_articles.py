"""Takes the articles apart that FreeDict prints from its TEI sources for DICT servers.

The first line has the forms of the headword with pronunciations and labels in brackets. Below, a number starts a
sense; its first text is a list of translations, and what follows explains them in the language of the headword.
Dictionaries that translate in definitions leave a line free before the text.
"""

from __future__ import annotations

import re
from collections.abc import Collection as Words

from isogloss.data.dictionary_formats.printed import (
    BARE_LABELS,
    PRONUNCIATION,
    spellings,
    tag_of,
    terms_in,
    without_reading_marks,
)
from isogloss.data.dictionary_formats.terms import NO_TRANSLATION, Collection
from isogloss.data.left_out import EXPLANATION, NOT_UTF8, OTHER

_SENSE = re.compile(r" ?(?:\d{1,3}\.(?: +|$)|[IVXL]+\. (?= |<) *(?:<[^<>]*> *)?(?:\d{1,3}\. +)?)")
_MAY_START_A_SENSE = frozenset(" 0123456789IVXL")
_BEFORE_TRANSLATIONS = frozenset(("[", "(", "{", "<", " ", ""))  # a label, after a blank
_GLOSS_NUMBER = re.compile(r" \d{1,3}\.$")
_GRAMMAR = re.compile(r" <([^<>]*)>")
_AFTER = re.compile(r" (?=[/<(\[])")  # stands after the form of a headword
_BRACKETS = re.compile(r"<[^<>]*>|\[[^][]*\]|\{[^{}]*\}")
_COMMA_OR_BRACKET = re.compile(r",\s+|[()]")
_LABEL = re.compile(r"^\s*+(?:\([^()]*\)\s++)+(?=\S)")  # before the form that it is about
_IN_BRACKETS = re.compile(r" \(([^()]*)\)\s*$")
_SPOKEN = "\0"  # stands for a pronunciation
_EXAMPLE = " " * 6 + '"'
_NOTE = " " * 9 + "Note: "
# What JMdict says of a sense (its entities "misc"). FreeDict's print runs the translations on after it.
_JMDICT_NOTES = re.compile(
    "|".join(
        (
            "word usually written using kana alone",
            "onomatopoeic or mimetic word",
            r"honorific or respectful \(sonkeigo\) language",
            r"humble \(kenjougo\) language",
            r"polite \(teineigo\) language",
            "(?:fe)?male term,? (?:or language|language, or name)",
            "(?:children's|familiar) language",
            "(?:idiomatic|vulgar) expression(?: or word)?",
            "(?:obsolete|obscure|poetical|historical|dated|rare) term",
            "jocular, humorous term",
            "rude or X-rated term[^)]*\\)",
            "(?:manga |Internet )?slang",
            "abbreviation|archaism|archaic|colloquialism|derogatory|proverb|quotation|rare|sensitive|yojijukugo",
        )
    )
)


class Articles:
    """Gathers the translations of articles, which are in ``language``.

    ``translates_in_definitions`` says whether text below a free line is a translation; ``inline`` and ``defined``
    count the senses with text of either kind.
    """

    def __init__(self, language: str, *, translates_in_definitions: bool = False) -> None:
        self._labels = BARE_LABELS.get(language)
        self.collection = Collection()
        self.translates_in_definitions = translates_in_definitions
        self.inline = self.defined = 0

    def add(self, content: bytes, words: Words[str]) -> None:
        """Take the translations of one article, to which ``words`` of the index lead."""
        try:
            head, *body = content.decode().split("\n")
        except UnicodeDecodeError:
            self.collection.drop(NOT_UTF8, repr(content[:40]))
            return
        headwords = forms(head, words)
        if not headwords:
            self.collection.drop("empty headword", content[:80].decode("utf-8", "replace"))
            return
        senses, labels = self._senses(body)
        translated = False
        for terms, gloss in senses:
            if terms:
                translated = True
                self.collection.add_sense(headwords, terms, gloss)
        if not translated:
            self.collection.drop(NO_TRANSLATION, " | ".join((head, *body[:3])))
        for label in (*_GRAMMAR.findall(head), *labels):
            if tag := tag_of(label):
                for word in headwords:
                    self.collection.tag(word, tag)

    def _senses(self, body: list[str]) -> tuple[list[tuple[list[str], str]], list[str]]:
        """The translations of each sense with what explains it, and the labels that stand in lines of their own."""
        senses: list[tuple[list[str], str]] = []
        labels: list[str] = []
        terms: list[str] = []
        free = False  # a free line came before
        has_text = defined = unexplained = False  # the sense has its text; which is a definition; or translations alone
        for place, line in enumerate(body):
            if not line:
                free = True
                continue
            text = line
            if line.startswith("   "):
                text = "" if has_text else _after_note(line)
                free = free and line.startswith(_EXAMPLE)
                if not text:
                    self.collection.dropped[OTHER] += 1
                    continue
            elif line[0] in _MAY_START_A_SENSE and (number := _SENSE.match(line)):
                text = line[number.end() :]
                if line[0] == " " and has_text and not text:
                    continue  # its definition follows
                has_text = defined = unexplained = False
                free = not text
            elif line[0] == " " and place and line[1:2] not in _BEFORE_TRANSLATIONS:  # " see: {…}", " Plural of {…}"
                self.collection.dropped[OTHER] += 1
                continue
            if not text or text == " ":
                free = True
            elif defined and text[0] == ";":
                terms += self._terms(text[1:])
            elif has_text or (free and not self.translates_in_definitions):
                self.collection.dropped[EXPLANATION] += 1
                self.defined += not has_text
                if unexplained:
                    senses[-1] = terms, text
                has_text, unexplained = True, False
            elif free:
                has_text = defined = True
                self.defined += 1
                senses.append((terms := self._terms(text), ""))
            elif listed := self._terms(_GLOSS_NUMBER.sub("", text)):
                has_text = unexplained = True
                self.inline += 1
                senses.append((terms := listed, ""))
            else:
                labels.append(text.strip(" ()"))
        return senses, labels

    def _terms(self, text: str) -> list[str]:
        """The translations in a printed list, without labels."""
        terms = terms_in(text)
        return [term for printed in terms if (term := self._labels.sub("", printed))] if self._labels else terms


def forms(head: str, words: Words[str]) -> list[str]:
    """The headwords in the first line of an article to which ``words`` of the index lead."""
    after = _AFTER.search(head)
    plain = head[: after.start()] if after else head
    if len(words) < 2 and plain and plain[0] != " " and " (" not in head and "(" not in plain and "," not in plain:
        return [without_reading_marks(plain)]
    headwords = {_folded(word) for word in words}
    text = _BRACKETS.sub("", PRONUNCIATION.sub(_SPOKEN, head))
    parts, inner = [], []
    for part in _split_at_commas(text):
        part = _LABEL.sub("", part)
        if bracket := _IN_BRACKETS.search(part):
            inner += [form for form in bracket[1].split(", ") if _SPOKEN in form or _folded(form) in headwords]
            part = part[: bracket.start()]
        parts.append(part.replace(_SPOKEN, ""))
    indexed = [form for part in parts if _folded(form := part.rpartition(": ")[2]) in headwords]
    signs = [part for part in parts if part.strip() and not _folded(part)]  # which no index has
    written = text.replace(_SPOKEN, "")
    if not indexed and _folded(written) in headwords:
        return spellings(written)
    forms = (signs + indexed or parts) + [form.replace(_SPOKEN, "") for form in inner]
    return list(dict.fromkeys(spelling for form in forms for spelling in spellings(form)))


def _after_note(line: str) -> str:
    """What the print runs on after a note of JMdict, without a blank between."""
    note = _JMDICT_NOTES.match(line, len(_NOTE)) if line.startswith(_NOTE) else None
    text = line[note.end() :] if note else ""
    return text if text and text[0] != " " else ""


def _folded(word: str) -> str:
    """Letters and digits alone, without case, as words stand in an index."""
    return "".join(filter(str.isalnum, word.casefold()))


def _split_at_commas(text: str) -> list[str]:
    """The parts of ``text`` between commas that stand outside of brackets."""
    parts: list[str] = []
    is_closing, end = False, len(text)
    for match in reversed(list(_COMMA_OR_BRACKET.finditer(text))):
        if match[0] in "()":
            is_closing = match[0] == ")"
        elif not is_closing:
            parts.append(text[match.end() : end])
            end = match.start()
    return [text[:end], *reversed(parts)]
