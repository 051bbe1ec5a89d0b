"""From two vector tables and some seeds to a scored dictionary: normalise, align, cross-fit, rank, select."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from isogloss.data.compute import DEFAULT, Compute, check_device
from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import AlignmentError, VocabularyError
from isogloss.data.progress import Progress, silent
from isogloss.data.threads import single_thread
from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.presets import EFFORTS, METHODS, Method
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.third_languages import ThirdLanguage
from isogloss.lexicon.alignment.validation import Validation, require_signal
from isogloss.lexicon.induction.calibration import ScoredRanker, fit_ranker, with_absent_translations
from isogloss.lexicon.induction.clock import Clock
from isogloss.lexicon.induction.crossfit import Crossfit, crossfit
from isogloss.lexicon.induction.doubts import doubts, unsure
from isogloss.lexicon.induction.entries import Entries, ordered, select
from isogloss.lexicon.induction.graph_evidence import GraphEvidence, WeightedEvidence
from isogloss.lexicon.induction.kinds import REJECTED, USUAL, Kinds, left_out
from isogloss.lexicon.induction.model import Model
from isogloss.lexicon.induction.ranked import Ranked
from isogloss.lexicon.induction.second_opinion import reason_against, unused
from isogloss.lexicon.induction.selection import Goal, Selection
from isogloss.lexicon.induction.self_training import self_trained
from isogloss.lexicon.induction.starting_ranker import starting_ranker
from isogloss.lexicon.ranking.features import Extractor
from isogloss.lexicon.ranking.fit import Fit
from isogloss.lexicon.ranking.ranker import Ranker
from isogloss.lexicon.ranking.teachers import is_blind, languages_seen
from isogloss.lexicon.search.agreement import agreement
from isogloss.lexicon.search.blocks import WHOLE, Blocks
from isogloss.lexicon.search.csls import Search, approximates
from isogloss.lexicon.search.direction import Direction
from isogloss.lexicon.self_learning.resources import NOTHING, Resources
from isogloss.lexicon.self_learning.training_pairs import TrainingPairs, collect_training_pairs

MAX_HARM = 0.02  # of mean reciprocal rank by the kernel correction, that a ranker makes up for; chosen by hand
MIN_SCORED = 50  # held-out words on which a ranker's precision is reported; with fewer it is that of CSLS. Round number


@dataclass(frozen=True)
class Settings:
    """How a lexicon is induced; what is left at its default is chosen or does not matter much.

    ``method`` is ``auto`` or a name from ``lexicon.alignment.presets.METHODS``; ``cut`` bounds the words that take part
    in refinement and validation, by default as ``effort`` (a name from ``EFFORTS`` there) has it; ``goal``,
    ``min_precision`` and ``min_probability`` are those of ``Selection``; pairs of the kinds ``leave_out`` (names from
    ``LEAVE_OUT`` of ``lexicon.induction.kinds``) are not written.
    """

    method: str = "auto"
    cut: int | None = None
    search: Search = "exact"
    min_probability: float | None = None
    device: str = "cpu"
    seed: int = 0
    effort: str = "normal"
    goal: Goal = "precision"
    min_precision: float | None = None
    leave_out: tuple[str, ...] = USUAL

    @property
    def selection(self) -> Selection:
        """Which pairs are kept."""
        return Selection(self.goal, self.min_precision, self.min_probability)

    @property
    def frequent(self) -> int:
        """How many of the most frequent words take part in refinement and validation."""
        return EFFORTS[self.effort].words if self.cut is None else self.cut

    def compute(self, progress: Progress = silent) -> Compute:
        """How to compute with these settings."""
        return Compute(self.seed, self.device, progress)

    def recipe(self) -> Method:
        """The method.

        Raises:
            VocabularyError: There is no method, no effort or no kind to leave out of that name.
        """
        left_out(self.leave_out)
        if self.effort not in EFFORTS:
            raise VocabularyError(f"unknown effort {self.effort!r}, expected one of {', '.join(EFFORTS)}")
        if self.method == "auto":
            return EFFORTS[self.effort].method
        if self.method not in METHODS:
            raise VocabularyError(f"unknown method {self.method!r}, expected auto or one of {', '.join(METHODS)}")
        return METHODS[self.method]


@dataclass(frozen=True, eq=False)
class Induction:
    """A bilingual dictionary out of vectors, the model behind it and the account of how it came about.

    ``precision`` is the precision at 1 (P@1) on held-out words.
    """

    source: str
    target: str
    entries: Entries
    model: Model
    method: Method
    precision: float
    report: Mapping[str, Any] = field(repr=False)

    def __repr__(self) -> str:
        return (
            f"<Induction {self.source}-{self.target}: {len(self.entries):,} pairs by {self.method.name}, "
            f"held-out P@1 {self.precision:.2f}>"
        )

    def dictionary(self) -> Dictionary:
        """The pairs as a ``Dictionary``: probability as weight, scores and ranks as evidence."""
        return self.entries.dictionary(self.source, self.target)


@dataclass(frozen=True, eq=False)
class TrainingData:
    """What maps and rankers are fitted to.

    Attributes:
        method: The method, without kernel correction where that did harm on held-out words.
        training_pairs: What the maps are fitted to.
        cross: The cross-fit to these pairs: examples for rankers, validation of the maps.
        pretrained: A ranker of other languages that adapts to the pair, where few words are known.
        rounds: A summary of each round of self-training.
        third: Third languages that the pre-trained ranker looks at.
    """

    method: Method
    training_pairs: TrainingPairs
    cross: Crossfit
    pretrained: Ranker | None
    rounds: Sequence[Mapping[str, int]] = ()
    third: tuple[ThirdLanguage, ...] = ()

    @property
    def validation(self) -> Validation:
        """Of CSLS alone, on held-out words."""
        cross = self.cross.corrected if self.method.corrected else self.cross.linear
        return self.training_pairs.validation or cross

    @property
    def ranker_origin(self) -> str:
        """Where the ranker is from, for the report."""
        if self.pretrained is not None:
            return f"pre-trained on {', '.join(sorted(languages_seen(self.pretrained.teachers))) or 'other languages'}"
        return "trained on the seeds" if self.method.reranked else "none: candidates in the order of CSLS"

    @property
    def teachers(self) -> list[str]:
        """The dictionaries that its pre-trained models were trained on, for the report."""
        ranking = () if self.pretrained is None else self.pretrained.teachers
        return sorted({*map(str, ranking), *self.training_pairs.account.get("teachers", ())})

    def self_trained(self, space: Space, cut: int, compute: Compute = DEFAULT) -> TrainingData:
        """With pseudo-labels among the ``cut`` most frequent words, cross-fitted again."""
        result = self_trained(
            space.first(cut), self.method, self.training_pairs, self.cross, self.pretrained, compute=compute
        )
        return replace(self, training_pairs=result.training_pairs, cross=result.crossfit, rounds=result.rounds)


@single_thread()
def induce(
    source: Vectors,
    target: Vectors,
    seeds: Dictionary | None = None,
    settings: Settings | None = None,
    resources: Resources = NOTHING,
    *,
    blocks: Blocks = WHOLE,
    progress: Progress = silent,
) -> Induction:
    """Induce a bilingual dictionary.

    Args:
        source: Vectors of the source language.
        target: Vectors of the target language, of the same dimension.
        seeds: Known translations; ``None`` starts from words spelled alike and from ``resources.extra``.
        settings: The method and its options.
        resources: What else may help where the seeds are few, and evidence of the graph.
        blocks: Blocks of source words that other processes may compare with the targets; the result is that of an exact
            search.
        progress: Watches the long parts.

    Raises:
        VocabularyError: The dimensions differ, or too few seeds are known words.
        AlignmentError: Held-out seeds are translated no better than chance: there is no lexicon to be had.
    """
    settings = settings or Settings()
    if blocks.count > 1:
        settings = replace(settings, search="exact")
    method = settings.recipe()
    check_device(settings.device)
    if source.dimensions != target.dimensions:
        raise VocabularyError(
            f"found {source.language} vectors of {source.dimensions} dimensions and {target.language} vectors of "
            f"{target.dimensions}, expected the same number; bring the larger to the smaller with --reduce "
            "(in Python: reduce=True)"
        )
    clock, compute = Clock(), settings.compute(progress)
    space, data, encoder = _begun(
        Space.of(source, target, method.centring), seeds, settings, resources, clock, progress
    )
    space = replace(space, third=data.third)
    with clock.phase("self_training"):
        data = data.self_trained(space, settings.frequent, compute)
    method, training_pairs, cross = data.method, data.training_pairs, data.cross
    with clock.phase("ranking"):
        forward, backward = _rankers(data, {source.language, target.language}, settings.seed)
    with clock.phase("alignment"):
        fit = Fit.of(space, method, training_pairs.pairs)
    with clock.phase("retrieval"):
        direction = fit.direction(space, search=settings.search, blocks=blocks, compute=compute)
    with clock.phase("agreement"):
        agreement_with_exact = _agreement(direction, settings)
    with clock.phase("selection"):
        graph_evidence = _weighted(resources.graph_evidence, space, data, forward.ranker, settings.seed)
        extractor = fit.extractor(direction, space)
        ranked = Ranked.of(extractor, forward.ranker, source.words, training_pairs, cross.candidates)
        if graph_evidence is not None:
            weighed = graph_evidence(ranked.probability, np.arange(len(source)), ranked.rows)
            ranked = ranked._replace(probability=weighed)
        kinds = Kinds.of(space, training_pairs.gold, settings.frequent, resources.rejected)
        entries = _entries(ranked, extractor, forward.ranker, source, target, kinds, settings)
    rankers = forward.ranker, backward.ranker
    with_encoder = any(ranker.second_opinion for ranker in rankers)
    model = Model.of(fit, direction, rankers, ranked.optimism, space.encoded if with_encoder else None)
    encoder = encoder and {**encoder, **forward.second_opinion}
    if forward.ranker.reorder and forward.words >= MIN_SCORED:
        precision, words = forward.precision, forward.words
    else:
        precision, words = data.validation.precision(), data.validation.words
    report = {
        "settings": {**vars(settings), "cut": settings.frequent},
        "method": method.name,
        "prior": None if resources.prior is None else resources.prior.name,
        "paper": method.paper,
        "seeds": training_pairs.account,
        "held_out": {
            "linear": cross.linear.summary(),
            "kernel_corrected": cross.corrected.summary() if method.corrected else None,
            "ranked_precision_at_1": round(forward.precision, 4),
            "ranked_precision_at_1_backward": round(backward.precision, 4),
            "words": len(cross.forward.words),
        },
        "trials": training_pairs.trials,
        "self_training": data.rounds,
        "ranker": data.ranker_origin,
        "teachers": data.teachers,
        "third_languages": [language.name for language in data.third],
        "ranker_near": {}
        if data.pretrained is None
        else {name: round(share, 4) for name, share in data.pretrained.nearest_pairs},
        "calibration_error": round(forward.calibration_error, 4),
        "reliability": [bin_._asdict() for bin_ in forward.reliability],
        "agreement_with_exact": agreement_with_exact,
        "pairs": len(entries),
        "expected_right": entries.expected_right,
        "mean_probability": round(entries.mean_probability, 4),
        "left_out": entries.left_out,
        "encoder": encoder,
        "graph_evidence": None if graph_evidence is None else graph_evidence.account,
        "expected": [expected._asdict() for expected in entries.expected],
        "goals": {goal: expected._asdict() for goal, expected in entries.goals.items()},
        "mutual_pairs": int(entries.mutual.sum()),
        "seconds": clock.seconds,
        "warnings": [
            *source.warnings,
            *target.warnings,
            *doubts(data, resources.prior, precision, words),
            *unsure(entries, source.language, target.language),
            *(graph_evidence.warnings if graph_evidence else ()),
            *unused(encoder),
        ],
    }
    return Induction(source.language, target.language, entries, model, method, precision, report)


def _begun(
    space: Space, seeds: Dictionary | None, settings: Settings, resources: Resources, clock: Clock, progress: Progress
) -> tuple[Space, TrainingData, dict[str, Any] | None]:
    """The space with the encoder's words if it helps on held-out words, else as it was; training data; the account."""

    def data(space: Space) -> TrainingData:
        return training_data(space, seeds, settings, resources, clock=clock, progress=progress)

    if resources.encoded is None:
        return space, data(space), None
    account: dict[str, Any] = {"name": resources.encoded.name, "helps": False}
    encoded = replace(space, encoded=resources.encoded)
    if reason := reason_against(encoded, seeds, reranked=settings.recipe().reranked):
        account["reason"] = reason
    else:
        try:
            begun = data(encoded)
            forward = fit_ranker(
                begun.cross.forward,
                begun.training_pairs.gold.source,
                begun.method,
                begun.pretrained,
                settings.seed,
                background=begun.cross.candidates.features,
                given=begun.training_pairs.given,
            )
            account |= forward.second_opinion
        except AlignmentError as error:
            account["reason"] = str(error)
        if account["helps"]:
            return encoded, begun, account
    return space, data(space), account


