"""A meta-trained model and the run that makes it, in one file: ``model.safetensors``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from data.errors import CheckpointError
from data.storage import replacing
from meta.features import FEATURES
from meta.learners import Learner
from meta.optimiser import Moments
from meta.ranker import Ranker
from meta.tasks.space import TaskSpace
from meta.training import Settings, State, learner_of

FILE = "model.safetensors"
FORMAT = "isogloss meta 1"


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A model after some steps of training, with all that is needed to use it or to train on.

    ``languages`` were trained on; ``held_out`` were there and not looked at. ``inputs`` is a hash of the vectors and
    dictionaries, so that a run is not continued on others. ``history`` holds the losses of each step by family.
    """

    settings: Settings
    state: State
    mean: Tensor
    spread: Tensor
    languages: tuple[str, ...] = ()
    held_out: tuple[str, ...] = ()
    inputs: str = ""
    history: tuple[Mapping[str, float], ...] = ()

    def ranker(self) -> Ranker:
        """The network; its parameters are given by ``state.weights`` at each call."""
        ranker = Ranker(len(FEATURES), self.settings.hidden)
        ranker.mean.copy_(self.mean)
        ranker.spread.copy_(self.spread)
        return ranker

    def learner(self) -> Learner:
        """The learner that trained the model, and that adapts it."""
        return learner_of(self.ranker(), self.settings)

    def __repr__(self) -> str:
        done = f"{self.state.number} of {self.settings.steps} steps"
        return f"<Checkpoint of {self.settings.learner} on {', '.join(self.languages)}: {done}>"


def save(checkpoint: Checkpoint, folder: Path) -> None:
    """Write ``folder/model.safetensors``, whole or not at all.

    Raises:
        OutputError: The folder cannot be written.
    """
    from safetensors.torch import save_file

    state = checkpoint.state
    tensors = {"mean": checkpoint.mean, "spread": checkpoint.spread, "generator": state.generator}
    parts = {"weights": state.weights, "first": state.moments.first, "second": state.moments.second}
    tensors |= {f"{part}/{name}": tensor for part, named in parts.items() for name, tensor in named.items()}
    described = {
        "format": FORMAT,
        "features": FEATURES,
        "settings": asdict(checkpoint.settings),
        "number": state.number,
        "updates": state.moments.count,
        "languages": checkpoint.languages,
        "held_out": checkpoint.held_out,
        "inputs": checkpoint.inputs,
        "history": checkpoint.history,
    }
    with replacing(folder / FILE) as part:
        save_file(
            {name: tensor.detach().contiguous() for name, tensor in tensors.items()},
            part,
            metadata={"isogloss": json.dumps(described)},
        )


def load(folder: Path) -> Checkpoint:
    """Read ``folder/model.safetensors`` (or the file itself).

    Raises:
        CheckpointError: It is not there, is damaged, or was made by another version.
    """
    from safetensors import SafetensorError, safe_open

    path = folder / FILE if folder.is_dir() else folder
    if not path.is_file():
        raise CheckpointError(
            f"{path}: found no file, expected a meta-trained model; make one with: isogloss meta train"
        )
    try:
        with safe_open(path, framework="pt") as file:
            described = json.loads((file.metadata() or {}).get("isogloss", "{}"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(
            f"{path}: found a damaged file ({error}), expected a whole checkpoint; train again with --force"
        ) from error
    return _checkpoint(path, described, tensors)


def _checkpoint(path: Path, described: dict[str, Any], tensors: dict[str, Tensor]) -> Checkpoint:
    if described.get("format") != FORMAT:
        raise CheckpointError(
            f"{path}: found format {described.get('format')!r}, expected {FORMAT!r}; train again with --force"
        )
    if tuple(described.get("features", ())) != FEATURES:
        raise CheckpointError(
            f"{path}: found a model for other features of candidates, expected the {len(FEATURES)} of this version; "
            "train again with --force"
        )
    try:
        state = State(
            described["number"],
            _part(tensors, "weights"),
            Moments(described["updates"], _part(tensors, "first"), _part(tensors, "second")),
            tensors["generator"],
        )
        return Checkpoint(
            Settings(**described["settings"]),
            state,
            tensors["mean"],
            tensors["spread"],
            tuple(described["languages"]),
            tuple(described["held_out"]),
            described["inputs"],
            tuple(described["history"]),
        )
    except (KeyError, TypeError) as error:
        raise CheckpointError(
            f"{path}: found a checkpoint with missing or unknown parts ({error}), expected format {FORMAT!r}; "
            "train again with --force"
        ) from error


def inputs_of(space: TaskSpace) -> str:
    """A hash of all that tasks are drawn from."""
    digest = hashlib.sha256()
    for pair in sorted({(kind.source, kind.target) for kind in space.kinds}):
        digest.update(repr((pair, [row[:2] for row in space.dictionaries[pair].pairs])).encode())
    for language in space.languages:
        words = space.vectors.words(language)
        digest.update(repr((language, words.words)).encode())
        digest.update(words.matrix.tobytes())
    return digest.hexdigest()


def _part(tensors: Mapping[str, Tensor], part: str) -> dict[str, Tensor]:
    """The tensors named ``part/…``; safetensors sorts names, so the order is put back by the ranker's own."""
    order = [name for name, _ in Ranker(1, 1).named_parameters()]
    return {name: tensors[f"{part}/{name}"] for name in order}
