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
import pickle
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np
from numpy.typing import NDArray

from benchmarks import help_texts, real_data
from benchmarks.fixed_prior import FixedPrior
from benchmarks.quality.new_language_results import METHODS, RANKED, Cell, draw_figure, summary, tables
from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import AlignmentError, IsoglossError, VocabularyError
from isogloss.data.numerics.csls import csls
from isogloss.data.numerics.normalisation import unit
from isogloss.data.storage import replacing
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.maps import Maps
from isogloss.lexicon.alignment.procrustes import orthogonal
from isogloss.lexicon.alignment.seeds import Seeds, identical_strings
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.induction.crossfit import Examples
from isogloss.lexicon.induction.pipeline import Settings, TrainingData, training_data
from isogloss.lexicon.ranking.candidates import Candidates
from isogloss.lexicon.ranking.features import FEATURES
from isogloss.lexicon.ranking.fit import Fit
from isogloss.lexicon.ranking.ranker import Ranker, with_domain_statistics
from isogloss.lexicon.ranking.training import adapted, train
from isogloss.lexicon.self_learning.growth import Grown, Stage, Start, grow, self_learned
from isogloss.lexicon.self_learning.growth import starts as starts_of
from isogloss.lexicon.self_learning.resources import Resources
from isogloss.lexicon.self_learning.training_pairs import collect_training_pairs
from isogloss.meta.matching.assignment_weights import FittedWeights
from isogloss.meta.matching.multilingual_mean import multilingual_means
from isogloss.meta.matching.prior import MatchingPrior
from isogloss.meta.matching.prior_training import PriorSettings, ranking_tasks, train_weights
from isogloss.meta.matching.ranker_training import METHOD, RankerTraining, RankerWithMemory
from isogloss.meta.matching.training_cases import (
    SEED_VOCABULARY,
    Dictionaries,
    TrainingCase,
    draw_seeds,
    training_cases,
)
from isogloss.meta.tasks.alignment_views import profile_view, truncated_view
from isogloss.meta.tasks.dense_csls import mutual_pairs

HELP = "en (help)"  # English words as the help texts use them
PARTNER = {"fr": "en", "ja": "en", "fi": "en", "de": HELP, "es": HELP, "eu": HELP}
STAGES = tuple(Stage(words, 0.0) for words in (2_000, 2_000, 2_000, 2_000, 4_000, 4_000, 8_000))  # of the baselines
DENSITY_WORDS = 3_000  # most frequent source words for the density of a target word; round number
MATCHED = tuple(Stage(words, 0.0) for words in (2_000, 4_000, 8_000))  # after the pairs that a prior proposes
MIN_TEST_SHARE = 0.2  # test words, as a share of the seeds, below which a dictionary is too small; round number
JOBS = min(os.cpu_count() or 1, 4)
VERSION = 11  # of the methods: raise it when one changes, so that kept results of different ones are never mixed


class World(NamedTuple):
    """Vectors by name, cut to the frequent words, and dictionaries between them."""

    vectors: Mapping[str, Vectors]
    dictionaries: Dictionaries


class Setting(NamedTuple):
    """What all draws of a run share; ``world`` are languages joined by commas."""

    world: str
    vocabulary: int
    questions: int
    ablate: bool
    unranked: bool


class Rankers(NamedTuple):
    """Meta-trained by MAML and by first-order MAML, each with its memory, and pooled: without episodes."""

    meta: RankerWithMemory
    first_order: RankerWithMemory
    pooled: Ranker


class SelfTrained(NamedTuple):
    """After self-training: candidates of the test words, of the seeds with their truth, and of all words."""

    query: Examples
    features: Matrix
    truth: NDArray[np.bool_]
    every: Matrix

    def adapted(self, ranker: Ranker) -> Ranker:
        """``ranker``, with the statistics of the languages, adapted to the seeds."""
        return adapted(with_domain_statistics(ranker, self.every), self.features, self.truth)


