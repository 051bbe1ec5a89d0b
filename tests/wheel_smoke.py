"""Builds the wheel, looks into it, and runs what it installs in an environment of its own, away from the checkout.

`make test` calls this beside pytest, and pytest does not collect it. It leaves nothing behind and exits with another
status than 0 when something is wrong.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.graph_only import faults, prepare
    from tests.pages import run_page
else:  # run by its path: the folder is the first on the path, and other packages have a `tests`, too
    from graph_only import faults, prepare
    from pages import run_page

ROOT = Path(__file__).resolve().parent.parent
MOST_BYTES = 250_000_000  # of a new environment without extras
PACKAGE = "isogloss"
NEIGHBOURS = ("data/__init__.py", "kg.py", "lexicon.py", "meta.py")  # somebody else's, where the wheel is tried
TRAINED = (
    "lexicon/ranking/pretrained/ranker.safetensors",
    "meta/matching/pretrained/prior.safetensors",
    "kg/inference/prior.json",
)
SAMPLE = ("concepts.tsv", "en.safetensors", "fi.safetensors", "fr.safetensors", "ja.safetensors", "ORIGIN.md")

# Seeds for `lexicon build`, and where the sample's vectors are in the installed package.
PREPARE = """
from pathlib import Path
from isogloss.data.sample import sample_dictionary, sample_folder
pairs = sample_dictionary("en", "fr")
Path("seeds.tsv").write_text("".join(f"{pair.source}\\t{pair.target}\\n" for pair in pairs), encoding="utf-8")
Path("words.txt").write_text("water\\ncity\\n", encoding="utf-8")
print(sample_folder())
"""

WHERE = "import sysconfig; print(sysconfig.get_path('purelib'))"

IMPORTED = """
import isogloss, pathlib, sys
assert pathlib.Path(isogloss.__file__).is_relative_to(sys.prefix), isogloss.__file__
print(isogloss.__version__, *sorted(isogloss.__all__))
"""


class SmokeError(Exception):
    """The wheel is not fit for use; the message says why."""


def main() -> None:
    """Build, look, install, run."""
    with tempfile.TemporaryDirectory(prefix="isogloss-wheel-") as name:
        folder = Path(name)
        wheel = step("build the wheel", lambda: build(folder))
        step("look into it", lambda: check_content(wheel))
        programs = step("install it in a new environment", lambda: install(wheel, folder / "venv"))
        step("run every verb of the graph without extras", lambda: check_graph_only(programs, folder))
        step("lend it what the extras bring", lambda: lend(programs))
        step("run it outside the checkout", lambda: check_running(programs, folder))
        step("run the first ten minutes in an empty folder", lambda: check_first_ten_minutes(programs, folder))


def step(what: str, work: Callable[[], Path]) -> Path:
    """Do ``work`` and say how long it took."""
    began = time.monotonic()
    result = work()
    print(f"wheel smoke test: {what}: {time.monotonic() - began:.1f} s", flush=True)
    return result


def build(folder: Path) -> Path:
    """The wheel of this checkout, built into ``folder``."""
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT, at=folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def check_content(wheel: Path) -> Path:
    """Every module that git knows, the types, the sample with its licences, and no name at the top but our own."""
    names = set(zipfile.ZipFile(wheel).namelist())
    tracked = run("git", "ls-files", "*.py", at=ROOT).split()
    rooms = [path.name for path in (ROOT / PACKAGE).iterdir() if path.is_symlink()]
    modules = {f"{PACKAGE}/{path}" for path in tracked if path.split("/")[0] in rooms}
    modules |= {path for path in tracked if path.startswith(f"{PACKAGE}/")}
    brought = [*(f"data/samples/{name}" for name in SAMPLE), *TRAINED, "data/sources/catalogue.toml", "py.typed"]
    expected = modules | {f"{PACKAGE}/{name}" for name in brought}
    if missing := sorted(expected - names):
        raise SmokeError(f"{wheel.name}: found no {', '.join(missing[:5])}, expected it in the wheel")
    if not any(name.endswith("/licenses/LICENSE") for name in names):
        raise SmokeError(f"{wheel.name}: found no LICENSE")
    foreign = {name.split("/")[0] for name in names} - {PACKAGE}
    if any(not name.endswith(".dist-info") for name in foreign):
        raise SmokeError(f"{wheel.name}: found {', '.join(sorted(foreign))}, expected {PACKAGE} only")
    return wheel


def install(wheel: Path, place: Path) -> Path:
    """The folder of programs of a new environment that holds ``wheel`` and what it needs."""
    programs = place / "bin"
    venv.create(place, with_pip=True)
    run(
        programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--constraint", ROOT / "constraints.txt", wheel,
        at=place,
    )  # fmt: skip
    return programs


def lend(programs: Path) -> Path:
    """Let the environment find what is installed beside the checkout; its own packages go first.

    What an extra brings is looked at in `tests/data/test_extras.py`; torch alone would take a minute to install again.
    """
    own = Path(run(programs / "python", "-c", WHERE, at=programs).strip())
    (own / "lent.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    return programs


def check_graph_only(programs: Path, folder: Path) -> Path:
    """An installation without extras is small, and every verb of the graph works or names the extra that it needs."""
    size = sum(path.stat().st_size for path in programs.parent.rglob("*") if path.is_file() and not path.is_symlink())
    if size > MOST_BYTES:
        raise SmokeError(f"{programs.parent}: found {size:,} bytes without extras, expected at most {MOST_BYTES:,}")
    work = folder / "graph"
    work.mkdir()
    prepare(work)
    if failures := faults([programs / "isogloss"], work, clean_environment(work)):
        raise SmokeError("\n".join(failures))
    return work


def check_running(programs: Path, folder: Path) -> Path:
    """The command and the library do what they should where no checkout is near."""
    work = folder / "work"
    for name in NEIGHBOURS:
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text("raise RuntimeError('a module of the working folder was imported')\n", "utf-8")
    isogloss, python = programs / "isogloss", programs / "python"
    expect("isogloss ", run(isogloss, "--version", at=work))
    expect("lexicon", run(isogloss, "--help", at=work))
    expect("isogloss ", run(python, "-m", "isogloss", "--version", at=work))
    expect("isogloss\tok\t", run(isogloss, "doctor", at=work))
    expect("read_vectors", run(python, "-c", IMPORTED, at=work))
    sample = Path(run(python, "-c", PREPARE, at=work).strip())
    vectors = ["--source-vectors", sample / "en.safetensors", "--target-vectors", sample / "fr.safetensors"]
    run(isogloss, "lexicon", "build", "en", "fr", *vectors, "--seeds", "seeds.tsv", "--method", "procrustes",
        "--for", "recall", "--out", "en-fr", "--graph", "words.db", at=work)  # fmt: skip
    expect("eau", run(isogloss, "lexicon", "translate", "en-fr", "--words", "words.txt", "-k", "1", at=work))
    arguments = ["--from", "en", "--to", "fr", "--graph", "words.db", "-k", "1"]
    expect("ville", run(isogloss, "kg", "translate", "city", *arguments, at=work))
    return work


def check_first_ten_minutes(programs: Path, folder: Path) -> Path:
    """The page for newcomers does what it says, every command of it."""
    work = folder / "ten-minutes"
    work.mkdir()
    try:
        run_page(ROOT / "docs" / "first-ten-minutes.md", programs / "isogloss", work, clean_environment(work))
    except AssertionError as failure:
        raise SmokeError(str(failure)) from failure
    return work


def run(*command: object, at: Path) -> str:
    """What a command prints, run in ``at`` without the paths and settings of this process."""
    result = subprocess.run(
        [str(part) for part in command], cwd=at, env=clean_environment(at), capture_output=True, text=True
    )
    if result.returncode:
        raise SmokeError(
            f"{' '.join(map(str, command))}: exit status {result.returncode}\n{result.stdout}{result.stderr}"
        )
    return result.stdout


def clean_environment(at: Path) -> dict[str, str]:
    """The environment of this process without paths and settings of Python and isogloss, with a cache in ``at``."""
    hidden = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "ISOGLOSS_CACHE", "ISOGLOSS_GRAPH")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    return environment | {"ISOGLOSS_CACHE": str(at / "cache")}


def expect(text: str, printed: str) -> None:
    """``printed`` holds ``text``."""
    if text not in printed:
        raise SmokeError(f"found {printed[:500]!r}, expected it to hold {text!r}")


if __name__ == "__main__":
    try:
        main()
    except SmokeError as failure:
        sys.exit(f"wheel smoke test failed: {failure}")
    print("wheel smoke test: all is well")
