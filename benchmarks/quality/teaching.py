"""Teaches the prior of ``kg infer``: what other dictionaries tell of two languages that have none.

Run ``python -m benchmarks.quality.teaching --json``; with ``--out kg/inference/prior.json`` it writes the model. It
draws small graphs at random: five to seven languages, four to seven of FreeDict's dictionaries between them, and CLDR.
In each graph every dictionary is hidden in turn and looked for in the rest, as ``benchmarks.quality.inference`` does
it. None of the dictionaries that are hidden there is among the teachers, nor its reverse.

What is printed was measured by leaving dictionaries out: a sixth of them at a time, whatever graph they stand in, is
predicted by a model of the others. ``error`` is the mean expected calibration error of a hidden dictionary,
``off_by`` the standard deviation of what its mean probability is off by: how much dictionaries differ in what they
leave out, which nothing in a graph without them tells. ``error_if_rate_known`` is what would remain if one knew.
"""

from __future__ import annotations

import random as chance
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np
from scipy.special import expit

from benchmarks import command_line
from benchmarks.quality.inference import all_but, sought_pairs
from benchmarks.real_data import cldr_concepts, freedict_of
from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import DownloadError
from isogloss.data.numerics.calibration import calibration_error
from isogloss.data.numerics.logistic_regression import Table, Weights, log_odds, logistic_regression
from isogloss.data.storage import replacing
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.inference.language_pair import LanguagePair
from isogloss.kg.inference.pipeline import Prepared, prepare
from isogloss.kg.inference.prior import FEATURES, Prior, expanded
from isogloss.kg.inference.translation_links import DICTIONARIES, Flags, Links, TranslationLinks, pair_keys

Pair = tuple[str, str]

