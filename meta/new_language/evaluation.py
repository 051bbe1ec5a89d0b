"""Leave-one-language-out evaluation of few-shot adaptation, against baselines that need no training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from isogloss.data.errors import VocabularyError
from isogloss.data.language import same_languages
from isogloss.data.numerics.bootstrap import Interval, interval, paired_bootstrap
from isogloss.data.progress import Progress, silent
from isogloss.lexicon.search.index import Rows
from isogloss.meta.learners.inner_loop import Batch
from isogloss.meta.learners.weights import Weights
from isogloss.meta.tasks.alignment_views import Survey, seed_view, self_learned, truncated_view
from isogloss.meta.tasks.candidate_episodes import (
    CANDIDATES,
    Sides,
    retrieved_candidates,
    support_batch,
    task_descriptor,
)
from isogloss.meta.tasks.space import TaskSpace
from isogloss.meta.tasks.task import Task
from isogloss.meta.tasks.word_mapping import WordMapping
from isogloss.meta.training.checkpoint import Checkpoint
from isogloss.meta.training.run import begin, episodes_of, finish
from isogloss.meta.training.settings import Settings

OURS = "adapted"
BASELINES = (
    "procrustes",
    "truncated",
    "self_learning",
    "self_learning_truncated",
    "self_learning_profiles",
    "weighted",
    "scratch",
    "not_adapted",
)
METHODS = (*BASELINES, OURS)
MEANING: Mapping[str, str] = {
    "procrustes": "Procrustes on the seeds, CSLS",
    "truncated": "the same between the leading principal directions, half as many as seeds",
    "self_learning": "Procrustes, then mutual neighbors and Procrustes in turns",
    "self_learning_truncated": "the same, started from the truncated map",
    "self_learning_profiles": "the same, started from similarity to the seeds",
    "weighted": "that dictionary, whitened and re-weighted map (the best space the ranker sees)",
    "scratch": "the ranker, not meta-trained, adapted to the seeds",
    "not_adapted": "the meta-trained ranker as it is",
    "adapted": "the meta-trained ranker adapted to the seeds",
}


@dataclass(frozen=True, eq=False)
class Row:
    """One held-out language and one number of seeds: P@1 of each method, and our gain over each baseline."""

    held_out: str
    source: str
    target: str
    seeds: int
    draws: int
    questions: int
    precision: Mapping[str, float]
    gain: Mapping[str, Interval]
    interval: Mapping[str, Interval]  # of P@1


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The table of a leave-one-language-out evaluation."""

    rows: tuple[Row, ...]
    settings: Settings

    def mean(self) -> dict[str, float]:
        """P@1 of each method over all rows."""
        return {method: float(np.mean([row.precision[method] for row in self.rows])) for method in METHODS}

    def as_json(self) -> dict[str, Any]:
        """Everything, for ``json.dumps``."""
        rows = [
            asdict(row)
            | {
                part: {name: scores._asdict() for name, scores in getattr(row, part).items()}
                for part in ("gain", "interval")
            }
            for row in self.rows
        ]
        return {"settings": asdict(self.settings), "methods": dict(MEANING), "rows": rows, "mean": self.mean()}

    def table(self) -> tuple[tuple[object, ...], ...]:
        """A header and one line for each row: P@1 in per cent, and the gain over the best method without training."""
        header = ("held out", "pair", "seeds", "questions", *METHODS, "gain over procrustes", "gain over weighted")
        lines = [
            (
                row.held_out,
                f"{row.source}-{row.target}",
                row.seeds,
                row.questions,
                *(f"{100 * row.precision[method]:.1f}" for method in METHODS),
                *(_shown(row.gain[method]) for method in ("procrustes", "weighted")),
            )
            for row in self.rows
        ]
        return (header, *lines)

    def __str__(self) -> str:
        return "\n".join("\t".join(str(cell) for cell in line) for line in self.table())


class Sampling(NamedTuple):
    """How seeds are drawn: numbers of seed pairs, draws for each number, the most source words of a query set."""

    seeds: Sequence[int] = (10, 25, 50, 100)
    draws: int = 3
    queries: int = 300


class Draw(NamedTuple):
    """One draw of seeds: the query words, and for each method 1 where it is right, else 0, shape ``(words,)``."""

    words: Rows
    hits: dict[str, NDArray[np.float64]]


def leave_one_out(
    space: TaskSpace,
    settings: Settings,
    sampling: Sampling,
    *,
    languages: Sequence[str] = (),
    progress: Progress = silent,
) -> Evaluation:
    """For each language: meta-train on the others, adapt to few seeds, compare on the words of the query set.

    Training tasks between two languages are drawn once and serve every round that leaves neither of them out. The
    pair evaluated is the held-out language as target and, as source, the one with the most pairs to it.

    Args:
        space: All languages.
        settings: How to train each round.
        sampling: How seeds are drawn.
        languages: Those to hold out, all by default.
        progress: Watches each stage.

    Raises:
        VocabularyError: A language is unknown, or has too few pairs for the fewest seeds.
    """
    rounds = [(held_out, partner(space, held_out, min(sampling.seeds))) for held_out in languages or space.languages]
    episodes = episodes_of(space, settings, progress=progress)
    rows: list[Row] = []
    for held_out, pair in progress(rounds, "Leaving one language out", len(rounds)):
        training = [episode for episode in episodes if not same_languages([held_out], episode.languages)]
        if not training:
            raise VocabularyError(f"found no training task without {held_out}, expected some; raise --episodes")
        begun = begin(training, settings, held_out=(held_out,))
        rows.extend(evaluate(finish(begun, training), begun, space, pair, sampling))
    return Evaluation(tuple(rows), settings)


