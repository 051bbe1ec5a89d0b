"""What a project file may say, section by section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from isogloss.data.errors import VocabularyError
from isogloss.data.language import is_registered, language_code
from isogloss.data.limits import LARGEST_INTEGER, MAX_VOCAB
from isogloss.data.sources.catalogue import collections
from isogloss.data.sources.offers import offer

SAMPLE = "sample"  # in place of a file: the bundled one
HUB = "hub:"


def _code(text: str) -> str:
    try:
        return language_code(text)
    except VocabularyError as error:
        raise ValueError(str(error)) from error


Code = Annotated[str, AfterValidator(_code)]
Text = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\x00]+$")]  # which no path can hold
Share = Annotated[float, Field(ge=0, le=1)]
Pair = tuple[str, str]
Place = tuple[str | int, ...]  # of a value in the file: ``("dictionaries", 0, "pair")``


class Section(BaseModel):
    """A table of the file; unknown names are refused, so that a slip changes nothing unseen."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Language(Section):
    """A language; without ``vectors`` it has words in dictionaries only."""

    vectors: Text | None = None  # a file, an address, a name of `isogloss data list`, `wiki`, `cc`, or `sample`
    sha256: Text | None = None  # expected of what is fetched
    words: Text | None = None  # a word list, for vectors without one
    max_vocab: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)] = MAX_VOCAB
    keep_case: bool = False
    licence: str = ""  # of the vectors


class DictionaryFile(Section):
    """A dictionary; without ``pair`` it names the languages of its words itself."""

    file: Text  # a file, an address, a name of `isogloss data list`, its collection, or `sample`
    pair: Text | None = None
    format: Text | None = None
    name: Text | None = None
    licence: str | None = None
    quality: Share | None = None
    sha256: Text | None = None
    use: Literal["all", "seeds", "graph", "test"] = "all"  # seeds of lexicons and the graph, one of these, evaluation

    @property
    def test(self) -> bool:
        """Whether it is for evaluation only."""
        return self.use == "test"

    @property
    def in_graph(self) -> bool:
        """Whether the graph has its words."""
        return self.use in ("all", "graph")

    @property
    def gives_seeds(self) -> bool:
        """Whether lexicons start from it."""
        return self.use in ("all", "seeds")


class Lexicons(Section):
    """Which lexicons are built, and how."""

    pairs: Text | list[Text] = "all"  # or `hub:en`, or a list
    method: Literal[
        "auto", "procrustes", "normalised", "muse", "vecmap", "rcsls", "contrastive", "kernel-corrected",
        "self-trained", "no-spelling",
    ] = "auto"  # fmt: skip
    effort: Literal["quick", "normal", "thorough"] = "normal"
    seeds: Literal["auto", "identical", "none"] = "auto"
    evidence: bool = False  # paths through other languages of the dictionaries count
    goal: Literal["precision", "recall", "f1"] = "precision"
    min_precision: Share | None = None
    min_probability: Share | None = None
    reduce: bool = False
    blocks: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)] = (
        1  # of source words, into which the search of a very large pair is divided
    )


class Inference(Section):
    """Between which languages the graph infers translations that nobody states."""

    pairs: Literal["missing"] | list[Text] = "missing"
    method: Literal["ensemble", "otic", "cycles", "walk"] = "ensemble"
    min_score: Share | None = None


class Concepts(Section):
    """Communities of translations that are stored as concepts."""

    min_size: Annotated[int, Field(ge=2, le=LARGEST_INTEGER)] = 3
    min_cohesion: Share = 0.3


class Training(Section):
    """A model that helps languages with few seeds, trained on the others; tasks come from the dictionaries."""

    hold_out: list[Code] = []
    auxiliary: bool = True  # also tasks whose dictionary is inferred through a third language
    words: Annotated[int, Field(ge=50, le=LARGEST_INTEGER)] | None = None
    vocabulary: Annotated[int, Field(ge=50, le=LARGEST_INTEGER)] | None = None
    steps: Annotated[int, Field(ge=0, le=LARGEST_INTEGER)] | None = None


