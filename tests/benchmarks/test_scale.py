from __future__ import annotations

import pytest

from benchmarks.scale.paper import Units, bill, lexicon_cost, schedule


def test_a_bill_counts_pairs_and_hours() -> None:
    unit = Units(load=1e-4, bytes=100.0, infer=1e-4)
    everything, hub = bill("all", 5, 200_000, unit), bill("hub", 5, 200_000, unit)
    assert (everything.lexicons, hub.lexicons) == (10, 4)
    assert everything.core_hours == pytest.approx(10 * lexicon_cost("muse", 200_000)[0] / 3600, abs=0.06)
    assert everything.million_pairs == pytest.approx(0.9)


def test_a_schedule_takes_the_time_of_its_steps_and_of_what_was_lost() -> None:
    alone, shared = schedule(400, 1, 160.0), schedule(400, 4, 160.0)
    assert alone["busy"] == 1.0
    assert alone["hours"] == pytest.approx(400 * 160.0 / 3600 + alone["lost_core_hours"], rel=0.05)
    assert shared["hours"] == pytest.approx(alone["hours"] / 4, rel=0.05)


def test_a_lexicon_of_another_size_costs_its_share_of_the_nearest_that_was_measured() -> None:
    seconds, gigabytes = lexicon_cost("auto", 200_000)
    assert lexicon_cost("auto", 400_000) == pytest.approx((2 * seconds, 2 * gigabytes))
    assert lexicon_cost("auto", 50_000)[0] < seconds
