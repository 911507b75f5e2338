"""Tests in several processes that are forked when everything is imported and collected, so that
this is done once for all: `--forks=3`, or `--forks=auto`. Each has servers and databases of its
own, and is handed some tests whenever it has one left: the first of them from the beginning, where
other processes are waited for, the others from the end, where there is something to calculate
meanwhile. What passes is reported in a few bytes, with all its reports where the options ask for
them."""

from __future__ import annotations

import contextlib
import mmap
import multiprocessing
import os
import random
import signal
import time
import traceback
from collections import deque
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from typing import Any, NamedTuple

import pytest
from _pytest.runner import CallInfo

TELL_SECONDS = 0.5
GOODBYE_SECONDS = 20
SHARE, MOST = 6, 40
"""A part of what is left, for each process: many tests at first, at the end one by one."""


def auto() -> int:
    """Two more than there are cores, as many tests wait for something."""
    return len(os.sched_getaffinity(0)) + 2


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--forks",
        type=lambda said: auto() if said == "auto" else int(said),
        default=0,
        help="how many processes run tests, forked after they were collected",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    if not session.config.option.forks or session.config.option.collectonly:
        return None
    if session.testsfailed and not session.config.option.continue_on_collection_errors:
        raise session.Interrupted(f"{session.testsfailed} errors during collection")
    run(session, session.config.option.forks)
    return True


class Result(NamedTuple):
    """What became of one test; without reports it passed, and there is nothing to say of it."""

    index: int
    seconds: float
    reports: list[dict[str, Any]]


class Child:
    def __init__(self, session: pytest.Session, number: int) -> None:
        self.number = number
        self.owed: list[int] = []
        self.link, theirs = multiprocessing.Pipe()
        self._at = mmap.mmap(-1, 8)
        self.pid = os.fork()
        if not self.pid:
            self.link.close()
            _live(session, number, theirs, self._at)
        theirs.close()

    def give(self, indexes: list[int]) -> None:
        self.owed += indexes
        # A child that is dead is noticed where its answer is awaited.
        with contextlib.suppress(BrokenPipeError):
            self.link.send(indexes)

    @property
    def at(self) -> int:
        return int.from_bytes(self._at[:8], "little")

    def end(self) -> int:
        self.link.close()
        return os.waitpid(self.pid, 0)[1]


def run(session: pytest.Session, processes: int) -> None:
    """Runs the session's tests, as pytest does in its own loop."""
    session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    waiting = deque(range(len(session.items)))
    numbers = iter(range(1_000_000))
    children: list[Child] = []

    def begin() -> None:
        child = Child(session, next(numbers))
        children.append(child)
        child.give(_some(waiting, processes, child.number))

    try:
        for _ in range(min(processes, len(waiting))):
            begin()
        while children:
            for link in wait([each.link for each in children]):
                [child] = [each for each in children if each.link is link]
                try:
                    wants_more, results = child.link.recv()
                except (EOFError, ConnectionError):
                    children.remove(child)
                    if left := _bury(session, child):
                        waiting.extendleft(reversed(left))
                        begin()
                    continue
                for result in results:
                    child.owed.remove(result.index)
                    _tell(session, result)
                if wants_more:
                    child.give(_some(waiting, processes, child.number))
    finally:
        _stop(children)


def _stop(children: list[Child]) -> None:
    """Those who still run, when no more is wanted: each ends its servers first."""
    for each in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(each.pid, signal.SIGINT)
    until = time.monotonic() + GOODBYE_SECONDS
    for each in children:
        # What it still says is not heard; a link that ends is one whose child has left.
        with contextlib.suppress(EOFError, ConnectionError):
            while each.link.poll(max(0, until - time.monotonic())):
                each.link.recv()
        with contextlib.suppress(ProcessLookupError):
            os.kill(each.pid, signal.SIGKILL)
        each.end()


