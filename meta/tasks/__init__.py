"""Families of tasks and the space they are drawn from."""

from __future__ import annotations

from isogloss.meta.tasks.concept import ConceptNWay
from isogloss.meta.tasks.cycle_ranking import CycleRanking
from isogloss.meta.tasks.family import Family
from isogloss.meta.tasks.hidden_edge import HiddenEdge
from isogloss.meta.tasks.invariance import LanguageInvariance
from isogloss.meta.tasks.similarity import Similarity
from isogloss.meta.tasks.space import FAMILIES, OF_CANDIDATES, OF_WORDS, Dictionaries, TaskSpace, dictionaries_of
from isogloss.meta.tasks.task import Example, Labelled, Task, WordTask
from isogloss.meta.tasks.transfer import ClassTransfer
from isogloss.meta.tasks.word_mapping import WordMapping

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