class Trained(NamedTuple):
    """Models trained on the other languages."""

    prior: MatchingPrior
    few: MatchingPrior | None
    rankers: Rankers | None


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse, run, print."""
    options = _parser().parse_args(arguments)
    languages = options.languages.split(",")
    counts = [int(each) for each in options.seeds.split(",")]
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
    cells = {each: _kept(*each, options) for each in every}
    missing = [each for each, cell in cells.items() if cell is None and not options.only_kept]
    if missing:
        os.environ["OMP_NUM_THREADS"] = "1"  # of each process; their threads would wait for each other
        with ProcessPoolExecutor(options.jobs, multiprocessing.get_context("spawn")) as pool:
            list(pool.map(partial(_prepare, _setting(options)), dict.fromkeys(each[0] for each in missing)))
            cells |= zip(missing, pool.map(partial(_asked, options), missing), strict=True)
    return (cell for cell in cells.values() if cell is not None)


def _prepare(setting: Setting, held_out: str) -> None:
    trained_without(held_out, setting)


def _setting(options: argparse.Namespace) -> Setting:
    return Setting(options.world, options.vocabulary, options.questions, options.ablate, options.unranked)


def _asked(options: argparse.Namespace, wanted: tuple[str, int, int]) -> Cell | None:
    """The answers of one draw, which are kept; none where a dictionary has too few words."""
    started, (language, count, draw) = time.process_time(), wanted
    try:
        cell = answers(language, count, draw, _setting(options))
    except VocabularyError as error:
        print(f"{language} {count}: {error}", file=sys.stderr)
        return None
    _keep(cell, options)
    shown = {name: round(100 * float(each.mean()), 1) for name, each in cell.hits.items()}
    print(f"{language} {count} draw {draw}: {shown} {time.process_time() - started:.0f} CPU s", file=sys.stderr)
    return cell


def _keep(cell: Cell, options: argparse.Namespace) -> None:
    path = _path(cell.language, cell.seeds, cell.draw, options)
    path.parent.mkdir(parents=True, exist_ok=True)
    hits = {name: each.astype(int).tolist() for name, each in cell.hits.items()}
    with replacing(path, force=True) as part:
        part.write_text(json.dumps({"words": cell.words.tolist(), "hits": hits}), encoding="utf-8")


def _kept(language: str, count: int, draw: int, options: argparse.Namespace) -> Cell | None:
    path = _path(language, count, draw, options)
    if not path.is_file():
        return None
    record = json.loads(path.read_text("utf-8"))
    hits = {name: np.array(each, np.float64) for name, each in record["hits"].items()}
    return Cell(language, count, draw, np.array(record["words"], np.int64), hits)


def _path(language: str, count: int, draw: int, options: argparse.Namespace) -> Path:
    return _folder(_setting(options)) / f"{language}-{count}-{draw}.json"


def _folder(setting: Setting) -> Path:
    kind = "-unranked" * setting.unranked + "-ablated" * setting.ablate
    key = f"{VERSION}-{setting.world}-{setting.vocabulary}-{setting.questions}{kind}"
    return real_data.folder() / "new-language" / key


@cache
def world(names: str, vocabulary: int) -> World:
    """The vectors and dictionaries of the languages ``names``, joined by commas.

    Raises:
        DownloadError: Something cannot be had.
    """
    wanted = names.split(",")
    vectors: dict[str, Vectors] = {}
    dictionaries: dict[tuple[str, str], Dictionary] = {}
    for language in wanted:
        partner = PARTNER[language]
        table = real_data if partner == "en" else help_texts
        vectors[language] = table.vectors(language).first(vocabulary)
        vectors[partner] = table.vectors("en").first(vocabulary)
        given = real_data.cldr("en", language) if language == "eu" else real_data.freedict("en", language)
        dictionaries[partner, language] = given.within(vectors[partner], vectors[language])
    return World(vectors, dictionaries)


@cache
def trained_without(held_out: str, setting: Setting) -> Trained:
    """Models trained without a language; kept in a file, since training takes minutes."""
    path = _folder(setting) / f"trained-{held_out}.pickle"
    if path.is_file():
        kept: Trained = pickle.loads(path.read_bytes())
        return kept
    models = _trained(held_out, setting)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path, force=True) as part:
        part.write_bytes(pickle.dumps(models))
    return models


def _trained(held_out: str, setting: Setting) -> Trained:
    vectors, dictionaries = world(setting.world, setting.vocabulary)
    cases = training_cases(dictionaries, vectors, np.random.default_rng(0), held_out=(held_out,))
    learned = train_weights(cases, vectors)
    direct = [case for case in cases if (case.source, case.target) in dictionaries]
    few = train_weights(direct, vectors) if setting.ablate else None
    names = tuple(sorted({name for case in cases for name in (case.source, case.target)}))
    shared = multilingual_means(dictionaries, vectors, names, centring=METHOD.centring)
    return Trained(
        MatchingPrior(learned.weights, names, means=shared),
        MatchingPrior(few.weights, names, means=shared) if few else None,
        None if setting.unranked else _rankers(cases, learned, setting),
    )


def _rankers(cases: Sequence[TrainingCase], learned: FittedWeights, setting: Setting) -> Rankers:
    vectors, _ = world(setting.world, setting.vocabulary)
    training = RankerTraining(ranking_tasks(cases, learned, vectors, PriorSettings(vocabulary=setting.vocabulary)))
    meta, first_order = (
        training.with_memory(training.meta_trained(second_order=second_order)) for second_order in (True, False)
    )
    return Rankers(meta, first_order, training.pooled)


@cache
def _space_of(names: str, vocabulary: int, language: str) -> Space:
    return _space(world(names, vocabulary).vectors, PARTNER[language], language)


def _space(vectors: Mapping[str, Vectors], source: str, target: str) -> Space:
    return Space.of(vectors[source], vectors[target], METHOD.centring)


def answers(language: str, count: int, draw: int, setting: Setting) -> Cell:
    """The predictions of all methods for the same test words, from the same seeds.

    Raises:
        VocabularyError: The dictionary has too few words.
    """
    space = _space_of(setting.world, setting.vocabulary, language)
    dictionary = world(setting.world, setting.vocabulary).dictionaries[PARTNER[language], language]
    gold = Seeds.of(dictionary, space.source, space.target)
    if len(gold.within(SEED_VOCABULARY, SEED_VOCABULARY).words) < (1 + MIN_TEST_SHARE) * count:
        raise VocabularyError(f"found {len(gold.words)} words, expected a fifth more than {count} seeds")
    seeds = draw_seeds(gold, count, np.random.default_rng([draw, count]))
    others = gold.without(seeds.source)
    asked = others.only(np.random.default_rng(1).permutation(others.words)[: setting.questions])
    trained = trained_without(language, setting)
    started = starts(space, seeds)
    hits = _without_training(space, seeds, asked, started, setting, language)
    if trained.rankers:
        best = max(started.values(), key=lambda grown: grown.agreement)
        hits["pooled"] = _ranked_at_once(trained.rankers.pooled, space, best.pairs, asked)
    hits["grown"] = _grown(space, seeds, asked)
    hits |= _ours(space, seeds, asked, trained)
    return Cell(language, count, draw, asked.words, {name: hits[name] for name in METHODS if name in hits})


def starts(space: Space, seeds: Seeds) -> dict[str, Grown]:
    """Self-learning without any prior, from each start."""
    x, y = space.x, space.y
    views = {"profiles": profile_view(x[:2000], y[:2000], seeds) if _near(seeds) else profile_view(x, y, seeds)}
    views["cut"] = truncated_view(x, y, seeds)
    first = {name: Seeds(*mutual_pairs(view.source[:2000], view.target[:2000]).T) for name, view in views.items()}
    choices = {"plain": Start("plain", seeds)}
    choices |= {name: Start(name, seeds, pairs) for name, pairs in first.items()}
    return {name: _self_learned(space, start) for name, start in choices.items()}


def _self_learned(space: Space, start: Start) -> Grown:
    """As the field does it: every pair counts alike, every direction too."""
    return grow(space, Grown.begun(start), stages=STAGES, weighted=False)


def _near(seeds: Seeds) -> bool:
    return bool(max(seeds.source.max(), seeds.target.max()) < 2000)


def _without_training(
    space: Space, seeds: Seeds, asked: Seeds, started: Mapping[str, Grown], setting: Setting, language: str
) -> dict[str, NDArray[np.float64]]:
    x, y = space.x, space.y
    maps = orthogonal(x[seeds.source], y[seeds.target])
    hits = {"Procrustes": translated(*space.mapped(maps), asked)}
    hits["truncated"] = translated(*truncated_view(x, y, seeds), asked)
    for name, grown in started.items():
        hits[name] = translated(*space.mapped(_map(space, grown.pairs)), asked)
    best = max(started, key=lambda name: started[name].agreement)
    hits["best start"] = hits[best]
    names, vocabulary = setting.world, setting.vocabulary
    alike = _identical(names, vocabulary, language)
    hits["identical"] = np.zeros(len(asked.words)) if alike is None else translated(*space.mapped(alike), asked)
    hits["pivot"] = _pivoted(world(names, vocabulary).dictionaries, space, seeds, asked, language)
    return hits


def _map(space: Space, pairs: Seeds) -> Maps:
    return METHOD.aligner(space.x[pairs.source], space.y[pairs.target])


@cache
def _identical(names: str, vocabulary: int, language: str) -> Maps | None:
    space = _space_of(names, vocabulary, language)
    try:
        alike = Seeds.of(identical_strings(space.source, space.target), space.source, space.target)
    except VocabularyError:  # too few words are spelled alike
        return None
    return _map(space, _self_learned(space, Start("identical", alike)).pairs)


def _pivoted(
    dictionaries: Dictionaries, space: Space, seeds: Seeds, asked: Seeds, language: str
) -> NDArray[np.float64]:
    """A word takes the translation of the seed that it shares most translations into other languages with."""
    partner = PARTNER[language]
    others = [each for pair, each in dictionaries.items() if pair[0] == partner and pair[1] != language]
    known: dict[tuple[int, str], set[int]] = {}
    for source, target in zip(seeds.source.tolist(), seeds.target.tolist(), strict=True):
        for number, each in enumerate(others):
            for middle in each.by_source.get(space.source.words[source], ()):
                known.setdefault((number, middle), set()).add(target)
    hits = []
    for word in asked.words.tolist():
        votes = Counter(
            target
            for number, each in enumerate(others)
            for middle in each.by_source.get(space.source.words[word], ())
            for target in known.get((number, middle), ())
        )
        hits.append(float(bool(votes) and votes.most_common(1)[0][0] in asked.gold[word]))
    return np.array(hits)


def translated(x: Matrix, y: Matrix, asked: Seeds) -> NDArray[np.float64]:
    """1 for each asked word whose first translation by CSLS is right."""
    cosine = y @ x[:DENSITY_WORDS].T
    density = np.partition(cosine, cosine.shape[1] - 10, axis=1)[:, -10:].mean(axis=1)
    best = csls(unit(x[asked.words]) @ y.T, np.zeros((len(asked.words), 1), np.float32), density).argmax(axis=1)
    return np.array(
        [float(row in asked.gold[word]) for word, row in zip(asked.words.tolist(), best.tolist(), strict=True)]
    )


def _grown(space: Space, seeds: Seeds, asked: Seeds) -> NDArray[np.float64]:
    pairs = self_learned(space, starts_of(space, {"seeds": seeds}, {})).grown.pairs
    return translated(*space.mapped(_map(space, pairs)), asked)


def _ranked_at_once(ranker: Ranker, space: Space, pairs: Seeds, asked: Seeds) -> NDArray[np.float64]:
    method = METHOD.untuned()
    query = _candidates(space, Fit.of(space, method, pairs), asked)
    return first(with_domain_statistics(ranker, query.features), query)


def _candidates(space: Space, fit: Fit, asked: Seeds) -> Examples:
    extractor = fit.extractor(fit.direction(space), space)
    return Examples.of(Candidates.of(extractor, asked.words, space.source.words), asked)


def _ours(space: Space, seeds: Seeds, asked: Seeds, trained: Trained) -> dict[str, NDArray[np.float64]]:
    hits = {}
    if trained.few:
        hits["matched, few"] = _matched(space, seeds, asked, trained.few.initial_pairs(space, seeds))
    initial = trained.prior.initial_pairs(space, seeds)
    hits["matched"] = _matched(space, seeds, asked, initial)
    if trained.rankers is None:
        return hits | {"as it comes": _as_it_comes(space, seeds, asked, trained.prior)}
    prior = FixedPrior("matching", trained.rankers.pooled, initial)
    try:
        found = training_data(space, _dictionary(space, seeds), Settings(), Resources(prior=prior))
    except AlignmentError as error:  # there is no lexicon then, and no word is right
        print(error, file=sys.stderr)
        return hits | dict.fromkeys(RANKED, np.zeros(len(asked.words)))
    return hits | _built(space, found, asked, trained.rankers)


def _as_it_comes(space: Space, seeds: Seeds, asked: Seeds, prior: MatchingPrior) -> NDArray[np.float64]:
    """What ``lexicon build`` finds with the bundled prior, here one trained without the language and without means."""
    bare = replace(prior, means={})
    cut = len(space.x)
    resources = Resources(fallback=lambda: bare)
    training_pairs = collect_training_pairs(space, METHOD, _dictionary(space, seeds), resources, cut=cut)
    pairs = training_pairs.pairs
    return translated(*space.mapped(_map(space, pairs)), asked)


def _matched(space: Space, seeds: Seeds, asked: Seeds, initial: Seeds) -> NDArray[np.float64]:
    pairs = grow(space, Grown.begun(Start("matched", seeds, initial)), stages=MATCHED).pairs
    return translated(*space.mapped(_map(space, pairs)), asked)


def _dictionary(space: Space, seeds: Seeds) -> Dictionary:
    rows = zip(seeds.source.tolist(), seeds.target.tolist(), strict=True)
    pairs = [(space.source.words[source], space.target.words[target]) for source, target in rows]
    return Dictionary.of(space.source.language, space.target.language, pairs, Origin("seeds"))


def _built(space: Space, found: TrainingData, asked: Seeds, rankers: Rankers) -> dict[str, NDArray[np.float64]]:
    """What ``lexicon build`` makes of the seeds with each ranker, from self-training on."""
    meta, at_once = rankers.meta, rankers.pooled
    near, near_first_order = meta.ranker_for(space), rankers.first_order.ranker_for(space)
    hits = _ranked(_self_trained(space, found, near, asked), near, near_first_order, at_once)
    by_all = _self_trained(space, found, at_once, asked)
    hits["all pooled"] = first(with_domain_statistics(at_once, by_all.every), by_all.query)
    hits["no memory"] = hits["adapted"]
    if len(meta.memory):
        forgetful = _self_trained(space, found, meta.ranker, asked)
        hits["no memory"] = first(forgetful.adapted(meta.ranker), forgetful.query)
    return hits


def _self_trained(space: Space, found: TrainingData, ranker: Ranker, asked: Seeds) -> SelfTrained:
    ready = replace(found, pretrained=ranker).self_trained(space, Settings().frequent)
    query = _candidates(space, Fit.of(space, ready.method, ready.training_pairs.pairs), asked)
    judged = ready.cross.forward
    told = np.isin(judged.words, ready.training_pairs.gold.source)
    return SelfTrained(query, judged.features[told], judged.truth[told], ready.cross.candidates.features)


def _ranked(fitted: SelfTrained, meta: Ranker, first_order: Ranker, at_once: Ranker) -> dict[str, NDArray[np.float64]]:
    """Precision of each ranker on the candidates that ``lexicon build`` arrives at with the ranker of MAML."""
    query, features, truth, every = fitted
    alone = np.asarray(query.truth[:, 0], dtype=np.float64)
    if truth.any():
        alone = first(train(features, truth, FEATURES, reorder=True), query)
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
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
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
    parser.add_argument("--only-kept", action="store_true", help="only print what earlier runs of this code have kept")
    parser.add_argument("--json", action="store_true", help="print JSON and not Markdown")
    parser.add_argument("--out", type=Path, help="also write it to this file")
    parser.add_argument("--figure", type=Path, help="draw P@1 against seeds")
    return parser


if __name__ == "__main__":
    try:
        main()
    except IsoglossError as error:
        sys.exit(f"error: {error}")
