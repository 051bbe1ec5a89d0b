from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.hostile.harness import Attacks, Commands


@pytest.fixture(scope="session")
def commands() -> Iterator[Commands]:
    """Runs the command line in processes of its own."""
    with Commands() as started:
        yield started


@pytest.fixture
def attacks(request: pytest.FixtureRequest) -> Iterator[Attacks]:
    """Counts the attacks of the test for the table at the end."""
    counted = Attacks(request.node.nodeid.partition("hostile/")[2])
    yield counted
    request.node.user_properties.append(("attacks", [counted.name, dict(counted.ends)]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table for docs/reliability.md."""
    reports = [report for group in terminalreporter.stats.values() for report in group if hasattr(report, "when")]
    counted = [value for report in reports if report.when == "teardown" for name, value in report.user_properties]
    if counted:
        terminalreporter.section("attacks")
        total: Counter[str] = Counter()
        for name, ends in sorted(counted):
            total.update(ends)
            terminalreporter.write_line(_row(name, ends))
        terminalreporter.write_line(_row("all", total))


def _row(name: str, ends: dict[str, int]) -> str:
    lost = ", ".join(f"{count} {end}" for end, count in ends.items() if end != "survived")
    return f"| {name} | {sum(ends.values()):,} | {ends.get('survived', 0):,} | {lost} |"
