"""How to meta-train: every setting with its default and the values it may take."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

from isogloss.data.limits import LARGEST_INTEGER
from isogloss.meta.learners import LearnerName
from isogloss.meta.models.networks import ModelName
from isogloss.meta.training.samplers import SamplerName
from isogloss.meta.training.weighting import WeightingName


class Range(NamedTuple):
    """The numbers a setting may be, both ends included."""

    low: float
    high: float = math.inf

    def __str__(self) -> str:
        return f"of at least {self.low:g}" if self.high == math.inf else f"from {self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Settings:
    """How to meta-train.

    ``inner_steps`` and ``inner_rate`` are of the inner loop (adaptation to a task), ``outer_rate`` and
    ``tasks_per_step`` of the outer loop; ``episodes`` is how many tasks it draws from. ``auxiliary`` is the weight in
    the objective of every family but the model's main one, before ``weighting``; ``vocabulary`` is how many of the
    most frequent words of each language take part in training tasks; ``memory`` is its capacity, 0 for none.
    ``language_dropout``, ``seed_noise``, ``rotations``, ``proximity`` and ``folds`` act against over-fitting a language
    (``meta.training.regularisation``). Every ``check_every`` steps, precision is measured on the languages ``watched``,
    which are kept out of training. The highest values are round numbers far above any use: a file of settings that
    somebody changed must not run for ever.

    Raises:
        ValueError: A number is out of its range, or a choice is unknown.
    """

    learner: LearnerName = "maml"
    steps: Annotated[int, Range(0, 10_000_000)] = 300
    tasks_per_step: Annotated[int, Range(1, 10_000)] = 4
    inner_steps: Annotated[int, Range(0, 10_000)] = 3
    inner_rate: Annotated[float, Range(0, 1e6)] = 0.01
    outer_rate: Annotated[float, Range(0, 1e6)] = 0.005
    hidden: Annotated[int, Range(1, 100_000)] = 32
    episodes: Annotated[int, Range(1, 1_000_000)] = 48
    vocabulary: Annotated[int, Range(50, 10_000_000)] = 5000
    auxiliary: Annotated[float, Range(0, 1e6)] = 0.3
    seed: Annotated[int, Range(-LARGEST_INTEGER - 1, LARGEST_INTEGER)] = 0
    model: ModelName = "ranker"
    families: tuple[str, ...] = ()
    ways: Annotated[int, Range(2, 10_000)] = 5
    weighting: WeightingName = "uniform"
    sampler: SamplerName = "uniform"
    memory: Annotated[int, Range(0, 1_000_000)] = 0
    language_dropout: Annotated[float, Range(0, 0.9)] = 0.0
    seed_noise: Annotated[float, Range(0, 0.5)] = 0.0
    rotations: bool = False
    proximity: Annotated[float, Range(0, 1e6)] = 0.0
    folds: Annotated[int, Range(0, 1_000)] = 0
    check_every: Annotated[int, Range(1, 10_000_000)] = 25
    watched: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check every value."""
        kinds = get_type_hints(Settings, include_extras=True)
        for name in (field.name for field in fields(self)):
            _check(name, getattr(self, name), kinds[name])

    def updated(self, assignments: Iterable[str], names: Collection[str]) -> Settings:
        """These settings with some of them changed, as text says.

        Args:
            assignments: Each ``name=value``, such as ``seed_noise=0.1``; of one name the last counts.
            names: The settings that may be given.

        Raises:
            ValueError: A name is none of ``names``, or a value is of another type or out of range.
        """
        kinds = get_type_hints(Settings, include_extras=True)
        changes: dict[str, Any] = {}
        for assignment in assignments:
            name, equals, text = assignment.partition("=")
            if not equals or name not in names:
                raise ValueError(f"{assignment!r}: expected NAME=VALUE with one of {', '.join(sorted(names))}")
            changes[name] = _parsed(name, text, kinds[name])
        return replace(self, **changes)


def _parsed(name: str, text: str, kind: Any) -> Any:
    """The value of a setting from its text."""
    if get_origin(kind) is Literal:
        return text  # checked with the other values
    if kind is bool:
        if text not in ("true", "false"):
            raise ValueError(f"{name} is {text!r}, expected true or false")
        return text == "true"
    number, limits = get_args(kind)
    try:
        return number(text)
    except ValueError as error:
        raise ValueError(f"{name} is {text!r}, expected {_noun(number)} {limits}") from error


def _check(name: str, value: Any, kind: Any) -> None:
    if get_origin(kind) is Literal and value not in get_args(kind):
        raise ValueError(f"{name} is {value!r}, expected one of {', '.join(get_args(kind))}")
    if get_origin(kind) is tuple and not (isinstance(value, tuple) and all(isinstance(item, str) for item in value)):
        raise ValueError(f"{name} is {value!r}, expected names")
    if kind is bool and not isinstance(value, bool):
        raise ValueError(f"{name} is {value!r}, expected true or false")
    if get_origin(kind) is Annotated:
        number, limits = get_args(kind)
        numeric = isinstance(value, int if number is int else int | float) and not isinstance(value, bool)
        if not numeric or not limits.low <= value <= limits.high:
            raise ValueError(f"{name} is {value!r}, expected {_noun(number)} {limits}")


def _noun(number: type) -> str:
    return "a whole number" if number is int else "a number"
