"""Two languages from raw text: how good the lexicon is that ``data train`` and ``lexicon build`` make, by wordnets.

Run ``python -m benchmarks.quality.raw_text --json``. The texts are the help of LibreOffice in English and Basque, half
a million words each; vectors are trained on them, or those of an earlier run are used (``benchmarks.help_texts``). The
word list that judges has no part in it: pairs of words of one synset in Princeton's WordNet 3.0 (of Debian) and in the
Basque one of the Multilingual Central Repository (``--wordnet``, the file ``wns/mcr/wn-data-eus.tab`` of
github.com/omwn/omw-data). Seeds are drawn from this list as a speaker would name them: frequent English words,
each with its most frequent translation. Test words are all other English words of the list, without those of CLDR's
bundled names, which a build may join to the seeds.

For each number of seeds: ``P@1`` and ``P@5``, the share of test words of which a listed translation is the first, or
among the first five; ``written``, the pairs of the lexicon, of which ``alike`` are spelled alike; ``judged``, those
whose English word is a test word; ``expected``, their mean probability, and ``precision``, the share that is listed.
Wordnets list base forms (*leiho*), texts have mostly inflected ones (*leihoaren*), so ``… or inflected`` also counts a
listed noun with an ending of a Basque case; ``of those not alike`` is this precision of the pairs that are spelled
differently. ``CPU s`` is for the build.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np

from benchmarks import command_line, help_texts
from benchmarks.real_data import Package, folder, single_words, unpacked
from benchmarks.sample_builds import DEPTH
from benchmarks.tables import markdown
from isogloss import build_lexicon, open_lexicon
from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import AlignmentError, DownloadError
from isogloss.data.sample import sample_dictionary
from isogloss.data.storage import file_hash
from isogloss.data.vector_training import Recipe
from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicons import Lexicon
from isogloss.meta.matching.training_cases import draw_seeds

WORDNET = Package(
    "wordnet-base",
    "1:3.0-37",
    "wordnet-base_1%3a3.0-37_all.deb",
    "61060d960f9ada8fa120872312eccd3ecebfbab8c4579e4f5a74e1cf67620752",
)
BASQUE_HASH = "b3278c13f92cd4f3165fcee612a127d3a6695be3bfd55499a7d87ba5b68a6211"
PARTS_OF_SPEECH = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
ALIKE = "identical"  # the kind of pairs that are spelled alike
# of the cases of nouns: indefinite, singular, plural
ENDING = re.compile(
    "a|ak|ek|k|en|aren|ren|ari|ei|ri|an|ean|etan|tan|n|tik|etik|etatik|ra|era|etara|rantz|ko|eko|etako|go|z|az|ez|etaz|"
    "rekin|arekin|ekin|rik|ik|tzat|entzat|arentzat|gatik|arengatik"
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__, seed_sizes="50,200", seed="the draws and of the build")
    parser.add_argument("--wordnet", type=Path, help="The Basque wordnet (default: in the folder of the benchmarks).")
    parser.add_argument("--epochs", type=int, default=Recipe().epochs, help="Of the training of vectors.")
    parser.add_argument(
        "--out", type=Path, help="Folder for seeds, test words and lexicons; those there are not built again."
    )
    options = parser.parse_args(arguments)
    try:
        english, basque = (help_texts.vectors(language, options.epochs) for language in ("en", "eu"))
        listed = wordnet_pairs(options.wordnet or folder() / "wn-data-eus.tab")
    except DownloadError as error:
        raise SystemExit(f"error: {error}") from None
    gold = listed.within(english, basque)
    rows = []
    for size in options.seed_sizes.split(","):
        rows.append(measured(english, basque, gold, int(size), options.seed, options.out))
        print(rows[-1], file=sys.stderr)
    words = {vectors.language: len(vectors) for vectors in (english, basque)}
    result = {"words": words, "pairs of the word list": len(listed), "with vectors": len(gold), "lexicons": rows}
    print(json.dumps(result, ensure_ascii=False, indent=2) if options.json else shown(result))


def measured(
    english: Vectors, basque: Vectors, gold: Dictionary, size: int, seed: int, out: Path | None
) -> dict[str, Any]:
    """The figures of a lexicon from so many seed words, or why there is none."""
    drawn = draw_seeds(Seeds.of(gold, english, basque), size, np.random.default_rng(seed))
    rows = zip(drawn.source.tolist(), drawn.target.tolist(), strict=True)
    seeds = Dictionary.of("en", "eu", [(english.words[row], basque.words[column]) for row, column in rows])
    named = sample_dictionary("en", "eu").lowercased()
    test = Dictionary.of("en", "eu", [p[:2] for p in gold if p.source not in seeds and p.source not in named])
    place = None if out is None else out / f"en-eu-{size}"
    if out is not None:
        _keep(out, size, seeds, test)
    try:
        if place is not None and place.is_dir():
            lexicon = open_lexicon(place)
        else:
            lexicon = build_lexicon(english, basque, seeds, seed=seed, out=place)
    except AlignmentError as error:
        return {"seeds": size, "refused": str(error)}
    spent = sum(stage["cpu"] for stage in lexicon.report["seconds"].values())
    return {"seeds": size, "CPU s": round(spent)} | judged(lexicon, test)


def judged(lexicon: Lexicon, test: Dictionary) -> dict[str, Any]:
    """What the word list says of translations of its words, and of the pairs that are written."""
    answers = lexicon.translate(list(test.by_source), DEPTH)
    predicted = {word: [translation.word for translation in answers[word]] for word in test.by_source}
    written = [entry for entry in lexicon.entries if entry.source.lower() in test]
    row: dict[str, Any] = {"test words": len(predicted)}
    for name, right in (("", is_listed), (" or inflected", is_form)):
        for k in (1, DEPTH):
            row[f"P@{k}{name}"] = _share(
                any(right(word, test[asked]) for word in words[:k]) for asked, words in predicted.items()
            )
    alike = sum(entry.kind == ALIKE for entry in lexicon.entries)
    row |= {"written": len(lexicon), "alike": alike, "judged": len(written)}
    row["expected"] = _share(entry.probability for entry in written)
    for name, right in (("", is_listed), (" or inflected", is_form)):
        row[f"precision{name}"] = _share(right(entry.target, test[entry.source.lower()]) for entry in written)
    others = [entry for entry in written if entry.kind != ALIKE]
    row["of those not alike"] = _share(is_form(entry.target, test[entry.source.lower()]) for entry in others)
    return row


def wordnet_pairs(path: Path) -> Dictionary:
    """English and Basque single words that share a synset, in lower case.

    Raises:
        DownloadError: The Basque wordnet is not there or another one, or Debian's package cannot be had.
    """
    if not path.is_file() or file_hash(path) != BASQUE_HASH:
        raise DownloadError(
            f"{path}: no such file, or not the one that the figures were measured with (sha256 {BASQUE_HASH}); fetch "
            "wns/mcr/wn-data-eus.tab of github.com/omwn/omw-data"
        )
    place = unpacked(WORDNET) / "usr/share/wordnet"
    english = {
        synset: words
        for name, tag in PARTS_OF_SPEECH.items()
        for synset, words in english_synsets((place / f"data.{name}").read_text("utf-8").splitlines(), tag)
    }
    pairs = joined(english, path.read_text("utf-8").splitlines())
    return single_words(Dictionary.of("en", "eu", pairs, Origin("wordnets"))).lowercased()


def english_synsets(lines: Iterable[str], tag: str) -> Iterator[tuple[str, list[str]]]:
    """Key and words of each synset of a data file of WordNet (wndb(5WN))."""
    for line in lines:
        if not line.startswith(" "):  # the licence
            offset, _, _, count, *fields = line.split(" ")
            words = fields[: 2 * int(count, 16) : 2]
            yield f"{offset}-{tag}", [word.partition("(")[0].replace("_", " ") for word in words]


def joined(english: dict[str, list[str]], lines: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of English words and the lemmas of the same synset in a table of the Open Multilingual Wordnet."""
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return [
        (word, row[2].replace("_", " "))
        for row in rows
        if row[1].endswith(":lemma")
        for word in english.get(row[0].replace("-s", "-a"), ())
    ]


def is_listed(word: str, listed: Collection[str]) -> bool:
    """Whether the word list has ``word``."""
    return word.lower() in listed


def is_form(word: str, listed: Collection[str]) -> bool:
    """Whether ``word`` is listed, or a listed noun with an ending."""
    word = word.lower()
    ends = (word.removeprefix(base) for base in listed if word.startswith(base))
    return any(not end or ENDING.fullmatch(end) for end in ends)


def _share(values: Iterable[float]) -> float | None:
    """The mean in percent."""
    every = list(values)
    return round(100 * sum(every) / len(every), 1) if every else None


def _keep(out: Path, size: int, seeds: Dictionary, test: Dictionary) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, pairs in (("seeds", seeds), ("test", test)):
        text = "".join(f"{pair.source}\t{pair.target}\n" for pair in pairs)
        (out / f"{name}-{size}.tsv").write_text(text, encoding="utf-8")


def shown(result: dict[str, Any]) -> str:
    """A Markdown table of the lexicons; what else there is stands above."""
    above = [f"{name}: {value}" for name, value in result.items() if name != "lexicons"]
    return "\n".join([*above, markdown(result["lexicons"])])


if __name__ == "__main__":
    main()
