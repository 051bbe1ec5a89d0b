"""What a hub costs in precision: all pairs of languages directly, and through English.

    python -m benchmarks.scale.hub --languages fr,fi,ja,de,es --vocabulary 12000

French, Finnish and Japanese have real vectors of 300 dimensions, German and Spanish ones of help texts with 100
(``benchmarks.help_texts``), each with English ones of its kind. Lexicons are built with ``--effort quick``. Seeds of
all lexicons are CLDR's names, but for those of the English words held out, which are the test. Through English, one
graph of the lexicons with English answers, which keep the pairs of the highest expected F1, as those of the
demonstration do. A lexicon that is refused as near chance level answers nothing.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Collection, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import command_line, real_data
from benchmarks.quality.new_language_models import PARTNER, world
from benchmarks.tables import percent_with_interval
from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import AlignmentError, VocabularyError
from isogloss.data.numerics.bootstrap import paired_bootstrap
from isogloss.data.vectors import Vectors
from isogloss.graphs import open_graph
from isogloss.kg.graph import Graph
from isogloss.lexicons import Lexicon, build_lexicon

HUB = "en"
HELD_OUT = 0.3  # of the English names; round number, as in the demonstration
Concepts = Mapping[str, Mapping[str, str]]
Gold = Mapping[str, set[str]]


def main() -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__, seed="words held out")
    parser.add_argument("--languages", default="fr,fi,ja,de,es", help="beside English")
    parser.add_argument("--vocabulary", type=int, default=12_000, help="most frequent words of each language")
    options = parser.parse_args()
    languages = options.languages.split(",")
    vectors, _ = world(options.languages, options.vocabulary)
    every, origin = real_data.cldr_concepts([HUB, *languages])
    concepts = {key: {code: word.lower() for code, word in names.items()} for key, names in every.items()}
    english = sorted({names[HUB] for names in concepts.values() if HUB in names})
    chosen = np.random.default_rng(options.seed).permutation(len(english))[: round(HELD_OUT * len(english))]
    held_out = frozenset(english[index] for index in chosen)

    def built(source: str, target: str) -> Lexicon | None:
        x, y = (vectors[PARTNER[target] if code == HUB else code] for code in (source, target))
        kept = seeds(concepts, source, target, held_out, origin).within(x, y)
        settings: Any = {"effort": "quick", "goal": "f1", "reduce": True, "seed": options.seed, "extra": {}}
        try:
            return build_lexicon(x, y, kept, languages=(source, target), **settings)
        except AlignmentError as error:
            print(error, file=sys.stderr)
            return None

    rows: list[dict[str, Any]] = []
    all_hits: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = []
    with tempfile.TemporaryDirectory() as folder, open_graph(Path(folder) / "graph.db", write=True) as graph:
        for code in languages:
            if (lexicon := built(HUB, code)) is not None:
                graph.add(lexicon)
        for source, target in combinations(languages, 2):
            gold = test(concepts, source, target, held_out, vectors)
            lexicon = built(source, target)
            direct = hits(gold, {} if lexicon is None else lexicon.translate(list(gold), 1))
            through = hits(gold, {word: best(graph, word, source, target) for word in gold})
            all_hits.append((direct, through))
            rows.append(row(f"{source}-{target}", direct, through) | {"refused": lexicon is None})
            print(rows[-1], file=sys.stderr)
    rows.append(row("all", *map(np.concatenate, zip(*all_hits, strict=True))))
    command_line.print_rows(rows, as_json=options.json)


def seeds(concepts: Concepts, source: str, target: str, held_out: Collection[str], origin: Origin) -> Dictionary:
    """The names of things in both languages, without those whose English name is held out."""
    pairs = (
        (names[source], names[target])
        for names in concepts.values()
        if {source, target} <= names.keys() and names.get(HUB) not in held_out
    )
    return Dictionary.of(source, target, pairs, origin)


def test(
    concepts: Concepts, source: str, target: str, held_out: Collection[str], vectors: Mapping[str, Vectors]
) -> Gold:
    """The translations of the words of held-out things that are in no seed pair, where both have vectors."""
    named = [names for names in concepts.values() if {HUB, source, target} <= names.keys()]
    seen = {names[source] for names in concepts.values() if source in names and names.get(HUB) not in held_out}
    gold: dict[str, set[str]] = {}
    for names in named:
        word, answer = names[source], names[target]
        if names[HUB] in held_out and word not in seen and word in vectors[source] and answer in vectors[target]:
            gold.setdefault(word, set()).add(answer)
    return gold


def best(graph: Graph, word: str, source: str, target: str) -> Any:
    """The first translation through the hub, if there is one."""
    try:
        return graph.translate(word, source, target, via=HUB, k=1)
    except VocabularyError:  # no lexicon has the word
        return ()


def hits(gold: Gold, translations: Mapping[str, Any]) -> NDArray[np.float64]:
    """1 for each word whose first translation is right, else 0."""
    first = {word: answers[0].word for word, answers in translations.items() if answers}
    return np.array([float(first.get(word) in right) for word, right in gold.items()])


def row(pair: str, direct: NDArray[np.float64], through: NDArray[np.float64]) -> dict[str, Any]:
    """Figures of a pair: P@1 in percent, and the cost of the hub in points with its interval at 95 %."""
    cost = paired_bootstrap(direct, through, np.arange(len(direct)), np.random.default_rng(0))
    return {
        "pair": pair,
        "words": len(direct),
        "direct": round(100 * float(direct.mean()), 1),
        "through English": round(100 * float(through.mean()), 1),
        "difference": percent_with_interval(cost),
    }


if __name__ == "__main__":
    main()
