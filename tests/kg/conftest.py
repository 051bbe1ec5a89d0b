from __future__ import annotations

from pathlib import Path

import pytest

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.kg.graph import open_graph

OPEN = Origin("open words", "CC0-1.0", url="https://example.org/open")
SHARED = Origin("shared words", "GPL-3.0-or-later", quality=0.5)
INDUCED = Origin("induced words", "MIT", kind="induced")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """English to Japanese only through French, and a word that is a hub of senses."""
    path = tmp_path / "graph.db"
    with open_graph(path, write=True) as graph:
        pairs = [("dog", "chien"), ("cat", "chat"), ("bank", "banque"), ("bank", "rive"), ("shore", "rive")]
        graph.add(Dictionary.of("en", "fr", pairs, OPEN))
        japanese = (
            Pair("chien", "犬", 0.8),
            Pair("chat", "猫", 0.9),
            Pair("rive", "岸", 1.0),
            Pair("banque", "銀行", 1.0),
        )
        graph.add(Dictionary("fr", "ja", japanese, SHARED))
        graph.add(Dictionary.of("en", "fi", [("Éclair", "eclair"), ("dog", "koira")], OPEN))
    return path
