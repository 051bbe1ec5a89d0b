"""How often the first answer of ``kg translate`` is right, and how far its probabilities are.

Run ``python -m benchmarks.quality.answers --gold FOLDER --json``. The graph is made of ten of FreeDict's dictionaries,
as Debian packages them. The folder has reference dictionaries, one pair of words a line, in files named by their
languages: ``en-de.txt``, ``en-de.0-5000.txt``. Of each, the words that the graph answers rightly at all are asked
(``P@1``, ``P@5``, mean reciprocal rank; case ignored), directly where the graph has the two languages, else through
pivots; beside them stand the orders by alphabet, by place in the article, and by number of sources. ``calibration`` is
the expected calibration error of the first answers of all words that have any; ``calibration_of_all`` that of all
answers of one word. A reference dictionary lacks much that is right, so a calibrated probability is one of standing
there. ``answered_as_spelled`` counts the words that are answered in the very form that was asked for, without their
other spellings
and base forms.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np

from benchmarks import command_line
from benchmarks.real_data import FREEDICT, Package, unpacked
from isogloss.data.dictionary_formats import freedict
from isogloss.data.errors import VocabularyError
from isogloss.data.numerics.calibration import calibration_error
from isogloss.data.translation import Translation
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.storage.schema import BLOCK

ANSWERS = 200  # of a word that are read; round number
NOWHERE = 1 << 30  # the place of what stands in no article

# name, version and SHA-256 of the package for each two languages
GRAPH = {
    ("de", "en"): (
        "dict-freedict-deu-eng",
        "2022.04.21-1",
        "52fa2ba6c73ebe84df0e4a7b8612a94a45e6026a157fc75f5ae36c4a1106e3db",
    ),
    ("en", "de"): FREEDICT["en", "de"],
    ("en", "fr"): FREEDICT["en", "fr"],
    ("fr", "en"): FREEDICT["fr", "en"],
    ("en", "es"): FREEDICT["en", "es"],
    ("es", "en"): (
        "dict-freedict-spa-eng",
        "2022.04.21-1",
        "debf5f88fcdaebe824704664cdbb42b6c14f82ab4adda4e91bc388b16200eefc",
    ),
    ("hu", "en"): (
        "dict-freedict-hun-eng",
        "2022.04.21-1",
        "74a7b6d67e69a9e7544b773ccf5cdbc43b3f89ea59083f2867a3903e1c8e1677",
    ),
    ("en", "hu"): (
        "dict-freedict-eng-hun",
        "2022.04.21-1",
        "64eec7b44df8c8f2ce4c787a3070f90c56907b384e72618a9f7bdb9cd988bcb8",
    ),
    ("pt", "en"): (
        "dict-freedict-por-eng",
        "2022.04.21-1",
        "6c688a9148bde82a6fbd6b2e3a80c1cec3eb4b3ec2d37901c94dc90bfb008950",
    ),
    ("nl", "en"): (
        "dict-freedict-nld-eng",
        "2022.04.21-1",
        "827dbf561be0ea04a70a049d8604a82aa2c709e7b744fe1096bd2c8008b0527d",
    ),
}


class Asked(NamedTuple):
    """A word: its answers in order, which of them the reference dictionary has, and the place of each in an article."""

    answers: Sequence[Translation]  # none where the graph has none
    right: Sequence[bool]
    places: Sequence[int]


def main() -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__)
    parser.add_argument("--gold", type=Path, required=True, help="Folder of reference dictionaries.")
    parser.add_argument("--every", type=int, default=1, help="Ask every n-th word only.")
    parser.add_argument("--graph", type=Path, help="A graph that was made of the dictionaries before.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.graph or built(Path(folder) / "graph.db")
        with open_graph(path) as graph:
            words = {
                pair: list(asked(graph, pair, gold, arguments.every)) for pair, gold in golds(arguments.gold, graph)
            }
    figures = {pair: measured(pair_words) for pair, pair_words in words.items()}
    for name, direct in (("direct", 1.0), ("through pivots", 0.0)):
        selected = [values for values in figures.values() if values["direct"] == direct]
        if selected:
            figures[f"mean, {name}"] = {
                column: float(np.mean([pair_words[column] for pair_words in selected])) for column in selected[0]
            }
    figures["all"] = measured([word for pair_words in words.values() for word in pair_words])
    if arguments.json:
        command_line.print_json(figures)
        return
    for pair, values in figures.items():
        print(pair, *(f"{name} {value:.3f}" for name, value in values.items()), sep="  ")


def built(path: Path, dictionaries: Mapping[tuple[str, str], tuple[str, str, str]] = GRAPH) -> Path:
    """The graph of the dictionaries, each a package's name, version and hash by its two languages."""
    with open_graph(path, write=True) as graph:
        for (source, target), (name, version, sha256) in dictionaries.items():
            folder = unpacked(Package(name, version, f"{name}_{version}_all.deb", sha256))
            graph.add(freedict.read(folder, source, target))
    return path


