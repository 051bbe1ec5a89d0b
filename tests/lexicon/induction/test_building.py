"""`lexicon build` from the command line: refused, killed while it writes, and at last let through."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from isogloss.data.reading import read_dictionary
from isogloss.data.storage import MARK
from isogloss.kg.graph import open_graph
from tests.conftest import Command
from tests.lexicon.conftest import Files

# Runs the command and stops, to be killed, when it opens the account, the last but one file of the folder.
HALFWAY = """
import sys, time
def watch(event, arguments):
    if event == "open" and str(arguments[0]).endswith("report.json"):
        print("halfway", flush=True)
        time.sleep(60)
sys.addaudithook(watch)
from isogloss.cli import main
main()
"""


def content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def kill_halfway(arguments: list[object]) -> None:
    command = [sys.executable, "-c", HALFWAY, *map(str, arguments)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "halfway\n"
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


def test_what_is_there_outlives_a_refused_and_a_killed_build_and_the_next_one_repeats_exactly(
    command: Command, files: Files, built: Path, tmp_path: Path
) -> None:
    out, graph = tmp_path / "en-fr", tmp_path / "words.db"
    out.mkdir()
    (out / "vectors.json").write_text("keep me", encoding="utf-8")  # an earlier lexicon
    (out / MARK).write_text("vectors.json\n", encoding="utf-8")
    arguments = [*files.arguments(), "--out", out, "--graph", graph, "--seed", 0, "--json"]

    refused = command(*arguments)
    assert refused.status == 1
    assert refused.err.startswith(f"error: {out} already exists; add --force")

    kill_halfway([*arguments, "--force"])
    assert content(out) == {"vectors.json": b"keep me", MARK: b"vectors.json\n"}
    assert not graph.exists()
    (part,) = tmp_path.glob(".en-fr.*.part")  # what the dead process could not remove
    assert {"lexicon.tsv", "model.safetensors"} <= set(content(part))

    result = command(*arguments, "--force")
    assert result.status == 0
    for name in ("lexicon.tsv", "model.safetensors", "vectors.json"):  # as the library built them, with the same seed
        assert content(out)[name] == content(built)[name]
    assert json.loads(content(out)["report.json"]) == result.json
    assert result.json["settings"]["search"] == "auto"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["en-fr", "words.db"]
    with open_graph(graph) as words:
        written = read_dictionary(out / "lexicon.tsv", "en", "fr")
        surest = max(written, key=lambda pair: pair.weight)
        assert words.pairs() == [("en", "fr", len(written))]
        assert words.translate(surest.source, "en", "fr")[0].word == surest.target
