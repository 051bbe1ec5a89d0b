"""A graph of the sample's names in 26 languages, and what a word is called where no dictionary says so."""

from __future__ import annotations

from isogloss import Dictionary, open_graph
from isogloss.data.sample import ORIGIN, sample_concepts

with open_graph("words.db", write=True) as graph:
    graph.add_concepts(sample_concepts(), ORIGIN)
    graph.add(Dictionary.of("eu", "en", [("txakur", "dog"), ("txakur", "hound")]))

with open_graph("words.db") as graph:
    print(len(graph.languages()), "languages:", " ".join(graph.languages()))
    for language in ("eu", "fi", "sw", "ja"):
        for found in graph.translate("hound", "en", language, k=1):
            print(f"hound in {language}: {found.word} ({found.score:.2f})")
            for path in found.evidence:
                print("   because", " → ".join(str(step.start) for step in path.steps), "→", path.steps[-1].end)
