"""Why edges were found: held as columns until it is stored, one piece of evidence for each edge of a source."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from isogloss.data.senses import senses, with_senses
from isogloss.kg.storage.store import Store

Numbers = NDArray[np.int64]
Weights = NDArray[np.float64]

EVIDENCE = ("src", "relation", "dst", "source", "run", "facts")
# of two findings with the same weight and facts one stays whatever their order: that of the later run, if any
_IDENTITY = " || '\x1f' || ".join(f"r.{name}" for name in ("started", "method", "version", "seed", "settings"))
_RUN = f"coalesce((SELECT {_IDENTITY} FROM run r WHERE r.id = {{}}.run), '')"


class _Batch(NamedTuple):
    """What one dictionary says of its edges."""

    source_key: Numbers  # source word and relation
    target_key: Numbers  # target word and source, so that two keys are sorted instead of four
    weight: Weights
    facts: list[str]  # JSON, empty for none
    run: int | None
    identity: str  # of the run


class Evidence:
    """Holds evidence until it is written."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.held = 0
        self._batches: list[_Batch] = []

    def hold(
        self,
        ends: tuple[Numbers, Numbers],
        relation: int,
        source: int,
        weight: Weights,
        evidence: Sequence[Mapping[str, Any] | None],
        run: int | None,
    ) -> None:
        """Note why the edges from and to the ``ends`` were found, if anything says so."""
        if run is None and not any(evidence):
            return
        identity = ""
        if run is not None:
            identity = self.store.value(f"SELECT {_IDENTITY} FROM run r WHERE id = ?", (run,))
        self.store.run("UPDATE source SET has_evidence = true WHERE id = ?", (source,))
        facts = [encoded(fact) if fact else "" for fact in evidence]
        src, dst = ends
        self._batches.append(_Batch(src << 8 | relation, dst << 22 | source, weight, facts, run, identity))
        self.held += len(facts)

    def write(self) -> None:
        """Store what is held, each piece if it outweighs the one that is there."""
        if not self._batches:
            return
        columns, weight = self._merged()
        if self.store.value("SELECT 1 FROM evidence LIMIT 1") is None and (
            self.store.value("SELECT 1 FROM edge LIMIT 1") is None
        ):  # nothing to weigh it against
            self.store.insert("evidence", EVIDENCE, columns)
            return
        self.store.run(
            "CREATE TEMP TABLE incoming (src BIGINT, relation BIGINT, dst BIGINT, source BIGINT, run BIGINT, "
            "facts TEXT, weight DOUBLE PRECISION)"
        )
        self.store.insert("incoming", (*EVIDENCE, "weight"), [*columns, weight])
        names = ", ".join(f"i.{name}" for name in EVIDENCE)
        same = " AND ".join(f"{{0}}.{name} = i.{name}" for name in EVIDENCE[:4])
        new_rank, old_rank = (f"(coalesce({alias}.facts, ''), {_RUN.format(alias)})" for alias in "iv")
        self.store.run(
            f"INSERT INTO evidence ({', '.join(EVIDENCE)}) SELECT {names} FROM incoming i "
            f"LEFT JOIN edge e ON {same.format('e')} LEFT JOIN evidence v ON {same.format('v')} "
            f"WHERE v.src IS NULL OR i.weight > e.weight OR (i.weight = e.weight AND {new_rank} > {old_rank}) "
            "ON CONFLICT (src, relation, dst, source) DO UPDATE SET run = excluded.run, facts = excluded.facts"
        )
        self.store.run("DROP TABLE incoming")

    def _merged(self) -> tuple[list[Any], Weights]:
        """The columns of what is held, sorted, with the best piece for each edge; and the weights of the edges."""
        batches, self._batches, self.held = self._batches, [], 0
        source_key, target_key, weight = (np.concatenate([batch[column] for batch in batches]) for column in range(3))
        facts = [fact for batch in batches for fact in batch.facts]
        of = np.repeat(np.arange(len(batches)), [len(batch.facts) for batch in batches])
        order = np.lexsort((target_key, source_key))
        sorted_source, sorted_target = source_key[order], target_key[order]
        first = np.ones(len(order), dtype=bool)
        first[1:] = (sorted_source[1:] != sorted_source[:-1]) | (sorted_target[1:] != sorted_target[:-1])
        chosen = order[first]
        if not first.all():
            starts = np.flatnonzero(first)
            ends = np.append(starts[1:], len(order))
            for group in np.flatnonzero(ends - starts > 1).tolist():
                rows = order[starts[group] : ends[group]].tolist()
                best = chosen[group] = max(rows, key=lambda row: (weight[row], facts[row], batches[of[row]].identity))
                facts[best] = _with_senses_of(facts[best], {facts[row] for row in rows} - {facts[best]})
        source_key, target_key = source_key[chosen], target_key[chosen]
        runs = [batches[batch].run for batch in of[chosen].tolist()]
        stated = [facts[row] or None for row in chosen.tolist()]
        return [source_key >> 8, source_key & 0xFF, target_key >> 22, target_key & 0x3FFFFF, runs, stated], weight[
            chosen
        ]


def _with_senses_of(facts: str, others: Collection[str]) -> str:
    """Evidence as JSON that also notes the senses of other evidence of the same edge, in the order of the alphabet."""
    more = sorted({sense for evidence in others if evidence for sense in senses(orjson.loads(evidence))})
    return encoded(with_senses(orjson.loads(facts), more) or {}) if more and facts else facts


def encoded(value: Mapping[str, Any]) -> str:
    """A JSON object with its keys in order, so that equal ones are written alike."""
    options = orjson.OPT_SORT_KEYS | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
    return orjson.dumps(value, option=options, default=str).decode()
