"""Affinities between kinds of tasks: by what describes them, and by where their gradients point."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
import torch
from numpy.typing import NDArray

from isogloss.data.errors import FormatError, VocabularyError
from isogloss.data.limits import whole
from isogloss.data.storage import replacing
from isogloss.meta.learners.learner import Episode, Learner
from isogloss.meta.learners.weights import Weights

Affinity = NDArray[np.float64]  # shape (kinds, kinds), symmetric, 1 on the diagonal


@dataclass(frozen=True, eq=False)
class TaskMap:
    """How kinds of tasks resemble one another, from -1 to 1; ``measure`` is ``descriptor`` or ``gradient``."""

    names: tuple[str, ...]
    affinity: Affinity
    measure: str
    descriptors: Mapping[str, Mapping[str, float]]

    def tree(self) -> NDArray[np.float64]:
        """Average linkage over 1 - affinity, as scipy's hierarchy has it, shape ``(kinds - 1, 4)``.

        Raises:
            VocabularyError: There are fewer than two kinds.
        """
        from scipy.cluster.hierarchy import linkage
        from scipy.spatial.distance import squareform

        if len(self.names) < 2:
            raise VocabularyError(f"found {len(self.names)} kinds of tasks, expected two or more for a tree")
        distance = (1 - self.affinity).clip(min=0)
        np.fill_diagonal(distance, 0)
        return np.asarray(linkage(squareform(distance, checks=False), method="average"))

    def order(self) -> list[int]:
        """The kinds as leaves of the tree, so that similar ones are neighbors."""
        from scipy.cluster.hierarchy import leaves_list

        return [int(leaf) for leaf in leaves_list(self.tree())] if len(self.names) > 1 else [0]

    def to(self, goal: Mapping[str, float]) -> NDArray[np.float64]:
        """The descriptor affinity of every kind to a task that is described by ``goal``, shape ``(kinds,)``."""
        kinds = [self.descriptors[name] for name in self.names]
        return descriptor_affinity([*kinds, goal])[-1, :-1]

    def rows(self) -> list[tuple[object, ...]]:
        """A line for each kind: its name and its affinity to all."""
        return [(name, *map(float, line)) for name, line in zip(self.names, self.affinity, strict=True)]

    def as_json(self) -> dict[str, object]:
        """Everything, for ``json.dumps``."""
        return {
            "measure": self.measure,
            "kinds": list(self.names),
            "affinity": self.affinity.tolist(),
            "descriptors": {name: dict(descriptor) for name, descriptor in self.descriptors.items()},
        }


def by_descriptor(episodes: Sequence[Episode]) -> TaskMap:
    """Kinds of tasks compared by the mean descriptors of their episodes."""
    described = mean_descriptors(episodes)
    names = tuple(described)
    return TaskMap(names, descriptor_affinity([described[name] for name in names]), "descriptor", described)


def by_gradient(learner: Learner, weights: Weights, episodes: Sequence[Episode]) -> TaskMap:
    """Kinds of tasks compared by the cosine of their meta-gradients at ``weights`` (Du et al., 2018)."""
    described = mean_descriptors(episodes)
    members = {name: [episode for episode in episodes if episode.kind == name] for name in described}
    gradients = []
    for name in described:
        gradient, _ = learner.meta_gradient(weights, members[name])
        gradients.append(torch.cat([tensor.reshape(-1) for tensor in gradient.values()]).double())
    matrix = torch.nn.functional.normalize(torch.stack(gradients), dim=1)
    return TaskMap(tuple(described), np.asarray((matrix @ matrix.T).numpy()), "gradient", described)


def mean_descriptors(episodes: Sequence[Episode]) -> dict[str, dict[str, float]]:
    """The mean descriptor of each kind, kinds by name."""
    by_kind: dict[str, list[Mapping[str, float]]] = {}
    for episode in episodes:
        by_kind.setdefault(episode.kind, []).append(episode.descriptor)
    return {
        kind: {
            name: float(np.mean([descriptor.get(name, 0.0) for descriptor in by_kind[kind]]))
            for name in by_kind[kind][0]
        }
        for kind in sorted(by_kind)
    }


def descriptor_affinity(described: Sequence[Mapping[str, float]]) -> Affinity:
    """``exp(-d²/2)`` of the root mean square distance between descriptors brought to unit spread, shape ``(n, n)``."""
    names = sorted({name for descriptor in described for name in descriptor})
    table = np.array([[descriptor.get(name, 0.0) for name in names] for descriptor in described]).reshape(
        len(described), -1
    )
    spread = table.std(axis=0)
    scaled = (table - table.mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0)
    gap = scaled[:, None, :] - scaled[None, :, :]
    squared = (gap**2).mean(axis=2) if names else np.zeros((len(described), len(described)))
    return np.asarray(np.exp(-squared / 2))


def save_map(task_map: TaskMap, path: Path, *, force: bool = False) -> None:
    """Write the map as JSON, whole or not at all.

    Raises:
        OutputError: ``path`` exists and ``force`` is not set, or it cannot be written.
    """
    with replacing(path, force=force) as part:
        part.write_text(json.dumps(task_map.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def load_map(path: Path) -> TaskMap:
    """The map that ``save_map`` wrote.

    Raises:
        FormatError: The file is missing, or holds something else.
    """
    expected = "a task map; make it with: isogloss meta tasks --affinity descriptor --out FILE"
    try:
        read = orjson.loads(whole(path))
        names, affinity = tuple(map(str, read["kinds"])), np.array(read["affinity"], np.float64)
        descriptors = {str(name): dict(descriptor) for name, descriptor in read["descriptors"].items()}
        measure = str(read["measure"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FormatError.at(path, None, f"no readable map ({error})", expected) from error
    if not names or affinity.shape != (len(names), len(names)) or not np.isfinite(affinity).all():
        raise FormatError.at(path, None, f"{len(names)} kinds of tasks and numbers of shape {affinity.shape}", expected)
    return TaskMap(names, affinity, measure, descriptors)