TEACHERS = {
    ("de", "bg"): (
        "dict-freedict-deu-bul",
        "2022.12.07-2",
        "b2c2b896f5b69497169b9ee37d72f5d085312226b234d3711be93aaa6e01ed81",
    ),
    ("de", "it"): (
        "dict-freedict-deu-ita",
        "2022.04.21-1",
        "1efa85af04f155797a5499de66d9a748616aed187690ea07f2e1a162359b3f4c",
    ),
    ("de", "nl"): (
        "dict-freedict-deu-nld",
        "2022.04.21-1",
        "1141e3a3e79e19282085ca25b8a48714a74708183a017ce0682726711e747001",
    ),
    ("de", "pl"): (
        "dict-freedict-deu-pol",
        "2022.12.07-2",
        "0929bc1188c1114e1ce56f801cc0c0edb90a5a6d99fef40ec065d0d286851503",
    ),
    ("de", "pt"): (
        "dict-freedict-deu-por",
        "2022.04.21-1",
        "dbcee56d0ad781b05e4ed0e62ee40aac9e44ade0642e5511d6f00f5e2a15a7fb",
    ),
    ("de", "sv"): (
        "dict-freedict-deu-swe",
        "2022.12.07-2",
        "009de3adaca5aae064736abff4fc99388aebbf8259a2a6b4a33e1648f29d7e88",
    ),
    ("de", "tr"): (
        "dict-freedict-deu-tur",
        "2022.04.21-1",
        "c761bc8b0d88e1e3c24939621f15231d012229dfe256eb834913f023fc52cba2",
    ),
    ("en", "bg"): (
        "dict-freedict-eng-bul",
        "2022.12.07-2",
        "91e23fe0ec1dfff19b27d302d7fba32fcc93f95e9b8965939d6f4c966e478389",
    ),
    ("en", "it"): (
        "dict-freedict-eng-ita",
        "2022.04.21-1",
        "aef18ac10bd7582f99b819f634edad0dc0060e59a06f3f041a40203c53e9bb22",
    ),
    ("en", "nl"): (
        "dict-freedict-eng-nld",
        "2022.04.21-1",
        "82bc479217e728e95d61aedc4dfb8472b4a9db23412e9754b8f24a9a2d50e943",
    ),
    ("en", "pl"): (
        "dict-freedict-eng-pol",
        "2022.04.21-1",
        "edfc15cb7d7decb09d4af7e502d7bf9df170523506fd7d5918d02d8f8a03c816",
    ),
    ("en", "pt"): (
        "dict-freedict-eng-por",
        "2022.04.21-1",
        "ef942ae345dda5f504b256a9df131993350737f70a1e55c58f49e4ae3196ec3f",
    ),
    ("en", "sv"): (
        "dict-freedict-eng-swe",
        "2022.04.21-1",
        "55feb9aff9abcc0be412dd11d9d46bc25eec4a80900a7701e57e6ad10331140e",
    ),
    ("en", "tr"): (
        "dict-freedict-eng-tur",
        "2022.04.21-1",
        "dd18d6682827301cb7131fda95728dd4c5ec3d73da6dab1f98619310608fbd99",
    ),
    ("fi", "it"): (
        "dict-freedict-fin-ita",
        "2022.12.07-2",
        "f26da550a5e419d460a36cb3f1ad9f6b5c09687b0e00ab4f8e550d1ad49efd4b",
    ),
    ("fi", "nl"): (
        "dict-freedict-fin-nld",
        "2022.12.07-2",
        "5d8e1eee696aaef2f7ede2e76a09397dc016cac2b1e1d5104179715bd085503d",
    ),
    ("fi", "pl"): (
        "dict-freedict-fin-pol",
        "2022.12.07-2",
        "ef6f621da2835825908d0eced0cb59964b645162abb07dc71b4557974b8a6f77",
    ),
    ("fi", "pt"): (
        "dict-freedict-fin-por",
        "2022.12.07-2",
        "b768276ef0459545552b733103e3bc70537a7e0c4a52debe1b610dce0b8dfe31",
    ),
    ("fi", "sv"): (
        "dict-freedict-fin-swe",
        "2022.12.07-2",
        "a99b97b54d5c33c36dc62fa5cd110a9b031b562fbe57a0eac95ce53255827435",
    ),
    ("fr", "bg"): (
        "dict-freedict-fra-bul",
        "2022.12.07-2",
        "3328b6183408433dec5274fe435ead27562246e332804e008c178b625297b250",
    ),
    ("fr", "it"): (
        "dict-freedict-fra-ita",
        "2022.12.07-2",
        "3ae87cd3e8f246c7e65c43d7713da5910ef4a7bfd54d3fef7af502f7cec2ff6a",
    ),
    ("fr", "nl"): (
        "dict-freedict-fra-nld",
        "2022.04.21-1",
        "4b34e6b37c106ab245cd8f95800c57daa2608143595272ff01c35cca6ea75495",
    ),
    ("fr", "pl"): (
        "dict-freedict-fra-pol",
        "2022.12.07-2",
        "498f449e44d297ee264ba13730598ba57f05020df28c64d75fcdd66d7a566b1c",
    ),
    ("fr", "pt"): (
        "dict-freedict-fra-por",
        "2022.12.07-2",
        "2fd3fb111a091780259e99268fb51c3f0cd1f501c2c20a6cba0ccd30372eb7ab",
    ),
    ("fr", "sv"): (
        "dict-freedict-fra-swe",
        "2022.12.07-2",
        "f0b81b0f7de6f9ebac9e2808daad8a057efa86f408c2733b2f86d10f9d327bf1",
    ),
    ("it", "pl"): (
        "dict-freedict-ita-pol",
        "2022.12.07-2",
        "5b89e794b05ced11a62416037704efcac06fc918d4c692c054ea557cbca0706c",
    ),
    ("it", "pt"): (
        "dict-freedict-ita-por",
        "2022.12.07-2",
        "e03b97e661b9ede032d163d4a8b4619bb2192cbca16863bc42e663b08ad1103b",
    ),
    ("it", "es"): (
        "dict-freedict-ita-spa",
        "2022.12.07-2",
        "fc2b1ec9549d301f56bd6f73b488ee58a4f145be164471e12a7704fbe7997e91",
    ),
    ("it", "sv"): (
        "dict-freedict-ita-swe",
        "2022.12.07-2",
        "483971c79b8ba8adcc811f09f736a1b19018a854c834ed277ee2b3a688cabb9c",
    ),
    ("nl", "it"): (
        "dict-freedict-nld-ita",
        "2022.12.07-2",
        "a032919951ff04b9bbc7cc223330e90312f2cb3815006597fcb16c1f8f05e538",
    ),
    ("nl", "pl"): (
        "dict-freedict-nld-pol",
        "2022.12.07-2",
        "bde491fe5333f592af34d108669f4b50ec9714a192f3dac1b0c433c548175b69",
    ),
    ("nl", "es"): (
        "dict-freedict-nld-spa",
        "2022.12.07-2",
        "90ea40a13a0e035b93566fb210e6818defd7efe762991ad52d2abfa98f095eb5",
    ),
    ("nl", "sv"): (
        "dict-freedict-nld-swe",
        "2022.12.07-2",
        "1baafc0238e44a5f3d5d3ae7cd1bd946ec752edc4d1133b8ecd75fd0a73be918",
    ),
    ("pl", "pt"): (
        "dict-freedict-pol-por",
        "2022.12.07-2",
        "3a27f399541574e96e4e0ac4ac8749ed48b2cbc328c057d1875e7550cd760fd6",
    ),
    ("pl", "es"): (
        "dict-freedict-pol-spa",
        "2022.12.07-2",
        "434a1971d599f21d2c075dfcd3d24692a42f08682e83ce61fdddb48efb8a4fb7",
    ),
    ("sv", "es"): (
        "dict-freedict-swe-spa",
        "2022.12.07-2",
        "17de6bed1622f92cdec8359e6ef5b090e095501abdcae30519cb3551c79facf1",
    ),
    ("sv", "tr"): (
        "dict-freedict-swe-tur",
        "2022.12.07-2",
        "f3c57e050604072b548c886a3ad2b19a6c0960c610642dcbdf36653afbad9836",
    ),
}
# Candidates of a hidden dictionary: with fewer it is passed over, of more some are drawn; round numbers.
FEWEST, MOST = 100, 700
PRECISION = 5.0  # one over the prior variance of a coefficient; chosen by hand
INTERCEPT_PRECISION = 1e-6  # as good as free
FOLDS = 6  # of cross-validation, over pairs of languages; round number


