"""Scripts run by their path as they do as modules: the first folder of the search path is then their own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
SCRIPTS = sorted(
    path
    for path in BENCHMARKS.rglob("*.py")
    if "ArgumentParser" in (text := path.read_text("utf-8")) and "__main__" in text
)

# All in one process, since loading torch takes longer than the rest; the modules of the benchmarks are loaded anew.
RUN_ALL = """
import contextlib, io, json, runpy, sys, traceback
from pathlib import Path
search, ended = sys.path[1:], {}
for script in sys.argv[1:]:
    sys.path[:] = [str(Path(script).parent), *search]
    sys.argv = [script, "--help"]
    for name in [name for name in sys.modules if name.partition(".")[0] == "benchmarks"]:
        del sys.modules[name]
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        try:
            runpy.run_path(script, run_name="__main__")
        except SystemExit as left:
            ended[script] = [str(left.code), printed.getvalue()]
        except BaseException:
            ended[script] = [traceback.format_exc(), printed.getvalue()]
print(json.dumps(ended))
"""


@pytest.fixture(scope="module")
def ended() -> dict[str, tuple[str, str]]:
    command = [sys.executable, "-P", "-c", RUN_ALL, *map(str, SCRIPTS)]
    result = subprocess.run(command, capture_output=True, text=True, check=True, cwd=BENCHMARKS.anchor)
    return {script: (code, printed) for script, (code, printed) in json.loads(result.stdout).items()}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_runs_by_its_path(script: Path, ended: dict[str, tuple[str, str]]) -> None:
    code, printed = ended[str(script)]
    assert code == "0"
    assert printed.startswith(f"usage: {script.name}")