@single_thread()
def training_data(
    space: Space,
    seeds: Dictionary | None,
    settings: Settings,
    resources: Resources = NOTHING,
    *,
    clock: Clock | None = None,
    progress: Progress = silent,
) -> TrainingData:
    """Collect training pairs and cross-fit to them; arguments and errors are those of ``induce``."""
    clock, compute = clock or Clock(), settings.compute(progress)
    method = settings.recipe()
    with clock.phase("training_pairs"):
        training_pairs = collect_training_pairs(space, method, seeds, resources, cut=settings.frequent, compute=compute)
    if resources.prior is not None and method.reranked and not training_pairs.supervised:
        space = replace(space, third=resources.prior.third_languages(space))
    frequent = space.first(settings.frequent)
    pretrained = starting_ranker(space, training_pairs, method, resources.prior)
    if pretrained is None and resources.prior is not None and not training_pairs.supervised:
        method = replace(method, reranked=False)  # trained on self-learned pairs it ranks worse than CSLS
    with clock.phase("validation"):
        method, cross = _cross_fitted(frequent, method, training_pairs, compute)
    data = TrainingData(method, training_pairs, cross, pretrained, third=space.third)
    require_signal(data.validation, space.source.language, space.target.language, confirmed=training_pairs.above_chance)
    return data