class Lesson(NamedTuple):
    """A dictionary hidden in some graph: what is known of candidates, and whether it has them."""

    pair: Pair
    table: Table
    truth: Weights
    reach: float


def main() -> None:
    """Teach, measure and print."""
    parser = command_line.parser(__doc__)
    parser.add_argument("--graphs", type=int, default=14, help="How many graphs are drawn.")
    parser.add_argument("--seed", type=int, default=1, help="Of graphs and candidates.")
    parser.add_argument("--out", type=Path, help="Write the model into this file.")
    arguments = parser.parse_args()
    start = time.process_time()
    teachers = fetched()
    training = list(lessons(teachers, arguments.graphs, arguments.seed))
    figures = judged(training) | {"seconds_cpu": time.process_time() - start}
    if arguments.out:
        model = fitted(training, sorted({teachers[lesson.pair].origin.name for lesson in training}))
        with replacing(arguments.out) as part:
            part.write_text(model.written(), encoding="utf-8")
    command_line.print_figures(figures, as_json=arguments.json)


def fetched() -> dict[Pair, Dictionary]:
    """The dictionaries that teach; a program ends where they cannot be had."""
    try:
        return {pair: freedict_of(package, *pair) for pair, package in TEACHERS.items()}
    except DownloadError as error:
        raise SystemExit(f"error: {error}") from None


