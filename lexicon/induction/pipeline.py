"""From two vector tables and some seeds to a scored dictionary: normalise, align, judge, rank, select."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from isogloss.data.compute import DEFAULT, Compute
from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import VocabularyError
from isogloss.data.progress import Progress, silent
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.presets import AUTOMATIC, METHODS, Method
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.validation import FEW_WORDS, Validation, require_signal
from isogloss.lexicon.induction.calibration import verdict
from isogloss.lexicon.induction.clock import Clock
from isogloss.lexicon.induction.crossfit import Crossfit, crossfit
from isogloss.lexicon.induction.entries import Entries, ordered, select
from isogloss.lexicon.induction.graph_evidence import Support, Told
from isogloss.lexicon.induction.model import Model
from isogloss.lexicon.induction.self_training import harvested
from isogloss.lexicon.ranking.features import Extractor
from isogloss.lexicon.ranking.fit import Fit
from isogloss.lexicon.ranking.pretrained import pretrained_ranker
from isogloss.lexicon.ranking.prior import Prior
from isogloss.lexicon.ranking.ranker import Ranker
from isogloss.lexicon.search.agreement import agreement
from isogloss.lexicon.search.csls import Search, approximates
from isogloss.lexicon.search.direction import Direction
from isogloss.lexicon.search.index import Neighbors, Rows
from isogloss.lexicon.self_learning.resources import NOTHING, Resources
from isogloss.lexicon.self_learning.training_pairs import Evidence, gather

BORNE = 0.02  # of mean reciprocal rank, that a ranker makes up for
FEWEST_JUDGED = 50  # held-out words below which CSLS alone tells the precision


@dataclass(frozen=True)
class Settings:
    """How a lexicon is induced; what is left at its default is chosen or does not matter much.

    ``method`` is ``auto`` or a name from ``lexicon.alignment.presets.METHODS``; ``cut`` bounds the words that take part
    in refinement and validation; pairs below ``min_probability`` stay out of the lexicon, by default those below what
    promises the best balance of precision and recall.
    """

    method: str = "auto"
    cut: int = 20_000
    search: Search = "exact"
    min_probability: float | None = None
    device: str = "cpu"
    seed: int = 0

    def compute(self, progress: Progress = silent) -> Compute:
        """How to compute with these settings."""
        return Compute(self.seed, self.device, progress)

    def recipe(self) -> Method:
        """The method.

        Raises:
            VocabularyError: There is none of that name.
        """
        name = AUTOMATIC if self.method == "auto" else self.method
        if name not in METHODS:
            raise VocabularyError(f"found method {name!r}, expected auto or one of {', '.join(METHODS)}")
        return METHODS[name]


@dataclass(frozen=True, eq=False)
class Induction:
    """A bilingual dictionary out of vectors, the model behind it and the account of how it came about.

    ``precision`` is the share of held-out words whose first translation was right.
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
class Preparation:
    """What there is before words are ranked: ``evidence`` to fit to, and held-out words ``checked`` by fits to it.

    ``taught`` is the ranker of other languages, where it is to judge, and ``harvests`` has an account of each round.
    """

    method: Method
    evidence: Evidence
    checked: Crossfit
    taught: Ranker | None
    harvests: Sequence[Mapping[str, int]]

    @property
    def validation(self) -> Validation:
        """What CSLS alone is worth on held-out words."""
        return self.evidence.validation or (self.checked.bent if self.method.corrected else self.checked.linear)

    def harvested(self, space: Space, cut: int, compute: Compute = DEFAULT) -> Preparation:
        """With the pairs that a ranker is sure of, and held-out words judged anew."""
        found = harvested(space.first(cut), self.method, self.evidence, self.checked, self.taught, compute=compute)
        return replace(self, evidence=found.evidence, checked=found.checked, harvests=found.rounds)


