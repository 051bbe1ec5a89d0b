"""What third languages add where a language is left out: the same lexicon with and without them, on real vectors.

For each language in turn, English to it (vectors and dictionaries as in ``benchmarks.quality.new_language``), a ranker
with features of third languages and one without are trained on the other languages. Both lexicons have the same seeds
and the same self-learned pairs, from which each goes on as ``lexicon build`` does; all words of the dictionary that are
no seeds are asked.

To be quick, pairs are self-learned from the seeds alone, without the learned matching of a prior: what is made of a
language that is trained on then serves for all that are left out. The rankers are trained on candidates before
self-training, and have no episodes and no memory. All that is made is kept in the folder of ``benchmarks.real_data``,
so that a run that was stopped goes on.

python -m benchmarks.quality.third_languages --seeds 25 --draws 1
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np
from numpy.typing import NDArray

from benchmarks import command_line, real_data
from benchmarks.fixed_prior import FixedPrior
from benchmarks.quality.new_language import dictionary_of, first, self_trained
from benchmarks.quality.new_language_models import PARTNER, World, world
from benchmarks.quality.new_language_results import Cell, confidence
from benchmarks.tables import markdown_table, with_interval
from isogloss.data.compute import Compute
from isogloss.data.errors import AlignmentError
from isogloss.data.storage import replacing
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.induction.crossfit import Examples, crossfit
from isogloss.lexicon.induction.pipeline import Settings, training_data
from isogloss.lexicon.ranking.features import FEATURES, OF_PAIR
from isogloss.lexicon.ranking.ranker import Ranker
from isogloss.lexicon.ranking.training import TRANSFER, train
from isogloss.lexicon.self_learning.growth import ChanceLevel, self_learned, starts
from isogloss.lexicon.self_learning.resources import Resources
from isogloss.lexicon.self_learning.training_pairs import TrainingPairs
from isogloss.meta.matching.prior_training import SelfLearnedCase
from isogloss.meta.matching.ranker_training import METHOD, relative_features
from isogloss.meta.matching.third_tables import ThirdTables
from isogloss.meta.matching.training_cases import MIN_QUERY, draw_seeds

WITHOUT, WITH = "without", "with"
TRAINING_SEEDS = 40  # of a pair that is trained on, as in a prior; round number
VERSION = 2  # of the methods: raise it when one changes, so that kept results of different ones are never mixed


class Rankers(NamedTuple):
    """Trained on the same pairs, without and with third languages."""

    without: Ranker
    third: Ranker


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse, run, print."""
    parser = command_line.parser(__doc__)
    parser.add_argument("--world", default="fi,ja,fr,de,es,eu", help="languages there are, besides English")
    parser.add_argument("--languages", help="to leave out in turn; by default all")
    parser.add_argument("--seeds", default="25", help="numbers of seeds")
    parser.add_argument("--draws", type=int, default=1, help="draws of the seeds")
    parser.add_argument("--vocabulary", type=int, default=2_000, help="most frequent words of each language")
    options = parser.parse_args(arguments)
    counts = [int(count) for count in options.seeds.split(",")]
    made = Made(options.world, options.vocabulary)
    languages = (options.languages or options.world).split(",")
    cells = [
        cell
        for draw, language, count in product(range(options.draws), languages, counts)
        if (cell := made.cell(language, count, draw)) is not None
    ]
    result = summary(cells)
    print(json.dumps(result, indent=2) if options.json else table(result))


