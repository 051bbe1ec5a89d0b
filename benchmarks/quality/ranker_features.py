"""What groups of features are worth to a ranker that is trained on a pair: P@1 on held-out words.

Run ``python -m benchmarks.quality.ranker_features --pairs en-ru --seeds FOLDER``. One build by the default method up to
the ranker; its examples are split by word into four parts, each ranked by a ranker trained on the others. The seeds are
the first four fifths of the words of a list in ``--seeds``, or three quarters of FreeDict. ``gain`` is against all
features; ± is the standard error of paired words. ``as spelled`` compares words of two scripts letter by letter.

With ``--pretrained`` the rankers are those for few seeds: trained on the pairs of ``benchmarks.pretraining`` without
the other language, and asked on its candidates from 25 seeds, before they adapt.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np
from numpy.typing import NDArray

from benchmarks import command_line, real_data
from benchmarks.pretraining import examples as examples_of
from benchmarks.pretraining import ranker_without
from benchmarks.quality.word_translation import split
from isogloss.data.reading import read_dictionary
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.induction.pipeline import Settings, training_data
from isogloss.lexicon.ranking.features import FEATURES, GEOMETRY, INFLECTION, OF_PAIR, SPELLING
from isogloss.lexicon.ranking.training import train
from isogloss.meta.matching.ranker_training import relative_features

FOLDS = 4
ENDINGS, FAMILIES = INFLECTION[:2], INFLECTION[2:]
AS_SPELLED = "as spelled"
COMPARED = ("edit", "prefix", "suffix")
BARE = (*GEOMETRY, *SPELLING)
GROUPS = {
    "all": OF_PAIR,
    "no endings": (*BARE, *FAMILIES),
    "no families": (*BARE, *ENDINGS),
    "no inflection": BARE,
    AS_SPELLED: OF_PAIR,
    f"{AS_SPELLED}, no inflection": BARE,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__, pairs="en-ru,en-fi", seed="folds")
    parser.add_argument("--words", type=int, help="Most frequent words of each language to use; all by default.")
    parser.add_argument("--seeds", type=Path, help="Folder of word lists such as en-ru.0-5000.txt, for FreeDict.")
    parser.add_argument("--pretrained", action="store_true", help="Rankers trained on other languages.")
    options = parser.parse_args(arguments)
    rows: list[dict[str, Any]] = []
    for pair in options.pairs.split(","):
        if options.pretrained:
            rows += pretrained(pair, options.seed)
        else:
            rows += measured(pair, options.words, options.seeds, options.seed)
    command_line.print_rows(rows, as_json=options.json)


def measured(pair: str, words: int | None, folder: Path | None, seed: int) -> list[dict[str, Any]]:
    """A row for each group of features."""
    source, target = pair.split("-")
    x, y = (real_data.vectors(language) for language in (source, target))
    if words is not None:
        x, y = x.first(words), y.first(words)
    whole = real_data.freedict(source, target)
    if folder is not None:
        whole = read_dictionary(next(iter(sorted(folder.glob(f"{source}-{target}.*")))), source, target)
    seeds, _ = split(whole.lowercased(), "last" if folder else "random", seed)
    settings = Settings(seed=seed)
    space = Space.of(x, y, settings.recipe().centring)
    cross = training_data(space, seeds, settings).self_trained(space, settings.frequent, settings.compute()).cross
    examples, candidates = cross.forward, cross.candidates
    order = np.argsort(candidates.words)
    place = order[np.searchsorted(candidates.words, examples.words, sorter=order)]
    spelled = as_spelled(examples.features, x, y, examples.words, candidates.rows[place])
    rows: list[dict[str, Any]] = []
    best: NDArray[np.bool_] | None = None
    for name, features in GROUPS.items():
        hits = held_out(spelled if AS_SPELLED in name else examples.features, examples.truth, features, seed)
        best = hits if best is None else best
        rows.append(row(pair, name, examples.truth, hits, best))
    return rows


def pretrained(pair: str, seed: int) -> list[dict[str, Any]]:
    """A row for each group of features, of rankers that have seen no pair with the other language."""
    source, target = pair.split("-")
    _, last = examples_of(source, target, seed=seed)
    asked = relative_features(last)
    rows: list[dict[str, Any]] = []
    best: NDArray[np.bool_] | None = None
    for name, features in GROUPS.items():
        if AS_SPELLED not in name:
            ranker = ranker_without({source, target} - {"en"}, names=features, seed=seed)
            first = ranker.logits(asked.features).argmax(axis=1)
            hits = asked.truth[np.arange(len(first)), first]
            best = hits if best is None else best
            rows.append(row(pair, name, asked.truth, hits, best))
    return rows


def row(
    pair: str, name: str, truth: NDArray[np.bool_], hits: NDArray[np.bool_], best: NDArray[np.bool_]
) -> dict[str, Any]:
    """The figures of a group of features; ``best`` are the hits with all."""
    gain = hits.astype(float) - best
    figures = {
        "pair": pair,
        "features": name,
        "words": len(hits),
        "with the answer": round(100 * float(truth.any(axis=1).mean()), 1),
        "P@1": round(100 * float(hits.mean()), 1),
        "gain": f"{100 * gain.mean():+.1f} ± {100 * gain.std() / len(gain) ** 0.5:.1f}",
    }
    print(figures, file=sys.stderr)
    return figures


def held_out(features: Matrix, truth: NDArray[np.bool_], names: tuple[str, ...], seed: int) -> NDArray[np.bool_]:
    """Whether the first candidate of each word is right, ranked without the word, shape ``(n,)``."""
    hits = np.zeros(len(truth), bool)
    for part in np.array_split(np.random.default_rng(seed).permutation(len(truth)), FOLDS):
        rest = np.setdiff1d(np.arange(len(truth)), part)
        ranker = train(features[rest], truth[rest], names, reorder=True, seed=seed)
        hits[part] = truth[part, ranker.logits(features[part]).argmax(axis=1)]
    return hits


def as_spelled(features: Matrix, x: Vectors, y: Vectors, words: NDArray[np.int64], rows: NDArray[np.int64]) -> Matrix:
    """``features`` with words compared as they are spelled, whatever their scripts; rows of words as of candidates."""
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein, Postfix, Prefix

    queries = [x.words[word] for word in words.tolist() for _ in range(rows.shape[1])]
    candidates = [y.words[row] for row in rows.ravel().tolist()]
    changed = features.copy()
    for name, kind in zip(COMPARED, (Levenshtein, Prefix, Postfix), strict=True):
        similarity = process.cpdist(queries, candidates, scorer=kind.normalized_similarity)
        changed[..., FEATURES.index(name)] = similarity.reshape(rows.shape)
    return changed


if __name__ == "__main__":
    main()
