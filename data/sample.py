"""The bundled sample: small real vectors of four languages, and CLDR's names of things in many more.

Where it comes from, and on what terms, stands in ``data/samples/ORIGIN.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import VocabularyError
from isogloss.data.language import language_code
from isogloss.data.reading import read_vectors
from isogloss.data.vectors import Vectors

ORIGIN = Origin("CLDR 41", "Unicode-DFS-2016", url="https://cldr.unicode.org")
_VECTORS = ".safetensors"
_LICENCES = {"en": "CC0-1.0", "fi": "MIT", "fr": "CC0-1.0", "ja": "Apache-2.0"}  # ORIGIN.md


def sample_languages() -> tuple[str, ...]:
    """The languages that have vectors in the sample."""
    return tuple(sorted(file.stem for file in sample_folder().glob(f"*{_VECTORS}")))


def sample_vectors(language: str) -> Vectors:
    """The sample's 2,000 words of a language, most frequent first, with vectors of 100 dimensions.

    Raises:
        VocabularyError: The sample has no vectors of ``language``.
    """
    code = language_code(language)
    if code not in sample_languages():
        raise VocabularyError(f"the sample has no {code} vectors, only {', '.join(sample_languages())}")
    return read_vectors(sample_folder() / f"{code}{_VECTORS}", code)


def sample_licence(language: str) -> str:
    """The SPDX licence of the sample's vectors of a language."""
    return _LICENCES[language_code(language)]


def sample_dictionary(source: str, target: str) -> Dictionary:
    """The pairs of words that name the same thing in CLDR.

    Raises:
        VocabularyError: CLDR's names of ``source`` or ``target`` are not in the sample.
    """
    codes = language_code(source), language_code(target)
    languages = sorted({language for names in sample_concepts().values() for language in names})
    unknown = [code for code in codes if code not in languages]
    if unknown:
        raise VocabularyError(f"the sample has no {unknown[0]} words, only {', '.join(languages)}")
    named = [names for names in sample_concepts().values() if all(code in names for code in codes)]
    return Dictionary.of(*codes, [(names[codes[0]], names[codes[1]]) for names in named], ORIGIN)


@cache
def sample_concepts() -> Mapping[str, Mapping[str, str]]:
    """What the sample has names for: key of the thing (``emoji/🐈``, ``language/fi``) -> language -> word."""
    table = (sample_folder() / "concepts.tsv").read_text("utf-8").splitlines()
    _, *languages = table[0].split("\t")
    rows = [line.split("\t") for line in table[1:]]
    return {
        key: {language: word for language, word in zip(languages, words, strict=True) if word} for key, *words in rows
    }


def sample_folder() -> Path:
    """Where the sample's files are."""
    return Path(str(resources.files("isogloss.data"))) / "samples"
