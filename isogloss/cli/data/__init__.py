"""``isogloss data``: look into files, fetch them, train them."""

from typing import Any

from isogloss.cli.group import Group


class _Fetch(Group):
    """A name of the catalogue needs no verb: ``data fetch wiki/eu``."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        return super().resolve_command(ctx, args if args[0] in self.commands else ["name", *args])

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        from typer._click.shell_completion import CompletionItem

        from isogloss.cli.data.fetch import completed_name

        return [*super().shell_complete(ctx, incomplete), *map(CompletionItem, completed_name(incomplete))]


group = Group(
    "data",
    "Inspect, fetch and train word vectors; inspect and fetch dictionaries.",
    {
        "info": "data.files:info",
        "train": "data.files:train",
        "list": "data.fetch:list_offers",
        "fetch": "data:fetched",
        "cache": "data:cached",
    },
)
fetched = _Fetch(
    "fetch",
    "Fetch vectors, a dictionary or a wordnet from a public source, by its name in `isogloss data list`.",
    {"name": "data.fetch:named", "vectors": "data.fetch:vectors", "dictionary": "data.fetch:dictionary"},
)
cached = Group(
    "cache",
    "List or clear the cache of parsed vectors.",
    {"list": "data.cache:list_entries", "clear": "data.cache:clear"},
)