def induce(
    source: Vectors,
    target: Vectors,
    seeds: Dictionary | None = None,
    settings: Settings | None = None,
    resources: Resources = NOTHING,
    *,
    progress: Progress = silent,
) -> Induction:
    """Induce a bilingual dictionary.

    Args:
        source: Vectors of the source language.
        target: Vectors of the target language, of the same dimension.
        seeds: Known translations; ``None`` starts from words spelled alike and from ``resources.extra``.
        settings: The method and its options.
        resources: What else may help where the seeds are few, and evidence of the graph.
        progress: Watches the long parts.

    Raises:
        VocabularyError: The dimensions differ, or too few seeds are known words.
        AlignmentError: Held-out seeds are translated no better than chance: there is no lexicon to be had.
    """
    settings = settings or Settings()
    method = settings.recipe()
    if source.dimensions != target.dimensions:
        raise VocabularyError(
            f"found {source.language} vectors of {source.dimensions} dimensions and {target.language} vectors of "
            f"{target.dimensions}, expected the same number; use models of one size or cut the larger"
        )
    clock, compute = Clock(), settings.compute(progress)
    space = Space.of(source, target, method.centring)
    ready = gathered(space, seeds, settings, resources, clock=clock, progress=progress)
    with clock.phase("harvest"):
        ready = ready.harvested(space, settings.cut, compute)
    method, evidence, checked, taught = ready.method, ready.evidence, ready.checked, ready.taught
    with clock.phase("ranking"):
        seed, met = settings.seed, checked.candidates.features
        rankers = [
            verdict(checked.onward, evidence.gold.source, method, taught, seed, met=met),
            verdict(checked.back, evidence.gold.target, method, taught, seed),
        ]
    with clock.phase("alignment"):
        fit = Fit.of(space, method, evidence.pairs)
    with clock.phase("retrieval"):
        way = fit.direction(space, search=settings.search, device=settings.device, progress=progress)
    with clock.phase("agreement"):
        agreed = _agreement(way, settings)
    with clock.phase("selection"):
        told = _told(resources.graph_evidence, space, ready, rankers[0].ranker, settings.seed)
        entries = _entries(fit.extractor(way, space), rankers[0].ranker, told, source, settings.min_probability)
    model = Model.of(fit.alignment, fit.pairs, way, *(each.ranker for each in rankers))
    first = rankers[0] if rankers[0].ranker.reorder and rankers[0].words >= FEWEST_JUDGED else None
    precision = ready.validation.precision() if first is None else first.precision
    words = ready.validation.words if first is None else first.words
    report = {
        "settings": vars(settings),
        "method": method.name,
        "prior": None if resources.prior is None else resources.prior.name,
        "paper": method.paper,
        "seeds": evidence.account,
        "held_out": {
            "linear": checked.linear.summary(),
            "bent": checked.bent.summary() if method.corrected else None,
            "ranked_precision_at_1": round(rankers[0].precision, 4),
            "ranked_precision_at_1_back": round(rankers[1].precision, 4),
            "words": len(checked.onward.words),
        },
        "tried": evidence.tried,
        "harvests": ready.harvests,
        "ranker": "of the seeds" if taught is None else "of other languages",
        "ranker_near": {} if taught is None else {name: round(share, 4) for name, share in taught.nearest_pairs},
        "calibration_error": round(rankers[0].error, 4),
        "agreement_with_exact": agreed,
        "pairs": len(entries),
        "others": None if told is None else told.account,
        "outlook": [each._asdict() for each in entries.outlook],
        "mutual_pairs": int(entries.mutual.sum()),
        "seconds": clock.seconds,
        "warnings": [
            *source.warnings,
            *target.warnings,
            *_doubts(evidence, precision, words),
            *(told.warnings if told else ()),
        ],
    }
    return Induction(source.language, target.language, entries, model, method, precision, report)


def gathered(
    space: Space,
    seeds: Dictionary | None,
    settings: Settings,
    resources: Resources = NOTHING,
    *,
    clock: Clock | None = None,
    progress: Progress = silent,
) -> Preparation:
    """Gather evidence and judge held-out words by it; arguments and errors are those of ``induce``."""
    clock, compute = clock or Clock(), settings.compute(progress)
    method = settings.recipe()
    with clock.phase("evidence"):
        evidence = gather(space, method, seeds, resources, cut=settings.cut, compute=compute)
    frequent = space.first(settings.cut)
    with clock.phase("validation"):
        method, checked = _checked(frequent, method, evidence, compute)
    taught = _taught(space, evidence, method, resources.prior)
    found = Preparation(method, evidence, checked, taught, ())
    require_signal(found.validation, space.source.language, space.target.language, confirmed=evidence.clear)
    return found


