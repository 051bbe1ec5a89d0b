"""Small real files to build a lexicon from, and a lexicon built from them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from isogloss.data.dictionary import Dictionary
from isogloss.data.reading import read_vectors
from isogloss.data.vectors import Vectors
from isogloss.data.writing import write_vectors
from isogloss.lexicon.induction.pipeline import Induction, Settings
from isogloss.lexicon.induction.translator import Translator
from isogloss.lexicons import build_lexicon, open_lexicon

QUICK = Settings(method="procrustes")


class Files(NamedTuple):
    """What `lexicon build` takes: about 750 words of each language, seeds and a test of other words."""

    source: Path
    target: Path
    seeds: Path
    test: Path

    def arguments(self) -> list[object]:
        """Of `lexicon build`, all but ``--out``."""
        vectors = ["--source-vectors", self.source, "--target-vectors", self.target]
        return ["lexicon", "build", "en", "fr", *vectors, "--seeds", self.seeds, "--method", "procrustes"]


def kept(vectors: Vectors, words: set[str], frequent: int = 300) -> Vectors:
    """The most frequent words and ``words``, in the order of ``vectors``."""
    rows = [row for row, word in enumerate(vectors.words) if row < frequent or word in words]
    return Vectors(vectors.language, tuple(vectors.words[row] for row in rows), vectors.matrix[rows])


def listed(dictionary: Dictionary, path: Path) -> Path:
    path.write_text("".join(f"{pair.source}\t{pair.target}\n" for pair in dictionary), encoding="utf-8")
    return path


@pytest.fixture(scope="session", autouse=True)
def small_spaces(one_thread: None) -> None:
    """All vectors here are few."""


@pytest.fixture(scope="session")
def files(
    english: Vectors, french: Vectors, english_french: Dictionary, tmp_path_factory: pytest.TempPathFactory
) -> Files:
    folder = tmp_path_factory.mktemp("files")
    usable = english_french.lowercased().within(english, french)
    seeds, test = usable.split(0.25, seed=5)
    for vectors, words in ((english, usable.by_source), (french, usable.reversed().by_source)):
        write_vectors(kept(vectors, set(words)), folder / f"{vectors.language}.vec")
    return Files(
        folder / "en.vec", folder / "fr.vec", listed(seeds, folder / "seeds.tsv"), listed(test, folder / "test.tsv")
    )


@pytest.fixture(scope="session")
def source(files: Files) -> Vectors:
    return read_vectors(files.source, "en")


@pytest.fixture(scope="session")
def target(files: Files) -> Vectors:
    return read_vectors(files.target, "fr")


@pytest.fixture(scope="session")
def folder(
    source: Vectors, target: Vectors, files: Files, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Induction]:
    """A built lexicon, on disk and as the build returned it."""
    out = tmp_path_factory.mktemp("built") / "en-fr"
    built = build_lexicon(source, target, files.seeds, out=out, method=QUICK.method)
    assert built.induction is not None
    return out, built.induction


@pytest.fixture(scope="session")
def built(folder: tuple[Path, Induction]) -> Path:
    return folder[0]


@pytest.fixture(scope="session")
def induction(folder: tuple[Path, Induction]) -> Induction:
    return folder[1]


@pytest.fixture(scope="session")
def translator(built: Path) -> Translator:
    return open_lexicon(built).translator
