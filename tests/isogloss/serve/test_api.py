from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from isogloss.serve import schema
from tests.conftest import Command
from tests.isogloss.serve.site import Site

LISTED: dict[str, Any] = {
    "/api/languages": list[schema.Language],
    "/api/stats": schema.Stats,
    "/api/complete?q=ch": list[schema.Entry],
    "/api/lookup?word=chat": list[schema.Entry],
    "/api/lookup?word=chat&lang=fr": list[schema.Entry],
    "/api/translate?word=dog&from=en&to=fr&explain=true": list[schema.Translation],
    "/api/synonyms?word=dog&lang=en": list[schema.Translation],
    "/api/neighbors?word=dog&lang=en": list[schema.Neighbor],
    "/api/concepts?word=dog&lang=en": list[schema.Concept],
    "/api/concept?key=animal/dog": list[schema.Concept],
    "/api/paths?word=dog&from=en&other=koira&to=fi": list[schema.Path],
    "/api/near?word=dog&lang=en": schema.Surroundings,
}


@pytest.mark.parametrize("path", LISTED)
def test_an_answer_is_as_the_description_says(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert TypeAdapter(LISTED[path]).validate_json(answer.content)


def test_every_route_of_the_description_is_tried_here(site: Site) -> None:
    described = site.get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.")
    assert set(described["paths"]) == {path.partition("?")[0] for path in LISTED}


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("translate dog --from en --to fr --explain", "translate?word=dog&from=en&to=fr&explain=true"),
        ("translate cat --from en --to fi -k 3", "translate?word=cat&from=en&to=fi&k=3"),
        ("translate cat --from en --to fi --via fr", "translate?word=cat&from=en&to=fi&via=fr"),
        ("translate dog --from en --to fr --direct", "translate?word=dog&from=en&to=fr&direct=true"),
        ("translate bank --from en --to fr --sense river", "translate?word=bank&from=en&to=fr&sense=river"),
        ("synonyms dog --lang en", "synonyms?word=dog&lang=en"),
        ("neighbors dog --lang en", "neighbors?word=dog&lang=en"),
        ("lookup dog --lang en", "lookup?word=dog&lang=en"),
        ("path dog koira --from en --to fi", "paths?word=dog&from=en&other=koira&to=fi"),
        ("stats", "stats"),
        ("languages", "languages"),
    ],
)
def test_an_answer_is_that_of_the_command_line(
    site: Site, graph: Path, command: Command, words: str, path: str
) -> None:
    printed = command("kg", *words.split(), "--json", "--graph", graph)
    assert printed.status == 0, printed.err
    assert site.get(f"/api/{path}").json() == printed.json


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("translate?word=dog&from=en&to=fr&k=101", 422, "k: "),
        ("translate?word=dog&from=en", 422, "to: "),
        ("translate?word=dgo&from=en&to=fr", 404, "did you mean dog?"),
        ("translate?word=dog&from=en&to=zz", 404, "has no words of zz"),
        ("translate?word=dog&from=en&to=%3Cb%3E", 404, "unknown language"),
        ("near?word=dog&lang=en&limit=201", 422, "limit: "),
        ("complete?q=" + "x" * 301, 422, "q: "),
        ("paths?word=dog&from=en&other=koira&to=fi&max_steps=9", 422, "max_steps: "),
        ("concept?key=none", 404, "no concept"),
        ("nothing", 404, "Not Found"),
        ("lookup?word=%ED%A0%80", 200, ""),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(site: Site, path: str, status: int, message: str) -> None:
    answer = site.get(f"/api/{path}")
    assert answer.status_code == status
    if status != 200:
        assert message in answer.json()["error"]
        assert answer.json().keys() == {"error"}
