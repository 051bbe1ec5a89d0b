"""StarDict dictionaries for GoldenDict, KOReader, sdcv and others: a folder with ``.ifo``, ``.idx`` and ``.dict``."""

from __future__ import annotations

from pathlib import Path

from isogloss.data.dictionary_formats.stardict import OURS
from isogloss.data.errors import OutputError
from isogloss.kg.exchange.selection import TRANSLATIONS, Selected, order

_LONGEST_WORD = 255  # bytes: the format's own limit


def write(selected: Selected, folder: Path, name: str) -> int:
    """Write the selected pairs, each once, a word's surest translation first, into ``folder``; the number of pairs.

    Those of equal weight are in the order of the articles that they come from.

    Raises:
        OutputError: The selection is not of two languages.
    """
    source, target = selected.selection.source, selected.selection.target
    if not (source and target):
        raise OutputError(f"{name}: StarDict has room for two languages only; name them with --from and --to")
    best: dict[str, dict[str, tuple[float, int]]] = {}  # weight, negative, and order
    for line in selected.lines():
        word = line.source.encode()
        if line.relation not in TRANSLATIONS:
            selected.leave_out(line, "no translation")
        elif len(word) > _LONGEST_WORD or b"\0" in word or "\0" in line.target or "\n" in line.target:
            selected.leave_out(line, "word that StarDict cannot write")
        else:
            translations = best.setdefault(line.source, {})
            sort_key = -line.weight, order(line.place)
            translations[line.target] = min(sort_key, translations.get(line.target, sort_key))
    place, pairs = 0, 0
    ranked = sorted(best, key=_collated)
    with (folder / f"{name}.idx").open("wb") as index, (folder / f"{name}.dict").open("wb") as articles:
        for headword in ranked:
            translations = best[headword]
            article = "\n".join(sorted(translations, key=lambda word: (translations[word], word))).encode()
            index.write(headword.encode() + b"\0" + place.to_bytes(4, "big") + len(article).to_bytes(4, "big"))
            articles.write(article)
            place += len(article)
            pairs += len(translations)
        size = index.tell()
    origins = [selected.origins[number] for number, edges in sorted(selected.counts.items()) if edges]
    about = {
        "version": "2.4.2",
        "bookname": f"{source}-{target}, {name}",
        "wordcount": len(ranked),
        "idxfilesize": size,
        "author": OURS,
        "description": "; ".join(" ".join(f"{o.name}: {o.licence or 'licence unknown'}".split()) for o in origins),
        "sametypesequence": "m",
    }
    lines = ["StarDict's dict ifo file", *(f"{key}={value}" for key, value in about.items())]
    (folder / f"{name}.ifo").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return pairs


def _collated(word: str) -> tuple[bytes, bytes]:
    """StarDict's order: without regard to the case of ASCII letters, then by bytes."""
    written = word.encode()
    return written.lower(), written
