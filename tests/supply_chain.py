"""What `make lint` asks of the packages that isogloss brings: their licences, and known vulnerabilities.

The licences are those that are installed. Vulnerabilities are asked for with pip-audit; where it is not installed, or
its service is not reached, that check is skipped, and says so.
"""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import find_spec

OURS = "isogloss"
FOR_DEVELOPERS = ("bench", "dev", "docs")  # extras whose packages are not passed on to users
UNKNOWN = "could not be audited"
SECONDS = 120  # for an answer about vulnerabilities; round number
ALLOWED = re.compile(
    r"apache|bsd|mit\b|mit-|isc|psf|python software foundation|mpl|mozilla|lgpl|lesser general|unlicense|zlib|"
    r"hpnd|0bsd|public domain|permission is hereby granted, free of charge|matplotlib|nvidia|intel",
    re.IGNORECASE,
)
COPYLEFT = re.compile(r"\b(?:agpl|gpl|(?<!lesser )general public license)", re.IGNORECASE)


def main() -> int:
    """Print what was found; status 1 where a licence or a package is not as it should be."""
    doubtful = licences()
    print(
        f"licences: {len(doubtful)} to look at"
        + "".join(f"\n  {name}: {terms}" for name, terms in sorted(doubtful.items()))
    )
    return max(bool(doubtful), vulnerabilities())


def licences() -> dict[str, str]:
    """The packages that come with isogloss and whose licence is copyleft or unknown."""
    return {name: terms for name, terms in ((it, terms_of(distribution(it))) for it in brought()) if not fine(terms)}


def fine(terms: str) -> bool:
    """Whether a licence lets users of isogloss pass it on under Apache-2.0; one of several is enough."""
    choices = re.split(r"\bor\b|/", terms, flags=re.IGNORECASE)
    return any(ALLOWED.search(choice) and not COPYLEFT.search(choice) for choice in choices)


def brought() -> set[str]:
    """All that isogloss needs, directly or not, with all extras but those for developers, as far as it is installed."""
    names, left = set[str](), [(OURS, "")]
    seen = set(left)
    while left:
        name, extra = left.pop()
        try:
            needed = distribution(name).requires or []
        except PackageNotFoundError:
            continue
        if name != OURS:
            names.add(name)
        for requirement in needed:
            match = re.match(r"([\w.-]+)(?:\[([\w,.-]+)\])?", requirement)
            marker = re.search(r"extra == ['\"]([\w-]+)['\"]", requirement)
            if match is None or (marker and (marker[1] in FOR_DEVELOPERS if name == OURS else marker[1] != extra)):
                continue
            for wanted in [(match[1], part) for part in (match[2] or "").split(",")]:
                if wanted not in seen and wanted[0].lower() != OURS:
                    seen.add(wanted)
                    left.append(wanted)
    return names


def terms_of(package: Distribution) -> str:
    """The licence in the metadata of a package."""
    about = package.metadata
    first_lines = (about["License"] or "").strip().splitlines() if "License" in about else []
    classifiers = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier", []) if line.startswith("License")]
    expression = about.get_all("License-Expression", [])
    named = "".join(expression) or " / ".join(classifiers) or " ".join(first_lines[:1])
    if named:
        return named
    texts = [file for file in package.files or () if re.match("licen[cs]e|copying", file.name, re.IGNORECASE)]
    return " ".join(texts[0].read_text().split())[:200] if texts else "none named"


def vulnerabilities() -> int:
    """Ask pip-audit; 0 also where it cannot be asked."""
    if find_spec("pip_audit") is None:
        print("vulnerabilities: skipped, as pip-audit is not installed (pip install pip-audit)")
        return 0
    command = [sys.executable, "-m", "pip_audit", "--skip-editable", "--progress-spinner", "off"]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        print(f"vulnerabilities: skipped, as there was no answer within {SECONDS} seconds")
        return 0
    if re.search(r"Connection|Timeout|ServiceError|Max retries|HTTPError|resolve", result.stderr) and not result.stdout:
        print(
            f"vulnerabilities: skipped, as the service is not reached ({result.stderr.strip().splitlines()[-1][:200]})"
        )
        return 0
    print(f"vulnerabilities: {told(result.stdout or result.stderr)}")
    return result.returncode


def told(report: str) -> str:
    """What pip-audit says, with the packages that its service does not know as a count."""
    lines = report.strip().splitlines()
    known = [line for line in lines if UNKNOWN not in line]
    unknown = len(lines) - len(known)
    return "\n".join(
        [*known, *([f"{unknown} packages are unknown to its service, and not looked at"] if unknown else [])]
    )


if __name__ == "__main__":
    sys.exit(main())
