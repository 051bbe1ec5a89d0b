"""Whether isogloss is installed as it should be, checked piece by piece."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from isogloss.data.extras import extra_of

State = Literal["ok", "absent", "odd", "broken"]

PYTHON = (3, 11)  # the oldest, as in pyproject.toml
ASKED, ANSWER = "city", "ville"  # of a lexicon that is built to see whether it can be
NEEDED = (  # module, what it is called on the package index, what it is for
    ("numpy", "numpy", "vectors"),
    ("sqlalchemy", "sqlalchemy", "the graph"),
    ("safetensors", "safetensors", "models and vectors on disk"),
    ("orjson", "orjson", "reports"),
    ("msgpack", "msgpack", "spaCy models"),
    ("rapidfuzz", "rapidfuzz", "spelling"),
    ("requests", "requests", "fetching"),
    ("langcodes", "langcodes", "codes of languages"),
    ("language_data", "language-data", "names of languages"),
    ("opencc", "opencc", "traditional and simplified Chinese"),
    ("simplemma", "simplemma", "base forms of words"),
    *([("backports.zstd", "backports.zstd", "Zstandard files")] if sys.version_info < (3, 14) else []),
    ("platformdirs", "platformdirs", "the cache folder"),
    ("pydantic", "pydantic", "project files"),
    ("joblib", "joblib", "work in several processes"),
)
OF_EXTRAS = (  # module, what it is called on the package index, what it is for
    ("scipy", "scipy", "inference in the graph, sparse matrices"),
    ("networkx", "networkx", "concepts, parts of the graph"),
    ("matplotlib", "matplotlib", "pictures"),
    ("psycopg", "psycopg", "graphs in PostgreSQL"),
    ("fastapi", "fastapi", "the web page"),
    ("uvicorn", "uvicorn", "the web page"),
    ("jinja2", "jinja2", "the web page"),
    ("pandas", "pandas", "data frames"),
    ("ipywidgets", "ipywidgets", "progress in notebooks"),
    ("transformers", "transformers", "texts in context"),
    ("distributed", "distributed", "work on a cluster"),
)


@dataclass(frozen=True)
class Outcome:
    """The outcome of one check; ``remedy`` says what to do where it is not ``ok``."""

    name: str
    state: State
    found: str
    remedy: str = ""


def examine(cache: Path) -> Iterator[Outcome]:
    """All checks in turn; ``cache`` is the folder of parsed vectors."""
    yield _python()
    yield _isogloss()
    yield from (_module(*library) for library in NEEDED)
    for name, check in (("torch", _torch), ("faiss", _faiss), ("fasttext", _fasttext)):
        yield _tried(name, check) if _is_there(name) else _absent(name, "lexicons, meta-training")
    for module, distribution, purpose in OF_EXTRAS:
        yield _module(module, distribution, purpose) if _is_there(module) else _absent(module, purpose)
    yield _sqlite()
    yield _cache(cache)
    yield sample_finding()


def sample_finding(folder: Path | None = None) -> Outcome:
    """Whether the sample in ``folder`` (by default the bundled one) is as ``ORIGIN.md`` says, and can be read."""
    from isogloss.data.sample import sample_folder

    return _tried("sample", lambda: _sample(folder or sample_folder()))


def build_finding(words: int = 1000) -> Outcome:
    """Whether a lexicon of the sample's most frequent ``words`` can be built, put into a graph and asked."""
    if not (_is_there("torch") and _is_there("faiss")):
        return _absent("torch", "lexicons")
    return _tried("build", lambda: _built(words))


