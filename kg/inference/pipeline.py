"""Inferring the translations between two languages from the rest of a graph, each with its reasons and its licence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.encoders.words import WordEncoder
from isogloss.data.errors import VocabularyError
from isogloss.data.language import language_code
from isogloss.data.licence import strictest
from isogloss.data.numerics.calibration import calibration_error, reliability
from isogloss.data.numerics.thresholds import best_f1
from isogloss.data.progress import Progress, silent
from isogloss.data.tables import ROWS, html_table
from isogloss.kg.graph import Graph
from isogloss.kg.inference.encoder_similarity import UNIT, EncodedWords
from isogloss.kg.inference.ensemble import fit, mean_reach
from isogloss.kg.inference.examples import Examples, halves, training_examples
from isogloss.kg.inference.features import BY_ENCODER, Described, describe, known_words
from isogloss.kg.inference.gain import gain
from isogloss.kg.inference.language_pair import LanguagePair
from isogloss.kg.inference.paths import Candidates, find_candidates
from isogloss.kg.inference.settings import Settings, WordSimilarity
from isogloss.kg.inference.similarity import Similarity
from isogloss.kg.inference.translation_links import DICTIONARIES, Flags, Numbers, TranslationLinks, Weights, pair_keys
from isogloss.kg.inference.vector_similarity import Spaces
from isogloss.kg.query.snapshot import in_one_snapshot
from isogloss.kg.storage.judgements import among
from isogloss.kg.storage.run import Run
from isogloss.kg.storage.schema import BLOCK

SHOWN = 3  # paths of each pair that are kept as evidence: the clearest; round number


@dataclass(frozen=True)
class Inferred:
    """A translation that no source states, with its score and evidence."""

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
    check: Mapping[str, Any]  # calibration on held-out examples
    run: Run
    encoder: Mapping[str, Any] | None = None  # what one gains on held-out examples, and whether it is used

    def __repr__(self) -> str:
        count = f"{len(self.pairs):,} translations by {self.method}"
        return f"<Inference {self.source}-{self.target}: {count}, {self.min_score:.2f} and above>"

    def _repr_html_(self) -> str:
        caption = f"{self.source}-{self.target}: {len(self.pairs):,} translations inferred by {self.method}"
        rows = [(pair.source, pair.target, pair.score, pair.licence or "unknown") for pair in self.pairs[:ROWS]]
        return html_table(caption, (self.source, self.target, "score", "licence"), rows)

    def dictionaries(self) -> list[Dictionary]:
        """The pairs as dictionaries, one for each licence."""
        dictionaries = []
        for licence in sorted({pair.licence for pair in self.pairs}):
            origin = Origin(f"inferred by {self.method}", licence, "inferred")
            of_licence = (pair for pair in self.pairs if pair.licence == licence)
            pairs = tuple(Pair(pair.source, pair.target, pair.score, pair.evidence) for pair in of_licence)
            dictionaries.append(Dictionary(self.source, self.target, pairs, origin))
        return dictionaries

    def store(self, graph: Graph, *, progress: Progress = silent) -> int:
        """Add the pairs to a graph that is open for writing, with the run that made them; how many there are.

        Raises:
            GraphError: The graph is open for reading only.
        """
        return sum(graph.add(dictionary, run=self.run, progress=progress).pairs for dictionary in self.dictionaries())


@dataclass(frozen=True)
class Prepared:
    """All candidates between two languages with their features, and examples to fit the ensemble to."""

    described: Described
    new: Flags  # which of them no source states
    training: Sequence[Examples]

    def without(self, names: tuple[str, ...]) -> Prepared:
        """The same without some features."""
        training = [replace(examples, described=examples.described.without(names)) for examples in self.training]
        return replace(self, described=self.described.without(names), training=training)

    def scored(self, method: str) -> tuple[Weights, float]:
        """The scores of all candidates by one method, and the threshold of the highest expected F1."""
        if method == "ensemble":
            ensemble = fit(self.training, self.described)
            probability = ensemble.probability(self.described)
            return probability, ensemble.threshold(probability[self.new])
        return scores_of(self.described, method), single_threshold(self.training, method)


@in_one_snapshot
def infer(
    graph: Graph,
    source: str,
    target: str,
    settings: Settings | None = None,
    similarity: WordSimilarity | None = None,
    *,
    progress: Progress = silent,
) -> Inference:
    """Infer the translations between two languages that no source of the graph states, through pivot words.

    The graph may be open for reading or for writing.

    Raises:
        ValueError: There is no such method, or it does not weigh similarities.
        VocabularyError: The graph has no such language, or no pivot joins the two; or vectors are asked for, and a
            language has none, or too few sure translations align the two spaces.
        GraphError: A file of vectors is not the one that was joined.
        CheckpointError: There is no such encoder.
        MissingExtraError: The package that loads the encoder is not installed.
    """
    ends = graph.language_number(source), graph.language_number(target)
    settings, similarity = settings or Settings(), similarity or WordSimilarity()
    method = settings.method
    settings.check()
    similarity.check(method)
    requested = asked_of(graph, source, target)
    translations = TranslationLinks.of(graph.store, settings.licences, settings.without, requested)
    learn = settings.min_score is None or method == "ensemble"
    similarities: list[Similarity] = []
    if similarity.vectors:
        given = similarity.vectors if isinstance(similarity.vectors, Mapping) else {}
        similarities.append(Spaces(translations, given, progress))
    encoded_words: EncodedWords | None = None
    if similarity.encoder is not None:
        encoder = WordEncoder.of(similarity.encoder, similarity.template, cache=similarity.cache)
        encoded_words = EncodedWords(translations, encoder, progress)
        similarities.append(encoded_words)
    languages = LanguagePair(translations, *ends)
    prepared = prepare(languages, learn=learn, similarities=similarities, seed=settings.seed, progress=progress)
    prepared, account = _weighed(prepared, encoded_words)
    scores, threshold = prepared.scored(method)
    min_score = threshold if settings.min_score is None else settings.min_score
    chosen = np.flatnonzero(prepared.new & (scores >= min_score) & (scores > 0))
    chosen = chosen[np.lexsort((chosen, -scores[chosen]))]
    codes = language_code(source), language_code(target)
    recorded: dict[str, Any] = {"from": codes[0], "to": codes[1], "min_score": round(min_score, 6)}
    recorded |= {"licences": sorted(settings.licences or ()), "without": sorted(settings.without)}
    recorded |= {"vectors": True} if similarity.vectors else {}
    recorded |= {"encoder": account["name"]} if account and account["helps"] else {}
    return Inference(
        *codes,
        method,
        min_score,
        tuple(_inferred(prepared.described, scores, chosen)),
        int(prepared.new.sum()),
        sum(len(examples.rows) for examples in prepared.training),
        check(prepared, settings.seed) if method == "ensemble" else {},
        Run(f"infer {method}", recorded, settings.seed),
        account,
    )


def _weighed(prepared: Prepared, encoded_words: EncodedWords | None) -> tuple[Prepared, dict[str, Any] | None]:
    """The candidates with what an encoder says if it helps on held-out ones, else without; and the account."""
    if encoded_words is None:
        return prepared, None
    account: dict[str, Any] = {"name": encoded_words.words.name}
    if not prepared.described.columns["encoded"].any():
        account |= {"helps": False, "reason": "it tells sure translations from other pairs no better than chance"}
    else:
        account |= gain(prepared.training, prepared.described, BY_ENCODER)
        if not account["examples"]:
            account["reason"] = "there are too few examples to hold any out"
        elif not account["helps"]:
            account["reason"] = "held-out candidates are no more likely with it"
    return prepared if account["helps"] else prepared.without(BY_ENCODER), account


@in_one_snapshot
def graph_evidence(
    graph: Graph,
    source: str,
    target: str,
    *,
    licences: Collection[str] | None = None,
    without: Collection[str] = (),
    seed: int = 0,
    progress: Progress = silent,
) -> Dictionary:
    """The probability of every pair of words that other languages join, as if no source stated any pair of the two.

    The evidence that a lexicon takes from a graph (``lexicon.induction.graph_evidence``). Arguments and errors are
    those of ``infer``; the licence is the strictest of all sources that were read.
    """
    translations = TranslationLinks.of(graph.store, licences, without, asked_of(graph, source, target))
    languages = LanguagePair(translations, graph.language_number(source), graph.language_number(target))
    prepared = prepare(languages.without_links(), seed=seed, progress=progress)
    probability, _ = prepared.scored("ensemble")
    candidates = prepared.described.candidates
    words = zip(
        translations.words(candidates.source), translations.words(candidates.target), probability.tolist(), strict=True
    )
    origin = Origin("other languages of the graph", strictest(translations.licences), "inferred")
    codes = language_code(source), language_code(target)
    pairs = (Pair(word, translation, round(value, 6)) for word, translation, value in words)
    return Dictionary(*codes, tuple(pairs), origin)


def prepare(
    languages: LanguagePair,
    *,
    learn: bool = True,
    similarities: Sequence[Similarity] = (),
    seed: int = 0,
    progress: Progress = silent,
) -> Prepared:
    """Find all candidates between two languages, their features, and examples to learn from.

    Raises:
        VocabularyError: No word of another language joins the two, or vectors are to be compared and cannot be.
        GraphError: A file of vectors is not the one that was joined.
    """
    candidates = find_candidates(languages)
    if not len(candidates):
        raise VocabularyError(
            f"{languages.translations.store.path}: no word of another language joins {' and '.join(languages.codes)}; "
            "'isogloss kg stats' shows which languages are linked, and 'isogloss kg import' adds dictionaries"
        )
    described = describe(candidates)
    for similarity in similarities:
        described = similarity.compared(described)
    training: list[Examples] = []
    if learn:
        random = np.random.default_rng(seed)
        training = training_examples(described, random=random, similarities=similarities, progress=progress)
    stated, listed = languages.stated(), languages.stated(DICTIONARIES)
    new = ~np.isin(pair_keys(candidates.source, candidates.target), pair_keys(stated.source, stated.target))
    new &= ~among(languages.translations.rejected, candidates.source, candidates.target)
    absent = new & np.isin(candidates.source, listed.source) & np.isin(candidates.target, listed.target)
    columns = {**described.columns, **known_words(candidates, stated), "absent": absent.astype(np.float64)}
    return Prepared(replace(described, columns=columns), new, training)


def asked_of(graph: Graph, *languages: str) -> list[tuple[int, ...]]:
    """The numbers that each language means."""
    return [graph.language_numbers(code) for code in languages]


def scores_of(described: Described, method: str) -> Weights:
    """The scores of a single method."""
    return {"otic": described.otic, "cycles": described.cycles, "walk": described.walks}[method]


def single_threshold(training: Sequence[Examples], method: str) -> float:
    """The threshold of a single method with the highest F1 on the examples; 0 where there are too few."""
    sufficient = [examples for examples in training if examples.enough]
    if not sufficient:
        return 0.0
    scores = np.concatenate([scores_of(examples.described, method)[examples.rows] for examples in sufficient])
    truth = np.concatenate([examples.truth for examples in sufficient]).astype(np.float64)
    importance = np.concatenate([examples.importance for examples in sufficient])
    return best_f1(scores, truth, importance=importance, reach=mean_reach(sufficient, 1.0)).threshold


def check(prepared: Prepared, seed: int) -> dict[str, Any]:
    """Calibration of the ensemble on held-out words: fitted to one half of the examples, tested on the other."""
    sufficient = [split for split in prepared.training if split.enough]
    if not sufficient:
        return {}
    random = np.random.default_rng(seed)
    fitted_to, held_out = zip(*(halves(split, random) for split in sufficient), strict=True)
    ensemble = fit(fitted_to, prepared.described)
    probability = np.concatenate([ensemble.probability(split.described)[split.rows] for split in held_out])
    truth = np.concatenate([split.truth for split in held_out])
    return {
        "examples": len(truth),
        "right": float(truth.mean()),
        "calibration_error": calibration_error(probability, truth),
        "reliability": [bin_._asdict() for bin_ in reliability(probability, truth)],
    }


def _inferred(described: Described, scores: Weights, chosen: Numbers) -> list[Inferred]:
    """The chosen candidates with words, licence and evidence."""
    candidates, translations = described.candidates, described.candidates.languages.translations
    sources, targets = translations.words(candidates.source[chosen]), translations.words(candidates.target[chosen])
    licences: dict[int, str] = {}
    for mask in np.unique(candidates.licences[chosen]).tolist():
        licences[mask] = strictest(translations.licences_of(mask))
    evidence = _evidence(described, chosen, sources, targets)
    masks = candidates.licences[chosen].tolist()
    columns = zip(sources, targets, scores[chosen].tolist(), masks, evidence, strict=True)
    return [
        Inferred(source, target, round(value, 6), licences[mask], facts)
        for source, target, value, mask, facts in columns
    ]


def _evidence(described: Described, chosen: Numbers, sources: list[str], targets: list[str]) -> list[dict[str, Any]]:
    candidates, translations = described.candidates, described.candidates.languages.translations
    rows = [_clearest(candidates, number) for number in chosen.tolist()]
    pivots = candidates.paths.pivot[np.concatenate([np.zeros(0, np.int64), *rows])]
    written = iter(translations.words(pivots))
    codes = translations.language_groups.codes
    language = {number: codes[number // BLOCK] for number in np.unique(pivots).tolist()}
    numbers = {name: described.columns[name][chosen].tolist() for name in ("cycle_density", "spelling")}
    if described.columns["compared"].any():
        numbers["vector_similarity"] = described.columns["vector_similarity"][chosen].tolist()
    if described.columns["encoded"].any():
        numbers["encoder_similarity"] = (described.columns["encoder_cosine"][chosen] * UNIT).tolist()
    numbers |= {"otic": described.otic[chosen].tolist(), "walk": described.walks[chosen].tolist()}
    counts = np.bincount(candidates.of_path, minlength=len(candidates))[chosen].tolist()
    evidence = []
    for place, path_rows in enumerate(rows):
        paths = [
            f"{sources[place]} → {next(written)} ({language[pivot]}) → {targets[place]}"
            for pivot in candidates.paths.pivot[path_rows].tolist()
        ]
        values = {name: round(column[place], 4) for name, column in numbers.items()}
        evidence.append({"paths": paths, "path_count": counts[place], **values})
    return evidence


def _clearest(candidates: Candidates, number: int) -> Numbers:
    """The rows of the clearest paths of a candidate."""
    end = int(candidates.first[number + 1]) if number + 1 < len(candidates) else len(candidates.paths.source)
    rows = np.arange(int(candidates.first[number]), end)
    paths = candidates.paths
    worth = paths.strength[rows] / np.sqrt(paths.ambiguity_here[rows] * paths.ambiguity_there[rows])
    return rows[np.lexsort((rows, -worth))][:SHOWN]
