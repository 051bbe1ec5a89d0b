"""Two languages' vectors and some known words in, a dictionary out; then the words that it leaves out, too."""

from __future__ import annotations

from isogloss import build_lexicon, open_lexicon, read_vectors, sample_dictionary, sample_vectors, write_vectors

for language in ("en", "fr"):  # as if these were your own files
    write_vectors(sample_vectors(language).first(800), f"{language}.vec", force=True)
english, french = read_vectors("en.vec", "en"), read_vectors("fr.vec", "fr")
seeds, test = sample_dictionary("en", "fr").split(0.25, seed=0)

lexicon = build_lexicon(english, french, seeds, out="en-fr", force=True)
print(lexicon)
for entry in list(lexicon.entries)[-5:]:
    print(f"{entry.source:10} {entry.target:10} {entry.probability:.2f} {'mutual' if entry.mutual else ''}")

translator = open_lexicon("en-fr")
for word, found in translator.translate(["water", "city people"], 2).items():
    print(word, [f"{each.word} {each.probability:.2f}" for each in found])
