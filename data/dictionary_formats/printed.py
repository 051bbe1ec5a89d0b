"""Translations as dictionaries print them: lists with notes, labels, pronunciations and optional letters."""

from __future__ import annotations

import re
from functools import lru_cache

from isogloss.data.text.parts_of_speech import part_of_speech

_MARKED = re.compile(r"[/<\[{(（]")
NOTES = re.compile(r"<[^<>]*>|\[[^][]*\]|\{[^{}]*\}|\([^()]*\)|（[^（）]*）")
PRONUNCIATION = re.compile(r"(?<![^\s,;])//?(?!\s)[^/]*(?<!\s)//?(?![^\s,;)])")
_ABBREVIATION = re.compile(r" <[^<>]*>(?=[^\s,;.)])")  # "enclosure <n>enc.": another form follows the label
# Letters that a word may have or not: hail(stone), mevz(u)bahis, (un)able, 取(り)扱い; \1 and \2 stand around them.
_OPTIONAL = re.compile(
    r"(?<=[^\W\d_])[(（]([-'’]?[^\W\d_]+[-'’]?)[)）]|(?<![^\s,;])[(（]([^\W\d_]+[-'’]?)[)）](?=[^\W\d_])"
)
_KEPT = re.compile("\1([^\2]*)\2")
_KANA = re.compile(r"[\u3041-\u30ff]+")
_IDEOGRAPHS = "\u2e80"  # from here on scripts that write without blanks, where a bracket in a word may be a note
_BETWEEN = re.compile(r"[;،؛、；，]|,(?!\d)")
# Grammar that dictionaries print beside a translation without brackets, by the language of the translation: gender,
# number and part of speech in fra-bre ("kogus str"), part of speech in bre-fra ("mondain adj.") and wol-fra ("n.sel").
BARE_LABELS = {
    "br": re.compile(r" (?:str|[gbv]|aa\.|l\.)$"),
    "fr": re.compile(r"^(?:n|v|adj|adv)\.\s?(?=[^\W\d_]{2})| (?:adj\.|adv\.|n|v)(?: [mf])?$"),
}
MAX_LABEL = 40  # characters of grammar; round number
_STRESS = re.compile("(?<=[аеиоуъыэюяєіїѣѫАЕИОУЪЫЭЮЯЄІЇ])[\u0300\u0301]")


# Genders, numbers, cases and the like, as dictionaries shorten them; with a part of speech they make a label.
_GRAMMAR_NAMES = """
m f n c mf fm mn nt nn mpl fpl npl pl sg sing masc fem neut com masculine feminine neuter common plural singular
tr trans intr intrans itr refl rfl reflexive transitive intransitive impers pers regular irregular irr reg
vtr vintr vr vrefl vti vp sb sm sf nm nf nmf mask maskulin feminin neutrum substantiv verb adjektiv adjectif adverbe
adverbio verbo verbe nom sustantivo sostantivo masculin féminin masculino femenino maschile femminile
сущ прил нареч гл глаг мест предл межд числ мн ед ср сов несов ім дієсл присл прикм rz czasown przym przysł przyim
subst prnl prnml ουσ επίθ επίρρ αρσ θηλ ουδ
"""
_GRAMMAR = frozenset(_GRAMMAR_NAMES.split())


@lru_cache(maxsize=4096)
def is_label(text: str) -> bool:
    """Whether ``text`` is nothing but grammar: ``n``, ``v/t``, ``noun, neuter``, ``Adj. (pl)``."""
    names = re.split(r"[\s,;/.()\[\]&+-]+", text.casefold().strip())
    return (
        len(text) < MAX_LABEL
        and any(names)
        and all(not name or name in _GRAMMAR or part_of_speech(name) for name in names)
    )


def terms_in(text: str) -> list[str]:
    """The translations in a printed list, without notes; both spellings of a word with optional letters."""
    if not _MARKED.search(text):
        return [term for part in _BETWEEN.split(text) if (term := without_reading_marks(part))]
    forms = []
    for part in _BETWEEN.split(without_notes(_ABBREVIATION.sub(", ", _with_optional_letters(text)))):
        forms += _spellings(part)
    return forms


def spellings(word: str) -> list[str]:
    """A word without its notes; both spellings of one with optional letters."""
    return _spellings(without_notes(_with_optional_letters(word)) if _MARKED.search(word) else word)


def without_notes(text: str) -> str:
    """``text`` without pronunciations and what stands in brackets, two deep."""
    if "/" in text:
        text = PRONUNCIATION.sub("", text)
    return NOTES.sub(" ", NOTES.sub(" ", text)) if _MARKED.search(text) else text


def without_reading_marks(text: str) -> str:
    """Stress marks on Cyrillic vowels are for the reader; the hyphens of typesetters become plain ones."""
    if text.isascii():
        return text.strip()
    text = text.replace("\u2010", "-").replace("\u2011", "-").strip()
    return _STRESS.sub("", text) if "\u0300" in text or "\u0301" in text else text


@lru_cache(maxsize=4096)
def tag_of(label: str) -> str:
    """The part of speech that a printed label names, as ``fem, n, sg``, ``v, caus`` or ``noun (common)``."""
    for name in label.split(","):
        words = name.partition("(")[0].split()
        tag = part_of_speech(" ".join(words)) or (part_of_speech(words[0]) if words else "")
        if tag:
            return tag
        if "verb" in words:  # "Godan verb with `ku' ending", "suru verb" of JMdict
            return "VERB"
    return ""


def _with_optional_letters(text: str) -> str:
    return _OPTIONAL.sub(_marked, text) if "(" in text or "（" in text else text


def _marked(match: re.Match[str]) -> str:
    letters = match[1] or match[2]
    after = match.string[match.end() : match.end() + 1]
    if letters > _IDEOGRAPHS and not _KANA.fullmatch(letters):
        return match[0]
    if match[2] and after.isupper() and letters[-1].islower():  # "(f)Ernte" has a label, "(un)able" has not
        return match[0]
    return f"\1{letters}\2"


def _spellings(text: str) -> list[str]:
    if "\1" not in text:
        return [term] if (term := without_reading_marks(text)) else []
    with_and_without = without_reading_marks(_KEPT.sub(r"\1", text)), without_reading_marks(_KEPT.sub("", text))
    return [term for term in with_and_without if term]
