"""Whether a lexicon is as right as it says: expected against measured precision of what is written by default.

Run ``python -m benchmarks.quality.trust``. A quarter of the source words of each dictionary is held out (FreeDict;
for ``sample`` the bundled CLDR names); from the rest come 25, 100 or all seed words. For the written pairs of words
held out: ``expected``, their mean probability; ``measured``, the share that the dictionary lists; ``off``, the
difference in points, with the standard error of what is measured. With ``--second FOLDER``, which has word lists such
as ``en-fr.0-5000.txt``, the columns ``both`` have the pairs of words that both dictionaries know, and how many of them
either lists: a dictionary leaves out much of what a speaker would accept. The ranker for few seeds has not seen the
other language.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np

from benchmarks import command_line, real_data
from benchmarks.fixed_prior import FixedPrior
from benchmarks.quality.word_translation import TAUGHT, bundled, cut, ranker_prior, split
from benchmarks.tables import markdown
from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import AlignmentError, DownloadError
from isogloss.data.reading import read_dictionary
from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.data.vectors import Vectors
from isogloss.lexicon.induction.entries import Entries
from isogloss.lexicon.induction.pipeline import Settings, induce
from isogloss.lexicon.self_learning.resources import Resources

SAMPLE = "sample:"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = command_line.parser(
        __doc__, pairs="sample:en-fr,en-fr,en-ja,en-fi", seed_sizes="25,100,all", seed="splits and draws"
    )
    parser.add_argument("--words", type=int, default=6000, help="Most frequent words of each language to use.")
    parser.add_argument("--method", default="auto", help="Preset of lexicon build.")
    parser.add_argument("--second", type=Path, help="Folder of second dictionaries.")
    options = parser.parse_args(arguments)
    rows = []
    for pair in options.pairs.split(","):
        for size in options.seed_sizes.split(","):
            try:
                rows.append(measured(pair, size, options.words, options.method, options.second, options.seed))
            except (AlignmentError, DownloadError) as error:
                rows.append({"pair": pair, "seeds": size, "refused": str(error)})
            print(rows[-1], file=sys.stderr)
    print(json.dumps(rows, ensure_ascii=False, indent=2) if options.json else table(rows))


def measured(pair: str, size: str, words: int, method: str, second: Path | None, seed: int) -> dict[str, Any]:
    """One lexicon, built and judged.

    Raises:
        AlignmentError: It is refused.
        DownloadError: The data cannot be had.
    """
    source, target = pair.removeprefix(SAMPLE).split("-")
    x, y, whole = _inputs(pair, source, target, words)
    seeds, test = split(whole.lowercased(), "random", seed)
    resources = Resources()
    if not pair.startswith(SAMPLE):
        resources = Resources(bundled(source, target), _prior(source, target, size))
    started = time.process_time()
    built = induce(x, y, usable(seeds, x, y, size, seed), Settings(method=method, seed=seed), resources)
    row: dict[str, Any] = {
        "pair": pair,
        "seeds": size,
        "written": len(built.entries),
        "expected right": built.entries.expected_right,
        **judged(built.entries, test, ()),
    }
    if second is not None:
        second_dictionaries = [
            read_dictionary(path, source, target) for path in sorted(second.glob(f"{source}-{target}.*"))
        ]
        second_dictionaries += [
            read_dictionary(path, target, source).reversed() for path in sorted(second.glob(f"{target}-{source}.*"))
        ]
        row |= {f"both: {name}": value for name, value in judged(built.entries, test, second_dictionaries).items()}
    return row | {"CPU s": round(time.process_time() - started)}


def usable(seeds: Dictionary, x: Vectors, y: Vectors, size: str, seed: int) -> Dictionary:
    """Seeds drawn until ``size`` source words have a translation with a vector, with those drawn that have none."""
    drawn = replace(seeds, pairs=tuple(pair for pair in seeds if pair.source in x))
    if size == "all":
        return drawn
    covered = drawn.within(x, y)
    absent = sorted(set(drawn.by_source) - set(covered.by_source))
    share = int(size) / len(covered.by_source)
    kept = np.random.default_rng(seed).permutation(len(absent))[: round(share * len(absent))]
    few = cut(covered, size, seed) or covered
    chosen = {*few.by_source, *(absent[place] for place in kept.tolist())}
    return replace(drawn, pairs=tuple(pair for pair in drawn if pair.source in chosen))


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as a Markdown table; what was refused follows."""
    refused = [f"refused: {row['pair']} {row['seeds']}: {row['refused']}" for row in rows if "refused" in row]
    return "\n".join([markdown([row for row in rows if "refused" not in row]), *refused])


def judged(entries: Entries, test: Dictionary, others: Iterable[Dictionary]) -> dict[str, Any]:
    """Of the pairs of test words that all dictionaries know: how many, expected and measured precision."""
    lists = [dictionary.lowercased().by_source for dictionary in (test, *others)]
    written = [entry for entry in entries if entry.source.lower() in lists[0]]
    if len(lists) > 1:  # several lists of the second dictionary count as one
        written = [entry for entry in written if any(entry.source.lower() in gold for gold in lists[1:])]
    if not written:
        return {"pairs": 0}
    right = [any(entry.target.lower() in gold.get(entry.source.lower(), ()) for gold in lists) for entry in written]
    expected, share = (sum(values) / len(written) for values in ([entry.probability for entry in written], right))
    error = (share * (1 - share) / len(written)) ** 0.5
    return {
        "pairs": len(written),
        "expected": round(100 * expected, 1),
        "measured": round(100 * share, 1),
        "off": f"{100 * (share - expected):+.1f} ± {100 * error:.1f}",
    }


def _inputs(pair: str, source: str, target: str, words: int) -> tuple[Vectors, Vectors, Dictionary]:
    if pair.startswith(SAMPLE):
        return sample_vectors(source), sample_vectors(target), sample_dictionary(source, target)
    x, y = (real_data.vectors(language).first(words) for language in (source, target))
    return x, y, real_data.freedict(source, target)


def _prior(source: str, target: str, size: str) -> FixedPrior | None:
    return None if size == "all" else ranker_prior(source, target, TAUGHT["auto"])


if __name__ == "__main__":
    main()