def _checked(space: Space, method: Method, evidence: Evidence, compute: Compute) -> tuple[Method, Crossfit]:
    """Judge held-out words; where the correction does harm, go without it.

    A ranker sees the cosines before it, too, and makes up for a little harm. Where most pairs are found ones, which the
    harvest will put right, it is too early to tell.
    """
    tuned = method if not method.self_training_rounds else method.untuned()  # what is to be harvested need not be tuned

    def judged(method: Method) -> Crossfit:
        return crossfit(space, method, evidence, everyone=bool(method.self_training_rounds), compute=compute)

    found = judged(tuned)
    harm = found.linear.mean_reciprocal_rank - found.bent.mean_reciprocal_rank
    early = bool(method.self_training_rounds) and not evidence.trusted
    if not method.corrected or early or harm <= (BORNE if method.reranked else 0):
        return method, found
    return replace(method, corrected=False), judged(replace(tuned, corrected=False))


def _taught(space: Space, evidence: Evidence, method: Method, prior: Prior | None) -> Ranker | None:
    """The ranker to start from where few words are known: that of ``prior``, or else the one that comes along."""
    if evidence.trusted or not method.reranked:
        return None
    if prior is not None and (ranker := prior.ranker_for(space)) is not None:
        return ranker
    return pretrained_ranker() if method.self_training_rounds and method.spelling else None


def _agreement(way: Direction, settings: Settings) -> dict[str, float | int] | None:
    """How far an approximate search agrees with the exact one on a sample of words; ``None`` where it was exact."""
    if not approximates(settings.search, way.corrected_source, way.target):
        return None
    random = np.random.default_rng(settings.seed)
    found = agreement(way.corrected_source, way.target, way.forward_retrieval, generator=random, device=settings.device)
    return found._asdict()


def _told(others: Dictionary | None, space: Space, ready: Preparation, ranker: Ranker, seed: int) -> Told | None:
    if others is None:
        return None
    support = Support.of(others.lowercased(), space.source, space.target)
    return Told.of(support, ready.checked.candidates, ready.evidence.gold, ranker, seed=seed)


def _entries(extractor: Extractor, ranker: Ranker, told: Told | None, source: Vectors, least: float | None) -> Entries:
    way = extractor.direction
    if extractor.spelling is not None:
        extractor.spelling.prepare()
    parts = _parts(len(way.forward_retrieval.forward.rows))
    judged = [_judged(extractor, ranker, told, source, part) for part in parts]
    rows, scores, probability = (np.concatenate(each) for each in zip(*judged, strict=True))
    order = ordered(probability, reorder=ranker.reorder)
    rows, scores, probability = rows[_each(rows), order], scores[_each(rows), order], probability[_each(rows), order]
    return select(
        source.words, extractor.targets, rows, scores, probability, way.backward_retrieval.backward.rows, least=least
    )


def _judged(
    extractor: Extractor, ranker: Ranker, told: Told | None, source: Vectors, part: Rows
) -> tuple[Rows, Matrix, Matrix]:
    """The candidates of the words ``part``, their CSLS and their probability."""
    found = extractor.direction.forward_retrieval.forward
    asked = extractor.queries(part, [source.words[row] for row in part.tolist()])
    rows, scores = extractor.with_namesakes(asked, Neighbors(found.rows[part], found.scores[part]))
    probability = ranker(extractor(asked, rows, scores))
    return rows, scores, probability if told is None else told(probability, part, rows)


def _each(rows: Rows) -> Rows:
    return np.arange(len(rows))[:, None]


def _parts(count: int, size: int = 8192) -> list[Rows]:
    return [np.arange(start, min(start + size, count)) for start in range(0, count, size)]


def _doubts(evidence: Evidence, precision: float, words: int) -> list[str]:
    """What a reader of the lexicon should know before trusting it."""
    found = []
    if not evidence.trusted and not evidence.clear:
        found.append(
            "the pairs that self-learning found agree little better than random ones would: most of the lexicon may be "
            "wrong, whatever the few held-out words say; more seeds or a larger --max-vocab may help"
        )
    if precision < 0.2:
        found.append(
            f"only {precision:.0%} of {words} held-out seed words found their translation: "
            + ("so few words say little; " if words < FEW_WORDS else "the spaces share little structure; ")
            + "more seeds, a larger --max-vocab or vectors from similar texts may help"
        )
    return found
