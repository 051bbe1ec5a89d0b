"""A graph of the sample's names in 26 languages, and what a word is called where no dictionary says so."""

from __future__ import annotations

import isogloss as ig

with ig.open_graph("words.db", write=True) as graph:
    graph.add_concepts(ig.sample_concepts(), ig.SAMPLE_ORIGIN)
    graph.add(ig.Dictionary.of("eu", "en", [("txakur", "dog"), ("txakur", "hound")]))

with ig.open_graph("words.db") as graph:
    print(len(graph.languages()), "languages:", " ".join(graph.languages()))
    for language in ("eu", "fi", "sw", "ja"):
        for translation in graph.translate("hound", "en", language, k=1):
            print(f"hound in {language}: {translation.word} ({translation.score:.2f})")
            for path in translation.evidence:
                print("   because", " → ".join(str(step.start) for step in path.steps), "→", path.steps[-1].end)
