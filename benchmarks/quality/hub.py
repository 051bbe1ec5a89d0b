"""Does a pair of languages profit from the others? Real 300-d vectors of English, French, Japanese and Finnish.

FreeDict's dictionaries from English to the other three lose a quarter of their English words, the same words in all of
them, which are the test. The first table has pairs fitted alone and in one hub with all dictionaries; pairs without a
dictionary of their own are compared with two rotations by way of English. In the second, Finnish is short of words:
``k`` pairs with English and ``k`` other ones with French, all pairs of the other languages, and the test is English to
Finnish. P@1 is by CSLS over the whole vocabulary.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np

from benchmarks import real_data
from benchmarks.tables import markdown_table
from isogloss.data.dictionary import Dictionary
from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.maps import Alignment
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.validation import gold_ranks
from isogloss.lexicon.hub.alignment import align_many
from isogloss.lexicon.search.csls import density
from isogloss.lexicon.search.index import ExactIndex

OTHERS = ("fr", "ja", "fi")
HELD_OUT = 0.25  # share of the English words that make the test; round number
FEW = (10, 25, 100, 400)  # seed words of the last language; round numbers
SHARED = ("pair", "test words", "alone, or by way of English", "in the hub", "CPU s of the hub")
FEW_SEEDS = ("pairs of fi with en", "of fi with fr", "en-fi alone", "en, fr, ja, fi in the hub")


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, judge, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0, help="of the split and the draws")
    seed = parser.parse_args(arguments).seed
    training, unseen = split(seed)
    print(markdown_table(SHARED, shared(training, unseen)), end="\n\n", flush=True)
    print(markdown_table(FEW_SEEDS, few(training, unseen, seed)), end="\n\n", flush=True)


def split(seed: int) -> tuple[dict[str, Dictionary], dict[str, Dictionary]]:
    """The dictionaries from English to each other language, without and with the words of the test."""
    whole = {other: real_data.freedict("en", other) for other in OTHERS}
    words = sorted({word for dictionary in whole.values() for word in dictionary.by_source})
    drawn = np.random.default_rng(seed).permutation(len(words))[: round(HELD_OUT * len(words))]
    test = {words[place] for place in drawn.tolist()}
    parts = [{name: chosen(dictionary, test, inside) for name, dictionary in whole.items()} for inside in (False, True)]
    return parts[0], parts[1]


def chosen(dictionary: Dictionary, words: set[str], inside: bool) -> Dictionary:
    """The pairs whose source word is one of ``words``, or is not."""
    pairs = [(pair.source, pair.target) for pair in dictionary if (pair.source in words) == inside]
    return Dictionary.of(dictionary.source, dictionary.target, pairs, dictionary.origin)


def through_english(left: Dictionary, right: Dictionary) -> Dictionary:
    """The pairs that two words make with the same English word."""
    pairs = [(a, b) for word, english in left.by_source.items() for a in english for b in right.by_source.get(word, ())]
    return Dictionary.of(left.target, right.target, pairs)


def shared(training: dict[str, Dictionary], unseen: dict[str, Dictionary]) -> Iterator[Sequence[object]]:
    """Every pair alone, or by way of English, and in the hub of all."""
    languages = {name: real_data.vectors(name) for name in ("en", *OTHERS)}
    alone = {other: align_many([languages["en"], languages[other]], [training[other]]) for other in OTHERS}
    turned = {
        other: align_many([languages["en"], languages[other]], [training[other]], weighted=False) for other in OTHERS
    }
    started = time.process_time()
    hub = align_many(list(languages.values()), list(training.values()))
    spent = round(time.process_time() - started, 1)
    for other in OTHERS:
        test = unseen[other], languages["en"], languages[other]
        scores = [precision(aligned.alignment("en", other), *test) for aligned in (alone[other], hub)]
        yield f"en-{other}", words_of(*test), *scores, spent
    for a, b in combinations(OTHERS, 2):
        test = through_english(unseen[a], unseen[b]), languages[a], languages[b]
        bridge = Alignment(turned[a].side(a), turned[b].side(b))  # both turned into the same English space
        yield f"{a}-{b}", words_of(*test), precision(bridge, *test), precision(hub.alignment(a, b), *test), spent


def few(training: dict[str, Dictionary], unseen: dict[str, Dictionary], seed: int) -> Iterator[Sequence[object]]:
    """Finnish with few words of its own, by rotations."""
    languages = {name: real_data.vectors(name) for name in ("en", *OTHERS)}
    random = np.random.default_rng(seed)
    words = list(training["fi"].within(languages["en"], languages["fi"]).by_source)
    order = [words[place] for place in random.permutation(len(words))]
    french_finnish = through_english(training["fr"], training["fi"])
    for k in FEW:
        own = chosen(training["fi"], set(order[:k]), inside=True)
        seen = {target for pair in own for target in training["fi"].by_source[pair.source]}
        candidates = [word for word in french_finnish.by_source if word in languages["fr"]]
        drawn = {candidates[place] for place in random.permutation(len(candidates))[:k].tolist()}
        other = chosen(french_finnish, drawn, inside=True)
        other = Dictionary.of("fr", "fi", [(pair.source, pair.target) for pair in other if pair.target not in seen])
        alone = align_many([languages["en"], languages["fi"]], [own], weighted=False)
        links = [own, other, training["fr"], training["ja"]]
        hub = align_many(list(languages.values()), links, weighted=False, chain=False)
        test = unseen["fi"], languages["en"], languages["fi"]
        scores = [precision(aligned.alignment("en", "fi"), *test) for aligned in (alone, hub)]
        yield hub.pairs["en", "fi"], hub.pairs["fr", "fi"], *scores


def words_of(test: Dictionary, source: Vectors, target: Vectors) -> int:
    """How many test words can be judged."""
    return len(test.within(source, target).by_source)


def precision(alignment: Alignment, test: Dictionary, source: Vectors, target: Vectors) -> float:
    """P@1 in per cent by CSLS on the words of ``test``."""
    x, y = alignment.source(source.matrix), alignment.target(target.matrix)
    ranks = gold_ranks(x, y, density(y, ExactIndex(x)), Seeds.of(test, source, target))
    return round(100 * float((ranks == 1).mean()), 1)


if __name__ == "__main__":
    main()
