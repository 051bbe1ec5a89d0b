from __future__ import annotations

import pytest

from tests.supply_chain import brought, fine, licences, told


@pytest.mark.parametrize("terms", ["MIT", "Apache-2.0", "BSD License", "LGPL-3.0-only", "MPL-2.0", "GPL-2.0 OR MIT"])
def test_licences_that_may_be_passed_on(terms: str) -> None:
    assert fine(terms)


@pytest.mark.parametrize("terms", ["GPL-3.0", "GNU General Public License v3", "AGPL-3.0-or-later", "none named"])
def test_licences_to_look_at(terms: str) -> None:
    assert not fine(terms)


def test_what_comes_with_isogloss_may_be_passed_on() -> None:
    assert {"numpy", "requests", "urllib3", "sqlalchemy"} <= {name.lower() for name in brought()}
    assert "pyglossary" not in brought()
    assert licences() == {}


def test_packages_that_nobody_knows_of_are_counted() -> None:
    unknown = "torch Dependency not found on PyPI and could not be audited: torch"
    report = f"Name Skip Reason\n{unknown}\nfine 1.0 CVE-2026-1 2.0\n"
    printed = "Name Skip Reason\nfine 1.0 CVE-2026-1 2.0\n1 packages are unknown to its service, and not looked at"
    assert told(report) == printed
    assert told("No known vulnerabilities found\n") == "No known vulnerabilities found"