class Made(NamedTuple):
    """What is made with the ``vocabulary`` most frequent words of the languages ``names``, and kept."""

    names: str
    vocabulary: int

    @property
    def languages(self) -> tuple[str, ...]:
        """One by one."""
        return tuple(self.names.split(","))

    def cell(self, language: str, count: int, draw: int) -> Cell | None:
        """Which words are right with and without third languages; ``None`` where the dictionary is too small."""
        space, gold = self.space(language), self.gold(language)
        if len(gold.words) < count + MIN_QUERY:
            return None
        seeds = draw_seeds(gold, count, np.random.default_rng([draw, count]))
        query = gold.without(seeds.source)
        make = partial(self._hits, language, space, seeds, query)
        hits: Mapping[str, NDArray[np.float64]] = self._kept(f"{language}-{count}-{draw}", make)
        shown = {name: round(100 * float(values.mean()), 1) for name, values in hits.items()}
        print(f"{language} {count} draw {draw}: {shown}", file=sys.stderr, flush=True)
        return Cell(language, count, draw, query.words, hits)

    def _hits(self, language: str, space: Space, seeds: Seeds, query: Seeds) -> dict[str, NDArray[np.float64]]:
        rankers = self.rankers(language)
        prior = FixedPrior("self-learning", rankers.without)
        try:
            data = training_data(space, dictionary_of(space, seeds), Settings(), Resources(prior=prior))
        except AlignmentError as error:  # there is no lexicon then, and no word is right
            print(error, file=sys.stderr)
            return dict.fromkeys((WITHOUT, WITH), np.zeros(len(query.words)))
        fitted = self_trained(space, data, rankers.without, query)
        hits = {WITHOUT: first(fitted.adapted(rankers.without), fitted.query)}
        space = replace(space, third=self.tables(language, [*{*self.languages} - {language}]).languages_for(space))
        compared = space.first(Settings().frequent)
        cross = crossfit(compared, data.method.untuned(), data.training_pairs, candidates="all", backward=False)
        fitted = self_trained(space, replace(data, cross=cross, third=space.third), rankers.third, query)
        return hits | {WITH: first(fitted.adapted(rankers.third), fitted.query)}

    def rankers(self, held_out: str) -> Rankers:
        """Trained on all languages but one."""
        others = [language for language in self.languages if language != held_out and self.case(language) is not None]

        def trained() -> Rankers:
            plain = [self.task(language, ()) for language in others]
            third = [self.task(language, chosen) for language in others for chosen in _sets(language, others)]
            return Rankers(_trained(plain, OF_PAIR), _trained(third, FEATURES))

        rankers: Rankers = self._kept(f"rankers-{held_out}", trained)
        return rankers

    def task(self, language: str, third: Sequence[str]) -> Examples:
        """Candidates of the words of English and a language, compared with ``third`` languages if there are any."""

        def made() -> Examples:
            case, space = self.case(language), self.space(language)
            assert case is not None
            if third:
                space = replace(space, third=self.tables(language, third).languages_for(space))
            fold = crossfit(space, METHOD.untuned(), case.training_pairs, candidates="all", backward=False)
            return relative_features(Examples.of(fold.candidates, case.gold))

        examples: Examples = self._kept("-".join(("task", language, *sorted(third))), made)
        return examples

    def case(self, language: str) -> SelfLearnedCase | None:
        """English and a language, self-learned from few seeds; ``None`` where the dictionary is too small."""
        space, gold = self.space(language), self.gold(language)
        if len(gold.words) < TRAINING_SEEDS + MIN_QUERY:
            return None

        def made() -> SelfLearnedCase:
            seeds = draw_seeds(gold, TRAINING_SEEDS, np.random.default_rng(0))
            chance_level = ChanceLevel(space, Compute(0))
            grown = self_learned(space, starts(space, {"seeds": seeds}, {}), chance_level=chance_level).grown
            pairs = TrainingPairs.self_learned(seeds, grown.pairs)
            return SelfLearnedCase(PARTNER[language], language, pairs, gold)

        case: SelfLearnedCase = self._kept(f"case-{language}", made)
        return case

    def tables(self, language: str, others: Collection[str]) -> ThirdTables:
        """Those of the English of ``language`` and of ``others`` with dictionaries of it, and of no other."""
        vectors, dictionaries = self._world()
        english, kin = PARTNER[language], [other for other in others if PARTNER[other] == PARTNER[language]]
        code = vectors[english].language
        return ThirdTables.of(
            {(code, other): dictionaries[english, other] for other in kin},
            {code: vectors[english], **{other: vectors[other] for other in kin}},
            [code, *kin],
            centring=METHOD.centring,
        )

    def space(self, language: str) -> Space:
        """English and a language, normalised."""
        vectors = self._world().vectors
        return Space.of(vectors[PARTNER[language]], vectors[language], METHOD.centring)

    def gold(self, language: str) -> Seeds:
        """All pairs of their dictionary."""
        space, dictionaries = self.space(language), self._world().dictionaries
        return Seeds.of(dictionaries[PARTNER[language], language], space.source, space.target)

    def _world(self) -> World:
        loaded: World = self._kept("world", lambda: world(self.names, self.vocabulary))
        return loaded

    def _kept(self, name: str, made: Callable[[], Any]) -> Any:
        """What is kept under ``name``, or else what is ``made``, which is then kept."""
        path = real_data.folder() / "third-languages" / f"{VERSION}-{self.names}-{self.vocabulary}" / f"{name}.pickle"
        if path.is_file():
            return pickle.loads(path.read_bytes())
        began = time.process_time()
        result = made()
        print(f"{name}: {time.process_time() - began:.0f} CPU s", file=sys.stderr, flush=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path, force=True) as part:
            part.write_bytes(pickle.dumps(result))
        return result


def _sets(language: str, others: Sequence[str]) -> list[tuple[str, ...]]:
    """All third languages of a pair, and each alone: the language left out may have more than those trained on."""
    kin = tuple(other for other in others if other != language and PARTNER[other] == PARTNER[language])
    return [kin, *((other,) for other in kin)] if len(kin) > 1 else [kin] if kin else []


def _trained(tasks: Sequence[Examples], names: tuple[str, ...]) -> Ranker:
    together = Examples.concatenated(tasks)
    ranker = train(together.features, together.truth, names, reorder=True, training=TRANSFER)
    return replace(ranker, relative=True)


def summary(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """P@1 and the paired difference of each language and number of seeds, of each language, and of all together."""
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        groups.setdefault((cell.language, str(cell.seeds)), []).append(cell)
    for cell in cells:
        groups.setdefault((cell.language, "all"), []).append(cell)
    groups["all", "all"] = list(cells)
    rows = []
    for (language, seeds), chosen in groups.items():
        shares = {
            name: np.mean([_mean(chosen, code, name) for code in sorted({cell.language for cell in chosen})])
            for name in (WITHOUT, WITH)
        }
        rows.append(
            {
                "language": language,
                "seeds": seeds,
                "words": sum(len(cell.words) for cell in chosen),
                **{name: round(100 * float(share), 1) for name, share in shares.items()},
                "gain": confidence(chosen, WITH, WITHOUT),
            }
        )
    return rows


def _mean(cells: Sequence[Cell], language: str, name: str) -> float:
    return float(np.mean([cell.hits[name].mean() for cell in cells if cell.language == language]))


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Markdown."""
    names = ("language", "seeds", "words", WITHOUT, WITH)
    cells = ([*(row[name] for name in names), with_interval(row["gain"])] for row in rows)
    return markdown_table(["language", "seeds", "words asked", "without third languages", "with", "gain"], cells)


if __name__ == "__main__":
    main()
