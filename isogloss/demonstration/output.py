"""The folder that ``isogloss demo --out`` writes: what it may overwrite, and its ``README.txt``."""

from __future__ import annotations

from pathlib import Path

from isogloss.data.errors import OutputError
from isogloss.data.storage import refuse_to_overwrite

REPORT, README, GRAPH = "report.json", "README.txt", "graph.db"
COMMANDS = (
    "isogloss lexicon translate results/latest/en-fr --words words.txt -k 3",
    "isogloss lexicon evaluate results/latest/en-fr --test en-fr.test.tsv",
    "isogloss status",
    "isogloss kg translate chien --from fr --to fi --explain --graph graph.db",
    "isogloss kg concept dog --lang en --graph graph.db",
    "isogloss kg stats --graph graph.db",
    "isogloss lexicon translate en-ja-adapted --words words.txt -k 3",
)
WORDS = ("season", "health", "mother", "window")


def check_output(out: Path, force: bool) -> None:
    """Stop before any work is done if ``out`` cannot be written or holds anything but a demonstration.

    Raises:
        OutputError: ``out`` exists and ``force`` is not set, or it is no demonstration, which is never overwritten.
    """
    refuse_to_overwrite(out, force, folder=True)
    if out.exists() and any(out.iterdir()) and not {REPORT, GRAPH} <= _names(out):
        raise OutputError(f"{out} already exists and is not the output of `isogloss demo`; name another folder")


def write_readme(folder: Path) -> None:
    """Write ``README.txt`` with commands to try next, and ``words.txt`` that they use."""
    (folder / "words.txt").write_text("".join(f"{word}\n" for word in WORDS), "utf-8", newline="\n")
    (folder / README).write_text(_readme(), "utf-8", newline="\n")


def _readme() -> str:
    commands = "\n".join(f"    {command}" for command in COMMANDS)
    return f"""What `isogloss demo` made, all from the bundled sample.

isogloss.toml       the project: change it, and `isogloss run` makes what depends on the change
*.seeds.tsv         the seed pairs of each lexicon
*.test.tsv          the word pairs that it was evaluated on
results/            what the project made: results/report.html is a page about it, and results/latest has
                    the folders of the lexicons: lexicon.tsv, its model, and a report of the build
graph.db            the graph: CLDR's names of things in 26 languages, and the lexicons
model/              a model trained on the sample without Japanese
en-ja.few.tsv       the five pairs that it was adapted with
en-ja-adapted/      the lexicon that it made of them
unaided/            the lexicon of the same five without the model, if there was one
words.txt           a few English words
report.json         every figure that the demo printed

Go on in this folder:

{commands}

`isogloss --help` lists the rest.
"""


def _names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}
