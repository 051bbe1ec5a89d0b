"""What was learned on other languages, in one file, ready to start a new one (``lexicon.prior.Prior``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from data.errors import CheckpointError
from data.progress import Progress, silent
from data.storage import replacing
from lexicon.features import FEATURES
from lexicon.fit import Space
from lexicon.prior import Proposal
from lexicon.ranker import Ranker, from_tensors, tensors
from lexicon.seeds import Seeds
from lexicon.threads import single_thread
from meta.matching.belief import CHANNELS, Matching, beliefs, circumstances, mutual, scores
from meta.matching.learning import Weights
from meta.matching.standing import standing

FILE = "prior.safetensors"
FORMAT = "isogloss prior 1"
MOST_ROUNDS = 20  # after the learned ones, those of the last are repeated while they find more
GAIN = 1.01


@dataclass(frozen=True, eq=False)
class MatchingPrior:
    """Weights of self-learning and a candidate ranker, learned on ``languages``.

    ``ranker`` starts the training of a new pair's ranker; ``None`` leaves that to the lexicon.
    """

    weights: Weights
    languages: tuple[str, ...]
    ranker: Ranker | None = None
    seed: int = 0

    @property
    def name(self) -> str:
        """For accounts and runs of the graph."""
        return f"matching prior of {', '.join(self.languages)}"

    def __repr__(self) -> str:
        return f"<MatchingPrior of {', '.join(self.languages)}: {len(self.weights.rounds)} rounds>"

    @single_thread()
    def propose(self, space: Space, seeds: Seeds, *, progress: Progress = silent) -> Proposal:
        """Pairs among the most frequent words, found from ``seeds``; see ``lexicon.prior.Prior``."""
        standings = standing(space.x, self.weights.words), standing(space.y, self.weights.words)
        return propose(self.weights, Matching.of(space.x, space.y, seeds, standings, self.weights.metric), progress)


def propose(weights: Weights, matching: Matching, progress: Progress = silent) -> Proposal:
    """Believe and map in turns until no more pairs are expected to be right."""
    belief, expected = None, 0.0
    pairs = torch.empty(0, 2, dtype=torch.int64)
    for number in progress(range(MOST_ROUNDS), "Matching words", MOST_ROUNDS):
        channels = matching.channels(belief)
        score = scores(channels, weights.of_round(number, circumstances(channels[0], matching.count)))
        belief, pairs = beliefs(score), mutual(score)
        before, expected = expected, float(belief[pairs[:, 0], pairs[:, 1]].sum())
        if number >= len(weights.rounds) and expected < GAIN * before:
            break
    rows = pairs.numpy()
    return Proposal(Seeds(rows[:, 0], rows[:, 1]), expected / max(1, len(rows)))


def save(prior: MatchingPrior, folder: Path, *, force: bool = False) -> Path:
    """Write ``folder/prior.safetensors``, whole or not at all.

    Raises:
        OutputError: It is there and ``force`` is not set, or cannot be written.
    """
    from safetensors.numpy import save_file

    found: dict[str, Any] = {"metric": prior.weights.metric.numpy(), "rounds": prior.weights.rounds.numpy()}
    if prior.ranker is not None:
        found |= {f"ranking_{name}": value for name, value in tensors(prior.ranker).items()}
    described = {
        "format": FORMAT,
        "channels": CHANNELS,
        "features": FEATURES,
        "languages": prior.languages,
        "words": prior.weights.words,
        "seed": prior.seed,
    }
    path = folder / FILE
    with replacing(path, force=force) as part:
        contiguous = {name: np.ascontiguousarray(value) for name, value in found.items()}
        save_file(contiguous, part, metadata={"isogloss": json.dumps(described)})
    return path


def load(path: Path) -> MatchingPrior:
    """Read a prior from its folder or file.

    Raises:
        CheckpointError: It is not there, is damaged, or was made by another version.
    """
    from safetensors import SafetensorError, safe_open

    file = path / FILE if path.is_dir() else path
    if not file.is_file():
        raise CheckpointError(f"{file}: found no file, expected a prior; make one with: isogloss meta prior")
    try:
        with safe_open(file, framework="np") as opened:
            described = json.loads((opened.metadata() or {}).get("isogloss", "{}"))
            found = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 (not a mapping)
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(
            f"{file}: found a damaged file ({error}), expected a whole prior; make it again with --force"
        ) from error
    return _prior(file, described, found)


def _prior(file: Path, described: Mapping[str, Any], found: Mapping[str, Any]) -> MatchingPrior:
    made_for = [described.get(name) for name in ("format", "channels", "features")]
    if (
        made_for != [FORMAT, list(CHANNELS), list(FEATURES)]
        or not {"metric", "rounds"} <= set(found)
        or "words" not in described
    ):
        raise CheckpointError(
            f"{file}: found {described.get('format')!r} for other channels or features, expected {FORMAT!r} of this "
            "version; make it again with: isogloss meta prior --force"
        )
    ranked = {name.removeprefix("ranking_"): value for name, value in found.items() if name.startswith("ranking_")}
    weights = Weights(torch.from_numpy(found["metric"]), torch.from_numpy(found["rounds"]), int(described["words"]))
    languages = tuple(described.get("languages", ()))
    return MatchingPrior(weights, languages, from_tensors(ranked) if ranked else None, int(described.get("seed", 0)))
