"""Train a classifier of texts on English and French, then let it sort Finnish ones by labelled English ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from isogloss import sample_dictionary, sample_vectors
from isogloss.data.text.labelled_texts import Text
from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.procrustes import procrustes
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.meta.encoders import BagOfVectors
from isogloss.meta.tasks.vector_tables import Spaces
from isogloss.meta.texts.corpus import Corpus, draw_task
from isogloss.meta.texts.run import train_texts
from isogloss.meta.texts.training import TextSettings

TOPICS = {
    "body": "brain ear eyes heart leg mouth nose tongue tooth bone",
    "countries": "austria brazil canada chile egypt france greece india japan mexico norway poland",
    "food": "banana bread butter carrot egg fish lemon pineapple pizza salt tomato",
    "time": "day hour minute month week year monday friday sunday tomorrow yesterday",
    "travel": "airplane bicycle bus helicopter motorcycle ship taxi rocket metro station",
}


def aligned(language: str) -> Vectors:
    """Word vectors in the space of the English ones."""
    spaces = Spaces({name: sample_vectors(name) for name in {"en", language}})
    found = spaces.words(language)
    if language == "en":
        return replace(found, matrix=spaces.matrix("en"))
    seeds = Seeds.of(sample_dictionary("en", language), spaces.words("en"), found)
    turn = procrustes(spaces.matrix(language)[seeds.target], spaces.matrix("en")[seeds.source])
    return replace(found, matrix=turn(spaces.matrix(language)))


def texts(language: str, random: np.random.Generator) -> list[Text]:
    """Twenty made-up texts of four words for each topic; a real corpus is read by ``data.texts.read_texts``."""
    words = {topic: listed.split() for topic, listed in TOPICS.items()}
    if language != "en":
        known = sample_dictionary("en", language).lowercased().by_source
        words = {topic: [known[word][0] for word in listed] for topic, listed in words.items()}
    return [
        Text(f"{language}-{topic}-{number}", language, topic, " ".join(random.choice(listed, 4)))
        for topic, listed in words.items()
        for number in range(20)
    ]


random = np.random.default_rng(0)
corpora = {}
for language in ("en", "fi", "fr"):
    written = texts(language, random)
    encoder = BagOfVectors.of(aligned(language), [text.text for text in written])
    corpora[language] = Corpus.of(written, encoder)

finnish = corpora.pop("fi")
model = train_texts(corpora, TextSettings(pretraining=40, steps=20))

task = draw_task(corpora["en"], finnish, ways=5, shots=5, queries=10, random=random)
d = finnish.vectors.shape[1]
classifier = model.adapt(task.support.reshape(-1, d), np.repeat(task.classes, 5).tolist())
found = classifier.classify(task.query.reshape(-1, d))
right = sum(answer.label == label for answer, label in zip(found, np.repeat(task.classes, 10), strict=True))
print(
    f"{right} of {len(found)} Finnish texts sorted right, from five English texts for each of {', '.join(task.classes)}"
)
