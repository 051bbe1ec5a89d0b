from __future__ import annotations

import subprocess
import sys

import pytest

from isogloss.cli.kg import group
from isogloss.data.extras import EXTRAS
from tests.graph_only import RUNS

# A finder that goes before all others says that the modules of the extras are not there.
BLOCKED = f"""
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {sorted({module for modules in EXTRAS.values() for module in modules})!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
"""
PROGRAM = BLOCKED + "from isogloss.cli import main\nsys.argv[0] = 'isogloss'\nmain()\n"


def run(*arguments: object, script: str = PROGRAM) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_wheel_test_tries_every_verb_of_the_graph() -> None:
    assert {arguments[0] for arguments, _ in RUNS} == set(group.commands)


@pytest.mark.parametrize(
    ("verb", "module", "extra"),
    [
        (
            ("lexicon", "build", "en", "fr", "--source-vectors", "a", "--target-vectors", "b", "--out", "c"),
            "torch",
            "lexicon",
        ),
        (("meta", "ranker", "train", "--graph", "a.db", "--out", "b"), "torch", "meta"),
        (("demo",), "torch", "lexicon"),
        (("serve",), "anyio", "serve"),
    ],
)
def test_other_verbs_name_their_extra_in_one_line(verb: tuple[str, ...], module: str, extra: str) -> None:
    result = run(*verb)
    words = " ".join(word for word in verb[: 3 if "ranker" in verb else 2] if not word.startswith("-"))
    assert result.stderr == f'error: isogloss {words} needs {module}: pip install "isogloss[{extra}]"\n'
    assert result.returncode == 1


def test_the_same_error_comes_in_python() -> None:
    script = BLOCKED + (
        "import isogloss as ig\ntry:\n    ig.meta_train\nexcept ig.IsoglossError as error:\n    print(error)\n"
    )
    assert run(script=script).stdout == 'isogloss.meta_train needs torch: pip install "isogloss[meta]"\n'


def test_the_doctor_tells_which_extras_are_absent() -> None:
    result = run("doctor")
    assert result.returncode == 0, result.stderr
    states = {line.split("\t")[0]: line.split("\t")[1:] for line in result.stdout.splitlines()}
    for module in ("torch", "scipy", "matplotlib", "fastapi"):
        assert states[module][0] == "absent"
        assert "pip install" in states[module][1]
