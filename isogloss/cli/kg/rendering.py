"""How answers of the graph are printed: rows, or JSON with everything that speaks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from isogloss.cli.console import print_json, print_rows
from isogloss.cli.word_lists import failed_as_json
from isogloss.kg.as_json import translation_as_json

if TYPE_CHECKING:
    from isogloss.data.translation import Translation
    from isogloss.kg.results import Claim, Path


def render(
    translations: dict[str, list[Translation]], *, explain: bool, json: bool, failed: Mapping[str, str] | None = None
) -> None:
    """Translations as rows or JSON; with ``explain``, a row for every path; JSON ends with those that ``failed``."""
    if json:
        answers = [
            translation_as_json(word, rank, translation, explain) for word, rank, translation in _ranked(translations)
        ]
        print_json([*answers, *failed_as_json(failed or {})])
    elif explain:
        print_rows(
            (word, rank, translation.word, translation.score, path.score, str(path.licence or "unknown"), route(path))
            for word, rank, translation in _ranked(translations)
            for path in translation.evidence
        )
    else:
        print_rows(
            (word, rank, translation.word, translation.score, translation.licence or "unknown")
            for word, rank, translation in _ranked(translations)
        )


def _ranked(translations: dict[str, list[Translation]]) -> list[tuple[str, int, Translation]]:
    return [
        (word, rank, translation) for word, listed in translations.items() for rank, translation in enumerate(listed, 1)
    ]


def route(path: Path) -> str:
    """A path in one line: ``dog (en) →[FreeDict 1.00] chien (fr)``."""
    parts = [str(path.steps[0].start)]
    for step in path.steps:
        said = "; ".join(f"{claim.source.name} {claim.weight:.2f}{_because(claim)}" for claim in step.claims)
        parts.append(f"→[{said}] {step.end}")
    return " ".join(parts)


def _because(claim: Claim) -> str:
    """The paths that a claim was inferred over, the clearest first."""
    paths = (claim.evidence or {}).get("paths")
    return f" over {', '.join(map(str, paths))}" if isinstance(paths, list) and paths else ""


def names(claims: Sequence[Claim]) -> str:
    """The sources of claims, each once."""
    return "; ".join(dict.fromkeys(claim.source.name for claim in claims))
