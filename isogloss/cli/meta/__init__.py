"""``isogloss meta``: draw tasks from the graph, meta-train, adapt to a new language."""

from isogloss.cli.group import Group

group = Group(
    "meta",
    "Draw tasks from the graph, learn to learn, adapt to a new language.",
    {
        "tasks": "meta.tasks:tasks",
        "train": "meta.training:train",
        "adapt": "meta.new_language:adapt",
        "evaluate": "meta.new_language:evaluate",
        "explain": "meta.new_language:explain",
        "prior": "meta.prior:prior",
    },
)
