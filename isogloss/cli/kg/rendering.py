"""How answers of the graph are printed: rows, or JSON with everything that speaks for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from isogloss.cli.console import print_json, print_rows

if TYPE_CHECKING:
    from isogloss.data.translation import Translation
    from isogloss.kg.results import Claim, Path, Stats


def render(found: dict[str, list[Translation]], *, explain: bool, json: bool) -> None:
    """Translations as rows or JSON; with ``explain``, a row for every path."""
    if json:
        print_json([_as_json(word, rank, each, explain) for word, rank, each in _ranked(found)])
    elif explain:
        print_rows(
            (word, rank, each.word, each.score, path.score, str(path.licence or "unknown"), route(path))
            for word, rank, each in _ranked(found)
            for path in each.evidence
        )
    else:
        print_rows(
            (word, rank, each.word, each.score, each.licence or "unknown") for word, rank, each in _ranked(found)
        )


def _ranked(found: dict[str, list[Translation]]) -> list[tuple[str, int, Translation]]:
    return [(word, rank, each) for word, listed in found.items() for rank, each in enumerate(listed, 1)]


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


def _as_json(word: str, rank: int, each: Translation, explain: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "word": word,
        "rank": rank,
        "translation": each.word,
        "language": each.language,
        "score": each.score,
        "direct": each.direct,
        "licence": each.licence,
    }
    if explain:
        found["paths"] = [path_as_json(path) for path in each.evidence]
    return found


def path_as_json(path: Path) -> dict[str, Any]:
    """A path with all its steps, and who claims each."""
    return {
        "score": path.score,
        "licence": path.licence,
        "steps": [
            {
                "from": [step.start.language, step.start.word],
                "relation": step.relation,
                "to": [step.end.language, step.end.word],
                "weight": step.weight,
                "claims": [claim_as_json(claim) for claim in step.claims],
            }
            for step in path.steps
        ],
    }


def claim_as_json(claim: Claim) -> dict[str, Any]:
    """A claim with its source, licence, run and evidence."""
    found: dict[str, Any] = {
        "source": claim.source.name,
        "licence": claim.source.licence,
        "kind": claim.source.kind,
        "quality": claim.source.quality,
        "weight": claim.weight,
    }
    if claim.run is not None:
        found["run"] = {**vars(claim.run), "settings": dict(claim.run.settings)}
    if claim.evidence is not None:
        found["evidence"] = dict(claim.evidence)
    return found


def names(claims: Sequence[Claim]) -> str:
    """The sources of claims, each once."""
    return "; ".join(dict.fromkeys(claim.source.name for claim in claims))


def stats_as_json(found: Stats) -> dict[str, Any]:
    """All figures of a graph."""
    return {
        "entries": found.entries,
        "edges": found.edges,
        "concepts": found.concepts,
        "bytes": found.bytes,
        "relations": dict(found.relations),
        "languages": [vars(language) for language in found.languages],
        "sources": [vars(source) for source in found.sources],
        "coverage": [{"source": a, "target": b, "translations": n} for (a, b), n in found.coverage.items()],
    }
