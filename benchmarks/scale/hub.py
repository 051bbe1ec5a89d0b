"""What a hub costs in precision: French to Finnish directly, and as in the demonstration through English.

    python -m benchmarks.scale.hub

Words, seeds and test are those of the demonstration, which prints P@1 through the two lexicons with English: CLDR's
names, without those of the English words held out. The direct lexicon has the same French and Finnish seeds.
"""

from __future__ import annotations

import json
from dataclasses import replace

from isogloss.data.sample import sample_concepts, sample_dictionary, sample_vectors
from isogloss.demonstration.graph_queries import PIVOT, unseen
from isogloss.demonstration.lexicons import held_out_words
from isogloss.lexicons import build_lexicon


def main(seed: int = 0) -> None:
    """Print P@1 of the direct lexicon on the words of the demonstration's pivot."""
    source, target, via = PIVOT
    held_out = held_out_words(seed)
    gold = unseen(source, target, via, held_out)
    hidden = {
        (names[source], names[target])
        for names in sample_concepts().values()
        if {source, target, via} <= names.keys() and names[via].lower() in held_out
    }
    whole = sample_dictionary(source, target)
    seeds = replace(whole, pairs=tuple(pair for pair in whole if pair[:2] not in hidden and pair.source not in gold))
    lexicon = build_lexicon(sample_vectors(source), sample_vectors(target), seeds, seed=seed, extra={})
    translations = lexicon.translate(gold, 1)
    right = sum(bool(translations[word]) and translations[word][0].word in gold[word] for word in gold)
    print(json.dumps({"languages": [source, target], "words": len(gold), "right": right, "p_at_1": right / len(gold)}))


if __name__ == "__main__":
    main()
