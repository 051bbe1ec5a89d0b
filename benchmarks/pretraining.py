"""Trains what is bundled for pairs of languages with few seeds: the pre-trained ranker, and the matching prior.

python -m benchmarks.pretraining --out lexicon/ranking/pretrained/ranker.safetensors
python -m benchmarks.pretraining --prior meta/matching/pretrained
python -m benchmarks.pretraining --demonstration isogloss/demonstration/model

Each pair of languages with a FreeDict is treated as if 25 of its words and the names of CLDR were its only seeds:
self-learning, self-training, tuned fits, as in ``lexicon build``. FreeDict is the gold standard for the candidates of
held-out words. The file holds some thousand weights over features that mean the same in every language.

The prior (``meta.matching``) has a few hundred numbers: the weights of similarities, frequency ranks and word
descriptors in matching words from 10 to 40 seeds. It holds no word and no vector of any language.

``--without fi`` leaves every pair with that language out, for benchmarks on that language.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


import numpy as np
from safetensors.numpy import save as to_bytes

from benchmarks import real_data
from isogloss.data.compute import Compute
from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import VocabularyError
from isogloss.data.language import same_languages
from isogloss.data.sample import sample_dictionary
from isogloss.data.storage import replacing
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.induction.crossfit import Examples
from isogloss.lexicon.ranking.features import FEATURES, OF_PAIR
from isogloss.lexicon.ranking.ranker import Ranker, tensors
from isogloss.lexicon.ranking.teachers import Teacher, to_text
from isogloss.lexicon.self_learning.resources import Resources
from isogloss.lexicon.self_learning.training_pairs import collect_training_pairs
from isogloss.meta.matching.prior import MatchingPrior, save
from isogloss.meta.matching.prior_training import train_weights
from isogloss.meta.matching.ranker_training import METHOD, RankerTraining, ranking_examples, relative_features
from isogloss.meta.matching.ranking_task import RankingTask
from isogloss.meta.matching.training_cases import training_cases
from isogloss.metatraining import meta_train
from isogloss.progress import progress_bar

PAIRS = (("en", "fr"), ("fr", "en"), ("en", "ja"), ("ja", "en"), ("en", "fi"), ("fi", "en"))
FREEDICT = "FreeDict"  # what teaches; the titles of its dictionaries are long
SEED_COUNT = 25  # seed words of each pair; round number
VOCABULARY = 8_000  # most frequent words of each language that the prior is trained on; round number
VERSION = 4  # of how the examples are made: names the files that keep them


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse, train, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="the file to write the ranker to")
    parser.add_argument("--prior", type=Path, help="the folder to write the prior to")
    parser.add_argument("--demonstration", type=Path, help="the folder to write the demonstration's model to")
    parser.add_argument("--without", default="", help="languages to leave out, comma-separated")
    options = parser.parse_args(arguments)
    without = set(filter(None, options.without.split(",")))
    if options.out:
        write_ranker(ranker_without(without), options.out)
    if options.prior:
        save(prior_without(without), options.prior, force=True)
    if options.demonstration:
        save(demonstration_model(), options.demonstration, force=True)


def write_ranker(ranker: Ranker, path: Path) -> None:
    """Write ``ranker`` as ``lexicon.ranking.pretrained.pretrained_ranker`` reads it."""
    contiguous = {name: np.ascontiguousarray(value) for name, value in tensors(ranker).items()}
    with replacing(path) as part:
        described = {"features": " ".join(FEATURES), "teachers": to_text(ranker.teachers)}
        part.write_bytes(to_bytes(contiguous, described))


def demonstration_model() -> MatchingPrior:
    """The prior of ``isogloss meta train --hold-out ja`` on the bundled sample, without its tables."""
    prior = meta_train(hold_out="ja", progress=progress_bar)
    return replace(prior, means={})


def prior_without(languages: Collection[str], *, seed: int = 0) -> MatchingPrior:
    """A prior trained on all pairs in which none of ``languages`` takes part.

    Raises:
        VocabularyError: No pair is left.
    """
    dictionaries = {pair: real_data.freedict(*pair) for pair in PAIRS if pair[0] == "en"}
    vectors = {
        name: real_data.vectors(name).first(VOCABULARY) for name in sorted({name for pair in PAIRS for name in pair})
    }
    cases = training_cases(dictionaries, vectors, np.random.default_rng(seed), held_out=languages)
    names = tuple(sorted({name for case in cases for name in (case.source, case.target)}))
    teachers = tuple(Teacher(FREEDICT, *pair) for pair in sorted(dictionaries) if {*pair} <= {*names})
    return MatchingPrior(train_weights(cases, vectors).weights, names, seed=seed, teachers=teachers)


def ranker_without(languages: Collection[str], *, names: tuple[str, ...] = OF_PAIR, seed: int = 0) -> Ranker:
    """A ranker over the features ``names``, trained on all pairs in which none of ``languages`` takes part.

    Raises:
        VocabularyError: No pair is left.
    """
    kept = [pair for pair in PAIRS if not same_languages(languages, pair)]
    if not kept:
        raise VocabularyError(
            f"found no pair without {', '.join(sorted(languages))}, expected at least one to learn from"
        )
    tasks = [RankingTask(pair, relative_features(fit)) for pair in kept for fit in examples(*pair, seed=seed)]
    ranker = RankerTraining(tasks, names, seed).pooled
    print(f"{len(kept)} pairs, {sum(len(task.examples.words) for task in tasks):,} words", file=sys.stderr)
    return replace(ranker, teachers=tuple(Teacher(FREEDICT, *pair) for pair in sorted(kept)))


def examples(source: str, target: str, *, seed: int = 0) -> tuple[Examples, Examples]:
    """The training examples of a pair from two fits, one after the other; computed once and kept beside the vectors."""
    path = real_data.folder() / f"pretraining-{VERSION}-{len(FEATURES)}-{source}-{target}-{seed}.npz"
    if not path.is_file():
        both = Examples.concatenated(_examples(source, target, seed))
        with replacing(path) as part, part.open("wb") as file:
            np.savez(file, words=both.words, features=both.features, truth=both.truth)
    with np.load(path) as kept:
        words, features, truth = (np.split(kept[name], 2) for name in ("words", "features", "truth"))
    return Examples(words[0], features[0], truth[0]), Examples(words[1], features[1], truth[1])


def _examples(source: str, target: str, seed: int) -> tuple[Examples, Examples]:
    space = Space.of(real_data.vectors(source), real_data.vectors(target), METHOD.centring)
    whole = real_data.freedict(source, target)
    gold = Seeds.of(whole, space.source, space.target)
    extra = {"CLDR": sample_dictionary(source, target)}
    few = _some(whole.within(space.source, space.target), SEED_COUNT, seed)
    resources, compute = Resources(extra), Compute(seed)
    training_pairs = collect_training_pairs(space, METHOD, few, resources, cut=len(space.x), compute=compute)
    return ranking_examples(space, training_pairs, gold, min_pairs=0, seed=seed)  # as for the bundled file


def _some(whole: Dictionary, count: int, seed: int) -> Dictionary:
    words = list(whole.by_source)
    kept = {words[index] for index in np.random.default_rng(seed).permutation(len(words))[:count]}
    return Dictionary(whole.source, whole.target, tuple(pair for pair in whole if pair.source in kept), whole.origin)


if __name__ == "__main__":
    main()
