"""Vectors from raw text, by fastText (Bojanowski et al., 2017)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from isogloss.data.errors import FormatError, OutputError, VocabularyError
from isogloss.data.language import language_code
from isogloss.data.lines import blocks
from isogloss.data.progress import Progress, silent
from isogloss.data.scratch import scratch_folder
from isogloss.data.storage import refuse_own_input, refuse_to_overwrite, replacing
from isogloss.data.text.tokens import is_unspaced, tokens
from isogloss.data.training_process import MATRIX, WORDS, EmptyVocabularyError, train
from isogloss.data.vector_formats.fasttext import Model
from isogloss.data.vector_formats.subwords import END_OF_LINE
from isogloss.data.vectors import Vectors
from isogloss.data.writing import write_vectors

UNSPACED_LENGTH = 6.0  # letters of a word on average; separated words are shorter; chosen by hand, not tuned
PROBED_WORDS = 5_000  # show whether words are separated; round number


@dataclass(frozen=True)
class Recipe:
    """How fastText is trained. The same seed gives the same vectors with one thread only."""

    dimensions: int = 100
    epochs: int = 5
    min_count: int = 5
    model: str = "skipgram"
    threads: int = 1
    seed: int = 0


def train_vectors(
    corpus: Path | str,
    language: str,
    out: Path | str,
    *,
    recipe: Recipe | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> Vectors:
    """Train fastText on the raw text ``corpus``, one sentence or paragraph a line, and write ``out``.

    A suffix ``.bin`` keeps the model with its subwords; any suffix of ``write_vectors`` keeps the words only.

    Raises:
        FormatError: The corpus is missing, not UTF-8, or written without blanks between words.
        VocabularyError: No word occurs ``min_count`` times.
        OutputError: ``out`` exists and ``force`` is not set, or cannot be written.
    """
    corpus, out, language, recipe = Path(corpus), Path(out), language_code(language), recipe or Recipe()
    refuse_to_overwrite(out, force, folder=False)
    refuse_own_input(out, corpus)
    with scratch_folder() as folder:
        text = folder / "tokens.txt"
        count = _tokenise(corpus, language, text, progress)
        if out.suffix != ".bin":
            vectors = _trained(text, None, language, recipe, count, progress)
        else:
            with replacing(out, force=force) as part:
                vectors = _trained(text, part, language, recipe, count, progress)
                _refuse_torn(part, out)
    if out.suffix == ".bin":
        return replace(vectors, subwords=Model(out))
    write_vectors(vectors, out, force=force, progress=progress)
    return vectors


def _tokenise(corpus: Path, language: str, text: Path, progress: Progress) -> int:
    """Write the words of ``corpus``, blanks between them; returns how many there are."""
    count, sample = 0, list[str]()
    with text.open("w", encoding="utf-8") as stream:
        for words in _sentences(corpus, progress):
            stream.write(" ".join(words) + "\n")
            count += len(words)
            if len(sample) < PROBED_WORDS:
                sample += words
                if len(sample) >= PROBED_WORDS:
                    _refuse_unspaced(corpus, language, sample)
    _refuse_unspaced(corpus, language, sample)
    return count


def _sentences(corpus: Path, progress: Progress) -> Iterator[list[str]]:
    for block in blocks(corpus, description=f"Reading {corpus.name}", progress=progress):
        for line, text in enumerate(block.lines, block.first):
            try:
                words = tokens(text.decode())
            except UnicodeDecodeError as error:
                found = f"bytes {text[error.start : error.start + 10]!r}"
                raise FormatError.at(corpus, line, found, "text in UTF-8") from error
            if words:
                yield words


def _refuse_unspaced(corpus: Path, language: str, words: list[str]) -> None:
    """Stop where whole clauses would pass for words."""
    letters = "".join(words)
    if not letters or len(letters) / len(words) <= UNSPACED_LENGTH:
        return
    if sum(map(is_unspaced, letters)) > len(letters) / 2:
        found = f"text without spaces between words (such as {max(words[:100], key=len)[:30]!r})"
        expected = f"separated words: run a word segmenter for {language!r} first and give its output"
        raise FormatError.at(corpus, None, found, expected)


def _trained(text: Path, model: Path | None, language: str, recipe: Recipe, count: int, progress: Progress) -> Vectors:
    """The words, most frequent first, without what fastText counts as one."""
    settings = {  # the rest as fastText suggests for word vectors
        "output": "",
        "model": recipe.model,
        "loss": "ns",
        "dim": recipe.dimensions,
        "epoch": recipe.epochs,
        "minCount": recipe.min_count,
        "thread": recipe.threads,
        "seed": recipe.seed,
        **{"lr": 0.05, "minn": 3, "maxn": 6, "bucket": 2_000_000, "verbose": 0},
    }
    for _ in progress([text], f"Training on {count:,} words", 1):
        try:
            train(text, settings, model=model, vectors=text.parent)
        except EmptyVocabularyError as error:
            raise VocabularyError(
                f"no word occurs {recipe.min_count} times among {count:,}; give more text or lower --min-count"
            ) from error
    words = json.loads((text.parent / WORDS).read_text("utf-8"))
    matrix = np.load(text.parent / MATRIX)
    of_words = [row for row, word in enumerate(words) if word != END_OF_LINE]
    return Vectors(language, tuple(words[row] for row in of_words), matrix[of_words])


def _refuse_torn(part: Path, out: Path) -> None:
    """FastText does not notice when the disk is full."""
    try:
        Model(part).words  # noqa: B018 (reads the file to its end)
    except (FormatError, ValueError) as error:
        raise OutputError(f"{out}: cannot be written (what arrived is not whole; is the disk full?)") from error
