"""What third languages of a graph are worth to a lexicon: P@1 on held-out words with them and without.

Run ``python -m benchmarks.quality.graph_evidence --json``. The graph has the FreeDict dictionaries of ``real_data`` but
those between the two languages. One build answers both ways: ``lexicon.tsv`` weighs the graph with the ranker, the
model that is stored does not know it. Where few words are known the ranker is, as in ``word_translation``, one that no
dictionary of the pair's other language has taught. The interval is a paired bootstrap over words (95 %).
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np

from benchmarks import command_line, real_data
from benchmarks.quality.word_translation import TAUGHT, bundled, cut, ranker_prior, split
from isogloss.data.dictionary import Dictionary
from isogloss.data.numerics.bootstrap import paired_bootstrap
from isogloss.kg.graph import open_graph
from isogloss.kg.inference.pipeline import graph_evidence
from isogloss.lexicon.induction.pipeline import Induction, Settings, induce
from isogloss.lexicon.induction.translator import Translator
from isogloss.lexicon.self_learning.resources import Resources


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse, run, print."""
    parser = command_line.parser(__doc__, pairs="en-fr", seed_sizes="all,100", seed="splits and draws")
    options = parser.parse_args(arguments)
    rows = [
        measured(source, target, size, options.seed)
        for source, target in (pair.split("-") for pair in options.pairs.split(","))
        for size in options.seed_sizes.split(",")
    ]
    if options.json:
        command_line.print_json(rows)
        return
    for row in rows:
        print("  ".join(f"{name} {value}" for name, value in row.items()))


def measured(source: str, target: str, size: str, seed: int) -> dict[str, Any]:
    """One build, asked with the graph and without."""
    x, y = real_data.vectors(source), real_data.vectors(target)
    inferred = evidence(source, target)
    seeds, test = split(real_data.freedict(source, target).lowercased(), "random", seed)
    prior = None if size == "all" else ranker_prior(source, target, TAUGHT["auto"])
    started = time.process_time()
    built = induce(
        x,
        y,
        cut(seeds, size, seed),
        Settings(min_probability=0.0, seed=seed),
        Resources(bundled(source, target), prior, graph_evidence=inferred),
    )
    spent = time.process_time() - started
    gold = test.within(x, y).by_source
    plain = Translator(built.model, x, y).translate(list(gold), 1)
    without = np.array([bool(plain[word]) and plain[word][0].word in gold[word] for word in gold], np.float64)
    listed = _first(built)
    having = np.array([listed.get(word) in gold[word] for word in gold], np.float64)
    gain = paired_bootstrap(having, without, np.arange(len(gold)), np.random.default_rng(seed))
    return {
        "pair": f"{source}-{target}",
        "seeds": size,
        "pairs by others": built.report["graph_evidence"]["pairs"],
        "held-out seeds without": built.report["graph_evidence"].get("without"),
        "held-out seeds with": built.report["graph_evidence"].get("with"),
        "test words": len(gold),
        "P@1 without": round(100 * float(without.mean()), 1),
        "P@1 with": round(100 * float(having.mean()), 1),
        "gain": [round(100 * value, 1) for value in gain],
        "CPU s": round(spent, 1),
    }


def evidence(source: str, target: str) -> Dictionary:
    """What the graph makes of two languages by all others."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.db"
        with open_graph(path, write=True) as graph:
            for pair in real_data.FREEDICT:
                if set(pair) != {source, target}:
                    graph.add(real_data.freedict(*pair))
        with open_graph(path) as graph:
            return graph_evidence(graph, source, target)


def _first(built: Induction) -> dict[str, str]:
    return {entry.source: entry.target for entry in built.entries if entry.rank == 1}


if __name__ == "__main__":
    main()
