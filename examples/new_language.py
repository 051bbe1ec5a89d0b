"""Meta-train on frequent English and French words, then translate Finnish from fifty known words."""

from __future__ import annotations

from isogloss import Dictionary, adapt_to_language, meta_train, sample_dictionary, sample_vectors
from isogloss.meta.training.settings import Settings

english, finnish, french = (sample_vectors(language) for language in ("en", "fi", "fr"))
model = meta_train([english.first(1000), french.first(1000)], settings=Settings(learner="fomaml", steps=20, episodes=2))
print(model)

known = sample_dictionary("en", "fi").lowercased().within(english, finnish)
words = list(known.by_source)
seeds = Dictionary.of("en", "fi", [(word, known.by_source[word][0]) for word in words[::8][:50]])

adapted = adapt_to_language(model, english, finnish, seeds)
asked = [word for word in words if word not in seeds.by_source]
found = adapted.translate(asked)
right = sum(pair.target in known.by_source[pair.source] for pair in found)
print(f"{right} of {len(asked)} words that were not among the {len(seeds)} seeds come out right")
