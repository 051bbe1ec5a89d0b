"""``isogloss lexicon``: build bilingual lexicons, translate with them, evaluate them."""

from isogloss.cli.group import Group

group = Group(
    "lexicon",
    "Induce bilingual lexicons from word vectors, translate with them and evaluate them.",
    {
        "build": "lexicon.building:build",
        "show": "lexicon.showing:show",
        "translate": "lexicon.building:translate",
        "map": "lexicon.building:map_vectors",
        "evaluate": "lexicon.evaluation:evaluate",
        "similarity": "lexicon.evaluation:similarity",
        "sentences": "lexicon.evaluation:sentences",
        "plot": "lexicon.evaluation:plot",
        "hub": "lexicon.hub:hub",
    },
)
