"""How well translations are inferred: one dictionary at a time is hidden, and looked for in the rest of the graph.

Run ``python -m benchmarks.quality.inference --json``. The graph has FreeDict's English–French, –Finnish, –Japanese,
–German, –Spanish and French–Spanish, and CLDR's names of things in the six languages. For each dictionary:

- It is left out. What the rest says about the two languages directly (CLDR does) is no inference, so these pairs are
  left out of the question and of the answer, for every method alike.
- Precision, recall and F1 count pairs whose two words both exist: a candidate counts if the hidden dictionary has both
  of its words, a pair of the dictionary if the rest of the graph can reach both of its words over other languages.
- No setting sees the hidden dictionary. Every method gets its threshold, and the ensemble its weights, from the same
  examples: pairs of other dictionaries, hidden in turn. ``best_f1`` is the F1 at the best of all thresholds, chosen
  with the answer in hand: what a method could give if its threshold were perfect.

``over_cldr_only`` marks languages that no dictionary but CLDR joins: there, only a path whose one half is a name of
CLDR can be found.

``halves`` asks the easier question that ``isogloss kg infer`` meets most: a dictionary is there to learn from. The
pairs of half of its source words teach, the other half is asked, and the other way round; so every word is asked once.
``parts`` is harder: the graph has half of the dictionary and nothing of the other half, not even which words it knows.

With ``--vectors``, words of English, French, Finnish and Japanese get vectors, and for dictionaries between these the
ensemble that looks at them, too, stands beside the one that does not (``vectors``); ``compared`` is the share of the
candidates whose words both have one.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np

from benchmarks import command_line, real_data
from benchmarks.real_data import WHEELS, cldr_concepts, freedict, vectors
from isogloss.data.dictionary import Dictionary
from isogloss.data.encoders.words import WordEncoder
from isogloss.data.errors import DownloadError
from isogloss.data.numerics.calibration import calibration_error, reliability
from isogloss.data.numerics.thresholds import best_f1
from isogloss.data.vectors import Vectors
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.inference.encoder_similarity import EncodedWords
from isogloss.kg.inference.ensemble import fit
from isogloss.kg.inference.examples import halves, reachable
from isogloss.kg.inference.features import BY_ENCODER as OF_ENCODER
from isogloss.kg.inference.features import Described
from isogloss.kg.inference.gain import gain
from isogloss.kg.inference.language_pair import LanguagePair
from isogloss.kg.inference.pipeline import Prepared, prepare, scores_of, single_threshold
from isogloss.kg.inference.settings import METHODS
from isogloss.kg.inference.similarity import Similarity
from isogloss.kg.inference.translation_links import (
    DICTIONARIES,
    Flags,
    Links,
    Numbers,
    TranslationLinks,
    Weights,
    pair_keys,
)
from isogloss.kg.inference.vector_similarity import Spaces

PAIRS = (("en", "fr"), ("en", "fi"), ("en", "ja"), ("fr", "es"), ("en", "de"), ("en", "es"))
LANGUAGES = ("de", "en", "es", "fi", "fr", "ja")
KINDS = ("hidden", "halves", "parts")
BY_VECTORS, BY_ENCODER = "vectors", "encoder"
LEARNED = ("ensemble", BY_VECTORS, BY_ENCODER)
DRAWS = 200  # of what would come true if every probability were right
PART = "a part of "  # how the name of a source begins that has some of the words of another one


def main() -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__, seed="the choice of examples")
    parser.add_argument("--vectors", action="store_true", help="Also with word vectors, of which 240 MB are fetched.")
    parser.add_argument("--encoder", help="Also with this encoder, as of kg infer.")
    parser.add_argument("--pairs", default=",".join(map("-".join, PAIRS)), help="Dictionaries to hide, by languages.")
    parser.add_argument("--plot", type=Path, help="Also draw the calibration into this file (needs matplotlib).")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        try:
            joined = {code: vectors(code) for code in sorted(WHEELS)} if arguments.vectors else {}
        except DownloadError as error:
            raise SystemExit(f"error: {error}") from None
        encoder = WordEncoder.of(arguments.encoder, cache=real_data.folder()) if arguments.encoder else None
        figures_of = measure(Path(folder) / "graph.db", arguments.pairs.split(","), arguments.seed, joined, encoder)
    if arguments.plot:
        draw(figures_of, arguments.plot)
    if arguments.json:
        command_line.print_json(figures_of)
        return
    for kind in KINDS:
        for name, measured in figures_of[kind].items():
            for method, figures in measured["methods"].items():
                shown = "  ".join(f"{key} {value:.3f}" for key, value in figures.items() if isinstance(value, float))
                print(f"{kind:6}  {name}  {method:9} {shown}")


def measure(
    path: Path, hidden: Sequence[str], seed: int, joined: Mapping[str, Vectors], encoder: WordEncoder | None
) -> dict[str, Any]:
    """All figures of some pairs; those with vectors for languages that have some."""
    start = time.process_time()
    names = build(path, joined)
    built = time.process_time() - start
    figures: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    with open_graph(path) as graph:
        in_part = {PART + name for name in names.values()}
        whole = TranslationLinks.of(graph.store, without=in_part)

        def aids(pair: tuple[str, str], translations: TranslationLinks) -> dict[str, Similarity]:
            return ({BY_VECTORS: Spaces(translations, joined)} if joined.keys() >= set(pair) else {}) | (
                {} if encoder is None else {BY_ENCODER: EncodedWords(translations, encoder)}
            )

        for pair, name in names.items():
            if "-".join(pair) not in hidden:
                continue
            ends = graph.language_number(pair[0]), graph.language_number(pair[1])
            gold = TranslationLinks.of(graph.store, without=all_but(graph, name)).between(*ends)
            for kind, translations in (
                ("hidden", TranslationLinks.of(graph.store, without={name, *in_part})),
                ("parts", TranslationLinks.of(graph.store, without={name, *in_part} - {PART + name})),
            ):
                figures[kind]["-".join(pair)] = inferred(
                    LanguagePair(translations, *ends), gold, seed, aids(pair, translations)
                )
            figures["halves"]["-".join(pair)] = halve(LanguagePair(whole, *ends), seed, aids(pair, whole))
    return {
        **figures,
        "together": {kind: together(by_pair) for kind, by_pair in figures.items()},
        "seed": seed,
        "build_seconds_cpu": built,
        "seconds_cpu": time.process_time() - start,
    }


def build(path: Path, joined: Mapping[str, Vectors]) -> dict[tuple[str, str], str]:
    """The graph of all dictionaries, each whole and by half as sources of their own, with vectors; their names."""
    names = {}
    random = np.random.default_rng(0)
    with open_graph(path, write=True) as graph:
        for pair in PAIRS:
            try:
                dictionary = freedict(*pair)
            except DownloadError as error:
                raise SystemExit(f"error: {error}") from None
            graph.add(dictionary)
            graph.add(part_of(dictionary, 0.5, random))
            names[pair] = dictionary.origin.name
        graph.add_concepts(*cldr_concepts(LANGUAGES))
        for vectors in joined.values():
            graph.link_vectors(vectors)
    return names


def part_of(dictionary: Dictionary, share: float, random: np.random.Generator) -> Dictionary:
    """What a dictionary says of some of its source words."""
    words = sorted({pair.source for pair in dictionary.pairs})
    kept = {words[number] for number in random.permutation(len(words))[: round(share * len(words))].tolist()}
    origin = replace(dictionary.origin, name=PART + dictionary.origin.name)
    return replace(dictionary, pairs=tuple(pair for pair in dictionary.pairs if pair.source in kept), origin=origin)


def inferred(languages: LanguagePair, gold: Links, seed: int, aids: Mapping[str, Similarity]) -> dict[str, Any]:
    """Infer a dictionary from a graph that lacks it or has a part of it; evaluated on what it does not state."""
    start = time.process_time()
    prepared = prepare(languages, seed=seed)
    candidates = prepared.described.candidates
    listed = languages.stated(DICTIONARIES).source
    evaluated = prepared.new & np.isin(candidates.source, gold.source) & np.isin(candidates.target, gold.target)
    evaluated &= ~np.isin(candidates.source, listed)
    truth = np.isin(pair_keys(candidates.source, candidates.target), pair_keys(gold.source, gold.target))
    sought = int((sought_pairs(languages, gold) & ~np.isin(gold.source, listed)).sum())
    figures = {}
    for method in (*METHODS, *aids):
        if method in aids:
            prepared = prepare(languages, similarities=[aids[method]], seed=seed)
        scores, threshold = prepared.scored("ensemble" if method in aids else method)
        figures[method] = compared(scores[evaluated], truth[evaluated], threshold, sought)
        if method in LEARNED:
            figures[method] |= promised(scores[evaluated], truth[evaluated])
        if method in aids:
            figures[method] |= described_share(prepared.described, evaluated) | gained(prepared, method)
    between, ends = languages.translations.between, (languages.source, languages.target)
    return {
        "over_cldr_only": not any(
            all(between(end, pivot, DICTIONARIES).size for end in ends) for pivot in languages.pivots
        ),
        "candidates": int(evaluated.sum()),
        "candidates_right": int((truth & evaluated).sum()),
        "sought": sought,
        "examples": sum(len(examples.rows) for examples in prepared.training),
        "methods": figures,
        "seconds_cpu": time.process_time() - start,
    }


def halve(languages: LanguagePair, seed: int, aids: Mapping[str, Similarity]) -> dict[str, Any]:
    """Train on either half of the words of a dictionary and evaluate on the other half."""
    (examples, *_) = prepare(languages, seed=seed).training
    sought = round(int(examples.truth.sum()) / max(examples.reach, 1e-9))
    figures = {}
    for method in (*METHODS, *aids):
        if method in aids:
            (examples, *_) = prepare(languages, similarities=[aids[method]], seed=seed).training
        both = halves(examples, np.random.default_rng(seed))
        scores, taken, truth = [], [], []
        for seen, unseen in (both, both[::-1]):
            if method in LEARNED:
                ensemble = fit([seen], examples.described)
                predicted = ensemble.probability(examples.described)[unseen.rows]
                threshold = ensemble.threshold(predicted)
            else:
                predicted = scores_of(examples.described, method)[unseen.rows]
                threshold = single_threshold([seen], method)
            scores.append(predicted)
            taken.append(predicted >= threshold)
            truth.append(unseen.truth)
        probability, right = np.concatenate(scores), np.concatenate(truth)
        figures[method] = chosen(np.concatenate(taken), right, sought) | {
            "best_f1": best_f1(probability, right, total=sought).f1
        }
        if method in LEARNED:
            figures[method] |= promised(probability, right)
        if method in aids:
            figures[method] |= described_share(examples.described, examples.rows)
    return {"asked": len(right), "sought": sought, "methods": figures}


def described_share(described: Described, rows: Flags | Numbers) -> dict[str, float]:
    """The share of candidates whose two words the vectors, or the encoder, know."""
    return {name: float(described.columns[name][rows].mean()) for name in ("compared", "encoded")}


def gained(prepared: Prepared, method: str) -> dict[str, Any]:
    """For an encoder, what held-out examples say of it: whether ``kg infer`` would use it."""
    return {"gain": gain(prepared.training, prepared.described, OF_ENCODER)} if method == BY_ENCODER else {}


def compared(scores: Weights, truth: Flags, threshold: float, sought: int) -> dict[str, float]:
    """Precision, recall and F1 at the threshold, and the F1 at the best of all thresholds."""
    figures = chosen(scores >= threshold, truth, sought)
    return figures | {"threshold": float(threshold), "best_f1": best_f1(scores, truth, total=sought).f1}


def chosen(taken: Flags, truth: Flags, sought: int) -> dict[str, float]:
    """Precision, recall and F1 of what was taken."""
    right = int((taken & truth).sum())
    return {
        "precision": right / max(int(taken.sum()), 1),
        "recall": right / max(sought, 1),
        "f1": 2 * right / max(int(taken.sum()) + sought, 1),
    }


def promised(chances: Weights, truth: Flags) -> dict[str, Any]:
    """Whether probabilities mean what they say; by chance, those that do are off by so much among so few candidates."""
    random = np.random.default_rng(0)
    by_chance = [calibration_error(chances, random.random(len(chances)) < chances) for _ in range(DRAWS)]
    return {
        "calibration_error": calibration_error(chances, truth),
        "calibration_error_by_chance": float(np.mean(by_chance)),
        "mean_probability": float(chances.mean()),
        "share_right": float(truth.mean()),
        "reliability": [bin_._asdict() for bin_ in reliability(chances, truth)],
    }


def together(figures: Mapping[str, Any]) -> float:
    """The calibration error of the ensemble where the candidates of all dictionaries count as one set."""
    bins: dict[float, list[Mapping[str, float]]] = {}
    for measured in figures.values():
        for bin_ in measured["methods"]["ensemble"]["reliability"]:
            bins.setdefault(bin_["low"], []).append(bin_)
    gaps = [abs(sum(bin_["cases"] * (bin_["promised"] - bin_["true"]) for bin_ in group)) for group in bins.values()]
    return sum(gaps) / sum(bin_["cases"] for group in bins.values() for bin_ in group)


def draw(figures: Mapping[str, Any], path: Path) -> None:
    """A reliability diagram for each dictionary, hidden as a whole, by halves and where the graph has a half."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise SystemExit(
            "error: found no matplotlib, which draws; install it with: pip install 'isogloss[plot]'"
        ) from None
    figure = Figure(figsize=(6 * len(KINDS), 4.5), layout="constrained")
    for number, kind in enumerate(KINDS, 1):
        axes = figure.add_subplot(1, len(KINDS), number)
        axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
        for name, measured in figures[kind].items():
            bins = measured["methods"]["ensemble"]["reliability"]
            axes.plot([b["promised"] for b in bins], [b["true"] for b in bins], marker="o", label=name)
        axes.set(title=kind, xlabel="probability", ylabel="share right", xlim=(0, 1), ylim=(0, 1))
        axes.legend()
    figure.savefig(path)


def sought_pairs(languages: LanguagePair, gold: Links) -> Flags:
    """Which pairs of the hidden dictionary are to be found: both words are reachable, and nobody else says them."""
    existing = languages.stated()
    stated = np.isin(pair_keys(gold.source, gold.target), pair_keys(existing.source, existing.target))
    exist = np.isin(gold.source, reachable(languages)) & np.isin(gold.target, reachable(languages.reversed))
    sought: Flags = exist & ~stated
    return sought


def all_but(graph: Graph, name: str) -> list[str]:
    """The names of all sources but one."""
    return [origin.name for origin in graph.sources() if origin.name != name]


if __name__ == "__main__":
    main()
