"""The pairs that a lexicon is learned from: seeds, what refinement adds, what self-learning makes of few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from isogloss.data.compute import DEFAULT, Compute
from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import VocabularyError
from isogloss.lexicon.alignment.presets import Method
from isogloss.lexicon.alignment.profiles import similarity_distributions
from isogloss.lexicon.alignment.seeds import MIN_SEED_WORDS, Seeds, identical_strings, merged
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.validation import Validation
from isogloss.lexicon.ranking.prior import Prior
from isogloss.lexicon.search.index import Rows
from isogloss.lexicon.self_learning.cognates import cognates
from isogloss.lexicon.self_learning.cycles import Cycles
from isogloss.lexicon.self_learning.growth import Luck, Start, self_learned, starts
from isogloss.lexicon.self_learning.model_selection import best as best_trial
from isogloss.lexicon.self_learning.model_selection import refined, trials
from isogloss.lexicon.self_learning.resources import NOTHING, Resources

ENOUGH = 500  # seed words that need no self-learning
HALVED = 2_000  # words with pairs, half of which make nearly as good a map as all
TELLING = 20  # seed words of one's own that an alignment can prove itself on
ALIKE = "identical strings"
JUDGED = 6_000  # most frequent source words whose found pairs serve to train the ranker


@dataclass(frozen=True, eq=False)
class Evidence:
    """``pairs`` to fit to, of which ``gold`` are known and the rest found.

    ``judged`` are the source words whose candidates teach a ranker and tell how good it is; ``told`` are the known
    pairs that the alignment has to prove itself on; ``validation``, where there is one, was made on held-out seeds
    while the pairs were chosen. ``clear`` says whether found pairs agree better than chance would have it.
    """

    pairs: Seeds
    gold: Seeds
    told: Seeds
    judged: Rows
    account: Mapping[str, Any]
    tried: Sequence[Mapping[str, Any]] = ()
    validation: Validation | None = None
    seed: int = 0
    trusted: bool = field(default=True)  # whether the judged words are known translations and not found ones
    clear: bool = False

    @classmethod
    def of_found(cls, gold: Seeds, found: Seeds, *, seed: int = 0) -> Evidence:
        """Few known pairs, and those that self-learning ``found`` from them."""
        pairs = gold.extended_by(found)
        return cls(pairs, gold, gold, _judged(pairs, gold), {}, seed=seed, trusted=False)

    def folds(self, words: int) -> list[Rows]:
        """The first ``words`` source rows in parts to hold out: halves where half the pairs teach nearly all."""
        count = 2 if len(self.pairs.words) >= HALVED else 4
        return np.array_split(np.random.default_rng(self.seed).permutation(words), count)

    def joined(self, found: Seeds) -> Evidence:
        """The known pairs with others that were ``found`` since, in place of those found before."""
        pairs = self.gold.extended_by(found)
        judged = self.gold.words if self.trusted else _judged(pairs, self.gold)
        return replace(self, pairs=pairs, judged=judged)


def gather(
    space: Space,
    method: Method,
    seeds: Dictionary | None,
    resources: Resources = NOTHING,
    *,
    cut: int,
    compute: Compute = DEFAULT,
) -> Evidence:
    """Find the pairs to learn from.

    Args:
        space: Both languages.
        method: Its ``refinements`` and ``self_learning`` say what to do beyond the seeds.
        seeds: Known translations; ``None`` takes words spelled alike.
        resources: What joins few seeds, proposes starts for them, and compares starts.
        cut: Most frequent words that may become pairs in refinement.
        compute: The seed of the folds, the device, and who watches the rounds.

    Raises:
        VocabularyError: Too few pairs have vectors on both sides.
    """
    given = identical_strings(space.source, space.target) if seeds is None else seeds
    if method.self_learning and (seeds is None or _few(space, given)):
        return _grown(space, seeds, resources, compute)
    known = Seeds.of(given, space.source, space.target)
    account = _account(given, known)
    if not method.refinements:
        return Evidence(known, known, known, known.words, account, seed=compute.seed)
    frequent = space.first(cut)
    folds = tuple(known.within(len(frequent.x), len(frequent.y)).folds(np.random.default_rng(compute.seed)))
    tried = trials(frequent, method, folds, cut=min(cut, 10_000), compute=compute)
    chosen = best_trial(tried)
    pairs = refined(space, method, known, chosen.rounds, cut=min(cut, 10_000), device=compute.device)
    summaries = [trial.summary() for trial in tried]
    return Evidence(pairs, known, known, known.words, account, summaries, chosen.validation, compute.seed)


def _few(space: Space, given: Dictionary) -> bool:
    known = given.lowercased().within(space.source, space.target)
    return len(known.by_source) < ENOUGH


def _grown(space: Space, seeds: Dictionary | None, resources: Resources, compute: Compute) -> Evidence:
    trusted, guessed = _origins(space, seeds, resources.extra)
    if not trusted and not guessed:
        raise VocabularyError(
            f"{space.source.language}-{space.target.language}: found no seeds, too few words spelled alike and no "
            "bundled names of things for these languages, expected at least a handful of pairs; give --seeds"
        )
    gold, guesses = merged(trusted.values()), merged(guessed.values())
    proposed = _proposed(resources.prior, space, gold if len(gold) else guesses, compute)
    if seeds is None:
        alike = similarity_distributions(space.x, space.y)
        proposed.append(Start("similarity distributions", Seeds.none(), alike))
    choices = (*starts(space, trusted, guessed), *proposed)
    closing = None if resources.graph_evidence is None else _usable(resources.graph_evidence, space)
    cycles = None if closing is None else Cycles(closing)
    luck = Luck(space, compute)
    growth = self_learned(space, choices, cycles=cycles, luck=luck, compute=compute)
    if resources.fallback is not None and not growth.clear and len(gold):
        last = _proposed(resources.fallback(), space, gold, compute)
        if last:
            growth = growth.joined(self_learned(space, last, cycles=cycles, luck=luck, compute=compute))
    start, found = growth.grown.start, growth.grown.pairs
    told = trusted["seeds"] if "seeds" in trusted and len(trusted["seeds"].words) >= TELLING else gold
    account = {
        "origin": start.name,
        "words_used": len(gold.words) or len(guesses.words),
        "pairs_used": len(gold) or len(guesses),
        "start_words": len(start.pairs.words),
        "grown_pairs": len(found),
        "joined": {name: len(known.words) for name, known in {**trusted, **guessed}.items()},
    }
    tries = [{**each.summary(), "failed": growth.failed(each)} for each in (growth.chance, *growth.tried)]
    proof = told if len(told) else guesses
    evidence = Evidence.of_found(gold, found, seed=compute.seed)
    return replace(evidence, told=proof, account=account, tried=tries, clear=growth.clear)


def _origins(
    space: Space, seeds: Dictionary | None, extra: Mapping[str, Dictionary]
) -> tuple[dict[str, Seeds], dict[str, Seeds]]:
    """What there is to begin with: what is known, and what is guessed from spelling.

    Raises:
        VocabularyError: Of the seeds too few are known words.
    """
    named = extra if seeds is None else {"seeds": seeds, **extra}
    trusted = {name: known for name, each in named.items() if (known := _usable(each, space)) is not None}
    if seeds is not None and "seeds" not in trusted:
        Seeds.of(seeds, space.source, space.target)  # says what is wrong
    same = _usable(identical_strings(space.source, space.target), space)
    guessed = {} if same is None else {ALIKE: same}
    similar = cognates(space.source, space.target)
    if len(similar.words) >= MIN_SEED_WORDS:
        guessed["cognates"] = similar
    return trusted, guessed


def _judged(pairs: Seeds, gold: Seeds) -> Rows:
    return np.union1d(pairs.words[pairs.words < JUDGED], gold.words)


def _proposed(prior: Prior | None, space: Space, known: Seeds, compute: Compute) -> list[Start]:
    """What a prior makes of the known pairs; self-learning goes on from there and may drop its pairs again."""
    if prior is None:
        return []
    pairs = prior.initial_pairs(space, known, progress=compute.progress)
    return [Start(prior.name, known, pairs)] if len(pairs) else []


def _usable(given: Dictionary, space: Space) -> Seeds | None:
    try:
        return Seeds.of(given, space.source, space.target)
    except VocabularyError:
        return None


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
