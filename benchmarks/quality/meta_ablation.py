"""What each part of meta-training is worth in a language that training never saw.

Run ``python -m benchmarks.quality.meta_ablation --json``. For each of English, French, Japanese and Finnish, a model is
meta-trained on the other three. With ``--model words`` it is a classifier of words, adapted to five classes (parts of
speech where the dictionary has them, else topics) from five labelled words each in a language it knows; asked are words
of the one it does not. With ``--model ranker`` it ranks candidate translations into the language left out, adapted to a
few known pairs. Vectors are those of the other benchmarks, dictionaries FreeDict and CLDR; with ``--sample`` the
bundled ones, whose dictionaries are CLDR's alone: cycles can be ranked without some languages only, and a variant
trains on what can be drawn. Every variant answers the same tasks; gains come with the 95 % interval of a bootstrap that
resamples whole tasks.

``main only`` trains on class transfer or word mapping alone, ``all`` on the auxiliary families as well; the variants
below change one thing of ``all``. ``untrained`` is the same learner before its first step, ``prototypes, raw vectors``
the nearest class mean without any network. ``--episodes`` says how many tasks of the main family there are to learn
from; what the others are worth depends on that.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np
import torch

from benchmarks import command_line
from benchmarks.real_data import FREEDICT, cldr, freedict, vectors
from benchmarks.tables import markdown_table, percent_with_interval
from isogloss.data.dictionary import Dictionary
from isogloss.data.numerics.bootstrap import Interval, paired_bootstrap
from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.meta.learners import LEARNERS, Episode
from isogloss.meta.learners.heads import prototypes
from isogloss.meta.models.networks import MAIN, ModelName
from isogloss.meta.tasks import OF_CANDIDATES, OF_WORDS, TaskSpace
from isogloss.meta.tasks.candidate_episodes import episode
from isogloss.meta.tasks.vector_tables import Spaces
from isogloss.meta.tasks.word_episodes import Hub, word_episode
from isogloss.meta.training.checkpoint import Checkpoint
from isogloss.meta.training.outer_loop import learner_of
from isogloss.meta.training.precision import adapted_weights, hits
from isogloss.meta.training.regularisation import noisy_words, rotated
from isogloss.meta.training.run import begin, best_stop, finish
from isogloss.meta.training.settings import Settings
from isogloss.meta.training.weighting import weighted

LANGUAGES = ("en", "fi", "fr", "ja")
NOISE = 0.1  # share of seeds made wrong in the noisy variant; round number
BASE = Settings(
    learner="ridge", steps=100, tasks_per_step=8, hidden=64, inner_steps=5, inner_rate=0.5, outer_rate=0.003
)


@dataclass(frozen=True)
class Variant:
    """Settings of one row: ``changes`` to ``BASE``, auxiliary ``families`` (default all), and seed noise."""

    changes: Mapping[str, Any] = field(default_factory=dict)
    families: tuple[str, ...] | None = None
    noisy: bool = False


AUXILIARY: Mapping[ModelName, tuple[str, ...]] = {
    "words": ("concept", "invariance"),
    "ranker": ("hidden-edge", "cycle-ranking", "similarity"),
}
OF_WORDS_ALONE = {"seed noise 0.1": Variant(noisy=True), "rotations": Variant({"rotations": True})}
COMMON: Mapping[str, Variant] = {
    "all": Variant(),
    "main only": Variant(families=()),
    "weights by cosine": Variant({"weighting": "cosine"}),
    "weights learned": Variant({"weighting": "learned"}),
    "memory of 32": Variant({"memory": 32}),
    "sampled by affinity": Variant({"sampler": "affinity"}),
    "sampled by bandit": Variant({"sampler": "bandit"}),
    "language dropout 0.3": Variant({"language_dropout": 0.3}),
    "folds": Variant({"folds": 3}),
    "prototypes": Variant({"learner": "prototypes"}),
    "anil": Variant({"learner": "anil"}),
    "anil, proximal 0.1": Variant({"learner": "anil", "proximity": 0.1}),
    "maml": Variant({"learner": "maml"}),
    "fomaml": Variant({"learner": "fomaml"}),
    "reptile": Variant({"learner": "reptile", "outer_rate": 0.003}),
    "meta-sgd": Variant({"learner": "meta-sgd"}),
}


def variants(model: ModelName) -> dict[str, Variant]:
    """All variants of a model, by name."""
    single = {f"main and {family}": Variant(families=(family,)) for family in AUXILIARY[model]}
    return {**COMMON, **single, **(OF_WORDS_ALONE if model == "words" else {})}


class Counts(NamedTuple):
    """Training tasks of the main family and of each other family, and test tasks in each held-out language."""

    main: int
    auxiliary: int
    test: int

    def of(self, place: int) -> int:
        """Training tasks of the family at this place."""
        return self.auxiliary if place else self.main


class Round(NamedTuple):
    """One held-out language: training episodes (plain, and with seed noise), and test episodes."""

    held_out: str
    training: tuple[Episode, ...]
    noisy: tuple[Episode, ...]
    test: tuple[Episode, ...]


Hits = np.ndarray[tuple[int], np.dtype[np.float64]]


def main() -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__)
    parser.add_argument("--episodes", type=int, default=30, help="Training tasks of the main family.")
    parser.add_argument("--auxiliary-episodes", type=int, help="Of each other family; by default as many.")
    parser.add_argument("--tasks", type=int, default=30, help="Test tasks in each held-out language.")
    parser.add_argument("--steps", type=int, default=BASE.steps, help="Outer steps.")
    parser.add_argument("--vocabulary", type=int, default=6_000, help="Most frequent words of each language.")
    parser.add_argument("--learner", choices=LEARNERS, default=BASE.learner, help="Of the variants that name none.")
    parser.add_argument("--model", choices=list(MAIN), default="words", help="What is trained.")
    parser.add_argument("--variants", nargs="*", help="Which to train; by default all.")
    parser.add_argument("--sample", action="store_true", help="The bundled sample in place of the real data.")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    start = time.process_time()
    by_name = variants(arguments.model)
    chosen = {name: by_name[name] for name in dict.fromkeys(["main only", *(arguments.variants or by_name)])}
    noise = NOISE if any(variant.noisy for variant in chosen.values()) else 0.0
    draw = prepared if arguments.model == "words" else ranked
    counts = Counts(arguments.episodes, arguments.auxiliary_episodes or arguments.episodes, arguments.tasks)
    rounds = list(draw(counts, arguments.vocabulary, noise, arguments.sample))
    settings = replace(BASE, model=arguments.model, steps=arguments.steps, learner=arguments.learner)
    drawn = {task.family for fold in rounds for task in fold.training}
    figures = measured(
        rounds, settings, {n: variant for n, variant in chosen.items() if set(variant.families or ()) <= drawn}
    )
    if arguments.json:
        print(json.dumps({"variants": figures, "cpu_seconds": time.process_time() - start}, indent=2))
        return
    languages = [fold.held_out for fold in rounds]
    rows = []
    for name, row in figures.items():
        accuracy = [f"{100 * value:.1f}" for value in (row["accuracy"], *map(row["by_language"].get, languages))]
        gain = row["gain_over_main_only"]
        rows.append([name, *accuracy, "" if gain is None else percent_with_interval(gain)])
    print(markdown_table(["variant", "accuracy", *languages, "gain over main only"], rows))
    print(f"\nTest tasks: {sum(len(fold.test) for fold in rounds)}; CPU seconds: {time.process_time() - start:.0f}.")


def prepared(counts: Counts, vocabulary: int, noise: float, sample: bool) -> Iterator[Round]:
    """The episodes of words of every round, training ones drawn from the languages that are not left out alone."""
    dictionaries, spaces = resources(vocabulary, sample)
    for held_out in LANGUAGES:
        space = TaskSpace(dictionaries, spaces, held_out=frozenset({held_out}))
        hub = Hub.of(space)
        training: list[Episode] = []
        noisy: list[Episode] = []
        for place, family in enumerate(OF_WORDS):
            only = replace(space, word_families=(family,))
            for number in range(counts.of(place)):
                task = only.word_task(number, place)
                training.append(word_episode(task, spaces, hub, BASE.ways))
                if noise:
                    wrong = noisy_words(task, noise, np.random.default_rng([place, number]))
                    noisy.append(word_episode(wrong, spaces, hub, BASE.ways))
        into = {
            pair: dictionary
            for pair, dictionary in dictionaries.items()
            if pair[1] == held_out and pair[0] in hub.rotations
        }
        asking = TaskSpace(into, spaces, word_families=OF_WORDS[:1])
        test = tuple(
            word_episode(asking.word_task(number, 99), spaces, hub, BASE.ways) for number in range(counts.test)
        )
        yield Round(held_out, tuple(training), tuple(noisy), test)


def ranked(counts: Counts, vocabulary: int, _: float, sample: bool) -> Iterator[Round]:
    """The same of candidate translations; wrong pairs among the known are the lexicon's affair."""
    dictionaries, spaces = resources(vocabulary, sample)
    for held_out in LANGUAGES:
        space = TaskSpace(dictionaries, spaces, families=OF_CANDIDATES, held_out=frozenset({held_out}))
        single = [replace(space, families=(family,)) for family in OF_CANDIDATES]
        training = [
            episode(maker.task(number, place), spaces)
            for place, maker in enumerate(single)
            if maker.kinds
            for number in range(counts.of(place))
        ]
        into = {pair: dictionary for pair, dictionary in dictionaries.items() if pair[1] == held_out}
        asking = TaskSpace(into, spaces, families=OF_CANDIDATES[:1])
        test = tuple(episode(asking.task(number, 99), spaces) for number in range(counts.test))
        print(f"{held_out} held out: {len(training) + len(test)} tasks drawn", file=sys.stderr)
        yield Round(held_out, tuple(training), (), test)


