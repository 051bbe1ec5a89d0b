"""A graph of made-up words, each called by its language and the number of its sense."""

from __future__ import annotations

from pathlib import Path

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.kg.graph import open_graph

OPEN = Origin("open words", "CC0-1.0")
SENSES = 160
FORKED = 60  # German words with a second sense, each that of another word


def graph_of_senses(path: Path) -> Path:
    """German words join English and French ones, and some join two senses; half of the pairs are stated."""
    german = [(number, f"de{number}") for number in range(SENSES)]
    forked = [(number, f"de{(number + 2) % FORKED}") for number in range(FORKED)]
    with open_graph(path, write=True) as words:
        for language in ("en", "fr"):
            pairs = [(f"{language}{number}", word) for number, word in german + (forked if language == "fr" else [])]
            words.add(Dictionary.of(language, "de", pairs, OPEN))
        words.add(Dictionary.of("en", "fr", [(f"en{n}", f"fr{n}") for n in range(0, SENSES, 2)], OPEN))
    return path
