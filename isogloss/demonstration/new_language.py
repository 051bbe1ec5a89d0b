"""The third use: adaptation to a language held out of meta-training, from a few seed pairs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from isogloss.data.dictionary import Dictionary
from isogloss.data.numerics.bootstrap import Interval, paired_bootstrap
from isogloss.data.sample import sample_dictionary, sample_languages, sample_vectors
from isogloss.demonstration.lexicons import Answer, write_pairs
from isogloss.kg.graph import open_graph
from isogloss.meta.new_language.adaptation import Adapted, adapt_to_language
from isogloss.meta.new_language.evaluation import OURS, Draw, answers
from isogloss.meta.new_language.lexicon_file import write_lexicon
from isogloss.meta.tasks import Task, TaskSpace, WordMapping, dictionaries_of
from isogloss.meta.tasks.candidate_episodes import Sides
from isogloss.meta.tasks.vector_tables import Spaces
from isogloss.meta.training.checkpoint import inputs_of
from isogloss.meta.training.run import Checkpointing, begin, episodes_of, finish
from isogloss.meta.training.settings import Settings

HELD_OUT, SOURCE = "ja", "en"
SEEDS, QUERIES, EXAMPLES = 25, 300, 5  # seed pairs, test words, translations shown; round numbers
COMPARED = {
    "procrustes": "Procrustes on the seeds",
    "self_learning": "self-learning from Procrustes",
    "self_learning_profiles": "self-learning from similarities to the seeds",
    "weighted": "similarities, self-learning, re-weighting",
    "scratch": "ranker without meta-training, adapted",
    "not_adapted": "meta-trained ranker, not adapted",
}
METHODS = {**COMPARED, OURS: "meta-trained ranker, adapted"}


@dataclass(frozen=True, eq=False)
class NewLanguage:
    """P@1 of each method from the same seeds on words that are no seeds, and the lead of the adapted ranker."""

    language: str
    source: str
    trained_on: tuple[str, ...]
    tasks: int
    steps: int
    training_seconds: float
    seeds: int
    words: int
    precision: Mapping[str, float]
    lead: Mapping[str, Interval]
    answers: tuple[Answer, ...]
    cpu_seconds: float

    def as_json(self) -> dict[str, Any]:
        """All figures."""
        return asdict(self) | {
            "precision": {name: round(value, 6) for name, value in self.precision.items()},
            "lead": {name: lead._asdict() for name, lead in self.lead.items()},
            "answers": [answer._asdict() for answer in self.answers],
            "methods": METHODS,
        }


def train_and_adapt(graph: Path, folder: Path, seed: int) -> NewLanguage:
    """Meta-train on tasks of the graph without one language, then adapt to it; writes model, seeds and lexicon."""
    began = time.process_time()
    space = tasks_of(graph)
    settings = Settings(episodes=6, steps=100, seed=seed)
    episodes = episodes_of(space, settings)
    untrained = begin(episodes, settings, languages=space.languages, held_out=space.held_out)
    untrained = replace(untrained, inputs=inputs_of(space))
    trained = finish(untrained, episodes, checkpoints=Checkpointing(folder / "model", every=settings.steps))
    ready = time.process_time()
    task, sides = adaptation_task(seed)
    draw = answers(task, sides, trained, untrained)
    gold = _gold(task)
    words = [sides.source.words[row] for row in draw.words.tolist()]
    seeds = Dictionary.of(SOURCE, HELD_OUT, [(pair.source, pair.target) for pair in task.support])
    write_pairs(seeds, folder / f"{SOURCE}-{HELD_OUT}.few.tsv")
    adapted = adapt_to_language(trained, sides.source, sides.target, seeds)
    write_lexicon(adapted.translate(sides.source.words), folder / f"{SOURCE}-{HELD_OUT}.adapted.tsv")
    return NewLanguage(
        HELD_OUT,
        SOURCE,
        space.languages,
        len(episodes),
        trained.state.number,
        round(ready - began, 1),
        len(task.support),
        len(words),
        {name: float(draw.hits[name].mean()) for name in METHODS},
        _lead(draw, seed),
        _examples(adapted, words, gold),
        round(time.process_time() - began, 1),
    )


def tasks_of(graph: Path) -> TaskSpace:
    """Tasks between all languages with vectors but the held-out one, from direct translations of the graph."""
    tables = {language: sample_vectors(language) for language in sample_languages() if language != HELD_OUT}
    with open_graph(graph) as words:
        dictionaries = dictionaries_of(words, tables, {HELD_OUT})
    return TaskSpace(dictionaries, Spaces(tables), held_out=frozenset({HELD_OUT}))


def adaptation_task(seed: int) -> tuple[Task, Sides]:
    """Support set (seeds) and query set of the new language, and the vectors of both languages."""
    spaces = Spaces({language: sample_vectors(language) for language in (SOURCE, HELD_OUT)})
    sides = Sides.of(spaces, SOURCE, HELD_OUT)
    dictionary = sample_dictionary(SOURCE, HELD_OUT).within(sides.source, sides.target)
    task = WordMapping((SEEDS,), QUERIES).draw(dictionary, sides.source, sides.target, np.random.default_rng(seed))
    return task, sides


def _gold(task: Task) -> dict[str, set[str]]:
    gold: dict[str, set[str]] = {}
    for pair in task.query:
        gold.setdefault(pair.source, set()).add(pair.target)
    return gold


def _lead(draw: Draw, seed: int) -> dict[str, Interval]:
    ours = draw.hits[OURS]
    return {name: paired_bootstrap(ours, draw.hits[name], draw.words, np.random.default_rng(seed)) for name in COMPARED}


def _examples(adapted: Adapted, words: list[str], gold: Mapping[str, set[str]]) -> tuple[Answer, ...]:
    """The first translations of the most frequent words."""
    frequent = sorted(words, key=lambda word: adapted.sides.source.row_of[word])[:EXAMPLES]
    return tuple(
        Answer(pair.source, pair.target, pair.weight, pair.target in gold[pair.source])
        for pair in adapted.translate(frequent)
    )
