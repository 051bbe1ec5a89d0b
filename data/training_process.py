"""fastText's training in a process of its own: it cannot be interrupted, so it is ended."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from isogloss.data.errors import OutputError
from isogloss.data.tensors import save_array
from isogloss.data.vector_formats.subwords import SubwordTable

WORDS, MATRIX = "words.json", "matrix.npy"
EMPTY = 3  # exit status: no word is frequent enough
_CODE = """
import json, sys
order = json.loads(sys.argv[1])
sys.path[:] = order["path"]
from isogloss.data.training_process import work
work(order)
"""
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


class EmptyVocabularyError(Exception):
    """No word is frequent enough."""


def train(text: Path, settings: Mapping[str, Any], *, model: Path | None, vectors: Path) -> None:
    """Train on the words of ``text``; what interrupts the caller ends the training.

    Args:
        text: Words with blanks between them.
        settings: What fastText itself calls its arguments.
        model: Where the model goes, if it is wanted.
        vectors: A folder, where words and vectors go.

    Raises:
        EmptyVocabularyError: No word is frequent enough.
        OutputError: The process was ended from outside, or the disk is full.
    """
    order = {
        "path": sys.path,
        "settings": {**settings, "input": str(text)},
        "model": model and str(model),
        "vectors": str(vectors),
    }
    with subprocess.Popen(
        [sys.executable, "-c", _CODE, json.dumps(order)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C on the terminal reaches the parent, which ends it
    ) as process:
        try:
            message = process.communicate()[1].decode(errors="replace").strip()
        except BaseException:
            process.kill()
            raise
    if process.returncode == EMPTY:
        raise EmptyVocabularyError
    if process.returncode:
        reason = message.rpartition("\n")[2] or f"signal {-process.returncode}"
        raise OutputError(
            f"{model or vectors}: the training ended early ({reason}); check memory and disk, use fewer dimensions"
        )


def work(order: Mapping[str, Any]) -> None:
    """What the process does."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)
    from fasttext import FastText

    binding: Any = FastText.fasttext
    settings, network = binding.args(), binding.fasttext()
    for name, value in order["settings"].items():
        enum = {"model": "model_name", "loss": "loss_name"}.get(name)
        setattr(settings, name, getattr(getattr(binding, enum), value) if enum else value)
    try:
        binding.train(network, settings)
    except ValueError:
        sys.exit(EMPTY)
    folder = Path(order["vectors"])
    words, matrix = network.getVocab("strict")[0], np.asarray(network.getInputMatrix())
    row_of = {word.encode(): row for row, word in enumerate(words)}
    table = SubwordTable(row_of, matrix.view(np.uint8), settings.minn, settings.maxn, settings.bucket)
    save_array(folder / MATRIX, table.vectors(words))
    (folder / WORDS).write_text(json.dumps(words), "utf-8")
    if order["model"]:
        network.saveModel(order["model"])
