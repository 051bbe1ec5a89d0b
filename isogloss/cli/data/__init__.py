"""``isogloss data``: look into files, fetch them, train them."""

from isogloss.cli.group import Group

group = Group(
    "data",
    "Inspect, fetch and train word vectors; inspect and fetch dictionaries.",
    {"info": "data.files:info", "train": "data.files:train", "fetch": "data:fetched", "cache": "data:cached"},
)
fetched = Group(
    "fetch",
    "Fetch vectors or a dictionary from a public source.",
    {"vectors": "data.fetch:vectors", "dictionary": "data.fetch:dictionary"},
)
cached = Group(
    "cache",
    "List or clear the cache of parsed vectors.",
    {"list": "data.cache:list_entries", "clear": "data.cache:clear"},
)
