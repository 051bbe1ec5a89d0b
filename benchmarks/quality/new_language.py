"""Leave one language out of all training, give 10 to 200 seeds: training on other languages against baselines.

For each language in turn a prior is trained on the others (``meta.matching``), then it and every baseline get the same
draws of seeds and the same test words, English to the language. English, French, Japanese and Finnish have 300-d
vectors; German, Spanish and Basque 100-d ones from help texts, beside English ones of the same kind. Dictionaries are
FreeDict, for Basque CLDR; all their words that are not seeds are test words. Vocabularies are cut to the most frequent
words, in training and in the test. Predictions and trained models are kept in the folder of ``benchmarks.real_data``,
draw by draw, so that a run that was stopped goes on and a table can be printed of what is there (``--only-kept``). Each
process takes one core.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np
from numpy.typing import NDArray

from benchmarks import command_line
from benchmarks.fixed_prior import FixedPrior
from benchmarks.quality.new_language_baselines import mapped_by, starts, translated, without_training
from benchmarks.quality.new_language_models import (
    PARTNER,
    Rankers,
    Setting,
    Trained,
    folder,
    space_of,
    trained_without,
    world,
)
from benchmarks.quality.new_language_results import METHODS, RANKED, THIRD, Cell, draw_figure, summary, tables
from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import AlignmentError, IsoglossError, VocabularyError
from isogloss.data.storage import replacing
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.induction.crossfit import Examples, crossfit
from isogloss.lexicon.induction.pipeline import Settings, TrainingData, training_data
from isogloss.lexicon.ranking.candidates import Candidates
from isogloss.lexicon.ranking.features import OF_PAIR
from isogloss.lexicon.ranking.fit import Fit
from isogloss.lexicon.ranking.ranker import Ranker, with_domain_statistics
from isogloss.lexicon.ranking.training import adapted, train
from isogloss.lexicon.self_learning.growth import SelfLearnedPairs, Stage, Start, grow, self_learned
from isogloss.lexicon.self_learning.growth import starts as starts_of
from isogloss.lexicon.self_learning.resources import Resources
from isogloss.lexicon.self_learning.training_pairs import collect_training_pairs
from isogloss.meta.matching.prior import MatchingPrior
from isogloss.meta.matching.ranker_training import METHOD
from isogloss.meta.matching.training_cases import SEED_VOCABULARY, draw_seeds

MATCHED = tuple(Stage(words, 0.0) for words in (2_000, 4_000, 8_000))  # after the pairs that a prior proposes
MIN_TEST_SHARE = 0.2  # test words, as a share of the seeds, below which a dictionary is too small; round number
JOBS = min(os.cpu_count() or 1, 4)  # processes, each with the vectors of two languages in memory; round number


class SelfTrained(NamedTuple):
    """After self-training: candidates of the test words, of the seeds with their truth, and of all words."""

    query: Examples
    features: Matrix
    truth: NDArray[np.bool_]
    every: Matrix

    def adapted(self, ranker: Ranker) -> Ranker:
        """``ranker``, with the statistics of the languages, adapted to the seeds."""
        return adapted(with_domain_statistics(ranker, self.every), self.features, self.truth)


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse, run, print."""
    options = _parser().parse_args(arguments)
    languages = options.languages.split(",")
    counts = [int(count) for count in options.seeds.split(",")]
    cells = list(_cells(languages, counts, options))
    if not cells:
        sys.exit("found no answers, expected some; run without --only-kept")
    result = summary(cells, options)
    text = json.dumps(result, ensure_ascii=False, indent=2) if options.json else tables(result)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")
    if options.figure:
        draw_figure(result, options.figure)


def _cells(languages: Sequence[str], counts: Sequence[int], options: argparse.Namespace) -> Iterator[Cell]:
    draws = range(options.draws)  # all languages and numbers before the next: a run that stops early is balanced
    every = [(language, count, draw) for draw in draws for language in languages for count in counts]
    cells = {setting: _kept(*setting, options) for setting in every}
    missing = [setting for setting, cell in cells.items() if cell is None and not options.only_kept]
    if missing:
        os.environ["OMP_NUM_THREADS"] = "1"  # of each process; their threads would wait for each other
        with ProcessPoolExecutor(options.jobs, multiprocessing.get_context("spawn")) as pool:
            list(pool.map(partial(_prepare, _setting(options)), dict.fromkeys(setting[0] for setting in missing)))
            cells |= zip(missing, pool.map(partial(_asked, options), missing), strict=True)
    return (cell for cell in cells.values() if cell is not None)


