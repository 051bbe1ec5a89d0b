"""What other dictionaries have taught: how likely a candidate is a translation that a dictionary would have.

Where two languages have no dictionary of their own to learn from, and often no other two in the same graph are joined
alike, a model fitted to many other dictionaries answers. ``python -m benchmarks.quality.teaching`` fits it and writes
``prior.json``: the coefficients of one logistic regression on the features, their squares, and their products with
two of them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit

from isogloss.data.numerics.logistic_regression import with_intercept
from isogloss.kg.inference.features import Described, Table
from isogloss.kg.inference.translation_links import Weights

FEATURES = (
    *("otic", "cycle_density", "otic_part_less", "otic_part_more", "walk_part_less", "walk_part_more"),
    *("walk_share_less", "walk_share_more", "rivals_less", "rivals_more", "clearest_path", "spelling", "same_script"),
    *("known_less", "known_more", "dictionary_path", "paths", "dictionary_paths", "clearest_dictionary_path"),
    *("translations_less", "translations_more", "languages_less", "languages_more", "named_less", "named_more"),
)
CROSSED = ("rivals_less", "dictionary_path")  # what the other features mean depends on these
WIDEST = 4.0  # standard deviations that a feature may lie from its mean
FILE = Path(__file__).with_name("prior.json")


@dataclass(frozen=True)
class Prior:
    """A logistic regression on ``FEATURES``, in the measure of the dictionaries that it was fitted to."""

    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    weights: tuple[float, ...]  # of the columns of ``expanded``
    reach: float  # the mean share of a dictionary's pairs that are candidates
    taught_by: tuple[str, ...]  # the dictionaries

    def probability(self, described: Described) -> Weights:
        """How likely a dictionary that knows both words would have the pair."""
        return np.asarray(expit(self.columns(described) @ np.array(self.weights)))

    def columns(self, described: Described) -> Table:
        """What ``weights`` are the coefficients of, shape ``(candidates, len(weights))``."""
        return expanded(described.table(FEATURES), np.array(self.mean), np.array(self.deviation))

    def written(self) -> str:
        """The model as JSON."""
        rounded = {name: [round(each, 6) for each in getattr(self, name)] for name in ("mean", "deviation", "weights")}
        return json.dumps({**asdict(self), **rounded}, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def read(cls, text: str) -> Prior:
        """The model of ``written``."""
        found: dict[str, Any] = json.loads(text)
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in found.items()
        }
        return cls(**values)


@cache
def prior() -> Prior:
    """The model that comes with the program."""
    return Prior.read(FILE.read_text(encoding="utf-8"))


def expanded(table: Table, mean: Weights, deviation: Weights) -> Table:
    """Features standardised, their squares, their products with the crossed ones, and a column of ones in front."""
    plain = np.clip((table - mean) / deviation, -WIDEST, WIDEST)
    crossed = [plain * plain[:, [FEATURES.index(name)]] for name in CROSSED]
    return with_intercept(np.concatenate([plain, plain**2 - 1, *crossed], axis=1))
