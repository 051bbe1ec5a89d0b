from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.kg.graph import open_graph
from tests.isogloss.serve.site import Site, served

SCRIPT = "<script>hacked = true</script>"
QUOTED = "\"onfocus='hacked=true' autofocus x=\""
CLOSING = "</title></svg><img src=x onerror=hacked=true>"
LONG = "long " * 200_000
HOSTILE = (SCRIPT, QUOTED, CLOSING, "{{ 7 * 191 }}", "../../etc/passwd", "a&b=c#d?e%00", "'; DROP TABLE entry; --")
EVIL = Origin("<b onclick=hacked=true>evil</b>\u202egnal", "CC0-1.0", url="javascript:hacked=true")


@pytest.fixture(scope="session")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("serve") / "graph.db"
    with open_graph(path, write=True) as words:
        free = Origin("Free words", "CC0-1.0", url="https://words.example")
        words.add(Dictionary.of("en", "fr", [("cat", "chat"), ("dog", "chien"), ("hound", "chien")], free))
        words.add(Dictionary.of("fr", "fi", [("chat", "kissa"), ("chien", "koira")], Origin("Other", "CC-BY-SA-4.0")))
        rows = (Pair("dog", "كلب", 0.9), Pair("cat", "قط", 0.8))
        words.add(Dictionary("en", "ar", rows, Origin("induced en-ar", "CC-BY-SA-4.0", "induced")))
        words.add(Dictionary.of("en", "en", [("dog", "hound")], free))
        words.add(Dictionary.of("fr", "de", [("chat", "Katze")], free))
        words.add(Dictionary.of("en", "de", [("chat", "Plausch")], free))
        senses = (
            Pair("bank", "banque", 1.0, {"sense": "institution"}),
            Pair("bank", "rive", 1.0, {"sense": "of a river"}),
        )
        words.add(Dictionary("en", "fr", (*senses, Pair("bank", "talus")), free))
        words.add_concepts({"animal/dog": {"en": ["dog", "hound"], "fr": "chien", "sv": "hund"}}, Origin("Names"))
    return path


@pytest.fixture(scope="session")
def site(graph: Path) -> Iterator[Site]:
    with served(graph) as running:
        yield running


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A graph whose words, sources and concepts attack whoever shows them."""
    path = tmp_path_factory.mktemp("hostile") / "graph.db"
    with open_graph(path, write=True) as words:
        pairs = [("word", text) for text in (*HOSTILE, LONG)] + [(text, "mot") for text in (*HOSTILE, LONG)]
        words.add(Dictionary.of("en", "fr", pairs, EVIL))
        words.add_concepts({SCRIPT: {"en": ["word", SCRIPT], "fr": CLOSING}, "k\u202ey": {"en": "word"}}, EVIL)
    with served(path) as running:
        yield running
