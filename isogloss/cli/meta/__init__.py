"""``isogloss meta``: learn from languages with dictionaries, adapt to a new one; draw tasks, meta-train rankers."""

from isogloss.cli.group import Group

ranker = Group(
    "ranker",
    "Meta-train a ranker or a classifier on drawn tasks, adapt it, evaluate it, explain it.",
    {
        "train": "meta.ranker_training:train",
        "adapt": "meta.ranker:adapt",
        "evaluate": "meta.ranker:evaluate",
        "explain": "meta.ranker:explain",
    },
)
group = Group(
    "meta",
    "Meta-train on languages with dictionaries, and adapt to a new language.",
    {
        "train": "meta.training:train",
        "adapt": "meta.adaptation:adapt",
        "name-images": "meta.images:name_images",
        "tasks": "meta.tasks:tasks",
        "ranker": "meta:ranker",
    },
)
