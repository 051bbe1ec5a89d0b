"""Families of tasks and the space they are drawn from."""

from __future__ import annotations

from meta.tasks.family import Family
from meta.tasks.hidden_edge import HiddenEdge
from meta.tasks.space import FAMILIES, Dictionaries, TaskSpace, dictionaries_of
from meta.tasks.task import Example, Task
from meta.tasks.word_mapping import WordMapping

__all__ = [
    "FAMILIES",
    "Dictionaries",
    "Example",
    "Family",
    "HiddenEdge",
    "Task",
    "TaskSpace",
    "WordMapping",
    "dictionaries_of",
]
