"""``isogloss kg``: fill a graph, ask it, infer from it."""

from isogloss.cli.group import Group

group = Group(
    "kg",
    "Fill and query a multilingual graph of words, and infer translations in it.",
    {
        "import": "kg.exchange:import_",
        "add": "kg.corrections:add",
        "reject": "kg.corrections:reject",
        "remove": "kg.corrections:remove",
        "set-quality": "kg.corrections:set_quality",
        "export": "kg.exchange:export",
        "translate": "kg.queries:translate",
        "synonyms": "kg.queries:synonyms",
        "lookup": "kg.queries:lookup",
        "neighbors": "kg.queries:neighbors",
        "concept": "kg.queries:concept",
        "languages": "kg.overview:languages",
        "stats": "kg.overview:stats",
        "infer": "kg.inference:infer",
        "concepts": "kg.inference:concepts",
        "check": "kg.inference:check",
        "path": "kg.queries:path_",
        "vectors": "kg.exchange:vectors",
        "analogy": "kg.queries:analogy",
        "diff": "kg.exchange:diff",
        "merge": "kg.exchange:merge",
    },
)
