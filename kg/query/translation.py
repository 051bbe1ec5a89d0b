"""Translating a word, directly and through one pivot word, with a score that says how sure it is.

- Directly: the probability of the edge (``kg.storage.fusion``).
- A path ``word → pivot → translation``: the product of the probabilities of its two edges. A pivot goes on as its other
  spellings (``kg.storage.variants``), too, with less weight.
- From another form of the word that was asked for (``asking``): times the weight of that form.
- Through pivots: a logistic regression on all paths to the translation and on its form (``translation_model``), or the
  best path by what is induced, inferred or in a concept, which is calibrated already, if it is surer. Three words of
  one concept say one thing, not three: a path whose pivot shares a concept with both ends is left out. An edge that was
  inferred stands for the paths that it was inferred from, which are not counted again.
- Both ways: the noisy-or.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import nlargest
from math import exp, hypot
from typing import NamedTuple

from isogloss.data.translation import Translation, Translations
from isogloss.kg.query.claims import Claims
from isogloss.kg.query.neighborhoods import Fan, Terms, concept_members, fans, fused, noisy_or
from isogloss.kg.query.senses import defined, noted, parts_of_speech
from isogloss.kg.query.variants import variants
from isogloss.kg.results import SPELLING, Claim, How, Match, Path, Step, Word
from isogloss.kg.storage.hubs import FANOUT
from isogloss.kg.storage.judgements import rejected_of
from isogloss.kg.storage.schema import BLOCK, RELATION_CODE, TRANSLATION, block_of
from isogloss.kg.storage.store import Row, Store
from isogloss.kg.storage.translation_model import Paths, Rivals, model, pivot_features

FINALISTS = 100  # candidates through pivots, the surest by their paths, that are weighed by form, too; round number
COMPARED = 10  # of these, the surest whose translations into the pivot languages are compared; round number
PIVOTS = 128  # strongest translations of a word that are followed; round number

_NAMED = "SELECT lemma, pos, freq_rank, id, articles FROM entry WHERE id IN ({keys})"
Fans = Mapping[int, Mapping[int, Fan]]  # of words, by language and word


class Pivots(NamedTuple):
    """The pivots that are followed, with their weights, and the weights of some without what dictionaries state."""

    weights: Mapping[int, float]
    computed: Mapping[int, float]


class Route(NamedTuple):
    """Entry numbers on the way to a translation."""

    start: int
    pivot: int | None  # none on a direct way
    respelled: int | None  # the pivot as it is spelled on the second edge
    target: int


@dataclass(slots=True)
class Candidate:
    """A word that may be a translation, with the probability of each route to it."""

    routes: dict[Route, float] = field(default_factory=dict)
    cosine: float = 0.0  # between the translations of it and of the word into the pivot languages
    computed: dict[Route, float] = field(default_factory=dict)  # through pivots, without what dictionaries state
    _paths: Paths | None = None  # as they were before words were compared

    @property
    def direct(self) -> float:
        """The probability of the direct edges, 0 where there is none."""
        return max((sure for route, sure in self.routes.items() if route.pivot is None), default=0.0)

    @property
    def paths(self) -> Paths | None:
        """The paths through pivots, if there are any."""
        if self._paths is None:
            through = [sure for route, sure in self.routes.items() if route.pivot is not None]
            if not through:
                return None
            self._paths = Paths(
                noisy_or(through), max(through), len(through), computed=max(self.computed.values(), default=0.0)
            )
        return replace(self._paths, cosine=self.cosine) if self.cosine else self._paths


@dataclass(frozen=True)
class Question:
    """Into which languages, through which, and how. Languages are numbers here."""

    targets: Sequence[int]
    direct: bool
    pivots: tuple[int, ...]  # languages to go through
    relation: int = TRANSLATION  # of a direct edge
    k: int = FANOUT  # how many answers are wanted


@dataclass(frozen=True)
class _Expansion:
    """A question about some words, and the candidates that routes from them reach."""

    store: Store
    terms: Terms
    question: Question
    starts: Mapping[int, float]  # the words' weights, by entry number
    by_word: dict[int, Candidate] = field(default_factory=dict)

    def fans(self, words: Collection[int], languages: Collection[int]) -> dict[int, dict[int, Fan]]:
        """The translations of ``words`` into ``languages``."""
        return fans(self.store, words, languages, self.terms)

    def candidate(self, target: int) -> Candidate:
        """The candidate of an entry, a new one if no route has reached it yet."""
        return _candidate(self.by_word, target)


def candidates(claims: Claims, starts: Mapping[int, float], question: Question) -> dict[int, Candidate]:
    """Every word that some route reaches from ``starts``, which are given with their weights, by entry number."""
    expansion = _Expansion(claims.store, claims.terms, question, starts)
    direct, towards = _first_edges(expansion)
    for start, fan in ((start, fan) for language in direct.values() for start, fan in language.items()):
        claims.note(fan.claims, question.relation)
        weight = starts[start]
        for target, sure in fan.weights.items() if question.pivots else _surest(fan, question.k + len(starts)):
            if (candidate := expansion.by_word.get(target)) is None:
                candidate = expansion.by_word[target] = Candidate()
            candidate.routes[Route(start, None, None, target)] = sure * weight
    if question.pivots:
        inferred = _inferred(expansion) if question.direct else set()
        for start in starts:
            _through_pivots(expansion, start, _strongest_pivots(towards, start), inferred)
        _compare(expansion, towards)
    by_word = expansion.by_word
    for start, target in rejected_of(expansion.store, starts, expansion.terms.records):
        if target in by_word:
            candidate = by_word[target]
            routes, computed = (
                {route: sure for route, sure in probabilities.items() if route.start != start}
                for probabilities in (candidate.routes, candidate.computed)
            )
            by_word[target] = Candidate(routes, candidate.cosine, computed)
    return {target: candidate for target, candidate in by_word.items() if target not in starts and candidate.routes}


def _first_edges(expansion: _Expansion) -> tuple[Fans, Fans]:
    """The translations of the words into the languages asked for, and into the pivot languages."""
    store, terms, question, starts = expansion.store, expansion.terms, expansion.question, expansion.starts
    targets = question.targets if question.direct else ()
    all_edges = question.k > FANOUT
    if question.relation == TRANSLATION and not all_edges:
        read = fans(store, starts, [*targets, *question.pivots], terms, with_claims=True)
        return {language: read[language] for language in targets}, {code: read[code] for code in question.pivots}
    direct = fans(store, starts, targets, terms, question.relation, all_edges=all_edges, with_claims=True)
    return direct, expansion.fans(starts, question.pivots)


def _surest(fan: Fan, count: int) -> Iterable[tuple[int, float]]:
    """The ``count`` strongest translations, and those that are as strong as the last of them."""
    if len(fan.weights) <= count:
        return fan.weights.items()
    least = nlargest(count, fan.weights.values())[-1]
    return [(target, sure) for target, sure in fan.weights.items() if sure >= least]


def _inferred(expansion: _Expansion) -> set[tuple[int, int]]:
    """The direct edges that were inferred: their weight includes the evidence of the paths already."""
    terms, question = expansion.terms, expansion.question
    sources = [number for number, origin in terms.sources.items() if origin.kind == "inferred"]
    query = "SELECT src, dst FROM edge WHERE src = ? AND relation = ? AND dst BETWEEN ? AND ? AND source IN ({keys})"
    usable = [number for number in sources if terms.allowed is None or number in terms.allowed]
    parameters = (
        (start, question.relation, *block_of(language)) for start in expansion.starts for language in question.targets
    )
    return {pair for values in parameters for pair in expansion.store.in_chunks(query, usable, values)}


def _through_pivots(expansion: _Expansion, start: int, pivots: Pivots, inferred: Collection[tuple[int, int]]) -> None:
    """Add the routes from ``start`` through its pivots."""
    if not pivots.weights:
        return
    weight = expansion.starts[start]
    respelled = _respelled(expansion.store, pivots.weights)
    shared = concept_members(expansion.store, start, expansion.terms) if expansion.terms.concepts else []
    for by_pivot in expansion.fans(respelled, expansion.question.targets).values():
        for spelled, fan in by_pivot.items():
            pivot, sure_of_pivot = respelled[spelled]
            computed = weight * pivots.computed.get(pivot, 0.0) * sure_of_pivot / (pivots.weights[pivot] or 1.0)
            same_concept = set().union(*(members for members in shared if pivot in members))
            for target, sure in fan.weights.items():
                if target not in same_concept and (start, target) not in inferred:
                    candidate, route = expansion.candidate(target), Route(start, pivot, spelled, target)
                    candidate.routes[route] = weight * sure_of_pivot * sure
                    if computed and target in fan.computed:
                        candidate.computed[route] = computed * fan.computed[target]


def _compare(expansion: _Expansion, towards: Fans) -> None:
    """Note how alike the word and the candidates with the surest paths translate into the pivot languages.

    Words of one meaning share most translations there (inverse consultation; Tanaka and Umemura, 1994).
    """
    compared = surest_paths(expansion.by_word, COMPARED)
    if not compared:
        return
    of_target: dict[int, dict[int, float]] = {target: {} for target in compared}
    of_word: dict[int, float] = {}
    of_compared = expansion.fans(compared, expansion.question.pivots)
    for language in expansion.question.pivots:
        for number, fan in of_compared[language].items():
            of_target[number].update(fan.weights)
        for number, fan in towards[language].items():
            for pivot, sure in fan.weights.items():
                of_word[pivot] = max(sure * expansion.starts[number], of_word.get(pivot, 0.0))
    length = hypot(*of_word.values())
    for target, weights in of_target.items():
        shared = sum(of_word[pivot] * sure for pivot, sure in weights.items() if pivot in of_word)
        if shared:
            expansion.by_word[target].cosine = shared / (length * hypot(*weights.values()))


def surest_paths(by_word: Mapping[int, Candidate], k: int) -> dict[int, Paths]:
    """The ``k`` candidates with the surest paths, surest first, with these."""
    through = {target: paths for target, candidate in by_word.items() if (paths := candidate.paths)}
    order = sorted(through, key=lambda target: (-through[target].any, target))
    return {target: through[target] for target in order[:k]}


def _respelled(store: Store, weights: Mapping[int, float]) -> dict[int, tuple[int, float]]:
    """The pivots and their other spellings, each with the pivot that it is, and the weight up to there."""
    respelled = {pivot: (pivot, sure) for pivot, sure in weights.items()}
    for pivot, variant, weight in variants(store, list(weights)):
        sure = weights[pivot] * weight
        if variant not in weights and (variant not in respelled or respelled[variant][1] < sure):
            respelled[variant] = pivot, sure
    return respelled


def _candidate(by_word: dict[int, Candidate], target: int) -> Candidate:
    candidate = by_word.get(target)
    if candidate is None:
        candidate = by_word[target] = Candidate()
    return candidate


def _strongest_pivots(towards: Fans, start: int) -> Pivots:
    """The strongest translations of a word into the pivot languages."""
    weights: dict[int, float] = {}
    computed: dict[int, float] = {}
    for by_word in towards.values():
        if start in by_word:
            weights.update(by_word[start].weights)
            computed.update(by_word[start].computed)
    strongest = sorted(weights, key=lambda word: (-weights[word], word))[:PIVOTS]
    return Pivots({word: weights[word] for word in strongest}, computed)


def _joined(store: Store, by_word: Mapping[int, Candidate]) -> dict[int, Candidate]:
    """The candidates with those made one that are spelled alike, as words of a macrolanguage and its member may be."""
    spelled: dict[str, int] = {}
    together: dict[int, Candidate] = {}
    for number, word in sorted(store.in_chunks("SELECT id, lemma FROM entry WHERE id IN ({keys})", by_word)):
        target = spelled.setdefault(word, number)
        candidate = _candidate(together, target)
        candidate.routes.update(by_word[number].routes)
        candidate.cosine = max(candidate.cosine, by_word[number].cosine)
        candidate.computed.update(by_word[number].computed)
    return together


@dataclass(frozen=True)
class Search:
    """The entries that match a word, and all candidates that routes from them reach.

    Candidates are weighed relative to the best match; scores are multiplied by its weight.
    """

    matches: Sequence[Match]
    question: Question
    claims: Claims
    languages: Mapping[int, str]  # codes, by number
    by_word: Mapping[int, Candidate]

    @classmethod
    def of(cls, matches: Sequence[Match], question: Question, claims: Claims, languages: Mapping[int, str]) -> Search:
        """Search the translations of some entries."""
        heaviest = max(match.weight for match in matches)
        by_word = candidates(claims, {match.entry.id: match.weight / heaviest for match in matches}, question)
        if len(question.targets) > 1:
            by_word = _joined(claims.store, by_word)
        return cls(matches, question, claims, languages, by_word)

    @property
    def weight(self) -> float:
        """The weight of the best match."""
        return max(match.weight for match in self.matches)

    def best(self, min_score: float) -> list[tuple[Word, float]]:
        """The ``k`` most probable candidates; of equals the one that stands in more entries goes first."""
        k, matches, by_word = self.question.k, self.matches, self.by_word
        direct = {target: sure for target, candidate in by_word.items() if (sure := candidate.direct)}
        through = surest_paths(by_word, len(by_word)) if self.question.pivots else {}
        finalists = {**direct, **dict.fromkeys(list(through)[: max(FINALISTS, k)])}
        if not finalists:
            return []
        numbers = [*finalists, *(match.entry.id for match in matches)]
        rows = {row[3]: row for row in self.claims.store.in_chunks(_NAMED, numbers)}
        query = max(((rows[match.entry.id][0], rows[match.entry.id][4]) for match in matches), key=lambda word: word[1])
        rivals = Rivals.of(through.values())
        weight = self.weight
        ranked = []
        for target in finalists:
            sure = direct.get(target, 0.0)
            if target in through:
                written, _, _, _, articles = rows[target]
                by_paths = max(through[target].computed, _by_paths(query, (written, articles), through[target], rivals))
                sure = noisy_or([sure, by_paths]) if sure else by_paths
            if (sure := round(sure * weight, 12)) >= min_score:
                ranked.append((-sure, -rows[target][4], rows[target][0], target))
        return [(_word(rows[target], self.languages), -doubt) for doubt, _, _, target in sorted(ranked)[:k]]

    def explained(self, query: str, chosen: Sequence[tuple[Word, float]]) -> Translations:
        """The chosen candidates with all their paths from the matches, the strongest first."""
        claims, matches = self.claims, self.matches
        read = _Read(self.by_word, [word.id for word, _ in chosen], self.question.relation, claims)
        words = {word.id: word for word in (*(match.entry for match in matches), *(word for word, _ in chosen))}
        how = {match.entry.id: "" if match.how is How.WRITTEN else str(match.how) for match in matches}
        words |= named(claims.store, read.words.difference(words), self.languages)
        definitions = defined(claims.store, how, [word.id for word, _ in chosen], claims.terms)
        weight = self.weight
        answers = Translations(query)
        answers.matches = tuple(matches)
        for rank, (word, score) in enumerate(chosen, 1):
            routes = self.by_word[word.id].routes
            paths = [Path(tuple(read.steps(route, words)), worth * weight) for route, worth in routes.items()]
            if len(paths) > 1:
                paths.sort(key=_strongest)
            match = how[paths[0].steps[0].start.id]
            noted_senses = noted(paths) if claims.explained else ()
            senses = tuple(dict.fromkeys([*noted_senses, *definitions.get(word.id, ())]))
            answers.append(
                Translation(query, word.word, word.language, rank, score, score, tuple(paths), match, word.pos, senses)
            )
        return answers


def _by_paths(query: tuple[str, int], translation: tuple[str, int], paths: Paths, rivals: Rivals) -> float:
    features = pivot_features(query, translation, paths, rivals)
    return 1.0 / (1.0 + exp(-sum(weight * features[name] for name, weight in model().pivots.items())))


class _Read:
    """The claims of all edges on the routes to the chosen words."""

    def __init__(
        self, by_word: Mapping[int, Candidate], chosen: Collection[int], relation: int, claims: Claims
    ) -> None:
        self.words: set[int] = set()
        self.relation = relation
        direct: dict[int, set[int]] = {}
        through: dict[int, set[int]] = {}  # the second edges by target, from which fewer words are read
        for route in (route for word in chosen for route in by_word[word].routes):
            self.words.update(number for number in route if number is not None)
            if route.pivot is None or route.respelled is None:
                direct.setdefault(route.start, set()).add(route.target)
            else:
                through.setdefault(route.start, set()).add(route.pivot)
                through.setdefault(route.target, set()).add(route.respelled)
        if relation == TRANSLATION:
            for start, ends in direct.items():
                through.setdefault(start, set()).update(ends)
        self.through = claims.of_pairs(through) if through else {}
        self.direct = self.through if relation == TRANSLATION else claims.of_pairs(direct, relation) if direct else {}

    def steps(self, route: Route, words: Mapping[int, Word]) -> Iterator[Step]:
        """The edges of a route."""
        start, pivot, respelled, target = route
        if pivot is None or respelled is None:
            yield _step(words[start], RELATION_CODE[self.relation], words[target], self.direct[start][target])
            return
        yield _step(words[start], "translation", words[pivot], self.through[start][pivot])
        if respelled != pivot:
            yield Step(words[pivot], SPELLING, words[respelled], 1.0, ())
        yield _step(words[respelled], "translation", words[target], self.through[target][respelled])


def only(answers: Translations, k: int, pos: str | None, sense: str | None) -> Translations:
    """The first ``k`` answers of a part of speech, or of none that is known, in senses that have ``sense`` in them."""
    matching = [
        answer
        for answer in answers
        if pos is None or not (tags := parts_of_speech(answer.evidence) or set(answer.pos.split())) or pos in tags
    ]
    if sense is not None:
        wanted = sense.casefold()
        senses = [tuple(gloss for gloss in answer.senses if wanted in gloss.casefold()) for answer in matching]
        matching = [replace(answer, senses=own) for answer, own in zip(matching, senses, strict=True) if own]
    chosen = Translations(answers.query, (replace(answer, rank=rank) for rank, answer in enumerate(matching[:k], 1)))
    chosen.matches = answers.matches
    return chosen


def named(store: Store, numbers: Collection[int], languages: Mapping[int, str]) -> dict[int, Word]:
    """The words of entry numbers."""
    return {row[3]: _word(row, languages) for row in store.in_chunks(_NAMED, numbers)}


def _word(row: Row, languages: Mapping[int, str]) -> Word:
    lemma, pos, rank, number, _ = row
    return Word(lemma, languages[number // BLOCK], pos, rank, number)


def _step(start: Word, relation: str, end: Word, claims: tuple[Claim, ...]) -> Step:
    first, *more = claims
    weight = fused((claim.source.name, claim.strength) for claim in claims) if more else first.strength
    return Step(start, relation, end, weight, claims)


def _strongest(path: Path) -> tuple[float, int, list[str]]:
    return -path.score, len(path.steps), [word.word for word in path.words]