class Ranker(Section):
    """A ranker meta-trained on tasks of the dictionaries, as ``meta ranker train`` does; ``processes`` share a step."""

    hold_out: list[Code] = []
    learner: Literal["maml", "fomaml", "reptile", "anil", "meta-sgd", "prototypes", "ridge", "imaml"] = "maml"
    model: Literal["ranker", "words"] = "ranker"
    families: list[Text] = []
    steps: Annotated[int, Field(ge=0, le=LARGEST_INTEGER)] = 300
    settings: dict[str, bool | int | float | str] = {}  # others of ``isogloss.TrainingSettings``, by name
    processes: Annotated[int, Field(ge=1, le=256)] = 1


class Meta(Section):
    """Meta-learning."""

    train: Training | None = None
    ranker: Ranker | None = None


class Project(Section):
    """The whole file."""

    languages: dict[Code, Language] = Field(min_length=1)
    dictionaries: list[DictionaryFile] = []
    lexicons: Lexicons | None = None
    inference: Inference | None = None
    concepts: Concepts | None = None
    meta: Meta = Meta()
    graph: Text = "graph.db"
    results: Text = "results"
    seed: Annotated[int, Field(ge=0, le=LARGEST_INTEGER)] = 0

    def with_vectors(self) -> list[str]:
        """The languages that have vectors, in the order of the file."""
        return [code for code, language in self.languages.items() if language.vectors is not None]

    def pair(self, text: str) -> Pair:
        """The two languages of ``en-fr``; codes may hold dashes themselves.

        Raises:
            ValueError: It is none.
        """
        parts = text.split("-")
        splits = [("-".join(parts[:n]), "-".join(parts[n:])) for n in range(1, len(parts))]
        registered = [codes for codes in splits if all(is_registered(code) for code in codes)]
        both_codes = [tuple(map(_code, codes)) for codes in registered]
        declared = [codes for codes in both_codes if set(codes) <= set(self.languages)]
        for codes in (*declared, *both_codes):
            if codes[0] != codes[1]:
                return codes[0], codes[1]
        raise ValueError("expected two languages, such as en-fr")

    def lexicon_pairs(self) -> list[Pair]:
        """The pairs of the lexicons, in their order; no two have the same languages."""
        if self.lexicons is None:
            return []
        requested, codes = self.lexicons.pairs, self.with_vectors()
        if isinstance(requested, list):
            return list(dict.fromkeys(self.pair(text) for text in requested))
        if requested.startswith(HUB):
            hub = _code(requested.removeprefix(HUB))
            return [(hub, code) for code in codes if code != hub]
        return list(combinations(codes, 2))

    def inferred_pairs(self) -> list[Pair]:
        """The pairs of the inference: those listed, or those that neither a dictionary nor a lexicon joins."""
        if self.inference is None:
            return []
        if isinstance(self.inference.pairs, list):
            return list(dict.fromkeys(self.pair(text) for text in self.inference.pairs))
        stated = [self.pair(entry.pair) for entry in self.dictionaries if entry.pair is not None and entry.in_graph]
        joined = {frozenset(pair) for pair in (*self.lexicon_pairs(), *stated)}
        return [pair for pair in combinations(self.languages, 2) if frozenset(pair) not in joined]

    def faults(self) -> Iterator[tuple[Place, str, str]]:
        """What does not fit together: the place, what was found, what was expected."""
        yield from self._faults_of_languages()
        yield from self._faults_of_dictionaries()
        if self.lexicons is not None:
            yield from self._faults_of_lexicons(self.lexicons)
        if self.inference is not None and isinstance(self.inference.pairs, list):
            for pair in self.inference.pairs:
                yield from self._fault_of_pair(pair, ("inference", "pairs"), list(self.languages))
        for name, trained in (("train", self.meta.train), ("ranker", self.meta.ranker)):
            if trained and not any(dictionary.in_graph for dictionary in self.dictionaries):
                yield ("meta", name), "no dictionary to draw tasks from", "[[dictionaries]]"
            for code in trained.hold_out if trained else ():
                if code not in self.languages:
                    yield ("meta", name, "hold_out"), f"language {code}", f"one of {', '.join(self.languages)}"

    def _faults_of_dictionaries(self) -> Iterator[tuple[Place, str, str]]:
        for number, entry in enumerate(self.dictionaries):
            faults = []
            if entry.pair is not None:
                faults = list(self._fault_of_pair(entry.pair, ("dictionaries", number, "pair"), None))
            elif entry.test or entry.file in collections():
                yield ("dictionaries", number), "no pair", 'the languages of the dictionary, such as pair = "en-fr"'
                continue
            pair = "" if entry.pair is None or faults else "-".join(self.pair(entry.pair))
            yield from faults or _fault_of_offer(entry.file, pair, entry.test, ("dictionaries", number, "file"))

    def _faults_of_languages(self) -> Iterator[tuple[Place, str, str]]:
        for code, language in self.languages.items():
            if language.vectors is not None:
                yield from _fault_of_offer(language.vectors, code, False, ("languages", code, "vectors"))

    def _faults_of_lexicons(self, lexicons: Lexicons) -> Iterator[tuple[Place, str, str]]:
        if lexicons.min_precision is not None and lexicons.min_probability is not None:
            yield ("lexicons", "min_probability"), "min_precision and min_probability", "one of them"
        place, codes = ("lexicons", "pairs"), self.with_vectors()
        if isinstance(lexicons.pairs, list):
            for pair in lexicons.pairs:
                yield from self._fault_of_pair(pair, place, codes)
        elif lexicons.pairs.startswith(HUB):
            if lexicons.pairs.removeprefix(HUB) not in codes:
                yield place, repr(lexicons.pairs), f"hub: and one of {', '.join(codes) or 'no languages with vectors'}"
        elif lexicons.pairs != "all":
            yield place, repr(lexicons.pairs), 'all, hub:en, or a list such as ["en-fr", "en-fi"]'
        elif len(codes) < 2:
            yield ("lexicons",), "fewer than two languages with vectors", "vectors = … in two [languages.CODE] or more"

    def _fault_of_pair(self, text: str, place: Place, among: list[str] | None) -> Iterator[tuple[Place, str, str]]:
        try:
            codes = self.pair(text)
        except ValueError as error:
            yield place, repr(text), str(error).removeprefix("expected ")
            return
        if among is not None and (missing := [code for code in codes if code not in among]):
            kind = "[languages." + missing[0] + "]" + ("" if missing[0] not in self.languages else " with vectors")
            yield place, f"{text!r}", f"two of {', '.join(among)}; add {kind}"


def offer_name(text: str, key: str, *, test: bool = False) -> str | None:
    """What the catalogue calls the source that a project names, ``None`` where it names a file or an address.

    ``wiki`` stands for ``wiki/en`` where the ``key`` is ``en``; of MUSE, tests have a part of their own.

    Raises:
        VocabularyError: The catalogue has nothing of this name.
    """
    name = text if "/" in text else f"{text}/{key}"
    if name.partition("/")[0] not in collections():
        return None
    if text == "muse":
        name += "/test" if test else "/train"
    return offer(name).name


def _fault_of_offer(text: str, key: str, test: bool, place: Place) -> Iterator[tuple[Place, str, str]]:
    try:
        offer_name(text, key, test=test)
    except VocabularyError as error:
        yield place, repr(text), f"a source of the catalogue, or ./{text} for a file ({error})"


def as_json(section: Section) -> Mapping[str, Any]:
    """The values of a section as JSON has them."""
    return section.model_dump(mode="json")
