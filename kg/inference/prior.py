"""The bundled pre-trained prior: the probability that a dictionary has a candidate, fitted to other dictionaries.

It answers where two languages have no dictionary to learn from. ``python -m benchmarks.quality.teaching`` fits it to
FreeDict and writes ``prior.json``: the coefficients of one logistic regression on the features, their squares, and
their products with two of them.
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
CROSSED = ("rivals_less", "dictionary_path")  # features whose products with all others are columns, too
CLIP = 4.0  # standard deviations that a feature may lie from its mean; round number
_STORED = {"dictionaries": "taught_by"}  # names of fields in the file
_READ = {stored: name for name, stored in _STORED.items()}
FILE = Path(__file__).with_name("prior.json")


@dataclass(frozen=True)
class Prior:
    """A logistic regression on ``FEATURES``, standardised by the dictionaries that it was fitted to."""

    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    weights: tuple[float, ...]  # of the columns of ``expanded``
    reach: float  # the mean share of a dictionary's pairs that are candidates
    dictionaries: tuple[str, ...]  # names of those that it was fitted to: ``taught_by`` in the file

    def probability(self, described: Described) -> Weights:
        """The probability that a dictionary which lists both words has the pair, shape ``(candidates,)``."""
        return np.asarray(expit(self.columns(described) @ np.array(self.weights)))

    def columns(self, described: Described) -> Table:
        """What ``weights`` are the coefficients of, shape ``(candidates, len(weights))``."""
        return expanded(described.table(FEATURES), np.array(self.mean), np.array(self.deviation))

    def written(self) -> str:
        """The model as JSON."""
        rounded = {
            name: [round(value, 6) for value in getattr(self, name)] for name in ("mean", "deviation", "weights")
        }
        stored = {_STORED.get(name, name): value for name, value in (asdict(self) | rounded).items()}
        return json.dumps(stored, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def read(cls, text: str) -> Prior:
        """The model of ``written``."""
        fields: dict[str, Any] = json.loads(text)
        values: dict[str, Any] = {
            _READ.get(name, name): tuple(value) if isinstance(value, list) else value for name, value in fields.items()
        }
        return cls(**values)


@cache
def prior() -> Prior:
    """The bundled model."""
    return Prior.read(FILE.read_text(encoding="utf-8"))


def expanded(table: Table, mean: Weights, deviation: Weights) -> Table:
    """Features standardised, their squares, their products with the crossed ones, and a column of ones in front."""
    standardised = np.clip((table - mean) / deviation, -CLIP, CLIP)
    crossed = [standardised * standardised[:, [FEATURES.index(name)]] for name in CROSSED]
    return with_intercept(np.concatenate([standardised, standardised**2 - 1, *crossed], axis=1))
