"""Writes a project file for some languages, with comments that say what may be changed."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from itertools import combinations

from isogloss.data.errors import VocabularyError
from isogloss.data.language import language_name
from isogloss.data.licence import LicenceClass, licence_class
from isogloss.data.sample import sample_languages
from isogloss.data.sources.catalogue import Offer
from isogloss.data.sources.offers import known_language, offer, offers

HEAD = """\
# `isogloss run` makes everything that this file asks for, `isogloss status` says what is done.
# docs/pipeline.md explains every line; `isogloss data list` prints all that can be fetched.
"""
SAMPLE = """\
[[dictionaries]]
file = "sample"  # names of things in 26 languages, from CLDR (Unicode-DFS-2016)
"""


def project_text(languages: Sequence[str], *, sample: bool = False) -> str:
    """The text of a project file for languages, with the bundled sample or with what the catalogue has for them.

    Args:
        languages: Codes or English names.
        sample: Whether vectors and dictionaries are those of the sample.

    Raises:
        VocabularyError: Fewer than two languages, one that is none, or one that the sample has not.
    """
    codes = list(dict.fromkeys(map(known_language, languages)))
    if len(codes) < 2:
        raise VocabularyError(f"found {len(codes)} language, expected two or more: isogloss new en fr")
    if sample and (absent := [code for code in codes if code not in sample_languages()]):
        raise VocabularyError(f"the sample has no {absent[0]} vectors, only {', '.join(sample_languages())}")
    # The catalogue also offers what a wider code has, as Chinese for zh-Hant: that has to be asked for by its own code.
    available = [] if sample else [offer for offer in offers(*codes) if offer.url and _fits(offer, codes)]
    spoken = codes if sample else [code for code in codes if any(offer.languages == (code,) for offer in available)]
    parts = [HEAD, *(_language(code, available, sample) for code in codes)]
    parts += [SAMPLE] if sample else _dictionaries(available)
    return "\n".join([*parts, _own("-".join(codes[:2])), _lexicons(codes, spoken)])


def fetched_by(text: str) -> list[Offer]:
    """What a run of a project fetches, of all that the catalogue has."""
    project = tomllib.loads(text)
    named = [language.get("vectors", "") for language in project["languages"].values()]
    named += [dictionary["file"] for dictionary in project.get("dictionaries", ())]
    return [offer(name) for name in named if "/" in name]


def _fits(offer: Offer, codes: Sequence[str]) -> bool:
    """Whether it has just these languages, two different ones where it has two."""
    return set(offer.languages) <= set(codes) and len(set(offer.languages)) == len(offer.languages)


def _language(code: str, available: Sequence[Offer], sample: bool) -> str:
    """The vectors of a language: the first that there are, the others beside them."""
    lines = ['vectors = "sample"'] if sample else []
    for choice in available:
        if choice.kind == "vectors" and choice.languages == (code,):
            off = "# " if lines else ""
            lines.append(f'{off}vectors = "{choice.name}"  # {choice.contents}, {choice.size}; {choice.licence}')
    lines = lines or [f'# vectors = "{code}.vec"  # none are in the catalogue: name a file, or train with `data train`']
    return f"[languages.{code}]  # {language_name(code)}\n" + "\n".join(lines) + "\n"


def _dictionaries(available: Sequence[Offer]) -> list[str]:
    """The dictionaries between the languages, each pair of them once; those that bind lexicons are left to the user."""
    parts = []
    for choice in available:
        if choice.kind != "dictionary" or choice.graph or len(choice.languages) != 2:
            continue
        off = "# " if licence_class(choice.licence) is LicenceClass.NONCOMMERCIAL else ""
        pair = "-".join(choice.languages)
        lines = [
            "[[dictionaries]]",
            f'file = "{choice.name}"  # {choice.contents}; {choice.licence}: {choice.terms}',
            f'pair = "{pair}"',
        ]
        parts.append("".join(f"{off}{line}\n" for line in lines))
    return parts


def _own(pair: str) -> str:
    return f"""\
# Your own dictionaries make the lexicons better; their pairs are seeds, and go into the graph:
# [[dictionaries]]
# file = "{pair}.tsv"  # also an address; format = "…" where it is not recognised
# pair = "{pair}"
# licence = "CC0-1.0"
# use = "test"  # only to evaluate the lexicon; also seeds, graph
"""


def _lexicons(codes: Sequence[str], spoken: Sequence[str]) -> str:
    """What is made of it; lexicons only where two languages have vectors (``spoken``)."""
    off = "" if len(spoken) > 1 else "# "
    hub = "en" if "en" in codes else codes[0]
    pairs = "all" if len(codes) < 5 else f"hub:{hub}"
    alternative = f'"hub:{hub}"' if pairs == "all" else '"all"'
    example = "-".join(next(iter(combinations(codes, 2))))
    inference = "" if pairs == "all" else "[inference]  # between the languages that nothing joins\n\n"
    return f"""\
{off}[lexicons]{"  # needs vectors of two languages" if off else ""}
{off}pairs = "{pairs}"  # or {alternative}, or a list such as ["{example}"]

{inference}[concepts]  # words that mean the same, as communities of the graph

# A model for languages with few known words, trained on the others; it takes a while:
# [meta.train]
# hold_out = ["{codes[-1]}"]  # nothing is learned from it
# auxiliary = true  # also train on pairs whose dictionary is inferred through a third language
"""