def resources(vocabulary: int, sample: bool) -> tuple[dict[tuple[str, str], Dictionary], Spaces]:
    """The dictionaries between all languages, and their vectors."""
    table, between = (sample_vectors, sample_dictionary) if sample else (vectors, dictionary)
    tables = {language: table(language) for language in LANGUAGES}
    return {(a, b): between(a, b) for a in LANGUAGES for b in LANGUAGES if a != b}, Spaces(tables, vocabulary)


def dictionary(source: str, target: str) -> Dictionary:
    """FreeDict's where it has one, in either direction, else CLDR's."""
    if {(source, target), (target, source)} & set(FREEDICT):
        return freedict(source, target)
    return cldr(source, target).lowercased()


def measured(rounds: Sequence[Round], settings: Settings, chosen: Mapping[str, Variant]) -> dict[str, dict[str, Any]]:
    """Accuracy of every variant, and its gain over training on the main family alone."""
    words = np.concatenate([np.full(len(fold.query.x), number) for number, fold in enumerate(_test(rounds))])
    bare = ("prototypes, raw vectors",) if settings.model == "words" else ()
    answers: dict[str, list[Hits]] = {name: [] for name in (*bare, "untrained", *chosen)}
    for fold in rounds:
        for name in bare:
            answers[name].append(np.concatenate([raw(task) for task in fold.test]))
        for name, variant in chosen.items():
            trained = trained_variant(fold, settings, variant)
            answers[name].append(answered(trained, fold.test))
            print(f"{fold.held_out} held out, {name}: {answers[name][-1].mean():.3f}", file=sys.stderr)
            if name == "main only":
                answers["untrained"].append(answered(trained.untrained(), fold.test))
    main_only = np.concatenate(answers["main only"])
    return {
        name: {
            "accuracy": float(np.concatenate(parts).mean()),
            "by_language": {fold.held_out: float(part.mean()) for fold, part in zip(rounds, parts, strict=True)},
            "gain_over_main_only": None if name == "main only" else list(gain(np.concatenate(parts), main_only, words)),
        }
        for name, parts in answers.items()
    }