def of_run(trained: Checkpoint, space: TaskSpace, sampling: Sampling, *, progress: Progress = silent) -> Evaluation:
    """A trained ranker on each of its held-out languages that ``space`` has; no row where there is none.

    Args:
        trained: The model of a run.
        space: Its languages, and the held-out ones.
        sampling: How seeds are drawn.
        progress: Watches the languages.

    Raises:
        VocabularyError: A language has too few pairs for the fewest seeds.
    """
    if trained.settings.model != "ranker":
        return Evaluation((), trained.settings)
    unseen = [language for language in trained.held_out if language in space.languages]
    rows: list[Row] = []
    for held_out in progress(unseen, "Evaluating held-out languages", len(unseen)):
        pair = partner(space, held_out, min(sampling.seeds))
        rows.extend(evaluate(trained, trained.untrained(), space, pair, sampling))
    return Evaluation(tuple(rows), trained.settings)


def evaluate(
    trained: Checkpoint, untrained: Checkpoint, space: TaskSpace, pair: tuple[str, str], sampling: Sampling
) -> Iterator[Row]:
    """A row for each number of seeds that the dictionary of ``pair``, whose target is held out, allows."""
    sides = Sides.of(space.vectors, *pair)
    dictionary = space.dictionaries[pair].within(sides.source, sides.target)
    for k in sampling.seeds:
        family = WordMapping((k,), sampling.queries)
        if not family.size(dictionary):
            continue
        tasks = [
            family.draw(
                dictionary, sides.source, sides.target, np.random.default_rng([trained.settings.seed, k, number])
            )
            for number in range(sampling.draws)
        ]
        drawn = []
        for task in tasks:
            descriptor = task_descriptor(space.vectors, *pair, sides, sides.seeds(task.support))
            drawn.append(answers(task, sides, trained, untrained, descriptor))
        yield _row(k, pair, drawn)


def partner(space: TaskSpace, held_out: str, fewest: int) -> tuple[str, str]:
    """The pair with the most translations into ``held_out``.

    Raises:
        VocabularyError: No pair has enough of them.
    """
    family = WordMapping((fewest,))
    sizes = {
        (source, target): family.size(dictionary.within(space.vectors.words(source), space.vectors.words(target)))
        for (source, target), dictionary in space.dictionaries.items()
        if target == held_out
    }
    best = max(sizes, key=lambda pair: (sizes[pair], pair), default=None)
    if best is None or not sizes[best]:
        raise VocabularyError(
            f"found no dictionary into {held_out} with enough words in the vectors for {fewest} seeds and some "
            "questions; give fewer seeds or a larger dictionary"
        )
    return best


def answers(
    task: Task, sides: Sides, trained: Checkpoint, untrained: Checkpoint, descriptor: Mapping[str, float] | None = None
) -> Draw:
    """The predictions of every method for the query set of ``task``, from the seeds of its support set.

    ``descriptor`` describes the task to the model's memory, if it has one.
    """
    start, _ = trained.start(descriptor or {})
    seeds = sides.seeds(task.support)
    surveys = sides.surveys(seeds)
    query = retrieved_candidates(sides, surveys, seeds, task.query)
    support = support_batch(sides, seeds, task)
    gold = sides.seeds(task.query)
    words = gold.words
    spaces = {"procrustes": surveys[0], "self_learning_profiles": surveys[2], "weighted": surveys[3]}
    spaces |= _more_baselines(sides, task)
    hits = {
        name: np.array([best[word] in gold.gold[word] for word in words.tolist()], np.float64)
        for name, best in ((name, survey.retrieval.forward.rows[:, 0]) for name, survey in spaces.items())
    }
    rankers: dict[str, Weights] = {
        "scratch": trained.learner().adapt(untrained.state.weights, support),
        "not_adapted": {name: trained.state.weights[name] for name, _ in trained.network().named_parameters()},
        OURS: trained.learner().adapt(start, support),
    }
    hits |= {name: hits_of(trained, weights, query) for name, weights in rankers.items()}
    return Draw(words, hits)


def hits_of(checkpoint: Checkpoint, weights: Weights, query: Batch) -> NDArray[np.float64]:
    """1 where the best candidate is right, else 0, shape ``(words,)``."""
    with torch.no_grad():
        best = torch.func.functional_call(checkpoint.ranker(), dict(weights), (query.x,)).argmax(dim=1, keepdim=True)
    return query.y.gather(1, best).squeeze(1).double().numpy()


def _more_baselines(sides: Sides, task: Task) -> dict[str, Survey]:
    seeds = sides.seeds(task.support)
    truncated = truncated_view(sides.x, sides.y, seeds)
    starts = {"self_learning": seed_view(sides.x, sides.y, seeds), "self_learning_truncated": truncated}
    learned = {
        name: seed_view(sides.x, sides.y, self_learned(sides.x, sides.y, seeds, start))
        for name, start in starts.items()
    }
    return {name: Survey.of(view, CANDIDATES) for name, view in {"truncated": truncated, **learned}.items()}


def _row(seeds: int, pair: tuple[str, str], drawn: Sequence[Draw]) -> Row:
    words = np.concatenate([draw.words for draw in drawn])
    hits = {method: np.concatenate([draw.hits[method] for draw in drawn]) for method in METHODS}
    gain = {
        method: paired_bootstrap(hits[OURS], hits[method], words, np.random.default_rng(seeds)) for method in BASELINES
    }
    precision = {method: float(values.mean()) for method, values in hits.items()}
    intervals = {method: interval(values, words, seed=seeds) for method, values in hits.items()}
    return Row(pair[1], *pair, seeds, len(drawn), len(words), precision, gain, intervals)


def _shown(gain: Interval) -> str:
    return f"{100 * gain.mean:+.1f} [{100 * gain.low:+.1f}, {100 * gain.high:+.1f}]"
