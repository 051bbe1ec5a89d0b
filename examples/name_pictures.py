"""Learn from pictures with English and French names, then name pictures in Finnish, of which ten have a name."""

from __future__ import annotations

import numpy as np

import isogloss as ig

vectors = {language: ig.sample_vectors(language) for language in ("en", "fi", "fr")}
dictionaries = {language: ig.sample_dictionary("en", language) for language in ("fi", "fr")}
hub = ig.align_many(list(vectors.values()), list(dictionaries.values()))
encoders = {}  # of names, into one space
for language, own in vectors.items():
    shared = ig.Vectors(language, own.words, hub.side(language)(own.matrix))
    encoders[language] = ig.BagOfVectors.of(shared, own.words[:500])

fi, fr = (dictionaries[language].within(vectors["en"], vectors[language]).by_source for language in ("fi", "fr"))
things = [thing for thing in fi if thing in fr]
learned, known, asked = things[:-40], things[-40:-30], things[-30:]

# Stand-ins for photographs: what is similar in meaning is similar in its colours.
random = np.random.default_rng(0)
colours = random.standard_normal((vectors["en"].dimensions, 8, 8, 4))
pictures = {}
for thing in things:
    meaning = vectors["en"][thing] / np.linalg.norm(vectors["en"][thing])
    cells = 255 / (1 + np.exp(-np.einsum("d,dxyc->xyc", meaning, colours)))
    cells[..., 3] = 255  # opaque
    pictures[thing] = cells.repeat(8, axis=0).repeat(8, axis=1).astype(np.uint8)

names = {"en": {thing: thing for thing in learned}, "fr": {thing: fr[thing][0] for thing in learned}}
settings = ig.NamingSettings(loops=ig.meta.Loops(steps=20))
model = ig.train_naming({thing: pictures[thing] for thing in learned}, names, encoders, settings)

new = {thing: pictures[thing] for thing in (*known, *asked)}
words = [fi[thing][0] for thing in asked]
found = ig.name_images(model, new, {thing: fi[thing][0] for thing in known}, words, encoders["fi"])
right = sum(named.name == fi[named.image][0] for named in found if named.rank == 1)
print(f"{right} of {len(asked)} pictures get their Finnish name, where chance has one")
