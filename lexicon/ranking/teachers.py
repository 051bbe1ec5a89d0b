"""Teachers: the dictionaries that a model was trained on, and which languages it has therefore seen."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import NamedTuple

from isogloss.data.dictionary import Dictionary
from isogloss.data.language import same_languages


class Teacher(NamedTuple):
    """A dictionary that a model was trained on."""

    name: str
    source: str
    target: str

    def __str__(self) -> str:
        return f"{self.name} {self.source}-{self.target}"


Teachers = tuple[Teacher, ...]


def teachers_of(dictionaries: Iterable[Dictionary]) -> Teachers:
    """``dictionaries`` as teachers, in alphabetical order."""
    return tuple(
        sorted({Teacher(dictionary.origin.name, dictionary.source, dictionary.target) for dictionary in dictionaries})
    )


def languages_seen(teachers: Collection[Teacher]) -> frozenset[str]:
    """The languages of the dictionaries."""
    return frozenset(language for teacher in teachers for language in (teacher.source, teacher.target))


def is_blind(teachers: Collection[Teacher], languages: Collection[str]) -> bool:
    """Whether no teacher knew any of ``languages``, by whatever code."""
    return not same_languages(languages, languages_seen(teachers))


def to_text(teachers: Teachers) -> str:
    """For the metadata of a file; ``from_text`` reads it again."""
    return json.dumps(teachers, ensure_ascii=False)


def from_text(text: str) -> Teachers:
    """What ``to_text`` wrote.

    Raises:
        ValueError: It is something else.
    """
    try:
        return tuple(Teacher(*map(str, fields)) for fields in json.loads(text))
    except (TypeError, RecursionError) as error:
        raise ValueError(f"found {text[:40]!r}, expected name, source and target of each dictionary") from error