def trained_variant(fold: Round, settings: Settings, variant: Variant) -> Checkpoint:
    """A model trained as ``variant`` says, without the language left out."""
    settings = replace(settings, **variant.changes)
    main = MAIN[settings.model]
    families = {main, *(AUXILIARY[settings.model] if variant.families is None else variant.families)}
    source = fold.noisy if variant.noisy else fold.training
    chosen = weighted([episode for episode in source if episode.family in families], main, settings.auxiliary)
    if settings.rotations:
        chosen = tuple(rotated(episode, np.random.default_rng(number)) for number, episode in enumerate(chosen))
    if settings.folds:
        settings = replace(settings, steps=best_stop(chosen, settings))
    return finish(begin(chosen, settings, held_out=(fold.held_out,)), chosen)


def answered(trained: Checkpoint, test: Sequence[Episode]) -> Hits:
    """1 for every word classified right, over all tasks."""
    network = trained.network()
    learner = learner_of(network, trained.settings)
    state = trained.state
    correct = [
        hits(network, adapted_weights(learner, state.weights, task, state.memory), task.query).numpy() for task in test
    ]
    return np.concatenate(correct)


def raw(task: Episode) -> Hits:
    """The nearest class mean by the vectors themselves."""
    scores = prototypes(task.support.x, task.support.y)(task.query.x)
    best = scores.argmax(dim=1, keepdim=True)
    correct: Hits = task.query.y.gather(1, best).squeeze(1).double().numpy()
    return correct


def gain(ours: Hits, baseline: Hits, tasks: np.ndarray[Any, np.dtype[np.int64]]) -> Interval:
    """The mean difference and its interval, whole tasks resampled."""
    return paired_bootstrap(ours, baseline, tasks, np.random.default_rng(0))


def _test(rounds: Sequence[Round]) -> list[Episode]:
    return [task for fold in rounds for task in fold.test]


if __name__ == "__main__":
    main()
