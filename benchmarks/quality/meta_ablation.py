"""What each part of meta-training is worth: class transfer into a language that training never saw.

Run ``python -m benchmarks.quality.meta_ablation --json``. For each of English, French, Japanese and Finnish, a
classifier of words is meta-trained on the other three and adapted to five classes (parts of speech where the dictionary
has them, else topics) from five labelled words each in a language it knows; asked are words of the one it does not.
Vectors are those of the other benchmarks, dictionaries FreeDict and CLDR; with ``--sample`` the bundled ones, whose
dictionaries are CLDR's alone. Every variant answers the same tasks; gains
come with the 95 % interval of a bootstrap that resamples whole tasks.

``main only`` trains on class transfer alone, ``all`` on the auxiliary families as well; the variants below change one
thing of ``all``. ``untrained`` is the same learner before its first step, ``prototypes, raw vectors`` the nearest class
mean without any network.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import torch

from benchmarks.real_data import FREEDICT, cldr, freedict, vectors
from data.dictionary import Dictionary
from data.sample import sample_dictionary, sample_vectors
from meta.bootstrap import Interval, paired_bootstrap
from meta.checkpoint import Checkpoint
from meta.heads import prototypes
from meta.learners import LEARNERS, Episode
from meta.networks import MAIN
from meta.precision import adapted_weights, hits
from meta.regularisation import noisy_words, rotated
from meta.run import begin, best_stop, finish
from meta.spaces import Spaces
from meta.tasks import OF_WORDS, TaskSpace
from meta.training import Settings, learner_of
from meta.weighting import weighted
from meta.words import Hub, word_episode

LANGUAGES = ("en", "fi", "fr", "ja")
NOISE = 0.1
BASE = Settings(
    model="words",
    learner="ridge",
    steps=100,
    tasks_per_step=8,
    hidden=64,
    inner_steps=5,
    inner_rate=0.5,
    outer_rate=0.003,
)


@dataclass(frozen=True)
class Variant:
    """A way to train: ``changes`` to the settings, the auxiliary ``families``, and seeds made wrong or not."""

    changes: Mapping[str, Any] = field(default_factory=dict)
    families: tuple[str, ...] = ("concept", "invariance")
    noisy: bool = False


VARIANTS: Mapping[str, Variant] = {
    "all": Variant(),
    "main only": Variant(families=()),
    "main and concept": Variant(families=("concept",)),
    "main and invariance": Variant(families=("invariance",)),
    "weights by cosine": Variant({"weighting": "cosine"}),
    "weights learned": Variant({"weighting": "learned"}),
    "memory of 32": Variant({"memory": 32}),
    "sampled by affinity": Variant({"sampler": "affinity"}),
    "sampled by bandit": Variant({"sampler": "bandit"}),
    "language dropout 0.3": Variant({"language_dropout": 0.3}),
    "seed noise 0.1": Variant(noisy=True),
    "rotations": Variant({"rotations": True}),
    "folds": Variant({"folds": 3}),
    "prototypes": Variant({"learner": "prototypes"}),
    "anil": Variant({"learner": "anil"}),
    "anil, proximal 0.1": Variant({"learner": "anil", "proximity": 0.1}),
    "maml": Variant({"learner": "maml"}),
    "fomaml": Variant({"learner": "fomaml"}),
    "reptile": Variant({"learner": "reptile", "outer_rate": 0.003}),
    "meta-sgd": Variant({"learner": "meta-sgd"}),
}


class Round(NamedTuple):
    """One language left out: training episodes (plain, and with noise), and the tasks asked."""

    held_out: str
    training: tuple[Episode, ...]
    noisy: tuple[Episode, ...]
    asked: tuple[Episode, ...]


Hits = np.ndarray[tuple[int], np.dtype[np.float64]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--episodes", type=int, default=30, help="Training tasks of each family.")
    parser.add_argument("--tasks", type=int, default=30, help="Tasks asked in each language left out.")
    parser.add_argument("--steps", type=int, default=BASE.steps, help="Outer steps.")
    parser.add_argument("--vocabulary", type=int, default=6_000, help="Most frequent words of each language.")
    parser.add_argument("--learner", choices=LEARNERS, default=BASE.learner, help="Of the variants that name none.")
    parser.add_argument("--variants", nargs="*", default=list(VARIANTS), help="Which to train.")
    parser.add_argument("--sample", action="store_true", help="The bundled sample in place of the real data.")
    parser.add_argument("--json", action="store_true", help="Print one JSON object.")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    start = time.process_time()
    noise = NOISE if any(VARIANTS[name].noisy for name in arguments.variants) else 0.0
    rounds = list(prepared(arguments.episodes, arguments.tasks, arguments.vocabulary, noise, arguments.sample))
    found = measured(rounds, replace(BASE, steps=arguments.steps, learner=arguments.learner), arguments.variants)
    if arguments.json:
        print(json.dumps({"variants": found, "cpu_seconds": time.process_time() - start}, indent=2))
        return
    print("| variant | accuracy | " + " | ".join(each.held_out for each in rounds) + " | gain over main only |")
    print("|---|---:|" + "---:|" * (len(rounds) + 1))
    for name, row in found.items():
        by = " | ".join(f"{100 * row['by_language'][each.held_out]:.1f}" for each in rounds)
        gain = row["gain_over_main_only"]
        told = "" if gain is None else f"{100 * gain[0]:+.1f} [{100 * gain[1]:+.1f}, {100 * gain[2]:+.1f}]"
        print(f"| {name} | {100 * row['accuracy']:.1f} | {by} | {told} |")
    print(f"\nTasks asked: {sum(len(each.asked) for each in rounds)}; CPU seconds: {time.process_time() - start:.0f}.")


def prepared(episodes: int, tasks: int, vocabulary: int, noise: float, sample: bool) -> Iterator[Round]:
    """The episodes of every round, training ones drawn from the languages that are not left out alone."""
    table, between = (sample_vectors, sample_dictionary) if sample else (vectors, dictionary)
    tables = {language: table(language) for language in LANGUAGES}
    dictionaries = {(a, b): between(a, b) for a in LANGUAGES for b in LANGUAGES if a != b}
    spaces = Spaces(tables, vocabulary)
    for held_out in LANGUAGES:
        space = TaskSpace(dictionaries, spaces, held_out=frozenset({held_out}))
        hub = Hub.of(space)
        training: list[Episode] = []
        noisy: list[Episode] = []
        for place, family in enumerate(OF_WORDS):
            only = replace(space, word_families=(family,))
            for number in range(episodes):
                task = only.word_task(number, place)
                training.append(word_episode(task, spaces, hub, BASE.ways))
                if noise:
                    wrong = noisy_words(task, noise, np.random.default_rng([place, number]))
                    noisy.append(word_episode(wrong, spaces, hub, BASE.ways))
        into = {pair: each for pair, each in dictionaries.items() if pair[1] == held_out and pair[0] in hub.rotations}
        asking = TaskSpace(into, spaces, word_families=OF_WORDS[:1])
        asked = tuple(word_episode(asking.word_task(number, 99), spaces, hub, BASE.ways) for number in range(tasks))
        yield Round(held_out, tuple(training), tuple(noisy), asked)


def dictionary(source: str, target: str) -> Dictionary:
    """FreeDict's where it has one, in either direction, else CLDR's."""
    if (source, target) in FREEDICT:
        return freedict(source, target)
    if (target, source) in FREEDICT:
        return freedict(target, source).reversed()
    return cldr(source, target).lowercased()


def measured(rounds: Sequence[Round], settings: Settings, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Accuracy of every variant, and its gain over training on the main family alone."""
    wanted = {name: VARIANTS[name] for name in dict.fromkeys(["main only", *names])}
    words = np.concatenate([np.full(len(each.query.x), number) for number, each in enumerate(_asked(rounds))])
    answers: dict[str, list[Hits]] = {name: [] for name in ("prototypes, raw vectors", "untrained", *wanted)}
    for each in rounds:
        answers["prototypes, raw vectors"].append(np.concatenate([raw(task) for task in each.asked]))
        for name, variant in wanted.items():
            trained = trained_variant(each, settings, variant)
            answers[name].append(answered(trained, each.asked))
            print(f"{each.held_out} left out, {name}: {answers[name][-1].mean():.3f}", file=sys.stderr)
            if name == "main only":
                answers["untrained"].append(answered(trained.untrained(), each.asked))
    main_only = np.concatenate(answers["main only"])
    return {
        name: {
            "accuracy": float(np.concatenate(parts).mean()),
            "by_language": {each.held_out: float(part.mean()) for each, part in zip(rounds, parts, strict=True)},
            "gain_over_main_only": None if name == "main only" else list(gain(np.concatenate(parts), main_only, words)),
        }
        for name, parts in answers.items()
    }


