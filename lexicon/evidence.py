"""The pairs that a lexicon is learned from: seeds, what refinement adds, what self-learning makes of few."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from data.dictionary import Dictionary
from data.errors import VocabularyError
from data.progress import Progress, silent
from lexicon.choice import best, refined, trials
from lexicon.fit import Space
from lexicon.growth import Start, first_steps, grow, starts
from lexicon.methods import Method
from lexicon.prior import Prior
from lexicon.procrustes import orthogonal
from lexicon.retrieval import Rows
from lexicon.seeds import Seeds, identical_strings
from lexicon.validation import Validation

ENOUGH = 500  # seed words that need no self-learning
HALVED = 2_000  # words with pairs, half of which make nearly as good a map as all
JUDGED = 6_000  # most frequent source words whose found pairs serve to train the ranker


@dataclass(frozen=True, eq=False)
class Evidence:
    """``pairs`` to fit to, of which ``gold`` are known and the rest found.

    ``judged`` are the source words to hold out in turn; ``validation``, where there is one, was made on held-out seeds
    while the pairs were chosen.
    """

    pairs: Seeds
    gold: Seeds
    judged: Rows
    account: Mapping[str, Any]
    tried: Sequence[Mapping[str, Any]] = ()
    validation: Validation | None = None
    seed: int = 0
    trusted: bool = field(default=True)  # whether the judged words are known translations and not found ones

    def folds(self) -> Iterator[Rows]:
        """The judged words in parts to hold out: halves where half the pairs teach nearly all, else quarters."""
        count = 2 if len(self.pairs.words) >= HALVED else 4
        yield from np.array_split(np.random.default_rng(self.seed).permutation(self.judged), count)


def gather(
    space: Space,
    method: Method,
    seeds: Dictionary | None,
    extra: Mapping[str, Dictionary],
    *,
    cut: int,
    prior: Prior | None = None,
    seed: int = 0,
    device: str = "cpu",
    progress: Progress = silent,
) -> Evidence:
    """Find the pairs to learn from.

    Args:
        space: Both languages.
        method: Its ``rounds`` and ``grown`` say what to do beyond the seeds.
        seeds: Known translations; ``None`` takes words spelled alike.
        extra: Dictionaries that join few seeds, by name.
        cut: Most frequent words that may become pairs in refinement.
        prior: Proposes a start where seeds are few.
        seed: Makes the choice of folds repeat.
        device: Where products are computed.
        progress: Watches the rounds.

    Raises:
        VocabularyError: Too few pairs have vectors on both sides.
    """
    given = identical_strings(space.source, space.target) if seeds is None else seeds
    if method.grown and (seeds is None or _few(space, given)):
        return _grown(space, seeds, extra, prior, seed, device, progress)
    known = Seeds.of(given, space.source, space.target)
    account = _account(given, known)
    if not method.rounds:
        return Evidence(known, known, known.words, account, seed=seed)
    frequent = space.first(cut)
    folds = tuple(known.within(len(frequent.x), len(frequent.y)).folds(np.random.default_rng(seed)))
    tried = trials(frequent, method, folds, cut=min(cut, 10_000), device=device, progress=progress)
    chosen = best(tried)
    pairs = refined(space, method, known, chosen.rounds, cut=min(cut, 10_000), device=device)
    summaries = [trial.summary() for trial in tried]
    return Evidence(pairs, known, known.words, account, summaries, chosen.validation, seed)


def _few(space: Space, given: Dictionary) -> bool:
    known = given.lowercased().within(space.source, space.target)
    return len(known.by_source) < ENOUGH


def _grown(
    space: Space,
    seeds: Dictionary | None,
    extra: Mapping[str, Dictionary],
    prior: Prior | None,
    seed: int,
    device: str,
    progress: Progress,
) -> Evidence:
    named = {"identical strings": identical_strings(space.source, space.target), **extra}
    if seeds is not None:
        named = {"seeds": seeds, **named}
    usable = {name: known for name, each in named.items() if (known := _usable(each, space)) is not None}
    if seeds is not None and "seeds" not in usable:
        Seeds.of(seeds, space.source, space.target)  # says what is wrong
    if not usable:
        raise VocabularyError(
            f"{space.source.language}-{space.target.language}: found no seeds, too few words spelled alike and no "
            "bundled names of things for these languages, expected at least a handful of pairs; give --seeds"
        )
    own = usable.get("seeds")
    choices = _combinations(usable)
    proposed = () if prior is None else (_proposed(prior, space, own or list(choices.values())[-1], progress),)
    tried = first_steps(space, (*starts(choices), *proposed), device=device, progress=progress)
    start = max(tried, key=lambda each: each.agreement)
    grown = grow(space, start.start, device=device, progress=progress)
    gold = own or grown.start.seeds
    account = {
        "origin": start.start.name,
        "words_used": len(gold.words),
        "pairs_used": len(gold),
        "start_words": len(start.start.seeds.words),
        "grown_pairs": len(grown.pairs),
        "joined": {name: len(known.words) for name, known in usable.items()},
    }
    frequent = np.union1d(grown.pairs.words[grown.pairs.words < JUDGED], gold.words)
    pairs = gold.and_pairs(np.stack([grown.pairs.source, grown.pairs.target], axis=1))
    return Evidence(pairs, gold, frequent, account, [each.summary() for each in tried], seed=seed, trusted=False)


def _proposed(prior: Prior, space: Space, known: Seeds, progress: Progress) -> Start:
    """What a prior makes of the known pairs; self-learning goes on from there and may drop its pairs again."""
    return Start(prior.name, known, orthogonal, prior.propose(space, known, progress=progress).pairs)


def _usable(given: Dictionary, space: Space) -> Seeds | None:
    try:
        return Seeds.of(given, space.source, space.target)
    except VocabularyError:
        return None


def _combinations(usable: Mapping[str, Seeds]) -> dict[str, Seeds]:
    """Each source of pairs by itself, and all that are there together; the seeds' own word goes before any other's."""
    choices = dict(usable)
    if len(usable) > 1:
        names = list(usable)
        joined = usable[names[0]]
        for name in names[1:]:
            other = usable[name]
            joined = joined.and_pairs(np.stack([other.source, other.target], axis=1))
        choices[" + ".join(names)] = joined
        if "seeds" in usable and len(names) > 2:
            for name in names[1:]:
                other = usable[name]
                choices[f"seeds + {name}"] = usable["seeds"].and_pairs(np.stack([other.source, other.target], axis=1))
    return choices


def _account(given: Dictionary, known: Seeds) -> dict[str, Any]:
    return {
        "origin": given.origin.name,
        "pairs_given": len(given),
        "pairs_used": len(known),
        "words_given": len(given.by_source),
        "words_used": len(known.words),
        "pairs_without_vectors": len(given) - len(known),
        "lines_dropped": dict(given.dropped),
    }
