"""What users say of single translations: pairs that they accept or reject, as edges of sources of a kind of their own.

An accepted pair has weight 1, a rejected one weight 0; ``fusion`` says what becomes of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from isogloss.data.dictionary import Origin
from isogloss.kg.storage.fusion import SourceRecords
from isogloss.kg.storage.schema import SAME_CONCEPT, SYNONYM, TRANSLATION, block_of
from isogloss.kg.storage.store import Row, Store, marks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from isogloss.kg.storage.loading import Loader

Pair = tuple[int, int]

JUDGED_RELATIONS = (TRANSLATION, SYNONYM, SAME_CONCEPT)  # what users deny who reject a pair
_SAID = "SELECT src, dst, source, weight FROM edge WHERE source IN ({by}) AND {where}"
_OVERWRITE = "ON CONFLICT (src, relation, dst, source) DO UPDATE SET weight = excluded.weight"


def judge(loader: Loader, pairs: Sequence[Pair], relation: int, origin: Origin, *, accepted: bool) -> None:
    """Note that users accept or reject pairs of entries; what the same source said of them before is forgotten."""
    import numpy as np  # a question needs none of these

    from isogloss.kg.storage.edge_counts import add_counts
    from isogloss.kg.storage.edges import EDGE
    from isogloss.kg.storage.hub_cache import find_hubs
    from isogloss.kg.storage.priors import renew_priors_of

    store, source = loader.store, loader.source(origin)
    either_way = sorted({*pairs, *((target, word) for word, target in pairs)})
    src, dst = (np.array(column, dtype=np.int64) for column in zip(*either_way, strict=True))
    stated = {(row[0], row[1]) for row in _said(store, [source], _among(src.tolist()), src.tolist())}
    zeros = np.zeros(len(src), dtype=np.int64)
    kinds, sources = zeros + relation, zeros + source
    columns = (src, kinds, dst, sources, zeros + float(accepted), zeros, zeros)
    store.insert("edge", EDGE, columns, conflict=_OVERWRITE)
    new = np.array([pair not in stated for pair in either_way])
    add_counts(store, *(column[new] for column in columns[:4]))
    words = np.unique(src)
    renew_priors_of(store, words)
    find_hubs(store, words.tolist())


def rejected_of(store: Store, words: Collection[int], records: SourceRecords) -> set[Pair]:
    """The pairs of some words with others that most users reject."""
    if not records.judges or not words:
        return set()
    return _rejected(_said(store, records.judges, _among(words), words), records)


def rejected(store: Store, records: SourceRecords | None = None) -> set[Pair]:
    """All pairs that most users reject."""
    records = records or SourceRecords.of(store)
    if not records.judges:
        return set()
    linked = store.rows(
        f"SELECT DISTINCT src_language, dst_language FROM coverage WHERE source IN ({marks(len(records.judges))})",
        [*records.judges],
    )
    pairs: set[Pair] = set()
    for source, target in linked:  # there is no index of sources
        block = [*block_of(source), *block_of(target)]
        where = "src BETWEEN ? AND ? AND dst BETWEEN ? AND ?"
        pairs |= _rejected(_said(store, records.judges, where, block), records)
    return pairs


def among(pairs: set[Pair], src: NDArray[np.int64], dst: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the pairs that two columns give are in a set."""
    import numpy as np

    if not pairs:
        return np.zeros(len(src), dtype=bool)
    words, targets = np.array(sorted(pairs), dtype=np.int64).T
    return np.isin(src << 32 | dst, words << 32 | targets)


def _said(store: Store, sources: Collection[int], where: str, values: Iterable[int]) -> list[Row]:
    return store.rows(_SAID.format(by=marks(len(sources)), where=where), [*sources, *values])


def _among(words: Collection[int]) -> str:
    return f"src IN ({marks(len(words))})"


def _rejected(rows: list[Row], records: SourceRecords) -> set[Pair]:
    claims: dict[Pair, list[tuple[int, float]]] = {}
    for src, dst, source, weight in rows:
        claims.setdefault((src, dst), []).append((source, weight))
    return {pair for pair, of_pair in claims.items() if records.verdict(of_pair) < 0}
