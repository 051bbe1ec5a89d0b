"""Translating a word, directly and through one pivot word, with a score that says how sure it is.

- Directly: the probability of the edge (``kg.storage.fusion``).
- A path ``word → pivot → translation``: the product of the probabilities of its two edges.
- Through pivots: a logistic regression on all paths to the translation and on its form (``translation_model``). Three
  words of one concept say one thing, not three: a path whose pivot shares a concept with both ends is left out. An edge
  that was inferred stands for the paths that it was inferred from, which are not counted again.
- Both ways: the noisy-or.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp

from isogloss.data.translation import Translation, Translations
from isogloss.kg.query.claims import Claims
from isogloss.kg.query.neighbourhoods import Terms, concept_members, fans, fused, noisy_or
from isogloss.kg.results import Claim, Path, Step, Word
from isogloss.kg.storage.hubs import FANOUT
from isogloss.kg.storage.judgements import rejected_of
from isogloss.kg.storage.schema import BLOCK, RELATIONS, TRANSLATION
from isogloss.kg.storage.store import Row, Store
from isogloss.kg.storage.translation_model import Paths, model, pivot_features

FINALISTS = 100  # candidates through pivots, the surest by their paths, that are weighed by form, too; round number
PIVOTS = 128  # strongest translations of a word that are followed; round number

_NAMED = "SELECT lemma, pos, freq_rank, id, articles FROM entry WHERE id IN ({keys})"
_CODE = {number: code for number, code, _, _ in RELATIONS}

Route = tuple[int, int | None]  # the word it starts from, the pivot or none


@dataclass
class Candidate:
    """A word that may be a translation, with the probability of each route to it."""

    routes: dict[Route, float] = field(default_factory=dict)

    @property
    def direct(self) -> float:
        """The probability of the direct edges, 0 where there is none."""
        return max((sure for (_, pivot), sure in self.routes.items() if pivot is None), default=0.0)

    @property
    def paths(self) -> Paths | None:
        """The paths through pivots, if there are any."""
        through = [sure for (_, pivot), sure in self.routes.items() if pivot is not None]
        return Paths(noisy_or(through), max(through), len(through)) if through else None


@dataclass(frozen=True)
class Question:
    """Which languages, through which, and on what terms. Languages are numbers here."""

    source: int
    target: int
    direct: bool
    pivots: tuple[int, ...]  # languages to go through
    relation: int = TRANSLATION  # of a direct edge
    k: int = FANOUT  # how many answers are wanted


def candidates(store: Store, starts: Collection[int], question: Question, terms: Terms) -> dict[int, Candidate]:
    """Every word that some route reaches, by entry number."""
    by_word: dict[int, Candidate] = {}
    if question.direct:
        whole = question.k > FANOUT
        for start, fan in fans(store, starts, question.target, terms, question.relation, whole=whole).items():
            for target, weight in fan.weights.items():
                _candidate(by_word, target).routes[start, None] = weight
    if question.pivots:
        inferred = _inferred(store, starts, question, terms) if question.direct else set()
        for start in starts:
            _through_pivots(store, start, question, terms, by_word, inferred)
    for start, target in rejected_of(store, starts, terms.voices):
        if target in by_word:
            routes = by_word[target].routes
            by_word[target].routes = {route: sure for route, sure in routes.items() if route[0] != start}
    return {target: each for target, each in by_word.items() if target not in starts and each.routes}


def _inferred(store: Store, starts: Collection[int], question: Question, terms: Terms) -> set[tuple[int, int]]:
    """The direct edges that were inferred: their weight includes the evidence of the paths already."""
    sources = [number for number, origin in terms.sources.items() if origin.kind == "inferred"]
    first, last = question.target * BLOCK, (question.target + 1) * BLOCK - 1
    query = "SELECT src, dst FROM edge WHERE src = ? AND relation = ? AND dst BETWEEN ? AND ? AND source IN ({keys})"
    usable = [number for number in sources if terms.allowed is None or number in terms.allowed]
    parameters = ((start, question.relation, first, last) for start in starts)
    return {pair for values in parameters for pair in store.in_chunks(query, usable, values)}


def _through_pivots(
    store: Store,
    start: int,
    question: Question,
    terms: Terms,
    by_word: dict[int, Candidate],
    inferred: Collection[tuple[int, int]] = (),
) -> None:
    near = _pivots(store, start, question.pivots, terms)
    forward = fans(store, near, question.target, terms)
    shared = concept_members(store, start, terms) if terms.concepts else []
    for pivot, fan in forward.items():
        same_concept = set().union(*(members for members in shared if pivot in members))
        for target, sure in fan.weights.items():
            if target not in same_concept and (start, target) not in inferred:
                _candidate(by_word, target).routes[start, pivot] = near[pivot] * sure


def _candidate(by_word: dict[int, Candidate], target: int) -> Candidate:
    candidate = by_word.get(target)
    if candidate is None:
        candidate = by_word[target] = Candidate()
    return candidate


def _pivots(store: Store, start: int, languages: Collection[int], terms: Terms) -> dict[int, float]:
    """The strongest translations of a word into the languages, with their weights."""
    near: dict[int, float] = {}
    for language in languages:
        fan = fans(store, [start], language, terms).get(start)
        if fan is not None:
            near.update(fan.weights)
    strongest = sorted(near, key=lambda word: (-near[word], word))[:PIVOTS]
    return {word: near[word] for word in strongest}


def best(
    store: Store,
    starts: Sequence[Word],
    by_word: Mapping[int, Candidate],
    k: int,
    min_score: float,
    languages: Mapping[int, str],
) -> list[tuple[Word, float]]:
    """The ``k`` most probable candidates; of equals the one that stands in more entries goes first."""
    direct = {target: sure for target, candidate in by_word.items() if (sure := candidate.direct)}
    through = {target: paths for target, candidate in by_word.items() if (paths := candidate.paths)}
    order = sorted(through, key=lambda target: (-through[target].any, target))
    finalists = {**direct, **dict.fromkeys(order[: max(FINALISTS, k)])}
    rows = {row[3]: row for row in store.in_chunks(_NAMED, [*finalists, *(start.id for start in starts)])}
    asked = max(((rows[start.id][0], rows[start.id][4]) for start in starts), key=lambda word: word[1])
    surest = max((paths.any for paths in through.values()), default=0.0)
    ranked = []
    for target in finalists:
        sure = direct.get(target, 0.0)
        if target in through:
            written, _, _, _, articles = rows[target]
            by_paths = _by_paths(asked, (written, articles), through[target], surest, len(through))
            sure = noisy_or([sure, by_paths]) if sure else by_paths
        if (sure := round(sure, 12)) >= min_score:
            ranked.append((-sure, -rows[target][4], rows[target][0], target))
    return [(_word(rows[target], languages), -doubt) for doubt, _, _, target in sorted(ranked)[:k]]


def _by_paths(
    asked: tuple[str, int], translation: tuple[str, int], paths: Paths, surest: float, candidates: int
) -> float:
    features = pivot_features(asked, translation, paths, surest, candidates)
    return 1.0 / (1.0 + exp(-sum(weight * features[name] for name, weight in model().pivots.items())))


def explained(
    query: str,
    starts: Sequence[Word],
    chosen: Sequence[tuple[Word, float]],
    by_word: Mapping[int, Candidate],
    question: Question,
    claims: Claims,
    languages: Mapping[int, str],
) -> Translations:
    """The chosen candidates with all their paths from ``starts``, the strongest first."""
    pivots: dict[int, set[int]] = {}
    targets: dict[int, set[int]] = {}
    for word, _ in chosen:
        for start, pivot in by_word[word.id].routes:
            near, end = (targets, word.id) if pivot is None else (pivots, pivot)
            near.setdefault(start, set()).add(end)
    direct = {start: claims.between(start, ends, question.relation) for start, ends in targets.items()}
    to_pivot = {start: claims.between(start, ends) for start, ends in pivots.items()}
    words = {word.id: word for word in (*starts, *(word for word, _ in chosen))}
    words |= named(claims.store, set().union(*pivots.values()).difference(words), languages)
    relation = _CODE[question.relation]
    answers = Translations(query)
    for rank, (word, score) in enumerate(chosen, 1):
        target, routes = word.id, by_word[word.id].routes
        via = {pivot for _, pivot in routes if pivot is not None}
        to_target = claims.between(target, via) if via else {}
        paths = []
        for (start, pivot), worth in routes.items():
            if pivot is None:
                steps = [_step(words[start], relation, words[target], direct[start][target])]
            else:
                steps = [
                    _step(words[start], "translation", words[pivot], to_pivot[start][pivot]),
                    _step(words[pivot], "translation", words[target], to_target[pivot]),
                ]
            paths.append(Path(tuple(steps), worth))
        if len(paths) > 1:
            paths.sort(key=_strongest)
        answers.append(Translation(query, word.word, word.language, rank, score, score, tuple(paths)))
    return answers


def named(store: Store, numbers: Collection[int], languages: Mapping[int, str]) -> dict[int, Word]:
    """The words of entry numbers."""
    return {row[3]: _word(row, languages) for row in store.in_chunks(_NAMED, numbers)}


def _word(row: Row, languages: Mapping[int, str]) -> Word:
    lemma, pos, rank, number, _ = row
    return Word(lemma, languages[number // BLOCK], pos, rank, number)


def _step(start: Word, relation: str, end: Word, claims: tuple[Claim, ...]) -> Step:
    one, *more = claims
    weight = fused((claim.source.name, claim.strength) for claim in claims) if more else one.strength
    return Step(start, relation, end, weight, claims)


def _strongest(path: Path) -> tuple[float, int, list[str]]:
    return -path.score, len(path.steps), [word.word for word in path.words]
