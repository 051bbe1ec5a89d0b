"""A meta-trained model and the run that makes it, in one file: ``model.safetensors``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from isogloss.data.errors import CheckpointError
from isogloss.data.storage import replacing
from isogloss.meta.learners import Learner
from isogloss.meta.learners import memory as memories
from isogloss.meta.learners.memory import Reading
from isogloss.meta.learners.optimiser import Moments
from isogloss.meta.learners.weights import Weights, moved
from isogloss.meta.models.candidate_ranker import Ranker
from isogloss.meta.models.networks import Network, new_network
from isogloss.meta.models.tensor_file import check_shapes, loaded, read_tensors, write_tensors
from isogloss.meta.tasks.candidate_features import FEATURES
from isogloss.meta.tasks.space import TaskSpace
from isogloss.meta.training.outer_loop import State, first_state, learner_of
from isogloss.meta.training.samplers import LAST
from isogloss.meta.training.settings import Settings

FILE = "model.safetensors"
FORMAT = "isogloss meta 2"


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

    def network(self) -> Network:
        """The network; its parameters are given by ``state.weights`` at each call."""
        network = new_network(self.settings.model, len(self.mean), self.settings.hidden, self.settings.ways)
        network.mean.copy_(self.mean)
        network.spread.copy_(self.spread)
        return network

    def ranker(self) -> Ranker:
        """The network, of a model that ranks candidate translations.

        Raises:
            CheckpointError: The model does something else.
        """
        network = self.network()
        if not isinstance(network, Ranker):
            raise CheckpointError(
                f"found a model for {self.settings.model}, expected one that ranks translations; train with "
                "--model ranker"
            )
        return network

    def learner(self) -> Learner:
        """The learner that trained the model, and that adapts it."""
        return learner_of(self.network(), self.settings)

    def untrained(self) -> Checkpoint:
        """The model before its first step."""
        generator = torch.Generator().manual_seed(self.settings.seed)
        network = self.network().initialise(self.mean, self.spread, generator)
        return replace(self, state=first_state(network, generator, self.settings), history=())

    def start(self, descriptor: Mapping[str, float]) -> tuple[Weights, Reading]:
        """Where a new task begins: φ and what the memory of near tasks adds to it; and what was read."""
        reading = self.state.memory.read(descriptor)
        return moved(self.state.weights, reading.offset), reading

    def __repr__(self) -> str:
        progress = f"{self.state.number} of {self.settings.steps} steps"
        return f"<Checkpoint of {self.settings.learner} on {', '.join(self.languages)}: {progress}>"


def save(checkpoint: Checkpoint, folder: Path) -> None:
    """Write ``folder/model.safetensors``, whole or not at all.

    Raises:
        OutputError: The folder cannot be written.
    """
    state = checkpoint.state
    tensors = {"mean": checkpoint.mean, "spread": checkpoint.spread, "generator": state.generator}
    parts = {"weights": state.weights, "first": state.moments.first, "second": state.moments.second, "memo": state.memo}
    tensors |= {f"{part}/{name}": tensor for part, named in parts.items() for name, tensor in named.items()}
    tensors |= memories.tensors(state.memory)
    described = {
        "format": FORMAT,
        "features": FEATURES if checkpoint.settings.model == "ranker" else (),
        "names": list(state.weights),
        "memo": list(state.memo),
        "memory": memories.account(state.memory),
        "settings": asdict(checkpoint.settings),
        "number": state.number,
        "updates": state.moments.count,
        "languages": checkpoint.languages,
        "held_out": checkpoint.held_out,
        "inputs": checkpoint.inputs,
        "history": checkpoint.history,
    }
    with replacing(folder / FILE) as part:
        write_tensors(part, tensors, described)


def load(folder: Path) -> Checkpoint:
    """Read ``folder/model.safetensors`` (or the file itself).

    Raises:
        CheckpointError: It is not there, is damaged, or was made by another version.
    """
    contents = read_tensors(
        folder, FILE, contents="a meta-trained ranker", remedy="isogloss meta ranker train", unbounded=(LAST,)
    )
    with loaded(contents.path, f"a ranker of format {FORMAT!r}", "isogloss meta ranker train --force"):
        return _checked(_checkpoint(*contents))


def _checkpoint(path: Path, described: dict[str, Any], tensors: dict[str, Tensor]) -> Checkpoint:
    if described.get("format") != FORMAT:
        raise CheckpointError(
            f"{path}: found format {described.get('format')!r}, expected {FORMAT!r}; train again with --force"
        )
    if tuple(described.get("features", ())) not in (FEATURES, ()):
        raise CheckpointError(
            f"{path}: found a model for other features of candidates, expected the {len(FEATURES)} of this version; "
            "train again with --force"
        )
    settings, names = described["settings"], described["names"]
    lists = {name: tuple(value) for name, value in settings.items() if isinstance(value, list)}
    settings = Settings(**{**settings, **lists})
    state = State(
        described["number"],
        _part(tensors, "weights", names),
        Moments(described["updates"], _part(tensors, "first", names), _part(tensors, "second", names)),
        tensors["generator"],
        _part(tensors, "memo", described["memo"]),
        memories.from_tensors(settings.memory, described["memory"], tensors),
    )
    return Checkpoint(
        settings,
        state,
        tensors["mean"],
        tensors["spread"],
        tuple(map(str, described["languages"])),
        tuple(map(str, described["held_out"])),
        str(described["inputs"]),
        tuple(map(dict, described["history"])),
    )


def _checked(checkpoint: Checkpoint) -> Checkpoint:
    """``checkpoint``, if its tensors are those of the network that its settings name.

    Raises:
        ValueError: They are not.
    """
    settings, state = checkpoint.settings, checkpoint.state
    if checkpoint.mean.ndim != 1 or checkpoint.spread.shape != checkpoint.mean.shape:
        raise ValueError(f"means of shape {tuple(checkpoint.mean.shape)}")
    inputs = len(checkpoint.mean)
    check_shapes(lambda: new_network(settings.model, inputs, settings.hidden, settings.ways), state.weights)
    for name, values in (state.memory.values or {}).items():
        if values.shape[1:] != state.weights[name].shape:
            raise ValueError(f"a memory of {tuple(values.shape)} for {name}")
    for count in (state.number, state.moments.count):
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise ValueError(f"{count!r} steps")
    torch.Generator().set_state(state.generator)
    return checkpoint


def inputs_of(space: TaskSpace) -> str:
    """A hash of all that tasks are drawn from."""
    digest = hashlib.sha256()
    pairs = {(kind.source, kind.target) for kinds in (space.kinds, space.word_kinds) for kind in kinds}
    for pair in sorted(pairs):
        digest.update(repr((pair, [row[:2] for row in space.dictionaries[pair].pairs])).encode())
    for language in space.languages:
        words = space.vectors.words(language)
        digest.update(repr((language, words.words)).encode())
        digest.update(words.matrix.tobytes())
    return digest.hexdigest()


def _part(tensors: Mapping[str, Tensor], part: str, names: Sequence[str]) -> dict[str, Tensor]:
    """The tensors named ``part/…`` in the order of ``names``, which safetensors does not keep."""
    return {name: tensors[f"{part}/{name}"] for name in names}
