"""All claims of a pair of words as one probability.

Where users have accepted or rejected a pair, most of them decide: rejected pairs are none, and accepted ones have at
least ``ACCEPTED``.

What sources state is weighed by ``translation_model``, and multiplied by the noisy-or of the weights that they state
times their qualities. What was computed (induced, inferred) has its probability already, and a concept that both words
belong to has ``CONCEPT``; these join by noisy-or. Of a relation other than translation only the noisy-or is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp

from isogloss.kg.storage.schema import TRANSLATION
from isogloss.kg.storage.store import Store
from isogloss.kg.storage.translation_model import MOST_SOURCES, PLACES, THOUSANDTHS, model

IN_CONCEPT = -(1 << 29)  # the rank of two words of one concept, which no article has
CONCEPT = 0.85  # probability of a translation for two words of one concept; chosen by hand, not measured
ACCEPTED = 0.999  # least probability of a pair that users accepted: above what sources reach; chosen by hand
JUDGED = "judgement"  # kind of sources in which users accept pairs, with their weight, or reject them, with weight 0
COMPUTED = ("induced", "inferred")  # kinds of sources whose weights are probabilities already
ONE_VOICE = (
    "one voice: sources "  # in ``meta``, before the numbers of two sources that state the same (``source_quality``)
)
STATED = ("dictionary", "user", JUDGED)  # kinds of sources in which somebody says so

Claim = tuple[int, int, int, float, int, int]  # src, dst, source, weight, rank, prior: a row of the edges
Pair = tuple[int, int]
Odds = tuple[list[float], list[float], list[float]]  # ``Model.claim_odds``


@dataclass(frozen=True)
class SourceRecords:
    """Of each source, by its number, what decides the weight of its claims."""

    quality: Mapping[int, float] = field(default_factory=dict)
    group: Mapping[int, int] = field(default_factory=dict)  # sources of one group are one independent source
    computed: frozenset[int] = frozenset()
    judges: frozenset[int] = frozenset()  # those in which users accept and reject pairs

    @classmethod
    def of(cls, store: Store) -> SourceRecords:
        """Those of a graph. Sources of the same name are one group, and copies of one another are."""
        rows = store.rows("SELECT id, name, kind, quality FROM source ORDER BY id")
        named: dict[str, int] = {}
        group = {number: named.setdefault(name, number) for number, name, _, _ in rows}
        for pair in one_voice(store):
            first, other = sorted(group.get(number, number) for number in pair)
            group = {number: first if of == other else of for number, of in group.items()}
        quality = {row[0]: row[3] for row in rows}
        computed = frozenset(row[0] for row in rows if row[2] in COMPUTED)
        return cls(quality, group, computed, frozenset(row[0] for row in rows if row[2] == JUDGED and row[3] > 0))

    def verdict(self, claims: Iterable[tuple[int, float]]) -> int:
        """Of the claims of a pair, by source and weight: above 0 where most users accept it, below 0 not."""
        return sum(1 if weight > 0 else -1 for source, weight in claims if source in self.judges)


def one_voice(store: Store) -> list[tuple[int, int]]:
    """The sources that were found to be copies, two by two."""
    keys = store.rows("SELECT key FROM meta WHERE key LIKE ? ORDER BY key", (f"{ONE_VOICE}%",))
    pairs = (key.removeprefix(ONE_VOICE).split() for (key,) in keys)
    return [(int(one), int(other)) for one, other in pairs]


def fuse(claims: Iterable[Claim], record: SourceRecords, relation: int = TRANSLATION) -> dict[Pair, float]:
    """The probability of each pair of words, rounded so that the order of claims does not show."""
    pairs: dict[Pair, list[Claim]] = {}
    for claim in claims:
        pair = claim[0], claim[1]
        if pair in pairs:
            pairs[pair].append(claim)
        else:
            pairs[pair] = [claim]
    odds_of = model().claim_odds
    weighed = relation == TRANSLATION
    if record.judges:
        return {
            pair: round(sure, 12)
            for pair, of_pair in pairs.items()
            if (sure := _judged(of_pair, record, odds_of, weighed)) > 0
        }
    return {
        pair: round(
            _of_one(of_pair[0], record, odds_of, weighed)
            if len(of_pair) == 1
            else _probability(of_pair, record, odds_of, weighed),
            12,
        )
        for pair, of_pair in pairs.items()
    }


def _judged(claims: Sequence[Claim], record: SourceRecords, odds_of: Odds, weighed: bool) -> float:
    """The probability of a pair that users may have accepted, or rejected: then it is 0."""
    verdict = record.verdict((claim[2], claim[3]) for claim in claims)
    statements = [claim for claim in claims if claim[2] not in record.judges]
    if verdict < 0:
        return 0.0
    stated = _probability(statements, record, odds_of, weighed) if statements else 0.0
    return 1.0 - (1.0 - ACCEPTED) * (1.0 - stated) if verdict else stated


def _of_one(claim: Claim, record: SourceRecords, odds_of: Odds, weighed: bool) -> float:
    """``_probability`` of what most pairs have, in a third of the time."""
    _, _, source, weight, rank, prior = claim
    sure = weight * record.quality[source]
    if rank == IN_CONCEPT:
        return sure * CONCEPT
    if not weighed or source in record.computed:
        return sure
    forward, backward, by_sources = odds_of
    if rank > 0:
        by_rank = forward[rank if rank < PLACES else PLACES] + backward[0]
    else:
        by_rank = forward[0] + backward[-rank if -rank < PLACES else PLACES]
    return sure / (1.0 + exp(-(prior / THOUSANDTHS + by_rank + by_sources[1])))


def _probability(claims: Sequence[Claim], record: SourceRecords, odds_of: Odds, weighed: bool) -> float:
    if len(claims) == 1:
        return _of_one(claims[0], record, odds_of, weighed)
    doubts: dict[int, float] = {}  # of each group that states the pair
    doubt = 1.0  # of what was computed
    forward = backward = 0
    for _, _, source, weight, rank, _ in claims:
        if rank == IN_CONCEPT:
            doubt = min(doubt, 1.0 - weight * record.quality[source] * CONCEPT)
        elif source in record.computed:
            doubt *= 1.0 - weight * record.quality[source]
        else:
            group = record.group[source]
            doubts[group] = min(doubts.get(group, 1.0), 1.0 - weight * record.quality[source])
            if rank > 0:
                forward = min(forward or rank, rank)
            elif rank < 0:
                backward = min(backward or -rank, -rank)
    if not doubts:
        return 1.0 - doubt
    stated = 1.0
    for of_group in sorted(doubts.values()):
        stated *= of_group
    stated = 1.0 - stated
    if weighed:
        by_forward, by_backward, by_sources = odds_of
        odds = (
            claims[0][5] / THOUSANDTHS
            + by_forward[min(forward, PLACES)]
            + by_backward[min(backward, PLACES)]
            + by_sources[min(len(doubts), MOST_SOURCES)]
        )
        stated /= 1.0 + exp(-odds)
    return 1.0 - doubt * (1.0 - stated)
