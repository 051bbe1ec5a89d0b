from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from isogloss.data.errors import IsoglossError
from isogloss.data.threads import cores
from isogloss.workers import Done, Workers, run


def square(number: int) -> tuple[int, int, int]:
    return number * number, cores(), os.getpid()


def dies_at_three(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    return number * number


def values(found: list[Done[int, int]]) -> dict[int, int | None]:
    return {done.item: done.result for done in found}


def test_one_process_is_this_one_and_keeps_the_order() -> None:
    found = list(run(square, [3, 1, 2], Workers()))
    assert [done.item for done in found] == [3, 1, 2]
    assert {done.result[2] for done in found if done.result} == {os.getpid()}


def test_processes_share_the_threads_and_give_the_same_results() -> None:
    found = list(run(square, range(6), Workers(2, threads=1)))
    assert sorted(done.result[0] for done in found if done.result) == [0, 1, 4, 9, 16, 25]
    assert {done.result[1] for done in found if done.result} == {1}
    assert os.getpid() not in {done.result[2] for done in found if done.result}


def test_what_kills_its_process_is_lost_alone() -> None:
    found = list(run(dies_at_three, range(6), Workers(2, threads=1)))
    assert values(found) == {0: 0, 1: 1, 2: 4, 3: None, 4: 16, 5: 25}
    assert [done.item for done in found if done.lost] == [3]
    assert next(done.lost for done in found if done.lost).startswith("the process that made it was killed")


def test_an_engine_that_is_not_there_is_one_line() -> None:
    pytest.importorskip("distributed", reason="distributed is not installed")
    with pytest.raises(IsoglossError, match=r"^tcp://127.0.0.1:9: no scheduler of Dask with a worker"):
        list(run(square, [1], Workers(engine="tcp://127.0.0.1:9", patience=1)))


def test_a_cluster_gives_the_same_results(tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="distributed is not installed")
    where = tmp_path / "scheduler.json"
    root = Path(__file__).resolve().parents[2]
    scheduler = ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    worker = ["distributed.cli.dask_worker", "--nworkers", "2", "--nthreads", "1", "--no-dashboard"]
    started = [
        subprocess.Popen(
            [sys.executable, "-m", *arguments, "--scheduler-file", where],
            cwd=root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for arguments in (scheduler, worker)
    ]
    try:
        deadline = time.monotonic() + 60
        while not (text := where.read_text("utf-8") if where.exists() else "") and time.monotonic() < deadline:
            time.sleep(0.05)
        address = json.loads(text)["address"]
        found = list(run(square, range(6), Workers(engine=address)))
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()
    assert sorted(done.result[0] for done in found if done.result) == [0, 1, 4, 9, 16, 25]
    assert {done.result[1] for done in found if done.result} == {1}
    assert not {done.result[2] for done in found if done.result} & {os.getpid(), *(one.pid for one in started)}
