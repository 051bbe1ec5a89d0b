"""Train a classifier of texts on English and French, then let it sort Finnish ones by labelled English ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import isogloss as ig

TOPICS = {
    "body": "brain ear eyes heart leg mouth nose tongue tooth bone",
    "countries": "austria brazil canada chile egypt france greece india japan mexico norway poland",
    "food": "banana bread butter carrot egg fish lemon pineapple pizza salt tomato",
    "time": "day hour minute month week year monday friday sunday tomorrow yesterday",
    "travel": "airplane bicycle bus helicopter motorcycle ship taxi rocket metro station",
}


def texts(language: str, random: np.random.Generator) -> list[ig.Text]:
    """Twenty made-up texts of four words for each topic; a real corpus is read by ``isogloss.read_texts``."""
    words = {topic: listed.split() for topic, listed in TOPICS.items()}
    if language != "en":
        known = ig.sample_dictionary("en", language).lowercased().by_source
        words = {topic: [known[word][0] for word in listed] for topic, listed in words.items()}
    return [
        ig.Text(f"{language}-{topic}-{number}", language, topic, " ".join(random.choice(listed, 4)))
        for topic, listed in words.items()
        for number in range(20)
    ]


random = np.random.default_rng(0)
vectors = {language: ig.sample_vectors(language) for language in ("en", "fi", "fr")}
hub = ig.align_many(list(vectors.values()), [ig.sample_dictionary("en", language) for language in ("fi", "fr")])
corpora = {}
for language, own in vectors.items():
    written = texts(language, random)
    shared = replace(own, matrix=hub.side(language)(own.matrix))  # all languages in one space
    encoder = ig.BagOfVectors.of(shared, [text.text for text in written])
    corpora[language] = ig.Corpus.of(written, encoder)

finnish = corpora.pop("fi")
model = ig.train_texts(corpora, ig.TextSettings(pretraining=40, steps=20))

task = ig.draw_task(corpora["en"], finnish, ways=5, shots=5, queries=10, random=random)
d = finnish.vectors.shape[1]
classifier = model.adapt(task.support.reshape(-1, d), np.repeat(task.classes, 5).tolist())
answers = classifier.classify(task.query.reshape(-1, d))
right = sum(answer.label == label for answer, label in zip(answers, np.repeat(task.classes, 10), strict=True))
print(f"{right} of {len(answers)} Finnish texts right, from five English ones for each of {', '.join(task.classes)}")