def _prepare(setting: Setting, held_out: str) -> None:
    trained_without(held_out, setting)


def _setting(options: argparse.Namespace) -> Setting:
    return Setting(
        options.world, options.vocabulary, options.questions, options.ablate, options.unranked, options.brief
    )


def _asked(options: argparse.Namespace, wanted: tuple[str, int, int]) -> Cell | None:
    """The answers of one draw, which are kept; none where a dictionary has too few words."""
    started, (language, count, draw) = time.process_time(), wanted
    try:
        cell = answers(language, count, draw, _setting(options))
    except VocabularyError as error:
        print(f"{language} {count}: {error}", file=sys.stderr)
        return None
    _keep(cell, options)
    shown = {name: round(100 * float(values.mean()), 1) for name, values in cell.hits.items()}
    print(f"{language} {count} draw {draw}: {shown} {time.process_time() - started:.0f} CPU s", file=sys.stderr)
    return cell


def _keep(cell: Cell, options: argparse.Namespace) -> None:
    path = _path(cell.language, cell.seeds, cell.draw, options)
    path.parent.mkdir(parents=True, exist_ok=True)
    hits = {name: values.astype(int).tolist() for name, values in cell.hits.items()}
    with replacing(path, force=True) as part:
        part.write_text(json.dumps({"words": cell.words.tolist(), "hits": hits}), encoding="utf-8")


def _kept(language: str, count: int, draw: int, options: argparse.Namespace) -> Cell | None:
    path = _path(language, count, draw, options)
    if not path.is_file():
        return None
    record = json.loads(path.read_text("utf-8"))
    hits = {name: np.array(values, np.float64) for name, values in record["hits"].items()}
    return Cell(language, count, draw, np.array(record["words"], np.int64), hits)


def _path(language: str, count: int, draw: int, options: argparse.Namespace) -> Path:
    return folder(_setting(options)) / f"{language}-{count}-{draw}.json"


def answers(language: str, count: int, draw: int, setting: Setting) -> Cell:
    """The predictions of all methods for the same test words, from the same seeds.

    Raises:
        VocabularyError: The dictionary has too few words.
    """
    space = space_of(setting.world, setting.vocabulary, language)
    dictionary = world(setting.world, setting.vocabulary).dictionaries[PARTNER[language], language]
    gold = Seeds.of(dictionary, space.source, space.target)
    if len(gold.within(SEED_VOCABULARY, SEED_VOCABULARY).words) < (1 + MIN_TEST_SHARE) * count:
        raise VocabularyError(f"found {len(gold.words)} words, expected a fifth more than {count} seeds")
    seeds = draw_seeds(gold, count, np.random.default_rng([draw, count]))
    unseen = gold.without(seeds.source)
    test = unseen.only(np.random.default_rng(1).permutation(unseen.words)[: setting.questions])
    trained = trained_without(language, setting)
    if setting.brief:
        hits = _third_and_without(space, seeds, test, trained)
        return Cell(language, count, draw, test.words, hits)
    started = starts(space, seeds)
    hits = without_training(space, seeds, test, started, setting, language)
    if trained.rankers:
        best = max(started.values(), key=lambda grown: grown.agreement)
        hits["pooled"] = _ranked_at_once(trained.rankers.pooled, space, best.pairs, test)
    hits["grown"] = _grown(space, seeds, test)
    hits |= _ours(space, seeds, test, trained)
    return Cell(language, count, draw, test.words, {name: hits[name] for name in METHODS if name in hits})


def _grown(space: Space, seeds: Seeds, test: Seeds) -> NDArray[np.float64]:
    pairs = self_learned(space, starts_of(space, {"seeds": seeds}, {})).grown.pairs
    return translated(*space.mapped(mapped_by(space, pairs)), test)


def _ranked_at_once(ranker: Ranker, space: Space, pairs: Seeds, test: Seeds) -> NDArray[np.float64]:
    method = METHOD.untuned()
    query = _candidates(space, Fit.of(space, method, pairs), test)
    return first(with_domain_statistics(ranker, query.features), query)