def _cross_fitted(
    space: Space, method: Method, training_pairs: TrainingPairs, compute: Compute
) -> tuple[Method, Crossfit]:
    """Cross-fit; where the kernel correction does harm on held-out words, go without it.

    A ranker sees the cosines before it, too, and makes up for a little harm. Where most pairs are self-learned, and
    self-training will replace them, it is too early to decide.
    """
    first = bool(method.self_training_rounds)
    quick = method.untuned() if first else method  # before self-training there is no need of fine-tuning

    def fitted(method: Method) -> Crossfit:
        return crossfit(
            space,
            method,
            training_pairs,
            candidates="all" if first else "labelled",
            backward=not first,
            preliminary=first,
            compute=compute,
        )

    cross = fitted(quick)
    harm = cross.linear.mean_reciprocal_rank - cross.corrected.mean_reciprocal_rank
    early = first and not training_pairs.supervised
    if not method.corrected or early or harm <= (MAX_HARM if method.reranked else 0):
        return method, cross
    return replace(method, corrected=False), fitted(replace(quick, corrected=False))


def _rankers(data: TrainingData, languages: Set[str], seed: int) -> tuple[ScoredRanker, ScoredRanker]:
    """From source to target and back."""
    pairs, cross = data.training_pairs, data.cross
    background = cross.candidates.features
    forward = fit_ranker(cross.forward, pairs.gold.source, data.method, data.pretrained, seed, background=background)
    # A ranker that was trained on the language has met as many words without a translation as it has; and without
    # self-training there are no candidates of words that have none.
    blind = data.pretrained is not None and any(is_blind(data.pretrained.teachers, [code]) for code in languages)
    if blind and data.method.self_training_rounds:
        absent = cross.candidates.of_words(pairs.unanswerable).features
        forward = with_absent_translations(forward, cross.forward.of_words(pairs.given), absent)
    return forward, fit_ranker(cross.backward, pairs.gold.target, data.method, data.pretrained, seed)


