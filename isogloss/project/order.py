"""What a process needs to know to make a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from isogloss.data.sources.object_store import from_store
from isogloss.data.vectors import Vectors
from isogloss.project.results import About
from isogloss.project.steps import Kind

Figures: TypeAlias = "dict[str, Any]"  # of a result, for reports: what JSON can hold


@dataclass(frozen=True)
class Order:
    """A step to make: settings and keys in ``wanted``, inputs by role or name of the step, where the result goes."""

    kind: Kind
    wanted: About
    files: Mapping[str, Path]
    inputs: Mapping[str, Path]  # folders of results
    out: Path
    cache: Path
    again: bool = False
    address: str = ""  # of what is fetched, with its password
    addresses: Mapping[str, str] = field(default_factory=dict)  # of what the steps in ``inputs`` fetch

    @property
    def settings(self) -> Mapping[str, Any]:
        """What the project file says about the step."""
        return self.wanted.settings

    def input(self, name: str) -> Path:
        """The local file of a role, or what the step of this name has fetched: from a store, to each machine."""
        if name in self.files:
            return self.files[name]
        if (about := self.inputs[name] / STORED).exists():
            sha256 = about.read_text("ascii")
            return from_store(self.addresses[name], self.cache, sha256=sha256)[0]
        return self.inputs[name] / FETCHED

    def vectors(self, side: Mapping[str, Any], max_vocab: int | None = None) -> Vectors:
        """The vectors that a part of the settings names, or the ``max_vocab`` most frequent of them."""
        from isogloss.data.reading import read_vectors

        return read_vectors(
            self.input(side["input"]),
            side["language"],
            max_vocab=min(side["max_vocab"], max_vocab or side["max_vocab"]),
            lowercase=not side["keep_case"],
            words=None if side["words"] is None else self.files[side["words"]],
            cache=self.cache,
        )


FETCHED = "fetched"  # the file or folder in the result of a step that fetches
STORED = "sha256"  # in its place, of what stays in an object store
GRAPH = "graph.db"  # in the results of steps that make one
LEXICON, TERMS = "lexicon", "terms.json"  # the folder of a lexicon, and the licences of what it was made from
