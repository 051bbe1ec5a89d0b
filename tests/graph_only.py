"""Every verb of `isogloss kg` in an installation without extras: it does its work, or names the extra that it needs.

``tests/wheel_smoke.py`` runs this in a new environment.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "samples"
GRAPH, COPY, CONCEPTS = "graph.db", "copy.db", "concepts.db"

CONCEPT = """{"isogloss":"graph","version":2}
{"source":1,"name":"made","licence":"CC0-1.0","kind":"dictionary","url":"","quality":1.0,"version":""}
{"concept":"dog","by":1,"members":[["en","dog"],["fr","chien"]]}
"""

# Arguments in the order in which they are run, and the extra that has to be named; "" where the work is done.
RUNS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("import", "en-fr.txt", "--from", "en", "--to", "fr", "--graph", GRAPH), ""),
    (("import", "fr-fi.txt", "--from", "fr", "--to", "fi", "--graph", GRAPH), ""),
    (("vectors", "en.safetensors", "--lang", "en", "--graph", GRAPH), ""),
    (("vectors", "fr.safetensors", "--lang", "fr", "--graph", GRAPH), ""),
    (("translate", "dog", "--from", "en", "--to", "fi", "--explain", "--graph", GRAPH), ""),
    (("synonyms", "dog", "--lang", "en", "--graph", GRAPH), ""),
    (("lookup", "dog", "--lang", "en", "--graph", GRAPH), ""),
    (("lookup", "do", "--lang", "en", "--search", "--graph", GRAPH), ""),
    (("neighbors", "dog", "--lang", "en", "--graph", GRAPH), ""),
    (("path", "dog", "koira", "--from", "en", "--to", "fi", "--graph", GRAPH), ""),
    (("languages", "--graph", GRAPH), ""),
    (("stats", "--graph", GRAPH), ""),
    (("analogy", "dog", "cat", "chien", "--from", "en", "--to", "fr", "--aligned", "--graph", GRAPH), ""),
    (("stats", "--plot", "map.svg", "--graph", GRAPH), "plot"),
    (("infer", "--from", "en", "--to", "fi", "--graph", GRAPH), "inference"),
    (("concepts", "--graph", GRAPH), "inference"),
    (("check", "--graph", GRAPH), ""),
    *(
        (("export", f"out.{form}", "--format", form, "--from", "en", "--to", "fr", "--graph", GRAPH), "")
        for form in ("tsv", "jsonl", "muse", "stardict", "tbx", "tmx", "ntriples", "turtle", "graphml", "gexf")
    ),
    (("import", "out.jsonl", "--graph", COPY), ""),
    (("import", "concepts.jsonl", "--graph", CONCEPTS), ""),
    (("concept", "dog", "--lang", "en", "--graph", CONCEPTS), ""),
    (("export", "out.xml", "--format", "wn-lmf", "--graph", CONCEPTS), ""),
    (("add", "dog", "toutou", "--from", "en", "--to", "fr", "--graph", GRAPH), ""),
    (("reject", "dog", "chat", "--from", "en", "--to", "fr", "--graph", GRAPH), ""),
    (("set-quality", "fr-fi.txt", "0.9", "--graph", GRAPH), ""),
    (("remove", "--source", "fr-fi.txt", "--graph", GRAPH), ""),
    (("diff", GRAPH, COPY, "--counts"), ""),
    (("merge", GRAPH, "--graph", COPY), ""),
    (("translate", "dog", "--from", "en", "--to", "fr", "--graph", "postgresql://nobody@127.0.0.1:1/none"), "postgres"),
)


def prepare(folder: Path) -> None:
    """The files that the runs work on."""
    (folder / "en-fr.txt").write_text("dog chien\nhound chien\ncat chat\n", "utf-8")
    (folder / "fr-fi.txt").write_text("chien koira\nchat kissa\n", "utf-8")
    for language in ("en", "fr"):
        shutil.copy(SAMPLES / f"{language}.safetensors", folder)
    (folder / "concepts.jsonl").write_text(CONCEPT, "utf-8")


def faults(isogloss: Sequence[object], folder: Path, environment: Mapping[str, str]) -> list[str]:
    """What went otherwise than ``RUNS`` says, with ``isogloss`` as the beginning of the command line."""
    failures = []
    for arguments, extra in RUNS:
        result = subprocess.run(
            [*map(str, isogloss), "kg", *arguments], cwd=folder, env=environment, capture_output=True, text=True
        )
        named = f'pip install "isogloss[{extra}]"'
        as_told = result.returncode == 1 and named in result.stderr if extra else result.returncode == 0
        if not as_told or len(result.stderr.splitlines()) > (1 if extra else 3):
            failures.append(f"kg {' '.join(arguments)}: exit status {result.returncode}\n{result.stderr}")
    return failures
