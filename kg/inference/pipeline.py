"""Inferring the translations between two languages from the rest of a graph, each with its reasons and its licence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.errors import VocabularyError
from isogloss.data.language import language_code
from isogloss.data.licence import strictest
from isogloss.data.numerics.calibration import calibration_error, reliability
from isogloss.data.numerics.thresholds import best_f1
from isogloss.data.progress import Progress, silent
from isogloss.data.vectors import Vectors
from isogloss.kg.graph import Graph
from isogloss.kg.inference.ensemble import fit, mean_reach
from isogloss.kg.inference.examples import Examples, halves, lessons
from isogloss.kg.inference.features import Described, describe, known_words
from isogloss.kg.inference.paths import Candidates, candidates
from isogloss.kg.inference.translation_links import DICTIONARIES, Flags, Numbers, Web, Weights, pair_keys
from isogloss.kg.inference.vector_similarity import Spaces
from isogloss.kg.storage.run import Run
from isogloss.kg.storage.schema import BLOCK

METHODS = ("otic", "cycles", "walk", "ensemble")
SHOWN = 3  # paths of each pair that are kept as evidence: the clearest


@dataclass(frozen=True)
class Inferred:
    """A pair of words that no source states, and why it should be a translation all the same."""

    source: str
    target: str
    score: float  # of the ensemble a probability, of the other methods a rank only
    licence: str  # the strictest on all its paths
    evidence: Mapping[str, Any]


@dataclass(frozen=True)
class Inference:
    """What was inferred between two languages, surest first, and how."""

    source: str
    target: str
    method: str
    min_score: float
    pairs: tuple[Inferred, ...] = field(repr=False)
    candidates: int
    examples: int
    check: Mapping[str, Any]  # how the method did on examples that it had not seen
    run: Run

    def dictionaries(self) -> list[Dictionary]:
        """The pairs as dictionaries, one for each licence."""
        found = []
        for licence in sorted({pair.licence for pair in self.pairs}):
            origin = Origin(f"inferred by {self.method}", licence, "inferred")
            pairs = (Pair(p.source, p.target, p.score, p.evidence) for p in self.pairs if p.licence == licence)
            found.append(Dictionary(self.source, self.target, tuple(pairs), origin))
        return found

    def store(self, graph: Graph, *, progress: Progress = silent) -> int:
        """Add the pairs to a graph that is open for writing, with the run that made them; how many there are.

        Raises:
            GraphError: The graph is open for reading only.
        """
        return sum(graph.add(each, run=self.run, progress=progress).pairs for each in self.dictionaries())


@dataclass(frozen=True)
class Prepared:
    """All candidates between two languages, described, and examples to learn from."""

    described: Described
    new: Flags  # which of them no source states
    lessons: Sequence[Examples]

    def scored(self, method: str) -> tuple[Weights, float]:
        """The scores of all candidates by one method, and the score that promises the highest F1."""
        if method == "ensemble":
            ensemble = fit(self.lessons, self.described)
            probability = ensemble.probability(self.described)
            return probability, ensemble.threshold(probability[self.new])
        return scores_of(self.described, method), single_threshold(self.lessons, method)


def infer(
    graph: Graph,
    source: str,
    target: str,
    *,
    method: str = "ensemble",
    min_score: float | None = None,
    licences: Collection[str] | None = None,
    without: Collection[str] = (),
    vectors: bool | Mapping[str, Vectors] = False,
    seed: int = 0,
    progress: Progress = silent,
) -> Inference:
    """Translations between two languages that no source of the graph states, found over pivot words.

    Args:
        graph: Open for reading, or for writing.
        source: The one language.
        target: The other.
        method: ``ensemble`` gives probabilities; ``otic``, ``cycles`` and ``walk`` give scores from 0 to 1.
        min_score: Leave out what scores less; by default the score that promises the highest F1.
        licences: Only over sources under these licences or classes of licences.
        without: Names of sources to leave out.
        vectors: Whether the ensemble weighs how alike words are by the vectors joined to them, too; or the vectors of
            languages, where they are at hand.
        seed: Of the choice of examples, where there are very many.
        progress: Watches the languages that are learned from.

    Raises:
        VocabularyError: The graph has no such language, or no pivot joins the two; or their vectors are asked for, and
            there are none, or too few sure translations turn the one space into the other.
        GraphError: A file of vectors is not the one that was joined.
    """
    here, there = graph.language_number(source), graph.language_number(target)
    if method not in METHODS:
        raise ValueError(f"method is {method!r}, expected one of {', '.join(METHODS)}")
    if vectors and method != "ensemble":
        raise ValueError(f"method is {method!r}, expected the ensemble, which alone weighs vectors")
    web = Web.of(graph.store, licences, without)
    learn = min_score is None or method == "ensemble"
    spaces = Spaces(web, vectors if isinstance(vectors, Mapping) else {}, progress) if vectors else None
    prepared = prepare(web, here, there, learn=learn, spaces=spaces, seed=seed, progress=progress)
    scores, threshold = prepared.scored(method)
    min_score = threshold if min_score is None else min_score
    taken = np.flatnonzero(prepared.new & (scores >= min_score) & (scores > 0))
    taken = taken[np.lexsort((taken, -scores[taken]))]
    codes = language_code(source), language_code(target)
    settings: dict[str, Any] = {"from": codes[0], "to": codes[1], "min_score": round(min_score, 6)}
    settings |= {"licences": sorted(licences or ()), "without": sorted(without)}
    settings |= {"vectors": True} if vectors else {}
    return Inference(
        *codes,
        method,
        min_score,
        tuple(_told(web, prepared.described, scores, taken)),
        int(prepared.new.sum()),
        sum(len(each.rows) for each in prepared.lessons),
        check(prepared, seed) if method == "ensemble" else {},
        Run(f"infer {method}", settings, seed),
    )


def supported(
    graph: Graph,
    source: str,
    target: str,
    *,
    licences: Collection[str] | None = None,
    without: Collection[str] = (),
    seed: int = 0,
    progress: Progress = silent,
) -> Dictionary:
    """How probable other languages make each pair of words that they join, as if nothing were stated of the two.

    What a lexicon takes for evidence (``lexicon.induction.graph_evidence``). Arguments and errors are those of
    ``infer``; the licence is the strictest of all that was looked at.
    """
    here, there = graph.language_number(source), graph.language_number(target)
    web = Web.of(graph.store, licences, without).without_links(here, there)
    prepared = prepare(web, here, there, seed=seed, progress=progress)
    probability, _ = prepared.scored("ensemble")
    found = prepared.described.found
    words = zip(web.words(found.source), web.words(found.target), probability.tolist(), strict=True)
    origin = Origin("other languages of the graph", strictest(web.licences), "inferred")
    codes = language_code(source), language_code(target)
    return Dictionary(*codes, tuple(Pair(one, other, round(chance, 6)) for one, other, chance in words), origin)


def prepare(
    web: Web,
    here: int,
    there: int,
    *,
    learn: bool = True,
    spaces: Spaces | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> Prepared:
    """Find and describe all candidates between two languages, by their numbers, and examples like them.

    Raises:
        VocabularyError: No word of another language joins the two, or vectors are to be compared and cannot be.
        GraphError: A file of vectors is not the one that was joined.
    """
    found = candidates(web, here, there)
    if not len(found):
        codes = {number: code for code, number in web.languages.items()}
        raise VocabularyError(
            f"found no word of another language that joins {codes[here]} and {codes[there]} in {web.store.path}; "
            "'isogloss kg stats' shows which languages are linked, and 'isogloss kg import' adds dictionaries"
        )
    described = describe(web, found, here, there)
    if spaces:
        described = spaces.compared(described, here, there)
    random = np.random.default_rng(seed)
    taught = lessons(web, here, there, described, random=random, spaces=spaces, progress=progress) if learn else []
    stated = web.links(here, there)
    new = ~np.isin(pair_keys(found.source, found.target), pair_keys(stated.source, stated.target))
    listed = web.links(here, there, DICTIONARIES)
    silent = new & np.isin(found.source, listed.source) & np.isin(found.target, listed.target)
    known = {**described.columns, **known_words(found, stated), "silent": silent.astype(np.float64)}
    return Prepared(replace(described, columns=known), new, taught)


def scores_of(described: Described, method: str) -> Weights:
    """The scores of a single method."""
    return {"otic": described.otic, "cycles": described.cycles, "walk": described.walks}[method]


def single_threshold(taught: Sequence[Examples], method: str) -> float:
    """The score of a single method that gives the highest F1 on the examples; 0 without any to tell."""
    telling = [each for each in taught if each.enough]
    if not telling:
        return 0.0
    scores = np.concatenate([scores_of(each.described, method)[each.rows] for each in telling])
    truth = np.concatenate([each.truth for each in telling]).astype(np.float64)
    importance = np.concatenate([each.importance for each in telling])
    return best_f1(scores, truth, importance=importance, reach=mean_reach(telling, 1.0)).threshold


def check(prepared: Prepared, seed: int) -> dict[str, Any]:
    """How well calibrated the ensemble is on words that it has not seen: one half of the examples may teach it."""
    telling = [each for each in prepared.lessons if each.enough]
    if not telling:
        return {}
    random = np.random.default_rng(seed)
    seen, unseen = zip(*(halves(each, random) for each in telling), strict=True)
    ensemble = fit(seen, prepared.described)
    chances = np.concatenate([ensemble.probability(each.described)[each.rows] for each in unseen])
    truth = np.concatenate([each.truth for each in unseen])
    return {
        "examples": len(truth),
        "right": float(truth.mean()),
        "calibration_error": calibration_error(chances, truth),
        "reliability": [each._asdict() for each in reliability(chances, truth)],
    }


def _told(web: Web, described: Described, scores: Weights, taken: Numbers) -> list[Inferred]:
    """The chosen candidates with words, licence and evidence."""
    found = described.found
    sources, targets = web.words(found.source[taken]), web.words(found.target[taken])
    licences: dict[int, str] = {}
    for mask in np.unique(found.licences[taken]).tolist():
        licences[mask] = strictest(web.licences_of(mask))
    evidence = _evidence(web, described, taken, sources, targets)
    masks = found.licences[taken].tolist()
    columns = zip(sources, targets, scores[taken].tolist(), masks, evidence, strict=True)
    return [Inferred(one, other, round(value, 6), licences[mask], why) for one, other, value, mask, why in columns]


def _evidence(
    web: Web, described: Described, taken: Numbers, sources: list[str], targets: list[str]
) -> list[dict[str, Any]]:
    found = described.found
    rows = [_clearest(found, number) for number in taken.tolist()]
    pivots = np.concatenate([found.paths.pivot[some] for some in rows]) if rows else np.zeros(0, np.int64)
    written = iter(web.words(pivots))
    codes = {number: code for code, number in web.languages.items()}
    language = {number: codes[number // BLOCK] for number in np.unique(pivots).tolist()}
    numbers = {name: described.columns[name][taken].tolist() for name in ("cycle_density", "spelling")}
    if described.columns["compared"].any():
        numbers["likeness"] = described.columns["likeness"][taken].tolist()
    numbers |= {"otic": described.otic[taken].tolist(), "walk": described.walks[taken].tolist()}
    counts = np.bincount(found.of_path, minlength=len(found))[taken].tolist()
    told = []
    for place, some in enumerate(rows):
        ways = [
            f"{sources[place]} → {next(written)} ({language[pivot]}) → {targets[place]}"
            for pivot in found.paths.pivot[some].tolist()
        ]
        values = {name: round(column[place], 4) for name, column in numbers.items()}
        told.append({"paths": ways, "path_count": counts[place], **values})
    return told


def _clearest(found: Candidates, number: int) -> Numbers:
    """The rows of the clearest paths of a candidate."""
    end = int(found.first[number + 1]) if number + 1 < len(found) else len(found.paths.source)
    rows = np.arange(int(found.first[number]), end)
    paths = found.paths
    worth = paths.strength[rows] / np.sqrt(paths.ambiguity_here[rows] * paths.ambiguity_there[rows])
    return rows[np.lexsort((rows, -worth))][:SHOWN]
