"""Two languages' vectors and a seed dictionary in, a lexicon out; then the words that the lexicon leaves out, too."""

from __future__ import annotations

import isogloss as ig

for language in ("en", "fr"):  # as if these were your own files
    ig.write_vectors(ig.sample_vectors(language).first(800), f"{language}.vec", force=True)
english, french = ig.read_vectors("en.vec", "en"), ig.read_vectors("fr.vec", "fr")
train, test = ig.sample_dictionary("en", "fr").split(0.25, seed=0)

lexicon = ig.build_lexicon(english, french, train, out="en-fr", force=True)
print(lexicon)
for entry in list(lexicon)[-5:]:
    print(f"{entry.source:10} {entry.target:10} {entry.probability:.2f} {'mutual' if entry.mutual else ''}")

opened = ig.open_lexicon("en-fr")
for word, translations in opened.translate(["water", "city people"], k=2).items():
    print(word, [f"{one.word} {one.probability:.2f}" for one in translations])