def _agreement(direction: Direction, settings: Settings) -> dict[str, float | int] | None:
    """How far an approximate search agrees with the exact one on a sample of words; ``None`` where it was exact."""
    source, target = direction.corrected_source, direction.target
    if not approximates(settings.search, source, target):
        return None
    random = np.random.default_rng(settings.seed)
    measured = agreement(source, target, direction.forward_retrieval, generator=random, device=settings.device)
    return measured._asdict()


def _weighted(
    given: Dictionary | None, space: Space, data: TrainingData, ranker: Ranker, seed: int
) -> WeightedEvidence | None:
    if given is None:
        return None
    evidence = GraphEvidence.of(given, space.source, space.target)
    return WeightedEvidence.of(evidence, data.cross.candidates, data.training_pairs.gold, ranker, seed=seed)


def _entries(
    ranked: Ranked,
    extractor: Extractor,
    ranker: Ranker,
    source: Vectors,
    target: Vectors,
    kinds: Kinds,
    settings: Settings,
) -> Entries:
    ranked = ranked.in_order(ordered(ranked.probability, reorder=ranker.reorder, width=extractor.width))
    first = ranked.probability[: settings.frequent, 0]
    entries = select(
        source.written,
        target.written,
        ranked,
        extractor.direction.backward_retrieval.backward.rows,
        selection=settings.selection,
        kinds=kinds(np.arange(len(source)), ranked.rows),
        leave_out=(*left_out(settings.leave_out), REJECTED),
    )
    return replace(entries, mean_probability=float(first.mean()))