def sample_hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file of the sample in ``folder``, as its ``ORIGIN.md`` says."""
    table = (folder / "ORIGIN.md").read_text("utf-8")
    return {
        name: digest
        for name, digest in re.findall(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|$", table, re.MULTILINE)
        if name.endswith((".safetensors", ".tsv"))
    }


def _python() -> Outcome:
    found = f"{platform.python_version()} on {platform.platform()}, {os.cpu_count()} cores"
    if sys.version_info < PYTHON:
        return Outcome("python", "broken", found, f"install Python {PYTHON[0]}.{PYTHON[1]} or later")
    return Outcome("python", "ok", found)


def _isogloss() -> Outcome:
    from isogloss import __version__

    place = Path(__file__).resolve().parent.parent
    if __version__.startswith("0+"):
        return Outcome("isogloss", "odd", f"run from {place}, not installed", "pip install -e . in that folder")
    return Outcome("isogloss", "ok", f"{__version__} in {place}")


def _module(module: str, distribution: str, purpose: str) -> Outcome:
    if not _is_there(module):
        return Outcome(module, "broken", f"missing; needed for {purpose}", f"pip install {distribution}")
    return Outcome(module, "ok", _version(distribution))


def _absent(module: str, purpose: str) -> Outcome:
    """A module of an extra that is not installed: nothing is wrong, and this is how to get it."""
    found = f"not installed; optional, for {purpose}"
    return Outcome(module, "absent", found, f'pip install "isogloss[{extra_of(module)}]"')


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _tried(name: str, check: Callable[[], Outcome]) -> Outcome:
    """The finding of a check that runs foreign code; whatever it raises is a finding too."""
    try:
        return check()
    except Exception as error:
        found = f"{type(error).__name__}: {error}".splitlines()[0]
        return Outcome(name, "broken", found, "reinstall: pip install --force-reinstall isogloss")


def _torch() -> Outcome:
    import torch

    devices = ["cpu"]
    devices += [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())]
    devices += ["mps"] if torch.backends.mps.is_available() else []
    square = torch.eye(3) @ torch.eye(3)
    if not torch.equal(square, torch.eye(3)):
        return Outcome("torch", "broken", f"{torch.__version__}: wrong results", "pip install --force-reinstall torch")
    return Outcome("torch", "ok", f"{torch.__version__}, {torch.get_num_threads()} threads, on {', '.join(devices)}")


def _faiss() -> Outcome:
    faiss = import_module("faiss")
    import numpy as np

    index = faiss.IndexFlatIP(4)
    index.add(np.eye(4, dtype=np.float32))
    _, rows = index.search(np.eye(4, dtype=np.float32), 1)
    if rows.ravel().tolist() != [0, 1, 2, 3]:
        return Outcome(
            "faiss", "broken", f"{faiss.__version__}: wrong results", "pip install --force-reinstall faiss-cpu"
        )
    return Outcome("faiss", "ok", f"{faiss.__version__}, {faiss.omp_get_max_threads()} threads")


def _fasttext() -> Outcome:
    import_module("fasttext")
    owners = metadata.packages_distributions().get("fasttext", [])
    if "fasttext" in owners or "fasttext-wheel" in owners:
        return Outcome(
            "fasttext",
            "odd",
            f"installed by {', '.join(owners)}",
            "pip uninstall fasttext fasttext-wheel; pip install --force-reinstall fasttext-community",
        )
    return Outcome("fasttext", "ok", ", ".join(f"{owner} {_version(owner)}" for owner in owners) or "version unknown")


def _sqlite() -> Outcome:
    found = f"SQLite {sqlite3.sqlite_version}"
    try:
        with sqlite3.connect(":memory:") as memory:
            memory.execute("CREATE VIRTUAL TABLE words USING fts5(word, tokenize = 'trigram')")
    except sqlite3.OperationalError as error:
        return Outcome(
            "sqlite", "broken", f"{found}: {error}", "use a Python whose SQLite is 3.34 or later and has FTS5"
        )
    finally:
        memory.close()
    return Outcome("sqlite", "ok", f"{found} with full-text search (FTS5)")


def _cache(folder: Path) -> Outcome:
    place = next(parent for parent in (folder, *folder.parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        remedy = "name another folder in ISOGLOSS_CACHE or with --cache; without one, files are parsed each time"
        return Outcome("cache", "broken", f"{folder}: cannot be written ({error.strerror})", remedy)
    files = [file for file in folder.rglob("*") if file.is_file()] if folder.exists() else []
    size = sum(file.stat().st_size for file in files)
    return Outcome("cache", "ok", f"{folder}: writable, {size / 2**20:.1f} MiB in {len(files)} files")


def _sample(folder: Path) -> Outcome:
    from isogloss.data.sample import sample_concepts, sample_languages, sample_vectors
    from isogloss.data.storage import file_hash

    expected = sample_hashes(folder)
    changed = [name for name, digest in expected.items() if not _is_whole(folder / name, digest, file_hash)]
    if changed or not expected:
        found = f"{folder}: {', '.join(changed) or 'ORIGIN.md'} is missing or changed"
        return Outcome("sample", "broken", found, "reinstall: pip install --force-reinstall isogloss")
    words = {language: len(sample_vectors(language)) for language in sample_languages()}
    counts = ", ".join(f"{language} {count:,}" for language, count in words.items())
    return Outcome(
        "sample",
        "ok",
        f"{len(expected)} files with the right hashes: {counts} words, {len(sample_concepts())} concepts",
    )


def _built(words: int) -> Outcome:
    from isogloss.data.sample import sample_dictionary, sample_vectors
    from isogloss.graphs import open_graph
    from isogloss.lexicons import build_lexicon

    began = time.perf_counter()
    english, french = (sample_vectors(language).first(words) for language in ("en", "fr"))
    with tempfile.TemporaryDirectory() as folder:
        seeds, graph = sample_dictionary("en", "fr"), Path(folder, "graph.db")
        lexicon = build_lexicon(
            english, french, seeds, method="procrustes", goal="recall", out=Path(folder, "en-fr"), graph=graph
        )
        with open_graph(graph) as opened:
            right = [translation.word for translation in opened.translate(ASKED, "en", "fr")]
    took = f"{len(lexicon):,} pairs of {words:,} words in {time.perf_counter() - began:.0f} s"
    if ANSWER not in right:
        return Outcome("build", "broken", f"{took}, without {ASKED} – {ANSWER}", "report it, with this list")
    return Outcome("build", "ok", f"{took}; {ASKED} is {right[0]}")


def _is_whole(path: Path, digest: str, file_hash: Callable[[Path], str]) -> bool:
    return path.is_file() and file_hash(path) == digest


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "version unknown"
