"""What was learned on other languages, in one file, ready to start a new one (``lexicon.ranking.prior.Prior``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from isogloss.data.compute import Compute
from isogloss.data.errors import CheckpointError
from isogloss.data.numerics.normalisation import unit
from isogloss.data.progress import Progress, silent
from isogloss.data.storage import replacing
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.profiles import seed_profiles
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.ranking.features import FEATURES
from isogloss.lexicon.ranking.ranker import Ranker, from_tensors, tensors
from isogloss.lexicon.search.threads import single_thread
from isogloss.lexicon.self_learning.growth import Grown, Luck, Start, self_learned
from isogloss.meta.learners import memory as memories
from isogloss.meta.learners.memory import Memory
from isogloss.meta.matching.belief import CHANNELS, Matching, beliefs, circumstances, mutual, scores
from isogloss.meta.matching.consensus import Consensus
from isogloss.meta.matching.learning import Weights
from isogloss.meta.matching.memory import descriptor_of, recalled
from isogloss.meta.matching.word_descriptors import standing
from isogloss.meta.models.tensor_file import read_tensors

FILE = "prior.safetensors"
FORMAT = "isogloss prior 5"
MOST_ROUNDS = 20  # after the learned ones, those of the last are repeated while they find more
GAIN = 1.01
TURNS = 4  # of believing and growing, until what was found is clear
PROPOSED = 3_000  # most frequent words of a new pair that are matched
NOTHING = Seeds.none()
EMPTY = Memory(0)


@dataclass(frozen=True, eq=False)
class MatchingPrior:
    """Weights of self-learning and a candidate ranker, learned on ``languages``.

    ``ranker`` starts the training of a new pair's ranker, from where ``memory`` moves it for vectors of that kind;
    ``None`` leaves that to the lexicon. ``consensus`` has what
    several languages agree on about the words of each of them: a new language is matched against that.
    """

    weights: Weights
    languages: tuple[str, ...]
    ranker: Ranker | None = None
    seed: int = 0
    consensus: Mapping[str, Consensus] = field(default_factory=dict)
    memory: Memory = EMPTY

    @property
    def name(self) -> str:
        """For accounts and runs of the graph."""
        return f"matching prior of {', '.join(self.languages)}"

    def __repr__(self) -> str:
        return f"<MatchingPrior of {', '.join(self.languages)}: {len(self.weights.rounds)} rounds>"

    def ranker_for(self, space: Space) -> Ranker | None:
        """The ranker with what the memory has of such vectors; see ``lexicon.ranking.prior.Prior``."""
        return None if self.ranker is None else recalled(self.ranker, self.memory, descriptor_of(space))

    def propose(self, space: Space, seeds: Seeds, *, progress: Progress = silent) -> Seeds:
        """Pairs found from ``seeds`` among the frequent words, and grown; see ``lexicon.ranking.prior.Prior``.

        Where growth ends with nothing clear, its pairs are believed anew, and those beliefs grow again.
        """
        seen = replace(space, x=self._seen(space.source, space.x), y=self._seen(space.target, space.y))
        matching = self._matching(seen, seeds)
        alike = seed_profiles(seen.x, seen.y, seeds) if len(seeds) else Seeds.none()
        compute = Compute(self.seed, progress=progress)
        found, tries, luck = Seeds.none(), list[Grown](), Luck(seen, compute)
        for _ in range(TURNS):
            believed = propose(self.weights, matching, found, progress=progress)
            choices = [Start(self.name, seeds, believed)]
            if len(alike):
                choices.append(Start(f"{self.name}, profiles", seeds, believed.with_those(alike)))
            growth = self_learned(seen, choices, luck=luck, compute=compute)
            tries.append(growth.grown)
            if growth.clear:
                break
            found = growth.grown.pairs.without(seeds.source)
        return max(tries, key=lambda each: each.agreement).pairs.without(seeds.source)

    @single_thread()
    def _matching(self, space: Space, seeds: Seeds) -> Matching:
        standings = standing(space.x, PROPOSED), standing(space.y, PROPOSED)
        return Matching.of(space.x, space.y, seeds, standings, self.weights.metric)

    def _seen(self, vectors: Vectors, x: Matrix) -> Matrix:
        known = self.consensus.get(vectors.language)
        return x if known is None else known.seen(vectors.words, x)


@single_thread()
def propose(weights: Weights, matching: Matching, found: Seeds = NOTHING, *, progress: Progress = silent) -> Seeds:
    """Believe and map in turns until no more pairs are expected to be right.

    Args:
        weights: What other languages taught.
        matching: The languages.
        found: Pairs to begin with, which count like the seeds in the first map.
        progress: Watches the rounds.
    """
    belief = matching.believed(found) if len(found) else None
    expected, pairs = 0.0, torch.empty(0, 2, dtype=torch.int64)
    rounds = range(0 if belief is None else 1, MOST_ROUNDS)
    for number in progress(rounds, "Matching words", len(rounds)):
        channels = matching.channels(belief)
        score = scores(channels, weights.of_round(number, circumstances(channels[0], matching.count)))
        belief, pairs = beliefs(score), mutual(score)
        before, expected = expected, float(belief[pairs[:, 0], pairs[:, 1]].sum())
        if number >= len(weights.rounds) and expected < GAIN * before:
            break
    return Seeds(pairs[:, 0].numpy(), pairs[:, 1].numpy())


def save(prior: MatchingPrior, folder: Path, *, force: bool = False) -> Path:
    """Write ``folder/prior.safetensors``, whole or not at all.

    Raises:
        OutputError: It is there and ``force`` is not set, or cannot be written.
    """
    from safetensors.numpy import save_file

    memory = prior.memory
    found: dict[str, Any] = {"metric": prior.weights.metric.numpy(), "rounds": prior.weights.rounds.numpy()}
    if prior.ranker is not None:
        found |= {f"ranking_{name}": value for name, value in tensors(prior.ranker).items()}
    found |= {f"consensus_{language}": each.vectors.astype(np.float16) for language, each in prior.consensus.items()}
    found |= {name: each.numpy() for name, each in memories.tensors(memory).items()}
    account = {
        "format": FORMAT,
        "channels": CHANNELS,
        "features": FEATURES,
        "languages": prior.languages,
        "seed": prior.seed,
        "consensus": {language: each.words for language, each in prior.consensus.items()},
        "memory": {"capacity": memory.capacity, **memories.account(memory)},
    }
    path = folder / FILE
    with replacing(path, force=force) as part:
        contiguous = {name: np.ascontiguousarray(value) for name, value in found.items()}
        save_file(contiguous, part, metadata={"isogloss": json.dumps(account)})
    return path


def load(path: Path) -> MatchingPrior:
    """Read a prior from its folder or file.

    Raises:
        CheckpointError: It is not there, is damaged, or was made by another version.
    """
    file, described, found = read_tensors(path, FILE, what="a prior", remedy="isogloss meta prior")
    return _prior(file, described, {name: each.numpy() for name, each in found.items()})


def _prior(file: Path, described: Mapping[str, Any], found: Mapping[str, Any]) -> MatchingPrior:
    made_for = [described.get(name) for name in ("format", "channels", "features")]
    if made_for != [FORMAT, list(CHANNELS), list(FEATURES)] or not {"metric", "rounds"} <= set(found):
        raise CheckpointError(
            f"{file}: found {described.get('format')!r} for other channels or features, expected {FORMAT!r} of this "
            "version; make it again with: isogloss meta prior --force"
        )
    ranked = {name.removeprefix("ranking_"): value for name, value in found.items() if name.startswith("ranking_")}
    weights = Weights(torch.from_numpy(found["metric"]), torch.from_numpy(found["rounds"]))
    languages = tuple(described.get("languages", ()))
    ranker = from_tensors(ranked) if ranked else None
    consensus = _consensus(file, described, found)
    return MatchingPrior(
        weights, languages, ranker, int(described.get("seed", 0)), consensus, _memory(file, described, found)
    )


def _memory(file: Path, described: Mapping[str, Any], found: Mapping[str, Any]) -> Memory:
    try:
        account = described["memory"]
        kept = {name: torch.from_numpy(each) for name, each in found.items() if name.startswith("memory")}
        return memories.from_tensors(account["capacity"], account, kept)
    except (KeyError, TypeError) as error:
        raise CheckpointError(
            f"{file}: found a memory with missing parts ({error}), expected a whole one or an empty one; make it again "
            "with: isogloss meta prior --force"
        ) from error


def _consensus(file: Path, described: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Consensus]:
    read = {}
    for language, words in described.get("consensus", {}).items():
        vectors = found.get(f"consensus_{language}")
        if vectors is None or vectors.ndim != 2 or len(vectors) != len(words):
            shape = "none" if vectors is None else str(vectors.shape)
            raise CheckpointError(
                f"{file}: found {len(words):,} words of {language} and vectors of shape {shape}, expected one each; "
                "make it again with: isogloss meta prior --force"
            )
        read[language] = Consensus(tuple(words), unit(vectors.astype(np.float32)))
    return read