def golds(folder: Path, graph: Graph) -> Iterator[tuple[str, dict[str, set[str]]]]:
    """The reference dictionaries of languages that the graph has: the translations of each word, in lower case."""
    for path in sorted(folder.glob("??-??*.txt")):
        pair = path.name[:5]
        if {*pair.split("-")} <= set(graph.languages()):
            translations: dict[str, set[str]] = {}
            for line in path.read_text(encoding="utf-8").splitlines():
                word, translation = line.split()
                translations.setdefault(word, set()).add(translation.lower())
            yield pair, translations


def asked(graph: Graph, pair: str, gold: dict[str, set[str]], every: int) -> Iterator[Asked]:
    """Every ``every``-th word."""
    for word in list(gold)[::every]:
        try:
            answers = graph.translate(word, *pair.split("-"), k=ANSWERS)
        except VocabularyError:
            yield Asked((), (), ())
            continue
        placed = places(graph, word, *pair.split("-")) if answers else {}
        right = [answer.word.lower() in gold[word] for answer in answers]
        yield Asked(answers, right, [placed.get(answer.word, NOWHERE) for answer in answers])


def places(graph: Graph, word: str, source: str, target: str) -> dict[str, int]:
    """The first place of each translation in an article on the word."""
    language = graph.language_number(target)
    query = (
        "SELECT t.lemma, min(e.rank) FROM edge e JOIN entry t ON t.id = e.dst WHERE e.src IN ({keys}) AND e.rank > 0 "
        f"AND e.dst BETWEEN {language * BLOCK} AND {(language + 1) * BLOCK - 1} GROUP BY t.lemma"
    )
    return dict(graph.store.in_chunks(query, [entry.id for entry in graph.lookup(word, source)]))


def measured(words: Sequence[Asked]) -> dict[str, float]:
    """All figures of two languages."""
    count, words = len(words), [word for word in words if word.answers]
    answered = [word for word in words if any(word.right)]
    exact = [word for word in words if any(not answer.match for answer in word.answers)]
    first = np.array([1 + word.right.index(True) for word in answered])
    every = [
        (answer.probability, right)
        for word in words
        for answer, right in zip(word.answers, word.right, strict=True)
        if " " not in answer.word
    ]
    return {
        "direct": float(any(answer.direct for word in words for answer in word.answers)),
        "words": count,
        "answered": len(words),
        "answered_as_spelled": len(exact),
        "asked": len(answered),
        "p@1": float(np.mean(first == 1)),
        "p@5": float(np.mean(first <= 5)),
        "mrr": float(np.mean(1 / first)),
        "calibration": error([(word.answers[0].probability, word.right[0]) for word in words]),
        "calibration_of_all": error(every),
        "by_alphabet": first_right(answered, lambda _, __: 0),
        "by_article": first_right(answered, lambda word, place: word.places[place]),
        "by_sources": first_right(answered, lambda word, place: -sources(word.answers[place])),
    }


def error(predicted: Sequence[tuple[float, bool]]) -> float:
    """The expected calibration error of probabilities."""
    probability, right = zip(*predicted, strict=True)
    return calibration_error(np.array(probability), np.array(right))


def first_right(words: Sequence[Asked], key: Callable[[Asked, int], int]) -> float:
    """P@1 by another order: that of a key, and of the alphabet where it is equal."""
    right = []
    for word in words:
        ranked = sorted((key(word, place), answer.word, place) for place, answer in enumerate(word.answers))
        right.append(word.right[ranked[0][2]])
    return float(np.mean(right))


def sources(answer: Translation) -> int:
    """How many sources the paths of an answer have."""
    return len({claim.source.name for path in answer.evidence for step in path.steps for claim in step.claims})


if __name__ == "__main__":
    main()