def _some(waiting: deque[int], processes: int, number: int) -> list[int]:
    count = min(len(waiting), max(1, min(MOST, len(waiting) // (processes * SHARE))))
    if number == 0:
        return [waiting.popleft() for _ in range(count)]
    return [waiting.pop() for _ in range(count)][::-1]


def _bury(session: pytest.Session, child: Child) -> list[int]:
    """Returns which tests must be run again. One that its process died of has failed."""
    status = child.end()
    if child.at not in child.owed:
        assert not child.owed or status, "a process of tests has left before its work was done"
        return child.owed
    item = session.items[child.at]
    died = os.waitstatus_to_exitcode(status)
    call = CallInfo.from_call(lambda: pytest.fail(f"its process ended ({died})", False), "call")
    _report(session, pytest.TestReport.from_item_and_call(item, call))
    return [each for each in child.owed if each != child.at]


def _tell(session: pytest.Session, result: Result) -> None:
    """The reports of a test, to everybody here who wants to know."""
    config, item = session.config, session.items[result.index]
    for each in result.reports:
        _report(session, config.hook.pytest_report_from_serializable(config=config, data=each))
    if not result.reports:
        seconds = result.seconds
        outcome = {"outcome": "passed", "longrepr": None, "when": "call", "duration": seconds}
        _report(session, pytest.TestReport(item.nodeid, item.location, {}, **outcome))  # type: ignore[arg-type]


def _report(session: pytest.Session, report: pytest.TestReport) -> None:
    session.config.hook.pytest_runtest_logreport(report=report)
    if session.shouldfail:
        raise session.Failed(session.shouldfail)
    if session.shouldstop:
        raise session.Interrupted(session.shouldstop)


class Listener:
    """In the child: what is reported of the test that runs."""

    def __init__(self, config: pytest.Config) -> None:
        option = config.option
        self._config = config
        self._whole = bool(option.durations or option.xmlpath or set("PA") & {*option.reportchars})
        self._reports: list[pytest.TestReport] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._reports.append(report)

    def result(self, index: int) -> Result:
        reports, self._reports = self._reports, []
        if not self._whole and all(each.outcome == "passed" for each in reports):
            return Result(index, sum(each.duration for each in reports), [])
        write = self._config.hook.pytest_report_to_serializable
        return Result(index, 0, [write(config=self._config, report=each) for each in reports])


def _live(session: pytest.Session, number: int, link: Connection, at: mmap.mmap) -> None:
    """The whole life of a child."""
    status = 1
    try:
        _settle_in(session.config, number)
        for wants_more, results in _results(session, link, at):
            link.send((wants_more, results))
            at[:8] = (1 << 62).to_bytes(8, "little")
        status = 0
    except KeyboardInterrupt:
        # Once is enough: what the tests share is ended in peace.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with contextlib.suppress(BaseException):
            session._setupstate.teardown_exact(None)
    except BaseException:  # Nothing of the parent's may be done by a child.
        traceback.print_exc()
    finally:
        os._exit(status)


def _settle_in(config: pytest.Config, number: int) -> None:
    """What must not be shared with the parent and the other children."""
    random.seed()
    plugins = config.pluginmanager
    plugins.unregister(name="terminalreporter")
    capture = plugins.getplugin("capturemanager")
    capture.stop_global_capturing()
    capture.start_global_capturing()
    factory = config._tmp_path_factory  # type: ignore[attr-defined]
    factory._basetemp = factory.getbasetemp() / f"fork{number}"
    factory._basetemp.mkdir()


def _results(
    session: pytest.Session, link: Connection, at: mmap.mmap
) -> Iterator[tuple[bool, list[Result]]]:
    """Runs what it is handed. The next test is known to each, so that what both need stays."""
    listener = Listener(session.config)
    session.config.pluginmanager.register(listener)
    todo = deque(link.recv())
    done: list[Result] = []
    told = time.monotonic()
    while todo:
        if len(todo) == 1:
            yield True, done
            done, told = [], time.monotonic()
            todo += link.recv()
        index = todo.popleft()
        at[:8] = index.to_bytes(8, "little")
        item, following = session.items[index], session.items[todo[0]] if todo else None
        session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        done.append(listener.result(index))
        if time.monotonic() > told + TELL_SECONDS:
            yield False, done
            done, told = [], time.monotonic()
    yield False, done
