"""Families of tasks and the space they are drawn from."""

from __future__ import annotations

from meta.tasks.concept import ConceptNWay
from meta.tasks.cycle_ranking import CycleRanking
from meta.tasks.family import Family
from meta.tasks.hidden_edge import HiddenEdge
from meta.tasks.invariance import LanguageInvariance
from meta.tasks.similarity import Similarity
from meta.tasks.space import FAMILIES, OF_CANDIDATES, OF_WORDS, Dictionaries, TaskSpace, dictionaries_of
from meta.tasks.task import Example, Labelled, Task, WordTask
from meta.tasks.transfer import ClassTransfer
from meta.tasks.word_mapping import WordMapping

__all__ = [
    "FAMILIES",
    "OF_CANDIDATES",
    "OF_WORDS",
    "ClassTransfer",
    "ConceptNWay",
    "CycleRanking",
    "Dictionaries",
    "Example",
    "Family",
    "HiddenEdge",
    "Labelled",
    "LanguageInvariance",
    "Similarity",
    "Task",
    "TaskSpace",
    "WordMapping",
    "WordTask",
    "dictionaries_of",
]
