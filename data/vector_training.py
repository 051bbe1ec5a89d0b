"""Vectors from raw text, by fastText (Bojanowski et al., 2017)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from isogloss.data.errors import FormatError, VocabularyError
from isogloss.data.language import language_code
from isogloss.data.lines import blocks
from isogloss.data.progress import Progress, silent
from isogloss.data.storage import refuse_to_overwrite, replacing
from isogloss.data.text.tokens import is_unspaced, tokens
from isogloss.data.vector_formats.fasttext import Model
from isogloss.data.vectors import Vectors
from isogloss.data.writing import write_vectors

UNSPACED_LENGTH = 6.0  # letters of a word on average; separated words are shorter; chosen by hand, not tuned
PROBED_WORDS = 5_000  # show whether words are separated; round number
END_OF_LINE = "</s>"


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
        OutputError: ``out`` exists and ``force`` is not set.
    """
    corpus, out, language, recipe = Path(corpus), Path(out), language_code(language), recipe or Recipe()
    refuse_to_overwrite(out, force)
    with tempfile.TemporaryDirectory(prefix="isogloss-") as folder:
        text = Path(folder) / "tokens.txt"
        network = _trained(text, recipe, _tokenise(corpus, language, text, progress), progress)
    vectors = _vectors(network, language, recipe.dimensions)
    if out.suffix != ".bin":
        write_vectors(vectors, out, force=force, progress=progress)
        return vectors
    with replacing(out, force=force) as part:
        network.saveModel(str(part))
    return replace(vectors, subwords=Model(out))


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
        found = f"text without blanks between words (such as {max(words[:100], key=len)[:30]!r})"
        expected = f"separated words: run a word segmenter for {language!r} first and give its output"
        raise FormatError.at(corpus, None, found, expected)


def _trained(text: Path, recipe: Recipe, count: int, progress: Progress) -> Any:
    """The network of fastText, through its binding: the function of the package takes no seed."""
    from fasttext import FastText

    binding: Any = FastText.fasttext
    network = binding.fasttext()
    for _ in progress([text], f"Training on {count:,} words", 1):
        try:
            binding.train(network, _settings(binding, text, recipe))
        except ValueError as error:
            raise VocabularyError(
                f"no word occurs {recipe.min_count} times among {count:,}; give more text or lower --min-count"
            ) from error
    return network


def _vectors(network: Any, language: str, dimensions: int) -> Vectors:
    """The words, most frequent first, without what fastText counts as one."""
    from fasttext import FastText

    words = [word for word in network.getVocab("strict")[0] if word != END_OF_LINE]
    matrix = np.empty((len(words), dimensions), np.float32)
    vector = FastText.fasttext.Vector(dimensions)
    for row, word in enumerate(words):
        network.getWordVector(vector, word)
        matrix[row] = np.array(vector)
    return Vectors(language, tuple(words), matrix)


def _settings(binding: Any, text: Path, recipe: Recipe) -> Any:
    """What fastText itself calls its arguments; the rest as it suggests for word vectors."""
    settings = binding.args()
    settings.input, settings.output = str(text), ""
    settings.model = getattr(binding.model_name, recipe.model)
    settings.loss = binding.loss_name.ns
    settings.dim, settings.epoch, settings.minCount = recipe.dimensions, recipe.epochs, recipe.min_count
    settings.thread, settings.seed = recipe.threads, recipe.seed
    settings.lr, settings.minn, settings.maxn, settings.bucket = 0.05, 3, 6, 2_000_000
    settings.verbose = 0
    return settings
