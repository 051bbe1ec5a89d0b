"""Word pairs as MUSE reads them: ``source target`` a line, for two languages (Conneau et al., 2018)."""

from __future__ import annotations

from pathlib import Path

from isogloss.data.errors import OutputError
from isogloss.kg.exchange.selection import TRANSLATIONS, Selected, order


def write(selected: Selected, path: Path) -> int:
    """Write the selected pairs, each once, a word's surest translation first; the number of pairs.

    Those of equal weight are in the order of the articles that they come from.

    Pairs with a phrase on either side are left out: the format has no way to write them.

    Raises:
        OutputError: The selection is not of two languages.
    """
    if not (selected.selection.source and selected.selection.target):
        raise OutputError(f"{path.name}: MUSE has room for two languages only; name them with --from and --to")
    best: dict[tuple[str, str], tuple[float, int]] = {}  # weight, negative, and order
    for line in selected.lines():
        pair = line.source, line.target
        if line.relation not in TRANSLATIONS:
            selected.leave_out(line, "no translation")
        elif any(len(word.split()) != 1 for word in pair):
            selected.leave_out(line, "phrase, which MUSE cannot write")
        else:
            sort_key = -line.weight, order(line.place)
            best[pair] = min(sort_key, best.get(pair, sort_key))
    ranked = sorted(best, key=lambda pair: (pair[0], best[pair], pair[1]))
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{source} {target}\n" for source, target in ranked)
    return len(ranked)
