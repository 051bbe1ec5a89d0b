"""``MatchingPrior``: first word pairs of two languages with few seeds, by what other languages have in common.

It implements ``lexicon.ranking.prior.Prior``, and is kept in one file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from isogloss.data.compute import Compute, as_tensor
from isogloss.data.errors import CheckpointError
from isogloss.data.numerics.normalisation import unit
from isogloss.data.progress import Progress, silent
from isogloss.data.storage import replacing
from isogloss.data.tensors import write_tensors
from isogloss.data.threads import single_thread
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.profiles import seed_profiles
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.third_languages import ThirdLanguage
from isogloss.lexicon.ranking.features import FEATURES, fits_names
from isogloss.lexicon.ranking.ranker import Ranker, from_tensors, tensors
from isogloss.lexicon.ranking.teachers import Teachers, from_text, to_text
from isogloss.lexicon.self_learning.growth import ChanceLevel, SelfLearnedPairs, Start, self_learned
from isogloss.meta.learners import memory as memories
from isogloss.meta.learners.memory import Memory
from isogloss.meta.matching.assignment_weights import AssignmentWeights
from isogloss.meta.matching.multilingual_mean import MultilingualMean
from isogloss.meta.matching.ranker_with_memory import RankerWithMemory
from isogloss.meta.matching.soft_assignment import (
    PAIR_FEATURES,
    MatchingProblem,
    covariates,
    mutual_nearest,
    scores,
    soft_assignment,
)
from isogloss.meta.matching.third_tables import ThirdTables
from isogloss.meta.matching.word_descriptors import word_descriptors
from isogloss.meta.models.tensor_file import loaded, read_tensors

FILE = "prior.safetensors"
FORMAT = "isogloss prior 6"
EARLIER_NAMES = {"standing": "word descriptors"}  # of features of pairs, in files of this format
MAX_ROUNDS = 20  # of soft assignment; after the learned ones the last is repeated while it finds more; round number
MIN_GROWTH = 1.01  # factor by which a repeated round must raise the expected number of right pairs; round number
MAX_STARTS = 4  # times that self-learning starts from a new soft assignment, until its result is clear; chosen on draws
# of ten English-Japanese seeds (docs/decisions.md)
WORDS = 3_000  # most frequent words of a new pair that are matched: more right pairs to start from than among 1,200
# (docs/decisions.md)
NOTHING = Seeds.none()
EMPTY = Memory(0)


@dataclass(frozen=True, eq=False)
class ThirdPart:
    """The languages of training as third languages of a new pair, and a ranker that looks at them."""

    tables: ThirdTables
    ranking: RankerWithMemory


@dataclass(frozen=True, eq=False)
class MatchingPrior:
    """Weights of the soft assignment and a candidate ranker, trained on ``languages``.

    ``ranker`` starts the training of a new pair's ranker, its weights moved by ``memory`` for vectors of that kind;
    ``None`` leaves that to the lexicon. ``means`` has the multilingual mean of each language: a new language is
    matched against that in place of the language's own vectors. ``teachers`` are the dictionaries that it was trained
    on, ``held_out`` the languages that were there and that nothing was learned from. ``third`` compares candidates with
    translations into third languages; ``None`` leaves that out.
    """

    weights: AssignmentWeights
    languages: tuple[str, ...]
    ranker: Ranker | None = None
    seed: int = 0
    means: Mapping[str, MultilingualMean] = field(default_factory=dict)
    memory: Memory = EMPTY
    teachers: Teachers = ()
    held_out: tuple[str, ...] = ()
    third: ThirdPart | None = None

    @property
    def name(self) -> str:
        """For reports and runs of the graph."""
        return f"matching prior of {', '.join(self.languages)}"

    def __repr__(self) -> str:
        return f"<MatchingPrior of {', '.join(self.languages)}: {len(self.weights.rounds)} rounds>"

    def third_languages(self, space: Space) -> tuple[ThirdLanguage, ...]:
        """The languages of training that have a dictionary with the source; see ``lexicon.ranking.prior.Prior``."""
        return () if self.third is None else self.third.tables.languages_for(space)

    def ranker_for(self, space: Space) -> Ranker | None:
        """The ranker, moved by the memory for such vectors; see ``lexicon.ranking.prior.Prior``."""
        if space.third and self.third is not None:
            return replace(self.third.ranking.ranker_for(space), teachers=self.teachers)
        if self.ranker is None:
            return None
        return replace(RankerWithMemory(self.ranker, self.memory).ranker_for(space), teachers=self.teachers)

    def initial_pairs(self, space: Space, seeds: Seeds, *, progress: Progress = silent) -> Seeds:
        """Pairs of words that self-learning reaches from the soft assignment; see ``lexicon.ranking.prior.Prior``.

        Where self-learning ends with nothing clear, its pairs start a new soft assignment and a new growth.
        """
        aligned = replace(space, x=self._aligned(space.source, space.x), y=self._aligned(space.target, space.y))
        problem = self._problem(aligned, seeds)
        profiled = seed_profiles(aligned.x, aligned.y, seeds) if len(seeds) else Seeds.none()
        compute = Compute(self.seed, progress=progress)
        pairs, tries, level = Seeds.none(), list[SelfLearnedPairs](), ChanceLevel(aligned, compute)
        for _ in range(MAX_STARTS):
            matched = match_words(self.weights, problem, pairs, progress=progress)
            choices = [Start(self.name, seeds, matched)]
            if len(profiled):
                choices.append(Start(f"{self.name}, profiles", seeds, matched.extended_by(profiled)))
            growth = self_learned(aligned, choices, chance_level=level, compute=compute)
            tries.append(growth.grown)
            if growth.above_chance:
                break
            pairs = growth.grown.pairs.without(seeds.source)
        return max(tries, key=lambda grown: grown.agreement).pairs.without(seeds.source)

    @single_thread()
    def _problem(self, space: Space, seeds: Seeds) -> MatchingProblem:
        descriptors = word_descriptors(space.x, WORDS), word_descriptors(space.y, WORDS)
        return MatchingProblem.of(space.x, space.y, seeds, descriptors, self.weights.metric)

    def _aligned(self, vectors: Vectors, x: Matrix) -> Matrix:
        mean = self.means.get(vectors.language)
        return x if mean is None else mean.aligned(vectors.words, x)


@single_thread()
def match_words(
    weights: AssignmentWeights, problem: MatchingProblem, pairs: Seeds = NOTHING, *, progress: Progress = silent
) -> Seeds:
    """Mutual nearest words after turns of soft assignment and mapping, until no more pairs are expected to be right.

    Args:
        weights: Fitted on other languages.
        problem: The two languages and their seeds.
        pairs: Pairs to begin with, which count like the seeds in the first map.
        progress: Watches the rounds.
    """
    assignment = problem.certain(pairs) if len(pairs) else None
    expected, mutual = 0.0, torch.empty(0, 2, dtype=torch.int64)
    rounds = range(0 if assignment is None else 1, MAX_ROUNDS)
    for number in progress(rounds, "Matching words", len(rounds)):
        features = problem.features(assignment)
        score = scores(features, weights.of_round(number, covariates(features[0], problem.seed_count)))
        assignment, mutual = soft_assignment(score), mutual_nearest(score)
        before, expected = expected, float(assignment[mutual[:, 0], mutual[:, 1]].sum())
        if number >= len(weights.rounds) and expected < MIN_GROWTH * before:
            break
    return Seeds(mutual[:, 0].numpy(), mutual[:, 1].numpy())


def save(prior: MatchingPrior, folder: Path, *, force: bool = False) -> Path:
    """Write ``folder/prior.safetensors``, whole or not at all.

    Raises:
        OutputError: It is there and ``force`` is not set, or cannot be written.
    """
    memory = prior.memory
    arrays: dict[str, Any] = {"metric": prior.weights.metric.numpy(), "rounds": prior.weights.rounds.numpy()}
    if prior.ranker is not None:
        arrays |= {f"ranking_{name}": value for name, value in tensors(prior.ranker).items()}
    arrays |= {f"consensus_{language}": mean.vectors.astype(np.float16) for language, mean in prior.means.items()}
    arrays |= {name: tensor.numpy() for name, tensor in memories.tensors(memory).items()}
    if prior.third is not None:
        ranking = prior.third.ranking
        arrays |= {f"third_ranking_{name}": value for name, value in tensors(ranking.ranker).items()}
        arrays |= {f"third_{name}": tensor.numpy() for name, tensor in memories.tensors(ranking.memory).items()}
        arrays |= prior.third.tables.arrays()
    account = {
        "format": FORMAT,
        "channels": PAIR_FEATURES,
        "features": FEATURES,
        "languages": prior.languages,
        "held_out": prior.held_out,
        "teachers": to_text(prior.teachers),
        "seed": prior.seed,
        "consensus": {language: mean.words for language, mean in prior.means.items()},
        "memory": _memory_account(memory),
    }
    if prior.third is not None:
        account["third"] = {**prior.third.tables.account(), "memory": _memory_account(prior.third.ranking.memory)}
    path = folder / FILE
    with replacing(path, force=force) as part:
        write_tensors(part, arrays, {"isogloss": json.dumps(account)})
    return path


def load(path: Path) -> MatchingPrior:
    """Read a prior from its folder or file.

    Raises:
        CheckpointError: It is not there, is damaged, or was made by another version.
    """
    file, described, read = read_tensors(
        path, FILE, contents="a model of other languages", remedy="isogloss meta train"
    )
    with loaded(file, "a model of other languages", "isogloss meta train --force"):
        return _prior(file, described, {name: tensor.numpy() for name, tensor in read.items()})


def _prior(file: Path, described: Mapping[str, Any], arrays: Mapping[str, Any]) -> MatchingPrior:
    pair_features = [EARLIER_NAMES.get(name, name) for name in described.get("channels", ())]
    made_for = [described.get("format"), pair_features]
    fits = made_for == [FORMAT, list(PAIR_FEATURES)] and fits_names(described.get("features", ()))
    if not fits or not {"metric", "rounds"} <= set(arrays):
        raise CheckpointError(
            f"{file}: found {described.get('format')!r} for other features, expected {FORMAT!r} of this version; "
            "make it again with: isogloss meta train --force"
        )
    ranking = _named("ranking_", arrays)
    metric, rounds = arrays["metric"], arrays["rounds"]
    if metric.ndim != 1 or rounds.ndim != 3 or not len(rounds) or rounds.shape[1] != len(PAIR_FEATURES):
        raise ValueError(f"weights of shapes {metric.shape} and {rounds.shape}")
    return MatchingPrior(
        AssignmentWeights(as_tensor(metric), as_tensor(rounds)),
        tuple(described.get("languages", ())),
        from_tensors(ranking) if ranking else None,
        int(described.get("seed", 0)),
        _means(file, described, arrays),
        _memory(file, described, arrays),
        from_text(described.get("teachers", "[]")),
        tuple(map(str, described.get("held_out", ()))),
        _third(described["third"], arrays) if "third" in described else None,
    )


def _third(described: Mapping[str, Any], arrays: Mapping[str, Any]) -> ThirdPart:
    stored = {name: as_tensor(array) for name, array in _named("third_", arrays).items()}
    memory = memories.from_tensors(described["memory"]["capacity"], described["memory"], stored)
    ranker = from_tensors(_named("third_ranking_", arrays))
    return ThirdPart(ThirdTables.from_arrays(described, arrays), RankerWithMemory(ranker, memory))


def _named(prefix: str, arrays: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in arrays.items() if name.startswith(prefix)}


def _memory_account(memory: Memory) -> dict[str, Any]:
    return {"capacity": memory.capacity, **memories.account(memory)}


def _memory(file: Path, described: Mapping[str, Any], arrays: Mapping[str, Any]) -> Memory:
    try:
        account = described["memory"]
        tensors = {name: as_tensor(array) for name, array in arrays.items() if name.startswith("memory")}
        return memories.from_tensors(account["capacity"], account, tensors)
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(
            f"{file}: found a memory with missing parts ({error}), expected a complete or an empty one; make it again "
            "with: isogloss meta train --force"
        ) from error


def _means(file: Path, described: Mapping[str, Any], arrays: Mapping[str, Any]) -> dict[str, MultilingualMean]:
    means = {}
    for language, words in described.get("consensus", {}).items():
        vectors = arrays.get(f"consensus_{language}")
        if vectors is None or vectors.ndim != 2 or len(vectors) != len(words):
            shape = "none" if vectors is None else str(vectors.shape)
            raise CheckpointError(
                f"{file}: found {len(words):,} words of {language} and vectors of shape {shape}, expected one each; "
                "make it again with: isogloss meta train --force"
            )
        means[language] = MultilingualMean(tuple(words), unit(vectors.astype(np.float32)))
    return means