def lessons(teachers: Mapping[Pair, Dictionary], graphs: int, seed: int) -> Iterator[Lesson]:
    """Every dictionary of every graph, hidden."""
    generator = np.random.default_rng(seed - 1)
    for chosen in drawn(list(teachers), graphs, chance.Random(seed)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "graph.db"
            with open_graph(path, write=True) as graph:
                for pair in chosen:
                    graph.add(teachers[pair])
                graph.add_concepts(*cldr_concepts(sorted({language for pair in chosen for language in pair})))
            with open_graph(path) as graph:
                for pair in chosen:
                    yield from lesson(graph, pair, teachers[pair].origin.name, generator)


class Without(NamedTuple):
    """Inference without one dictionary of a graph."""

    prepared: Prepared
    known: Links  # what other dictionaries say of its languages
    asked: Flags  # which candidates are new, and it knows both words of
    truth: Flags  # which candidates it has


def without(path: Path, pair: Pair, name: str) -> Without | None:
    """Hide the dictionary of some name; None if no other language joins its two."""
    with open_graph(path) as graph:
        source, target = (graph.language_number(code) for code in pair)
        gold = TranslationLinks.of(graph.store, without=all_but(graph, name)).between(source, target)
        languages = LanguagePair(TranslationLinks.of(graph.store, without=[name]), source, target)
        if not languages.pivots:
            return None
        prepared = prepare(languages)
        stated = languages.stated(DICTIONARIES)
    candidates = prepared.described.candidates
    evaluated = prepared.new & np.isin(candidates.source, gold.source) & np.isin(candidates.target, gold.target)
    truth = np.isin(pair_keys(candidates.source, candidates.target), pair_keys(gold.source, gold.target))
    return Without(prepared, stated, evaluated, truth)


def beside_another(
    teachers: Mapping[Pair, Dictionary],
    graphs: int,
    seed: int,
    another: Callable[[Pair], Dictionary | None],
    *,
    hide_added: bool,
) -> Iterator[tuple[Pair, Without]]:
    """Each dictionary of each graph beside another one of its languages, if there is: one of the two is hidden."""
    for chosen in drawn(list(teachers), graphs, chance.Random(seed)):
        concepts = cldr_concepts(sorted({language for pair in chosen for language in pair}))
        for pair in chosen:
            added = another(pair)
            if added is None:
                continue
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "graph.db"
                with open_graph(path, write=True) as graph:
                    for other in chosen:
                        graph.add(teachers[other])
                    graph.add(added)
                    graph.add_concepts(*concepts)
                case = without(path, pair, (added if hide_added else teachers[pair]).origin.name)
                if case:
                    yield pair, case


def drawn(pairs: Sequence[Pair], graphs: int, generator: chance.Random) -> Iterator[list[Pair]]:
    """Dictionaries that share a graph; three of them at least join three languages, as is needed to find anything."""
    languages = sorted({language for pair in pairs for language in pair})
    while graphs:
        chosen_languages = set(generator.sample(languages, generator.choice([5, 6, 6, 7])))
        inside = [pair for pair in pairs if chosen_languages.issuperset(pair)]
        if len(inside) < 4:
            continue
        chosen = generator.sample(inside, min(len(inside), generator.choice([4, 5, 6, 7])))
        linked = set(map(frozenset, chosen))
        if any(
            linked.issuperset(map(frozenset, combinations(three, 2)))
            for three in combinations(sorted(chosen_languages), 3)
        ):
            graphs -= 1
            yield chosen


def lesson(graph: Graph, pair: Pair, name: str, generator: np.random.Generator) -> Iterator[Lesson]:
    """One dictionary, hidden."""
    source, target = (graph.language_number(code) for code in pair)
    gold = TranslationLinks.of(graph.store, without=all_but(graph, name)).between(source, target)
    languages = LanguagePair(TranslationLinks.of(graph.store, without=[name]), source, target)
    if not languages.pivots:
        return
    prepared = prepare(languages, learn=False)
    candidates = prepared.described.candidates
    evaluated = np.flatnonzero(
        prepared.new & np.isin(candidates.source, gold.source) & np.isin(candidates.target, gold.target)
    )
    if len(evaluated) < FEWEST:
        return
    truth = np.isin(pair_keys(candidates.source, candidates.target), pair_keys(gold.source, gold.target))[evaluated]
    reach = truth.sum() / max(int(sought_pairs(languages, gold).sum()), 1)
    rows = generator.choice(len(evaluated), MOST, replace=False) if len(evaluated) > MOST else np.arange(len(evaluated))
    table = prepared.described.table(FEATURES)[evaluated[rows]]
    yield Lesson(pair, table, truth[rows].astype(np.float64), min(1.0, float(reach)))


def fitted(training: Sequence[Lesson], names: Sequence[str] = ()) -> Prior:
    """The model; many candidates of one dictionary count more than few, but not as many times more."""
    table = np.concatenate([lesson.table for lesson in training])
    mean, deviation = table.mean(axis=0), table.std(axis=0) + 0.05
    importance = np.concatenate([np.full(len(lesson.truth), len(lesson.truth) ** -0.5) for lesson in training])
    truth = np.concatenate([lesson.truth for lesson in training])
    columns = expanded(table, mean, deviation)
    precision = np.r_[INTERCEPT_PRECISION, np.full(columns.shape[1] - 1, PRECISION)]
    weights = logistic_regression(
        columns, truth, np.zeros(columns.shape[1]), precision, importance=importance / importance.mean()
    )
    reach = float(np.mean([lesson.reach for lesson in training]))
    return Prior(
        tuple(mean.tolist()), tuple(deviation.tolist()), tuple(weights.tolist()), round(reach, 4), tuple(names)
    )


def judged(training: Sequence[Lesson]) -> dict[str, Any]:
    """How well hidden dictionaries are predicted that taught nothing, in any graph."""
    pairs = sorted({lesson.pair for lesson in training})
    errors, known, off = [], [], []
    for fold in range(FOLDS):
        out = pairs[fold::FOLDS]
        model = fitted([lesson for lesson in training if lesson.pair not in out])
        for lesson in training:
            if lesson.pair in out and len(lesson.truth) == MOST:
                table = expanded(lesson.table, np.array(model.mean), np.array(model.deviation))
                probability, truth = expit(table @ np.array(model.weights)), lesson.truth > 0
                errors.append(calibration_error(probability, truth))
                known.append(calibration_error(shifted(probability, float(truth.mean())), truth))
                off.append(float(probability.mean() - truth.mean()))
    return {
        "dictionaries": len(pairs),
        "hidden": len(training),
        "judged": len(errors),
        "error": float(np.mean(errors)),
        "error_p90": float(np.percentile(errors, 90)),
        "off_by": float(np.std(off)),
        "error_if_rate_known": float(np.mean(known)),
    }


def shifted(probability: Weights, rate: float) -> Weights:
    """The probabilities with their odds multiplied so that their mean is ``rate``."""
    low, high = -5.0, 5.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if expit(log_odds(probability) + middle).mean() < rate else (low, middle)
    return np.asarray(expit(log_odds(probability) + low))


if __name__ == "__main__":
    main()
