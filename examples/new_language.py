"""Meta-train on frequent English and French words, then translate Finnish from fifty known words."""

from __future__ import annotations

import isogloss as ig

english, finnish, french = (ig.sample_vectors(language) for language in ("en", "fi", "fr"))
settings = ig.TrainingSettings(learner="fomaml", steps=20, episodes=2)
model = ig.train_ranker([english.first(1000), french.first(1000)], settings=settings)
print(model)

gold = ig.sample_dictionary("en", "fi").within(english, finnish)
words = list(gold.by_source)
seeds = ig.Dictionary.of("en", "fi", [(word, gold[word][0]) for word in words[::8][:50]])

adapted = ig.adapt_to_language(model, english, finnish, seeds)
unseen = [word for word in words if word not in seeds]
pairs = adapted.translate(unseen)
right = sum(pair.target in gold[pair.source] for pair in pairs)
print(f"{right} of {len(unseen)} words outside the {len(seeds)} seeds are translated right")