def _candidates(space: Space, fit: Fit, test: Seeds) -> Examples:
    extractor = fit.extractor(fit.direction(space), space)
    return Examples.of(Candidates.of(extractor, test.words, space.source.words), test)


def _ours(space: Space, seeds: Seeds, test: Seeds, trained: Trained) -> dict[str, NDArray[np.float64]]:
    hits = {}
    if trained.few:
        hits["matched, few"] = _matched(space, seeds, test, trained.few.initial_pairs(space, seeds))
    initial = trained.prior.initial_pairs(space, seeds)
    hits["matched"] = _matched(space, seeds, test, initial)
    if trained.rankers is None:
        return hits | {"as it comes": _as_it_comes(space, seeds, test, trained.prior)}
    prior = FixedPrior("matching", trained.rankers.pooled, initial)
    try:
        training = training_data(space, dictionary_of(space, seeds), Settings(), Resources(prior=prior))
    except AlignmentError as error:  # there is no lexicon then, and no word is right
        print(error, file=sys.stderr)
        return hits | dict.fromkeys(RANKED, np.zeros(len(test.words)))
    return hits | _built(space, training, test, trained.rankers) | _third(space, training, test, trained)


def _third_and_without(space: Space, seeds: Seeds, test: Seeds, trained: Trained) -> dict[str, NDArray[np.float64]]:
    """``adapted``, with and without third languages, and nothing else."""
    assert trained.rankers is not None  # a brief run has rankers
    meta = trained.rankers.meta
    prior = FixedPrior("matching", trained.rankers.pooled, trained.prior.initial_pairs(space, seeds))
    try:
        training = training_data(space, dictionary_of(space, seeds), Settings(), Resources(prior=prior))
    except AlignmentError as error:
        print(error, file=sys.stderr)
        return dict.fromkeys(("adapted", *THIRD), np.zeros(len(test.words)))
    near = meta.ranker_for(space)
    fitted = self_trained(space, training, near, test)
    return {"adapted": first(fitted.adapted(near), fitted.query)} | _third(space, training, test, trained)


def _third(space: Space, training: TrainingData, test: Seeds, trained: Trained) -> dict[str, NDArray[np.float64]]:
    """What ``lexicon build --prior`` makes of the same pairs with third languages, in either order."""
    assert trained.rankers is not None
    if trained.third is None:
        return {}
    space = replace(space, third=trained.third.tables.languages_for(space))
    compared = space.first(Settings().frequent)
    cross = crossfit(compared, training.method.untuned(), training.training_pairs, candidates="all", backward=False)
    ranker, plain = (
        trained_ranker.ranker_for(space) for trained_ranker in (trained.third.ranking, trained.rankers.meta)
    )
    fitted = self_trained(space, replace(training, cross=cross, third=space.third), ranker, test)
    answers = (first(fitted.adapted(trained_ranker), fitted.query) for trained_ranker in (plain, ranker))
    return dict(zip(THIRD, answers, strict=True))


def _as_it_comes(space: Space, seeds: Seeds, test: Seeds, prior: MatchingPrior) -> NDArray[np.float64]:
    """What ``lexicon build`` finds with the bundled prior, here one trained without the language and without means."""
    bare = replace(prior, means={})
    cut = len(space.x)
    resources = Resources(fallback=lambda: bare)
    training_pairs = collect_training_pairs(space, METHOD, dictionary_of(space, seeds), resources, cut=cut)
    pairs = training_pairs.pairs
    return translated(*space.mapped(mapped_by(space, pairs)), test)


def _matched(space: Space, seeds: Seeds, test: Seeds, initial: Seeds) -> NDArray[np.float64]:
    pairs = grow(space, SelfLearnedPairs.begun(Start("matched", seeds, initial)), stages=MATCHED).pairs
    return translated(*space.mapped(mapped_by(space, pairs)), test)


def dictionary_of(space: Space, seeds: Seeds) -> Dictionary:
    """The words of row pairs."""
    rows = zip(seeds.source.tolist(), seeds.target.tolist(), strict=True)
    pairs = [(space.source.words[source], space.target.words[target]) for source, target in rows]
    return Dictionary.of(space.source.language, space.target.language, pairs, Origin("seeds"))


