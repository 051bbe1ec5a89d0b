"""Dictionaries in TEI, as FreeDict and others keep them: headwords in ``orth``, translations in ``cit`` or ``def``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from isogloss.data.dictionary import Origin
from isogloss.data.dictionary_formats.licences import spdx
from isogloss.data.dictionary_formats.printed import spellings, tag_of, terms_in
from isogloss.data.dictionary_formats.terms import NO_TRANSLATION, Collection
from isogloss.data.elements import End, Start, read_elements
from isogloss.data.errors import VocabularyError
from isogloss.data.language import language_code, macrolanguage
from isogloss.data.lines import head

_LANG = "xml:lang"
_EQUIVALENT = "translationEquivalent"  # of TEI Lex-0, which writes translations as forms
_EXPECTED = "a complete TEI file of FreeDict"
_ROOT = re.compile(rb"(?s)\s*<(?:.{0,2000}<)?TEI(?:\.2|Corpus)?[\s>]")
# Types of labels that tell a sense from others; the rest say who uses the word, where and when, or how common it is.
_TELLING = frozenset(("", "dom", "hint", "colloc", "sense", "def"))
_SYNONYM = frozenset(("syn", "synonym", "synonymy"))  # types of references, the last of TEI Lex-0
_AFFIXES = {"pref": "{}-", "suff": "-{}", "part": "-{}-"}  # the part of a word that a form is


def matches(path: Path) -> bool:
    """Whether ``path`` is called a TEI file, compressed or not, or begins as one."""
    return path.is_file() and (".tei" in path.suffixes or _ROOT.match(head(path, 1 << 12)) is not None)


def collected(path: Path, language: str) -> tuple[Collection, Origin]:
    """The translations of ``path`` into ``language``, and what it says of itself.

    Translations that are marked as of another language are left out, unless all are.

    Raises:
        FormatError: The file is missing, damaged or no sound XML; the message names the line.
    """
    reader = _read(path, language)
    if not reader.cited and reader.foreign:
        reader = _read(path, "")
    if reader.defined > reader.cited:  # most senses have no text but a definition, so those are the translations
        reader = _read(path, language, translates_in_definitions=True)
    return reader.collection, Origin(reader.title or path.name.partition(".")[0], spdx(" ".join(reader.terms_of_use)))


def _read(path: Path, language: str, *, translates_in_definitions: bool = False) -> _Reader:
    reader = _Reader(language, translates_in_definitions)
    read_elements(path, _EXPECTED, start=reader.start, end=reader.end, text=reader.text)
    return reader


class _Reader:
    """Gathers the entries; ``cited`` and ``defined`` count senses with translations of their own, and the others.

    ``foreign`` counts translations that are marked as of another language than ``language``; empty takes all.
    """

    def __init__(self, language: str, translates_in_definitions: bool) -> None:
        self.language = macrolanguage(language) if language else ""
        self.foreign = 0
        self.collection = Collection()
        self.translates_in_definitions = translates_in_definitions
        self.cited = self.defined = 0
        self.title = ""
        self.terms_of_use: list[str] = []
        self._headwords: list[str] = []
        self._tags: list[str] = []
        self._terms: list[str] = []
        self._latest: list[str] = []  # those of the quotation that was read last
        self._definitions: list[str] = []
        self._labels: list[str] = []  # of the sense, such as its domain
        self._form_labels: list[str] = []  # of all senses of the entry: phrases that the headword has them in
        self._inside_sense = False
        self._labelling = False
        self._synonyms: list[str] = []
        self._inside_synonyms = self._referring = False
        self._cits: list[tuple[str, str]] = []  # types and languages of the quotations that are open
        self._translated = False  # the entry has a translation
        self._written: list[str] = []
        self._reading = False
        self._aside = 0  # notes that are open inside what is read
        self._inside_terms_of_use = False
        self._form = "{}"
        self._quoted = self._quoted_language = ""

        reading: Start = self._begin_text
        self.start: dict[str, Start] = {
            "entry": self._begin_entry,
            "cit": lambda attributes: self._cits.append((attributes.get("type", ""), attributes.get(_LANG, ""))),
            "trans": lambda attributes: self._cits.append(("trans", attributes.get("lang", ""))),  # TEI P4
            **dict.fromkeys(("quote", "tr"), self._begin_quote),
            "orth": self._begin_form,
            "availability": partial(self._turn_terms_of_use, True),
            **dict.fromkeys(("title", "def", "pos"), reading),
            **dict.fromkeys(("licence", "ptr"), self._note_link),
            "xr": self._begin_references,
            "ref": self._begin_reference,
            "gram": self._begin_typed,
            "note": self._begin_note,
            **dict.fromkeys(("usg", "lbl"), self._begin_label),
            "sense": self._begin_sense,
        }
        self.end: dict[str, End] = {
            "entry": self._end_entry,
            "sense": self._end_sense,
            **dict.fromkeys(("cit", "trans"), lambda: self._cits and self._cits.pop()),
            **dict.fromkeys(("quote", "tr"), self._end_quote),
            "orth": self._end_form,
            "xr": lambda: setattr(self, "_inside_synonyms", False),
            "ref": self._end_reference,
            "title": self._end_title,
            "def": self._end_definition,
            **dict.fromkeys(("pos", "gram"), self._end_label),
            "note": self._end_note,
            **dict.fromkeys(("usg", "lbl"), self._end_label_of_sense),
            "availability": partial(self._turn_terms_of_use, False),
        }

    def text(self, text: str) -> None:
        """Note text that belongs to a form, a translation, a label or the terms of use."""
        if self._inside_terms_of_use:
            self.terms_of_use.append(text)
        elif self._reading and not self._aside:
            self._written.append(text)

    def _begin_text(self, _: object = None) -> None:
        self._written.clear()
        self._reading = True

    def _taken(self) -> str:
        self._reading = False
        return " ".join("".join(self._written).split())

    def _begin_entry(self, _: object) -> None:
        self._headwords, self._tags, self._terms, self._definitions, self._cits = [], [], [], [], []
        self._labels, self._form_labels, self._synonyms = [], [], []
        self._translated = self._inside_sense = False

    def _begin_typed(self, attributes: Mapping[str, str]) -> None:
        if attributes.get("type") == "pos":
            self._begin_text()

    def _begin_note(self, attributes: Mapping[str, str]) -> None:
        if self._reading:
            self._aside += 1
        elif attributes.get("type") == "pos":  # as FreeDict writes JMdict's
            self._begin_text()
        else:
            self._begin_label(attributes)

    def _begin_label(self, attributes: Mapping[str, str]) -> None:
        telling = attributes.get("type", "") in _TELLING and self._headwords and not self._cits
        if telling and not self._reading and not self._inside_terms_of_use:
            self._begin_text()
            self._labelling = True

    def _end_label_of_sense(self) -> None:
        if self._labelling:
            self._labelling = False
            if label := self._taken():
                (self._labels if self._inside_sense else self._form_labels).append(label)

    def _begin_sense(self, _: object) -> None:
        self._inside_sense = True

    def _begin_form(self, attributes: Mapping[str, str]) -> None:
        self._form = _AFFIXES.get(attributes.get("extent", ""), "{}")
        self._begin_text()

    def _begin_references(self, attributes: Mapping[str, str]) -> None:
        self._inside_synonyms = attributes.get("type", "") in _SYNONYM and not self._cits and not self._reading

    def _begin_reference(self, attributes: Mapping[str, str]) -> None:
        self._note_link(attributes)
        if self._inside_synonyms and not self._reading:
            self._referring = True
            self._begin_text()

    def _end_reference(self) -> None:
        if self._referring:
            self._referring = False
            self._synonyms += spellings(self._taken())

    def _begin_quote(self, attributes: Mapping[str, str]) -> None:
        kind, language = self._cits[-1] if self._cits else ("", "")
        self._quoted = attributes.get("type", "") or kind
        self._quoted_language = attributes.get(_LANG, "") or language
        self._begin_text()

    def _end_note(self) -> None:
        if self._aside:
            self._aside -= 1
        elif self._labelling:
            self._end_label_of_sense()
        elif self._reading:
            self._end_label()

    def _end_label(self) -> None:
        if self._reading and not self._aside:
            label = self._taken()
            tag = tag_of(label)
            if tag and not self._cits:
                self._tags.append(tag)
            elif tag and len(self._cits) == 1:
                for term in self._latest:
                    self.collection.tag(term, tag, translation=True)

    def _end_form(self) -> None:
        form = self._taken()
        if form and not self._cits:  # others are abbreviations of translations
            self._headwords.append(self._form.format(form))
        elif form and len(self._cits) == 1 and self._cits[0][0] == _EQUIVALENT:
            self._translate(form, self._cits[0][1])

    def _end_quote(self) -> None:
        quote = self._taken()
        if len(self._cits) == 1 and self._quoted.startswith("trans"):  # not the translation of an example
            self._translate(quote, self._quoted_language)

    def _translate(self, text: str, language: str) -> None:
        self._latest = []
        if not self.language or not language or self._is_wanted(language):
            self._latest = spellings(text)
            self._terms += self._latest
        else:
            self.foreign += 1
            self.collection.drop("translation into another language", text)

    def _is_wanted(self, language: str) -> bool:
        try:
            return macrolanguage(language_code(language).partition("-")[0]) == self.language.partition("-")[0]
        except VocabularyError:
            return True

    def _end_definition(self) -> None:
        definition = self._taken()
        if not self._cits and definition:
            self._definitions.append(definition)

    def _end_sense(self) -> None:
        if self._terms:
            self.cited += 1
        elif self._definitions:
            self.defined += 1
        definitions = self._definitions
        if self.translates_in_definitions:
            self._terms += [term for definition in self._definitions for term in terms_in(definition)]
            definitions = []
        gloss = "; ".join(dict.fromkeys((*self._form_labels, *self._labels, *definitions)))
        if self._terms:
            self._translated = True
            headwords = [form for headword in self._headwords for form in spellings(headword)]
            self.collection.add_sense(headwords, self._terms, gloss)
        self._terms, self._definitions, self._labels = [], [], []
        self._inside_sense = False

    def _end_entry(self) -> None:
        self._end_sense()  # some translate outside of any sense
        if not self._headwords:
            self.collection.drop("empty headword")
        elif not self._translated:
            self.collection.drop(NO_TRANSLATION, ", ".join(self._headwords))
        else:
            if self._synonyms:
                self.collection.add_synonyms(
                    [form for word in self._headwords for form in spellings(word)], self._synonyms
                )
            for tag in self._tags:
                for headword in self._headwords:
                    for form in spellings(headword):
                        self.collection.tag(form, tag)

    def _end_title(self) -> None:
        self.title = self.title or self._taken()

    def _turn_terms_of_use(self, inside: bool, _: object = None) -> None:
        self._inside_terms_of_use = inside

    def _note_link(self, attributes: Mapping[str, str]) -> None:
        if self._inside_terms_of_use:
            self.terms_of_use.append(f" {attributes.get('target', '')} ")
