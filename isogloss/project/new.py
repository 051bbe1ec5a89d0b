"""Writes a project file for some languages, with comments that say what may be changed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from isogloss.data.errors import VocabularyError
from isogloss.data.language import is_registered, language_code, language_name
from isogloss.data.sample import sample_concepts, sample_languages

HEAD = """\
# `isogloss run` makes everything that this file asks for, `isogloss status` says what is done.
# docs/pipeline.md explains every line.
"""


def project_text(languages: Sequence[str], *, sample: bool = False) -> str:
    """The text of a project file for languages, with the bundled sample or with what can be fetched.

    Raises:
        VocabularyError: Fewer than two languages, one that is none, or one that the sample has not.
    """
    codes = list(dict.fromkeys(map(language_code, languages)))
    if unknown := [code for code in codes if not is_registered(code)]:
        raise VocabularyError(f"{unknown[0]!r} is no code of a language, expected one such as en, fr or sw")
    if len(codes) < 2:
        raise VocabularyError(f"found {len(codes)} language, expected two or more: isogloss new en fr")
    if sample and (absent := [code for code in codes if code not in sample_languages()]):
        raise VocabularyError(f"the sample has no {absent[0]} vectors, only {', '.join(sample_languages())}")
    parts = [HEAD, *(_language(code, sample) for code in codes), *_dictionaries(codes, sample), _lexicons(codes)]
    return "\n".join(parts)


def _language(code: str, sample: bool) -> str:
    vectors = "sample" if sample else "wiki"
    told = "" if sample else "  # or cc, a file, an address; these are fetched (CC-BY-SA-3.0)"
    return f'[languages.{code}]  # {language_name(code)}\nvectors = "{vectors}"{told}\n'


def _dictionaries(codes: Sequence[str], sample: bool) -> list[str]:
    named = {language for names in sample_concepts().values() for language in names}
    if sample or set(codes) <= named:
        parts = ['[[dictionaries]]\nfile = "sample"  # names of things in 26 languages, from CLDR (Unicode-DFS-2016)\n']
    else:
        hub = "en" if "en" in codes else codes[0]
        parts = [
            f'[[dictionaries]]\nfile = "cldr"  # names of things, fetched (Unicode-DFS-2016)\npair = "{hub}-{code}"\n'
            for code in codes
            if code != hub
        ]
    pair = "-".join(codes[:2])
    return [
        *parts,
        f"""\
# Your own dictionaries make the lexicons better; their pairs are seeds, and go into the graph:
# [[dictionaries]]
# file = "{pair}.tsv"  # also an address, or freedict or muse to fetch; format = "…" where it is not recognised
# pair = "{pair}"
# licence = "CC0-1.0"
# test = true  # only to evaluate the lexicon
""",
    ]


def _lexicons(codes: Sequence[str]) -> str:
    hub = "en" if "en" in codes else codes[0]
    pairs = "all" if len(codes) < 5 else f"hub:{hub}"
    other = f'"hub:{hub}"' if pairs == "all" else '"all"'
    example = "-".join(next(iter(combinations(codes, 2))))
    inference = "" if pairs == "all" else "[inference]  # between the languages that nothing joins\n\n"
    return f"""\
[lexicons]
pairs = "{pairs}"  # or {other}, or a list such as ["{example}"]

{inference}[concepts]  # words that mean the same, as communities of the graph

# A model for languages with few known words, trained on the others; it takes a while:
# [meta.train]
# hold_out = ["{codes[-1]}"]  # nothing is learned from it
# auxiliary = true  # also train on pairs whose dictionary is inferred through a third language
"""
