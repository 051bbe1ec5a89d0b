"""How answers of the graph are printed: rows, or JSON with everything that speaks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from isogloss.cli.console import note, print_json, print_rows
from isogloss.cli.word_lists import failed_as_json
from isogloss.data.translation import Translation, Translations
from isogloss.kg.as_json import translation_as_json
from isogloss.kg.results import SPELLING, How

if TYPE_CHECKING:
    from isogloss.kg.graph import Graph
    from isogloss.kg.results import Claim, Path

STRONGEST = 3  # paths of each translation that --explain prints; round number
SOURCES = 2  # of each edge of them, and paths that one of them was inferred over; round number


@dataclass(frozen=True)
class EvidenceDetail:
    """How much of an answer is printed: ``paths`` of each translation, and ``claims`` of each of their steps."""

    paths: int | None = 0  # None is all
    claims: int | None = None

    @classmethod
    def of(cls, explain: bool, all_evidence: bool) -> EvidenceDetail:
        """What the options ask for."""
        if all_evidence:
            return cls(None)
        return cls(STRONGEST, SOURCES) if explain else cls()


def render(
    translations: dict[str, list[Translation]],
    shown: EvidenceDetail,
    *,
    json: bool,
    failed: Mapping[str, str] | None = None,
) -> None:
    """Translations as rows or JSON, with a row for each path that is shown; JSON ends with those that ``failed``."""
    ranked = _ranked(translations)
    if json:
        answers = [translation_as_json(word, rank, answer, shown.paths) for word, rank, answer in ranked]
        print_json([*answers, *failed_as_json(failed or {})])
    elif shown.paths == 0 and any(answer.senses for _, _, answer in ranked):
        print_rows(
            (word, answer.rank, answer.word, answer.score, answer.licence or "unknown", sense)
            for word, listed in translations.items()
            for sense, answer in _grouped(Translations(word, listed))
        )
    elif shown.paths != 0:
        print_rows(
            (word, rank, answer.word, answer.score, path.score, path.licence or "unknown", route(path, shown.claims))
            for word, rank, answer in ranked
            for path in answer.evidence[: shown.paths]
        )
    else:
        print_rows(
            (word, rank, answer.word, answer.score, answer.licence or "unknown") for word, rank, answer in ranked
        )
    for word, listed in translations.items():
        for entry, match in dict.fromkeys((answer.entry, answer.match) for answer in listed if answer.match):
            note(f"{word}: answered by {entry} ({match})")


def note_matches(graph: Graph, word: str, language: str) -> None:
    """Say which entries stand for a word that the graph does not have as it is written."""
    for match in graph.find(word, language):
        if match.how is How.WRITTEN:
            return
        note(f"{word}: answered by {match.entry.word} ({match.how})")


def _grouped(translations: Translations) -> list[tuple[str, Translation]]:
    """Translations with their senses: those of a sense together, where its best one stands; the others by rank."""
    groups = translations.by_sense()
    alone = [[("", answer)] for answer in groups.pop("", [])]
    together = [[(sense, answer) for answer in group] for sense, group in groups.items()]
    return [row for rows in sorted((*together, *alone), key=lambda rows: rows[0][1].rank) for row in rows]


def _ranked(translations: dict[str, list[Translation]]) -> list[tuple[str, int, Translation]]:
    return [(word, rank, answer) for word, listed in translations.items() for rank, answer in enumerate(listed, 1)]


def route(path: Path, claims: int | None = None) -> str:
    """A path in one line: ``dog (en) →[FreeDict 1.00] chien (fr)``, with at most ``claims`` sources of each edge."""
    parts = [str(path.steps[0].start)]
    for step in path.steps:
        sources = [f"{claim.source.name} {claim.weight:.2f}{_because(claim, claims)}" for claim in step.claims]
        more = [f"{len(sources) - claims} more"] if claims is not None and len(sources) > claims else []
        by = "; ".join([*sources[:claims], *more])
        parts.append(f"= {step.end}" if step.relation == SPELLING else f"→[{by}] {step.end}")
    return " ".join(parts)


def _because(claim: Claim, most: int | None) -> str:
    """The paths that a claim was inferred over, the clearest first."""
    paths = (claim.evidence or {}).get("paths")
    return f" over {', '.join(map(str, paths[:most]))}" if isinstance(paths, list) and paths else ""


def names(claims: Sequence[Claim]) -> str:
    """The sources of claims, each once."""
    return "; ".join(dict.fromkeys(claim.source.name for claim in claims))
