"""The file beside every export that says whom it is owed to."""

from __future__ import annotations

from pathlib import Path

from isogloss.data.licence import licence_class, strictest
from isogloss.kg.exchange.selection import Selected


def beside(path: Path) -> Path:
    """Where the attribution of ``path`` goes."""
    return path.with_name(f"{path.name}.ATTRIBUTION.txt")


def text(selected: Selected, name: str) -> str:
    """Sources, licences, addresses and counts of what was exported to the file ``name``."""
    used = {number: count for number, count in sorted(selected.counts.items()) if count}
    licences = [selected.origins[number].licence for number in used]
    strictest_licence = strictest(licences) or ("unknown" if used else "none: nothing was exported")
    lines = [
        f"{name} was exported from a graph made with isogloss.",
        f"Strictest licence in it: {strictest_licence}",
        "",
        "edges\tlicence\tclass\tkind\tsource\taddress",
    ]
    for number, count in used.items():
        origin = selected.origins[number]
        kind = licence_class(origin.licence).value
        values = (str(count), origin.licence or "unknown", kind, origin.kind, origin.name, origin.url)
        lines.append("\t".join(" ".join(value.split()) for value in values))
    return "\n".join(lines) + "\n"
