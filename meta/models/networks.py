"""The models that are meta-trained, and the family of tasks that each is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from isogloss.meta.models.candidate_ranker import Ranker
from isogloss.meta.models.word_classifier import Classifier

ModelName = Literal["ranker", "words"]
MAIN: Mapping[ModelName, str] = {"ranker": "word-mapping", "words": "class-transfer"}  # the others are auxiliary

Network = Ranker | Classifier


def new_network(name: ModelName, inputs: int, hidden: int, ways: int) -> Network:
    """A model without values yet.

    Args:
        name: ``ranker`` judges candidate translations, ``words`` classifies words.
        inputs: Numbers that describe a candidate or a word.
        hidden: Units.
        ways: Classes, for ``words``.
    """
    return Ranker(inputs, hidden) if name == "ranker" else Classifier(inputs, hidden, ways)
