"""In which sense a word has each translation: what sources note beside it, and definitions of shared concepts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from isogloss.data.senses import senses
from isogloss.kg.query.neighborhoods import Terms
from isogloss.kg.results import Path
from isogloss.kg.storage.schema import CONCEPT_EDGE
from isogloss.kg.storage.store import Store, marks

_SHARED = f"SELECT dst, concept, source FROM {CONCEPT_EDGE} WHERE src IN ({{src}}) AND dst IN ({{dst}})"
_KEYS = "SELECT id, key FROM concept WHERE id IN ({keys})"
_DEFINED = (  # a concept that two wordnets have together is defined in one of them
    "SELECT c.key, c.definition FROM concept c JOIN concept_member m ON m.concept = c.id "
    "WHERE m.entry IN ({keys}) AND c.definition <> '' ORDER BY c.id"
)


def noted(paths: Sequence[Path]) -> list[str]:
    """What sources note on a translation that they state; else, what they note on the first edge of the best path.

    A synonym through a translation has none: the other word may have that translation in another sense.
    """
    stated = [path for path in paths if path.direct]
    if not stated and paths and paths[0].steps[0].start.language == paths[0].steps[-1].end.language:
        return []
    claims = [claim for path in stated or paths[:1] for claim in path.steps[0].claims]
    return list(dict.fromkeys(sense for claim in claims for sense in senses(claim.evidence)))


def parts_of_speech(paths: Sequence[Path]) -> set[str]:
    """What sources note that the word is where it has the translation: tags of Universal Dependencies."""
    claims = [claim for path in paths if path.direct for claim in path.steps[0].claims]
    return {str(claim.evidence["pos"]) for claim in claims if claim.evidence and "pos" in claim.evidence}


def defined(store: Store, words: Collection[int], targets: Collection[int], terms: Terms) -> Mapping[int, list[str]]:
    """The definitions of the concepts that ``words`` share with each of ``targets``."""
    if not terms.concepts or not words or not targets:
        return {}
    query = _SHARED.format(src=marks(len(words)), dst=marks(len(targets)))
    shared = [row for row in store.rows(query, (*words, *targets)) if terms.allowed is None or row[2] in terms.allowed]
    if not shared:
        return {}
    keys = dict(store.in_chunks(_KEYS, {concept for _, concept, _ in shared}))
    definitions: dict[str, str] = {}
    for key, definition in store.in_chunks(_DEFINED, words):
        definitions.setdefault(key, definition)
    of_target: dict[int, list[str]] = {}
    for target, concept, _ in sorted(shared):
        definition = definitions.get(keys[concept], "")
        if definition and definition not in of_target.setdefault(target, []):
            of_target[target].append(definition)
    return of_target