def trained_variant(each: Round, settings: Settings, variant: Variant) -> Checkpoint:
    """A model trained as ``variant`` says, without the language left out."""
    settings = replace(settings, **variant.changes)
    families = {MAIN["words"], *variant.families}
    source = each.noisy if variant.noisy else each.training
    chosen = weighted([one for one in source if one.family in families], MAIN["words"], settings.auxiliary)
    if settings.rotations:
        chosen = tuple(rotated(one, np.random.default_rng(number)) for number, one in enumerate(chosen))
    if settings.folds:
        settings = replace(settings, steps=best_stop(chosen, settings))
    return finish(begin(chosen, settings, held_out=(each.held_out,)), chosen)


def answered(trained: Checkpoint, asked: Sequence[Episode]) -> Hits:
    """1 for every word classified right, over all tasks."""
    network = trained.network()
    learner = learner_of(network, trained.settings)
    state = trained.state
    found = [
        hits(network, adapted_weights(learner, state.weights, task, state.memory), task.query).numpy() for task in asked
    ]
    return np.concatenate(found)


def raw(task: Episode) -> Hits:
    """The nearest class mean by the vectors themselves."""
    scores = prototypes(task.support.x, task.support.y)(task.query.x)
    best = scores.argmax(dim=1, keepdim=True)
    found: Hits = task.query.y.gather(1, best).squeeze(1).double().numpy()
    return found


def gain(ours: Hits, theirs: Hits, tasks: np.ndarray[Any, np.dtype[np.int64]]) -> Interval:
    """The mean difference and its interval, whole tasks resampled."""
    return paired_bootstrap(ours, theirs, tasks, np.random.default_rng(0))


def _asked(rounds: Sequence[Round]) -> list[Episode]:
    return [task for each in rounds for task in each.asked]


if __name__ == "__main__":
    main()
