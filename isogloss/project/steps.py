"""The steps of a project: what each is made from, in the order in which they can be made.

A step is a function of the content of its files, its settings and the steps that it uses. Its key is a hash of these,
and names its result, so that a result that is there is one that need not be made again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from isogloss.data.addresses import masked
from isogloss.data.sample import sample_concepts, sample_folder, sample_languages, sample_licence
from isogloss.data.sources.offers import offer
from isogloss.project.file import ProjectFile
from isogloss.project.model import (
    SAMPLE,
    DictionaryFile,
    Language,
    Pair,
    Project,
    Ranker,
    Training,
    as_json,
    offer_name,
)

Kind = Literal[
    "vectors", "dictionary", "dictionaries", "lexicon", "model", "ranker", "seeds", "evaluation", "loaded", "inferred",
    "graph",
]  # fmt: skip
VERSIONS: Mapping[Kind, int] = {}  # of what a kind of step computes, from 0; a higher number makes its results stale
KEY = 16  # hexadecimal digits of a key, 64 bits; round number


@dataclass(frozen=True)
class Step:
    """A part of the work with a result of its own.

    ``files`` are local inputs by role, ``uses`` the names of steps that have to be done, ``takes`` those that are used
    where they are done: a graph is loaded from the lexicons that there are. ``address`` is that of what is fetched, as
    it is: settings, which are kept beside the result, have it without a password.
    """

    kind: Kind
    subject: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    uses: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    address: str = ""

    @property
    def name(self) -> str:
        """``lexicon:en-fr``; a step that there is once has the name of its kind."""
        return f"{self.kind}:{self.subject}" if self.subject else self.kind

    def key(self, hashes: Mapping[str, str], inputs: Mapping[str, str]) -> str:
        """The hash of all that the result depends on: hashes of files by path, keys of steps by name."""
        files = {role: hashes[path] for role, path in self.files.items()}
        parts = [self.kind, VERSIONS.get(self.kind, 0), self.subject, dict(self.settings), files, dict(inputs)]
        return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()[:KEY]


def plan(file: ProjectFile) -> list[Step]:
    """All steps of a project; each comes after those that it needs."""
    return list(_Plan(file).steps())


@dataclass(frozen=True)
class _Input:
    """Where vectors or a dictionary come from: a local file, or the step that fetches it."""

    file: str | None = None
    step: Step | None = None

    def into(self, role: str, files: dict[str, str], uses: list[str]) -> None:
        """Make it an input of a step, under ``role``."""
        if self.file is not None:
            files[role] = self.file
        elif self.step is not None:
            uses.append(self.step.name)


class _Plan:
    def __init__(self, file: ProjectFile) -> None:
        self.file = file
        self.project: Project = file.project
        self.vectors = {code: self._vectors(code, self.project.languages[code]) for code in self.project.with_vectors()}
        self.dictionaries = [self._dictionary(number) for number in range(len(self.project.dictionaries))]

    def steps(self) -> Iterator[Step]:
        fetched = [source.step for source in (*self.vectors.values(), *self.dictionaries) if source.step is not None]
        yield from {step.name: step for step in fetched}.values()
        stated = [number for number, dictionary in enumerate(self.project.dictionaries) if dictionary.in_graph]
        if stated:
            yield self._dictionary_graph(stated)
        lexicons = [self._lexicon(pair) for pair in self.project.lexicon_pairs()]
        yield from (lexicon for lexicon in lexicons if not {"seeds", "model"} & _kinds(lexicon))
        yield from self._training()
        later = [lexicon for lexicon in lexicons if {"seeds", "model"} & _kinds(lexicon)]
        yield from (self._seeds(lexicon.subject) for lexicon in later if "seeds" in _kinds(lexicon))
        yield from later
        yield from (test for lexicon in lexicons for test in self._evaluation(lexicon))
        yield from self._graphs(lexicons, stated)

    def _vectors(self, code: str, language: Language) -> _Input:
        given = language.vectors or ""
        if given == SAMPLE:
            return _Input(str(sample_folder() / f"{code}.safetensors"))
        if (name := offer_name(given, code)) is not None or "://" in given:
            return _Input(step=_fetched("vectors", code, name, given, language.sha256))
        return _Input(str(self.file.located(given)))

    def _dictionary(self, number: int) -> _Input:
        dictionary = self.project.dictionaries[number]
        if dictionary.file == SAMPLE:
            return _Input(str(sample_folder() / "concepts.tsv"))
        pair = "" if dictionary.pair is None else "-".join(self.project.pair(dictionary.pair))
        if (name := offer_name(dictionary.file, pair, test=dictionary.test)) is not None or "://" in dictionary.file:
            shown = name or masked(dictionary.file)
            subject = re.sub(r"[^\w.-]+", "-", shown.partition("://")[2] or shown)
            return _Input(step=_fetched("dictionary", subject, name, dictionary.file, dictionary.sha256))
        return _Input(str(self.file.located(dictionary.file)))

    def _dictionary_graph(self, numbers: Sequence[int]) -> Step:
        files, uses = dict[str, str](), list[str]()
        listed = [self._listed(number, files, uses) for number in numbers]
        return Step("dictionaries", "", {"dictionaries": listed}, files, tuple(uses))

    def _listed(self, number: int, files: dict[str, str], uses: list[str]) -> dict[str, Any]:
        """The settings of a dictionary, which becomes an input."""
        dictionary, origin = self.project.dictionaries[number], self.dictionaries[number]
        role = f"dictionary {number + 1}"
        origin.into(role, files, uses)
        pair = None if dictionary.pair is None else self.project.pair(dictionary.pair)
        return {
            "input": role if origin.step is None else origin.step.name,
            "sample": dictionary.file == SAMPLE,
            "pair": pair,
            **{name: getattr(dictionary, name) for name in ("format", "name", "licence", "quality")},
        }

    def _covering(self, pair: Pair) -> Iterator[tuple[int, DictionaryFile]]:
        """The dictionaries between two languages, with their numbers."""
        for number, dictionary in enumerate(self.project.dictionaries):
            if _of_sample(dictionary, pair) or self._is_of(dictionary, pair):
                yield number, dictionary

    def _seeds_of(self, pair: Pair) -> list[int]:
        return [number for number, dictionary in self._covering(pair) if dictionary.gives_seeds]

    def _tests_of(self, pair: Pair) -> list[int]:
        return [number for number, dictionary in self._covering(pair) if dictionary.test]

    @property
    def _any_in_graph(self) -> bool:
        return any(dictionary.in_graph for dictionary in self.project.dictionaries)

    def _is_of(self, dictionary: DictionaryFile, pair: Pair) -> bool:
        return dictionary.pair is not None and set(self.project.pair(dictionary.pair)) == set(pair)

    def _lexicon(self, pair: Pair) -> Step:
        lexicons = self.project.lexicons
        assert lexicons is not None  # there are pairs of it
        name = "-".join(pair)
        files, uses = dict[str, str](), list[str]()
        settings: dict[str, Any] = {**as_json(lexicons), "seed": self.project.seed, "pair": pair, "dictionaries": []}
        del settings["pairs"]
        for side, code in zip(("source", "target"), pair, strict=True):
            settings[side] = self._side(code, side, files, uses)
        settings["names"] = not self._tests_of(pair)
        seeds = self._seeds_of(pair)
        if lexicons.seeds == "auto":
            settings["dictionaries"] = [self._listed(number, files, uses) for number in seeds]
            if not seeds and self._any_in_graph:
                uses.append(f"seeds:{name}")
        if lexicons.evidence and self._any_in_graph:
            uses.append("dictionaries")
        training = self.project.meta.train
        if training is not None and (set(training.hold_out) & set(pair) or not seeds):
            uses.append("model")
        return Step("lexicon", name, settings, files, tuple(uses))

    def _side(self, code: str, role: str, files: dict[str, str], uses: list[str]) -> dict[str, Any]:
        """The settings of one language's vectors, which become an input."""
        language, origin = self.project.languages[code], self.vectors[code]
        role = f"{role} vectors"
        origin.into(role, files, uses)
        settings = {
            "language": code,
            "input": role if origin.step is None else origin.step.name,
            "max_vocab": language.max_vocab,
            "keep_case": language.keep_case,
            "licence": self._licence(code),
            "words": None,
        }
        if language.words is not None:
            settings["words"] = f"{role}, words"
            files[f"{role}, words"] = str(self.file.located(language.words))
        return settings

    def _licence(self, code: str) -> str:
        language = self.project.languages[code]
        if language.licence or language.vectors is None:
            return language.licence
        if language.vectors == SAMPLE:
            return sample_licence(code) if code in sample_languages() else ""
        name = offer_name(language.vectors, code)
        return "" if name is None else offer(name).licence

    def _seeds(self, subject: str) -> Step:
        return Step("seeds", subject, {"pair": self.project.pair(subject), "seed": self.project.seed}, uses=_BASE)

    def _training(self) -> Iterator[Step]:
        kinds: tuple[tuple[Kind, Training | Ranker | None], ...] = (
            ("model", self.project.meta.train),
            ("ranker", self.project.meta.ranker),
        )
        for kind, training in kinds:
            if training is None:
                continue
            files, uses = dict[str, str](), ["dictionaries"]
            codes = [code for code in self.vectors if code not in training.hold_out]
            sides = [self._side(code, code, files, uses) for code in codes]
            settings = {**as_json(training), "hold_out": sorted(training.hold_out), "seed": self.project.seed}
            yield Step(kind, "", {**settings, "vectors": sides}, files, tuple(uses))

    def _evaluation(self, lexicon: Step) -> Iterator[Step]:
        files, uses = dict[str, str](), [lexicon.name]
        pair = self.project.pair(lexicon.subject)
        listed = [self._listed(number, files, uses) for number in self._tests_of(pair)]
        if listed:
            yield Step("evaluation", lexicon.subject, {"pair": pair, "dictionaries": listed}, files, tuple(uses))

    def _graphs(self, lexicons: Sequence[Step], stated: Sequence[int]) -> Iterator[Step]:
        files, uses = dict[str, str](), [*(_BASE if stated else ())]
        sides = [self._side(code, code, files, uses) for code in self.vectors]
        names = tuple(lexicon.name for lexicon in lexicons)
        if not (stated or lexicons):
            return
        yield Step("loaded", "", {"vectors": sides}, files, tuple(uses), names)
        inferred = [self._inferred(pair) for pair in self.project.inferred_pairs()]
        yield from inferred
        concepts = None if self.project.concepts is None else dict(as_json(self.project.concepts))
        settings = {"concepts": concepts, "seed": self.project.seed}
        yield Step("graph", "", settings, uses=("loaded",), takes=tuple(step.name for step in inferred))

    def _inferred(self, pair: Pair) -> Step:
        inference = self.project.inference
        assert inference is not None  # there are pairs of it
        settings = {"pair": pair, "seed": self.project.seed, "method": inference.method}
        return Step("inferred", "-".join(pair), {**settings, "min_score": inference.min_score}, uses=("loaded",))


_BASE = ("dictionaries",)


def _fetched(kind: Kind, subject: str, name: str | None, given: str, sha256: str | None) -> Step:
    """The step that fetches what the catalogue calls ``name``, or else what is at the address ``given``."""
    settings = {"from": name or masked(given), "offer": name is not None, "sha256": sha256}
    return Step(kind, subject, settings, address="" if name else given)


def _kinds(step: Step) -> set[str]:
    return {name.partition(":")[0] for name in step.uses}


def _of_sample(dictionary: DictionaryFile, pair: Pair) -> bool:
    """Whether the bundled concepts stand for a dictionary between two languages."""
    if dictionary.file != SAMPLE or dictionary.pair is not None:
        return False
    named = {language for names in sample_concepts().values() for language in names}
    return set(pair) <= named
