"""A key-value memory of adapted parameters under task descriptors; it is saved with the model."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import torch
from torch import Tensor

from isogloss.meta.learners.weights import Weights

NEAREST = 4  # k of the k nearest entries that a reading averages; round number, not tuned


class Reading(NamedTuple):
    """What a memory gives for a task: an offset for φ, and the tasks behind it, nearest first, with their weights."""

    offset: dict[str, Tensor]
    sources: tuple[tuple[str, float], ...]


@dataclass(frozen=True, eq=False)
class Memory:
    """Keys are task descriptors, values are differences θ - φ of adapted parameters (hierarchical meta-learning).

    A new task starts from φ and ``gate`` times the mean of the nearest entries, weighted by a softmax over distances
    (key-value memory; Sprechmann et al., 2018; tasks by clusters: Yao et al., 2019). Numbers of a descriptor are
    compared in units of their spread over those stored, or of ``unit`` where it is not 0. A task of a label that is
    there updates its entry; when ``capacity`` is reached, the entry that was read least recently makes room. A capacity
    of 0 is no memory.
    """

    capacity: int
    names: tuple[str, ...] = ()  # of the descriptor's numbers
    labels: tuple[str, ...] = ()
    keys: Tensor = torch.empty(0, 0)  # noqa: RUF009 (never changed in place)
    values: Mapping[str, Tensor] | None = None  # by parameter, the first dimension counts entries
    used: Tensor = torch.empty(0, dtype=torch.int64)  # noqa: RUF009 (likewise); when an entry was last read or written
    reads: Tensor = torch.empty(0, dtype=torch.int64)  # noqa: RUF009 (likewise); how often it was read
    clock: int = 0
    gate: float = 0.5  # round number, as is the temperature; memory as such is level in docs/meta-training.md
    temperature: float = 1.0
    unit: float = 0.0

    def __len__(self) -> int:
        return len(self.labels)

    def read(self, descriptor: Mapping[str, float], *, without: str | None = None) -> Reading:
        """What near tasks say; nothing where there are none. ``without`` leaves out the entry of a label."""
        shares = self._shares(descriptor, without)
        if not shares or not self.values:
            return Reading({}, ())
        rows, parts = torch.tensor(list(shares)), torch.tensor(list(shares.values()))
        offset = {
            name: self.gate * torch.tensordot(parts.to(value.dtype), value[rows], dims=1)
            for name, value in self.values.items()
        }
        return Reading(offset, tuple((self.labels[row], share) for row, share in shares.items()))

    def after_reading(self, reading: Reading) -> Memory:
        """The memory that knows which entries were read."""
        rows = [self.labels.index(label) for label, _ in reading.sources]
        used, reads = self.used.clone(), self.reads.clone()
        used[rows], reads[rows] = self.clock + 1, reads[rows] + 1
        return replace(self, used=used, reads=reads, clock=self.clock + 1)

    def write(self, label: str, descriptor: Mapping[str, float], change: Weights) -> Memory:
        """The memory with what a task did: half of an entry that has its label already, or one of its own."""
        if not self.capacity:
            return self
        if label in self.labels and self.values is not None:
            row, key = self.labels.index(label), self._key(descriptor)
            keys = self.keys.clone()
            keys[row] = (keys[row] + key) / 2
            values = {name: value.clone() for name, value in self.values.items()}
            for name, value in values.items():
                value[row] = (value[row] + change[name].detach()) / 2
            used = self.used.clone()
            used[row] = self.clock + 1
            return replace(self, keys=keys, values=values, used=used, clock=self.clock + 1)
        room = self._with_room()
        names = room.names or tuple(sorted(descriptor))
        room = replace(room, names=names)
        key = room._key(descriptor).unsqueeze(0)
        now = torch.tensor([room.clock + 1])
        values = {
            name: torch.cat([room.values[name], delta.detach().unsqueeze(0)])
            if room.values
            else delta.detach()[None].clone()
            for name, delta in change.items()
        }
        return replace(
            room,
            labels=(*room.labels, label),
            keys=torch.cat([room.keys, key]) if len(room) else key,
            values=values,
            used=torch.cat([room.used, now]),
            reads=torch.cat([room.reads, torch.zeros(1, dtype=torch.int64)]),
            clock=room.clock + 1,
        )

    def report(self) -> tuple[tuple[str, int, float], ...]:
        """Of every entry its label, how often it was read, and how far its task led away from φ (norm)."""
        values = self.values or {}
        norms = [
            float(torch.stack([value[row].square().sum() for value in values.values()]).sum().sqrt())
            for row in range(len(self))
        ]
        return tuple(zip(self.labels, self.reads.tolist(), norms, strict=True))

    def _shares(self, descriptor: Mapping[str, float], without: str | None) -> dict[int, float]:
        rows = [row for row, label in enumerate(self.labels) if label != without]
        if not rows:
            return {}
        spread = torch.full_like(self.keys[0], self.unit) if self.unit else self.keys.std(dim=0, correction=0)
        spread = torch.where(spread > 1e-6, spread, torch.ones_like(spread))
        gap = ((self.keys[rows] - self._key(descriptor)) / spread).clamp(-5, 5)
        distance = gap.square().mean(dim=1) / self.temperature
        nearest = torch.argsort(distance, stable=True)[:NEAREST]
        shares = torch.softmax(-distance[nearest], dim=0)
        return {rows[place]: share for place, share in zip(nearest.tolist(), shares.tolist(), strict=True)}

    def _key(self, descriptor: Mapping[str, float]) -> Tensor:
        return torch.tensor([descriptor.get(name, 0.0) for name in self.names])

    def _with_room(self) -> Memory:
        if len(self) < self.capacity:
            return self
        oldest = sorted(range(len(self)), key=lambda row: int(self.used[row]))[: len(self) - self.capacity + 1]
        return self._subset([row for row in range(len(self)) if row not in oldest])

    def _subset(self, rows: Sequence[int]) -> Memory:
        numbers = list(rows)
        values = {name: value[numbers] for name, value in self.values.items()} if self.values and numbers else None
        return replace(
            self,
            labels=tuple(self.labels[row] for row in numbers),
            keys=self.keys[numbers],
            values=values,
            used=self.used[numbers],
            reads=self.reads[numbers],
        )


def tensors(memory: Memory) -> dict[str, Tensor]:
    """For a file, with ``account``; ``from_tensors`` reads both."""
    named = {"memory/keys": memory.keys, "memory/used": memory.used, "memory/reads": memory.reads}
    return named | {f"memory value/{name}": value for name, value in (memory.values or {}).items()}


def account(memory: Memory) -> dict[str, Any]:
    """What is not a tensor, for the description of a file."""
    return {
        "names": memory.names,
        "labels": memory.labels,
        "values": list(memory.values or {}),
        "clock": memory.clock,
        "gate": memory.gate,
        "temperature": memory.temperature,
        "unit": memory.unit,
    }


def from_tensors(capacity: int, described: Mapping[str, Any], stored: Mapping[str, Tensor]) -> Memory:
    """The memory of a file.

    Raises:
        KeyError: Something is missing.
        ValueError: Parts do not belong together.
    """
    names, labels = tuple(map(str, described["names"])), tuple(map(str, described["labels"]))
    memory = Memory(
        int(capacity),
        names,
        labels,
        stored["memory/keys"],
        {name: stored[f"memory value/{name}"] for name in described["values"]} or None,
        stored["memory/used"],
        stored["memory/reads"],
        int(described["clock"]),
        float(described["gate"]),
        float(described["temperature"]),
        float(described.get("unit", 0.0)),
    )
    counts = [len(labels), *map(len, (memory.used, memory.reads, *(memory.values or {}).values()))]
    if memory.keys.shape != (len(labels), len(names) if labels else memory.keys.shape[-1]) or len(set(counts)) != 1:
        raise ValueError(f"a memory of {counts} entries with keys of shape {tuple(memory.keys.shape)}")
    if memory.used.dtype != torch.int64 or memory.reads.dtype != torch.int64 or not memory.temperature > 0:
        raise ValueError(f"a memory of temperature {memory.temperature}, used as {memory.used.dtype}")
    if not memory.keys.is_floating_point() or not 0 <= memory.capacity < 1 << 31 or not math.isfinite(memory.gate):
        raise ValueError(f"a memory of capacity {memory.capacity} and gate {memory.gate}")
    return memory
