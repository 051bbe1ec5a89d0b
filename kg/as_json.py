"""Answers of the graph as plain values: what the command line prints with ``--json`` and the web page serves."""

from __future__ import annotations

from typing import Any

from isogloss.data.translation import Translation
from isogloss.kg.results import Claim, Neighbor, Path, Stats, Word


def translation_as_json(word: str, rank: int, translation: Translation, paths: int | None = 0) -> dict[str, Any]:
    """A translation of ``word`` with the strongest ``paths`` to it, all of them with ``None``."""
    values: dict[str, Any] = {
        "word": word,
        "entry": translation.entry,
        "match": translation.match,
        "rank": rank,
        "translation": translation.word,
        "language": translation.language,
        "pos": translation.pos,
        "senses": list(translation.senses),
        "score": translation.score,
        "direct": translation.direct,
        "licence": translation.licence,
    }
    if paths != 0:
        values["paths"] = [path_as_json(path) for path in translation.evidence[:paths]]
        values["path_count"] = len(translation.evidence)
    return values


def word_as_json(word: Word) -> dict[str, Any]:
    """An entry of a word."""
    return {"word": word.word, "language": word.language, "pos": word.pos, "freq_rank": word.freq_rank}


def neighbor_as_json(neighbor: Neighbor) -> dict[str, Any]:
    """An edge of a word, with who claims it."""
    return {
        "relation": neighbor.relation,
        "language": neighbor.word.language,
        "word": neighbor.word.word,
        "weight": neighbor.weight,
        "claims": [claim_as_json(claim) for claim in neighbor.claims],
    }


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
    values: dict[str, Any] = {
        "source": claim.source.name,
        "licence": claim.source.licence,
        "kind": claim.source.kind,
        "quality": claim.source.quality,
        "weight": claim.weight,
    }
    if claim.run is not None:
        values["run"] = {**vars(claim.run), "settings": dict(claim.run.settings)}
    if claim.evidence is not None:
        values["evidence"] = dict(claim.evidence)
    return values


def stats_as_json(stats: Stats) -> dict[str, Any]:
    """All figures of a graph."""
    return {
        "entries": stats.entries,
        "edges": stats.edges,
        "concepts": stats.concepts,
        "bytes": stats.bytes,
        "relations": dict(stats.relations),
        "languages": [vars(language) for language in stats.languages],
        "sources": [vars(source) for source in stats.sources],
        "coverage": [{"source": a, "target": b, "translations": n} for (a, b), n in stats.coverage.items()],
    }
