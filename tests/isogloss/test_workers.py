from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from isogloss.data.errors import IsoglossError
from isogloss.data.threads import cores
from isogloss.workers import BackgroundWork, Workers, WorkResult, run


def square(number: int) -> tuple[int, int, int]:
    return number * number, cores(), os.getpid()


def slow(seconds: float) -> tuple[float, int, int]:
    time.sleep(seconds)
    return seconds, cores(), os.getpid()


def dies_at_three(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    return number * number


def values(results: list[WorkResult[int, int]]) -> dict[int, int | None]:
    return {result.item: result.result for result in results}


def test_one_process_is_this_one_and_keeps_the_order() -> None:
    results = list(run(square, [3, 1, 2], Workers()))
    assert [result.item for result in results] == [3, 1, 2]
    assert {result.result[2] for result in results if result.result} == {os.getpid()}


def test_processes_share_the_threads_and_give_the_same_results() -> None:
    results = list(run(square, range(6), Workers(2, threads=1)))
    assert sorted(result.result[0] for result in results if result.result) == [0, 1, 4, 9, 16, 25]
    assert {result.result[1] for result in results if result.result} == {1}
    assert os.getpid() not in {result.result[2] for result in results if result.result}


def test_what_kills_its_process_is_lost_alone() -> None:
    results = list(run(dies_at_three, range(6), Workers(2, threads=1)))
    assert values(results) == {0: 0, 1: 1, 2: 4, 3: None, 4: 16, 5: 25}
    assert [result.item for result in results if result.lost] == [3]
    assert next(result.lost for result in results if result.lost).startswith("the process that made it was killed")


def test_work_aside_is_done_meanwhile_and_what_was_not_begun_when_it_is_fetched() -> None:
    with BackgroundWork(square, Workers(2, threads=1)) as aside:
        aside.begin(3)
        begun, late = aside.fetch(3), aside.fetch(4)
    assert begun.result
    assert begun.result[:2] == (9, 1)
    assert begun.result[2] != os.getpid()
    assert late.result
    assert late.result[::2] == (16, os.getpid())


def test_work_aside_that_kills_its_process_is_told_and_what_is_left_at_the_end_is_ended() -> None:
    with BackgroundWork(dies_at_three, Workers(2, threads=1)) as aside:
        aside.begin(3)
        assert aside.fetch(3).lost.startswith("the process that made it was killed")
    began = time.monotonic()
    with BackgroundWork(slow, Workers(2, threads=1)) as idle:
        idle.begin(600.0)
    assert time.monotonic() - began < 60


def test_an_engine_that_is_not_there_is_one_line() -> None:
    pytest.importorskip("distributed", reason="distributed is not installed")
    with pytest.raises(IsoglossError, match=r"^tcp://127.0.0.1:9: no scheduler of Dask with a worker"):
        list(run(square, [1], Workers(engine="tcp://127.0.0.1:9", patience=1)))


def test_a_cluster_gives_the_same_results_also_after_its_scheduler_was_restarted(tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="distributed is not installed")
    root = Path(__file__).resolve().parents[2]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"

    def started(*arguments: str) -> subprocess.Popen[bytes]:
        line = [sys.executable, "-m", *arguments, "--no-dashboard"]
        return subprocess.Popen(line, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def cluster() -> list[subprocess.Popen[bytes]]:
        one_worker = ("--nthreads", "1", "--no-nanny", "--local-directory", str(tmp_path))
        return [
            started("distributed.cli.dask_scheduler", "--host", address),
            started("distributed.cli.dask_worker", address, *one_worker),
        ]

    processes = cluster()
    results: list[WorkResult[float, tuple[float, int, int]]] = []
    try:
        for result in run(slow, [0.0, 0.5, 0.7, 0.6], Workers(engine=address, patience=60)):
            results.append(result)
            if len(results) == 1:
                processes[0].kill()
                processes[0].wait()
                processes += cluster()  # workers end with their scheduler
    finally:
        for process in reversed(processes):
            process.kill()
            process.wait()
    assert sorted(result.result[0] for result in results if result.result) == [0.0, 0.5, 0.6, 0.7]
    assert {result.result[1] for result in results if result.result} == {1}
    assert {result.result[2] for result in results if result.result} <= {worker.pid for worker in processes[1::2]}
