"""The second use: one graph of all words, which answers with its reasons."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from isogloss.data.errors import VocabularyError
from isogloss.data.sample import ORIGIN, sample_concepts, sample_vectors
from isogloss.data.translation import Translation
from isogloss.demonstration.pairs import Built, licence_of, split
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.results import Stats
from isogloss.kg.storage.run import Run

PIVOT = ("fr", "fi", "en")  # two languages that no lexicon joins, and the one between


class Question(NamedTuple):
    """What one might ask; ``point`` says what the answer shows."""

    word: str
    source: str
    target: str
    point: str
    via: str | None = None


QUESTIONS = (
    Question("war", "en", "fr", "said by the lexicon just built"),
    Question("vie", "fr", "fi", "no lexicon joins French and Finnish: through English", "en"),
    Question("犬", "ja", "sw", "no vectors of Swahili: through what CLDR names in both"),
)
# asked instead where the lexicons of a run have no answer
OTHERS = {"fr": ("guerre", "roi", "histoire", "musique", "ville"), "ja": ("猫", "水", "家")}


@dataclass(frozen=True, eq=False)
class Asked:
    """A question and the surest answers."""

    question: Question
    found: tuple[Translation, ...]

    def as_json(self) -> dict[str, Any]:
        """The answers with every path."""
        return {
            **self.question._asdict(),
            "answers": [
                {
                    "word": each.word,
                    "score": each.score,
                    "licence": each.licence,
                    "direct": each.direct,
                    "paths": [
                        {
                            "words": [[word.language, word.word] for word in path.words],
                            "sources": [[claim.source.name for claim in step.claims] for step in path.steps],
                            "score": path.score,
                            "licence": path.licence,
                        }
                        for path in each.evidence
                    ],
                }
                for each in self.found
            ],
        }


@dataclass(frozen=True)
class Pivoted:
    """How often the first answer through a pivot is right, between languages that no lexicon joins."""

    source: str
    target: str
    via: str
    words: int
    answered: int
    right: int

    @property
    def precision(self) -> float:
        """P@1; a word without an answer counts as wrong."""
        return self.right / self.words if self.words else float("nan")


@dataclass(frozen=True, eq=False)
class Consulted:
    """The graph in figures, what it was asked, and how good its pivots are."""

    stats: Stats
    induced: int
    asked: tuple[Asked, ...]
    pivoted: Pivoted

    def as_json(self) -> dict[str, Any]:
        """All figures and answers."""
        return {
            "languages": len(self.stats.languages),
            "words": self.stats.entries,
            "concepts": self.stats.concepts,
            "translations": self.stats.edges,
            "induced": self.induced,
            "pivot": {**vars(self.pivoted), "precision_at_1": round(self.pivoted.precision, 6)},
            "questions": [asked.as_json() for asked in self.asked],
        }


def begin_graph(path: Path) -> None:
    """A new graph of what CLDR names."""
    with open_graph(path, write=True) as graph:
        graph.add_concepts(sample_concepts(), ORIGIN)


def consult(path: Path, built: Sequence[Built], held_out: Collection[str], seed: int) -> Consulted:
    """Store the lexicons, then ask."""
    from isogloss import __version__

    with open_graph(path, write=True) as graph:
        for each in built:
            graph.add(each.dictionary, run=Run("lexicon build", {"method": each.method}, seed, __version__))
    with open_graph(path) as graph:
        stats = graph.stats()
        asked = tuple(_asked(graph, question) for question in QUESTIONS)
    induced = sum(len(each.dictionary) for each in built)
    return Consulted(stats, induced, asked, pivoted(path, held_out))


def _asked(graph: Graph, question: Question) -> Asked:
    """The question about its word; where that has no answer, about the first of some others that has one."""
    for word in (question.word, *OTHERS.get(question.source, ())):
        other = question._replace(word=word)
        if found := _answers(graph, other):
            return Asked(other, found)
    return Asked(question, ())


def _answers(graph: Graph, question: Question) -> tuple[Translation, ...]:
    """The two surest; none where the lexicons did not take the word in, as may be with other words kept back."""
    try:
        return tuple(graph.translate(question.word, question.source, question.target, via=question.via, k=2))
    except VocabularyError:
        return ()


def pivoted(path: Path, held_out: Collection[str]) -> Pivoted:
    """Ask for CLDR's words that were kept from every lexicon, of the lexicons alone."""
    source, target, via = PIVOT
    gold = unseen(source, target, via, held_out)
    lexicons = [licence_of(via, source), licence_of(via, target)]  # CLDR's own licence is neither: it must not answer
    with open_graph(path) as graph:
        firsts = {
            word: found[0].word
            for word in gold
            if (found := graph.translate(word, source, target, via=via, k=1, licences=lexicons))
        }
    right = sum(firsts[word] in gold[word] for word in firsts)
    return Pivoted(source, target, via, len(gold), len(firsts), right)


def unseen(source: str, target: str, via: str, held_out: Collection[str]) -> dict[str, set[str]]:
    """CLDR's translations of words that no lexicon had among its seeds, where both ends have vectors."""
    seen = {pair.target for pair in split(via, source, held_out)[0]}
    words, others = sample_vectors(source), sample_vectors(target)
    gold: dict[str, set[str]] = {}
    for names in sample_concepts().values():
        if {source, target, via} <= names.keys() and names[via].lower() in held_out:
            word, answer = names[source].lower(), names[target].lower()
            if word in words and answer in others and word not in seen:
                gold.setdefault(word, set()).add(answer)
    return gold
