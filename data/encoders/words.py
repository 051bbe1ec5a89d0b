"""What an encoder says of words: each in a template, batch by batch, kept on disk by word."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import orjson

from isogloss.data.cache import ENCODED, content_hash
from isogloss.data.encoders.encoder import Encoder
from isogloss.data.encoders.layers import Layered, best_reading
from isogloss.data.encoders.loading import load_encoder
from isogloss.data.errors import VocabularyError
from isogloss.data.progress import Progress, silent
from isogloss.data.vectors import Matrix

BATCH = 256  # words that are encoded, and kept, at a time; round number
WORD = "{word}"  # its place in a template


class WordStore:
    """Vectors of words by one encoder in a file, as float16; a file that cannot be read or written keeps nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def find(self, words: Iterable[str]) -> dict[str, Matrix]:
        """The vectors of those ``words`` that are kept."""
        vectors: dict[str, Matrix] = {}
        if not self.path.is_file():
            return vectors
        with suppress(sqlite3.Error), closing(sqlite3.connect(self.path)) as file:
            for word in words:
                row = file.execute("SELECT vector FROM encoded WHERE word = ?", (word,)).fetchone()
                if row is not None:
                    vectors[word] = np.frombuffer(row[0], np.float16).astype(np.float32)
        return vectors

    def keep(self, words: Sequence[str], matrix: Matrix) -> None:
        """Add vectors, shape ``(len(words), d)``."""
        with suppress(sqlite3.Error, OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path)) as file, file:
                file.execute("CREATE TABLE IF NOT EXISTS encoded (word TEXT PRIMARY KEY, vector BLOB)")
                rows = ((word, vector.tobytes()) for word, vector in zip(words, matrix.astype(np.float16), strict=True))
                file.executemany("INSERT OR REPLACE INTO encoded VALUES (?, ?)", rows)


def check_template(template: str) -> None:
    """Refuse a template without a place for the word.

    Raises:
        VocabularyError: There is none.
    """
    if WORD not in template:
        raise VocabularyError(f"template {template!r} has no {WORD}, expected one such as 'query: {WORD}'")


def encoded_words(
    words: Sequence[str],
    encoder: Encoder[str],
    *,
    template: str = WORD,
    store: WordStore | None = None,
    progress: Progress = silent,
    language: str = "",
) -> Matrix:
    """The vectors of ``words``, shape ``(n, d)``, to the precision of float16.

    Args:
        words: Each is encoded once, and not at all where ``store`` has it.
        encoder: Gives each text its vector.
        template: The text of a word: ``{word}`` is its place.
        store: Keeps the vectors, batch by batch, so that an interrupted run loses little.
        progress: Watches the batches.
        language: For the progress bar.
    """
    check_template(template)
    vectors = {} if store is None else store.find(dict.fromkeys(words))
    missing = [word for word in dict.fromkeys(words) if word not in vectors]
    starts = range(0, len(missing), BATCH)
    for start in progress(starts, f"Encoding {language} words".replace("  ", " "), len(starts)) if missing else ():
        part = missing[start : start + BATCH]
        matrix = encoder.encode([template.replace(WORD, word) for word in part])
        matrix = matrix.astype(np.float16).astype(np.float32)  # as they come back from the store
        vectors.update(zip(part, matrix, strict=True))
        if store is not None:
            store.keep(part, matrix)
    return np.asarray([vectors[word] for word in words], dtype=np.float32).reshape(len(words), -1)


def store_of(folder: Path | None, name: str, template: str, reading: str = "") -> WordStore | None:
    """The store, in the cache ``folder``, of the encoder ``name`` with ``template``; ``None`` without a folder.

    ``reading`` is the layer and pooling, where they were chosen.
    """
    if folder is None:
        return None
    key = hashlib.sha256(orjson.dumps([name, _content(name), template, *filter(None, [reading])])).hexdigest()[:32]
    return WordStore(folder / ENCODED / f"{key}.sqlite")


@dataclass(frozen=True, eq=False)
class WordEncoder:
    """An encoder with the text that it gets of a word, and the file that keeps what it says."""

    name: str
    encoder: Encoder[str]
    template: str = WORD
    store: WordStore | None = None

    @classmethod
    def of(
        cls,
        encoder: Encoder[str] | Path | str,
        template: str = WORD,
        *,
        pairs: Sequence[tuple[str, str]] = (),
        cache: Path | None = None,
    ) -> WordEncoder:
        """An encoder, or the one of some name (``data.encoders.loading``).

        Args:
            encoder: The encoder, or its name.
            template: The text of a word: ``{word}`` is its place.
            pairs: Known translations, which choose the layer and pooling of a network of transformers, if they are
                enough (``data.encoders.layers``).
            cache: A folder that keeps what an encoder given by name says of each word.

        Raises:
            VocabularyError: The template has no place for the word.
            MissingExtraError: The package that loads the encoder is not installed.
            CheckpointError: There is no such model.
        """
        check_template(template)
        if isinstance(encoder, Path | str):
            name, loaded = str(encoder), load_encoder(str(encoder))
        else:
            name, loaded, cache = type(encoder).__name__, encoder, None
        texts = ([template.replace(WORD, pair[side]) for pair in pairs] for side in (0, 1))
        if isinstance(loaded, Layered) and (reading := best_reading(loaded, *texts)) is not None:
            store = store_of(cache, name, template, str(reading))
            return cls(f"{name} ({reading})", loaded.read_as(reading), template, store)
        return cls(name, loaded, template, store_of(cache, name, template))

    def encoded(self, words: Sequence[str], language: str = "", progress: Progress = silent) -> Matrix:
        """The vectors of ``words``, shape ``(n, d)``, to the precision of float16."""
        return encoded_words(
            words, self.encoder, template=self.template, store=self.store, progress=progress, language=language
        )


def _content(name: str) -> str:
    """What changes with the model: the hash of a folder, the version of a package."""
    if Path(name).is_dir():
        return content_hash(Path(name))
    with suppress(PackageNotFoundError, ValueError):
        return version(name)
    return ""