def _built(space: Space, training: TrainingData, test: Seeds, rankers: Rankers) -> dict[str, NDArray[np.float64]]:
    """What ``lexicon build`` makes of the seeds with each ranker, from self-training on."""
    meta, at_once = rankers.meta, rankers.pooled
    near, near_first_order = meta.ranker_for(space), rankers.first_order.ranker_for(space)
    hits = _ranked(self_trained(space, training, near, test), near, near_first_order, at_once)
    by_all = self_trained(space, training, at_once, test)
    hits["all pooled"] = first(with_domain_statistics(at_once, by_all.every), by_all.query)
    hits["no memory"] = hits["adapted"]
    if len(meta.memory):
        forgetful = self_trained(space, training, meta.ranker, test)
        hits["no memory"] = first(forgetful.adapted(meta.ranker), forgetful.query)
    return hits


def self_trained(space: Space, training: TrainingData, ranker: Ranker, test: Seeds) -> SelfTrained:
    """What ``lexicon build`` makes of ``training`` with ``ranker``: candidates of the ``test`` words, and others."""
    ready = replace(training, pretrained=ranker).self_trained(space, Settings().frequent)
    query = _candidates(space, Fit.of(space, ready.method, ready.training_pairs.pairs), test)
    held_out = ready.cross.forward
    is_gold = np.isin(held_out.words, ready.training_pairs.gold.source)
    return SelfTrained(query, held_out.features[is_gold], held_out.truth[is_gold], ready.cross.candidates.features)


def _ranked(fitted: SelfTrained, meta: Ranker, first_order: Ranker, at_once: Ranker) -> dict[str, NDArray[np.float64]]:
    """Precision of each ranker on the candidates that ``lexicon build`` arrives at with the ranker of MAML."""
    query, features, truth, every = fitted
    alone = np.asarray(query.truth[:, 0], dtype=np.float64)
    if truth.any():
        alone = first(train(features, truth, OF_PAIR, reorder=True), query)
    return {
        "built": np.asarray(query.truth[:, 0], dtype=np.float64),
        "built, scratch": alone,
        "built, pooled": first(with_domain_statistics(at_once, every), query),
        "not adapted": first(with_domain_statistics(meta, every), query),
        "first order": first(fitted.adapted(first_order), query),
        "adapted": first(fitted.adapted(meta), query),
    }


def first(ranker: Ranker, examples: Examples) -> NDArray[np.float64]:
    """1 for each word whose surest candidate is right."""
    best = ranker.logits(examples.features).argmax(axis=1)
    return np.asarray(examples.truth[np.arange(len(best)), best], dtype=np.float64)


def _parser() -> argparse.ArgumentParser:
    parser = command_line.parser((__doc__ or "").splitlines()[0])
    parser.add_argument("--languages", default="fr,ja,fi,de,es,eu", help="to leave out in turn")
    parser.add_argument("--world", default="fr,ja,fi,de,es,eu", help="languages there are, besides English")
    parser.add_argument("--seeds", default="10,25,50,100,200", help="numbers of seeds")
    parser.add_argument("--draws", type=int, default=5, help="draws of the seeds")
    parser.add_argument("--jobs", type=int, default=JOBS, help="processes, of three gigabytes each")
    parser.add_argument("--vocabulary", type=int, default=4_000, help="most frequent words of each language")
    parser.add_argument("--questions", type=int, default=2_000, help="limit of test words of each language")
    parser.add_argument(
        "--unranked", action="store_true", help="leave the rankers out; the bundled prior is measured instead"
    )
    parser.add_argument("--ablate", action="store_true", help="train once more without pairs inferred in the graph")
    parser.add_argument(
        "--brief",
        action="store_true",
        help="only `lexicon build --prior`, with and without third languages, no episodes",
    )
    parser.add_argument("--only-kept", action="store_true", help="only print what earlier runs of this code have kept")
    parser.add_argument("--out", type=Path, help="also write it to this file")
    parser.add_argument("--figure", type=Path, help="draw P@1 against seeds")
    return parser


if __name__ == "__main__":
    try:
        main()
    except IsoglossError as error:
        sys.exit(f"error: {error}")
