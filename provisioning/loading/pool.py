"""Several tables at once: each connection takes the largest that waits, then helps with those that are shared."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from threading import Condition, Thread

from provisioning.errors import BadInput, HicError, Refused
from provisioning.loading.connection import Connection, Server, database_errors
from provisioning.loading.model import Loaded
from provisioning.loading.tables import Chore, TableLoad
from provisioning.messages import _

MOST_JOBS = 8
SPARE = 2  # connections: with one two commits at a time leave a processor idle, a third gains nothing
_EVEN = 1.02  # how much longer than the others a connection may work
_LOOK_AGAIN = 0.01  # seconds
_STOP_WITHIN = 10.0


def default_jobs() -> int:
    """As many connections as this machine has processors, at most 8: COPY keeps one processor busy each."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(processors, MOST_JOBS)


def which_are_shared(sizes: Sequence[int], jobs: int, split_from: int) -> list[bool]:
    """Which of these CSV (bytes, largest first) should go to several connections.

    Those that would keep one connection busy for more than its share of the whole.
    """
    busy = [0] * jobs
    share = sum(sizes) / jobs
    shared = []
    for size in sizes:
        first = busy.index(min(busy))
        busy[first] += size
        shared.append(jobs > 1 and size >= split_from and busy[first] > share * _EVEN)
    return shared


class Pool:
    """Runs table loads on up to `jobs` connections, each of which lasts for the whole run."""

    def __init__(self, server: Server, database: str, loads: Sequence[TableLoad], jobs: int) -> None:
        self._server = server
        self._database = database
        self._loads = list(loads)
        self._waiting = deque(loads)
        self._chores: deque[tuple[TableLoad, Chore]] = deque()
        self._leaves_chores = any(load.leaves_chores for load in loads)
        self._running: list[TableLoad] = []
        self._change = Condition()
        self._done: dict[TableLoad, Loaded] = {}
        self._failed: dict[TableLoad, HicError] = {}
        self._broken: BaseException | None = None
        # While commits wait for the disk, others fill the next tables; `Run.turns` lets only `jobs` COPY at once.
        spare = SPARE if jobs > 1 else 0
        most = (
            jobs + min(spare, len(loads) - 1) if any(load.shared for load in loads) else min(jobs + spare, len(loads))
        )
        self._threads = [Thread(target=self._worker, name=f"load-{n}", daemon=True) for n in range(max(1, most))]

    def run(self) -> tuple[dict[TableLoad, Loaded], dict[TableLoad, HicError]]:
        """Load all; what stands, and what was refused. Other tables go on when one is refused.

        Raises DependencyFailed when a store or the database fails, and whatever else ends a load: what had
        not been finished by then is not there.
        """
        for thread in self._threads:
            thread.start()
        try:
            for thread in self._threads:
                while thread.is_alive():
                    thread.join(0.5)
        except BaseException as error:
            self._break(error)
            for thread in self._threads:
                thread.join(_STOP_WITHIN)
            raise
        if self._broken:
            if isinstance(self._broken, HicError):
                tell_standing(self._broken, len(self._done), len(self._loads))
            raise self._broken
        return self._done, self._failed

    def _worker(self) -> None:
        try:
            with self._server.connect(self._database) as connection:
                while work := self._next(connection):
                    work(connection)
        except BaseException as error:
            self._break(error)

    def _next(self, connection: Connection) -> Callable[[Connection], None] | None:
        """The next table to start, then what tables left to do; helps with shared ones until there is something.

        None when all is done.
        """
        while True:
            with self._change:
                if self._broken:
                    return None
                if self._waiting:
                    load = self._waiting.popleft()
                    self._running.append(load)
                    return partial(self._load, load)
                shared = [load for load in self._running if load.shared]
                if not any(load.can_help for load in shared):
                    if self._chores:
                        return partial(self._chore, *self._chores.popleft())
                    if not shared and not (self._leaves_chores and self._running):
                        return None
                    self._change.wait(_LOOK_AGAIN)
                    continue
            for load in shared:
                load.help(connection)

    def _load(self, load: TableLoad, connection: Connection) -> None:
        try:
            with database_errors():
                done = load.run(connection)
                chores = load.finish(connection, done)
            with self._change:
                self._done[load] = done
                self._chores += [(load, chore) for chore in chores]
        except (BadInput, Refused) as error:
            with self._change:
                self._failed[load] = error
        finally:
            with self._change:
                self._running.remove(load)
                self._change.notify_all()

    def _chore(self, load: TableLoad, chore: Chore, connection: Connection) -> None:
        try:
            with database_errors():
                chore(connection)
        except (BadInput, Refused) as error:
            connection.rollback()
            with self._change:
                self._failed[load] = error
                self._done.pop(load, None)

    def _break(self, error: BaseException) -> None:
        with self._change:
            self._broken = self._broken or error
            self._waiting.clear()
            self._chores.clear()
            running = list(self._running)
            self._change.notify_all()
        for load in running:
            load.stop()


def tell_standing(error: HicError, done: int, count: int) -> None:
    """Add to an error how many tables stand in spite of it."""
    if done:
        text = _("{count} of {all} tables stand already; the same command goes on from there.")
        error.fix = "\n".join([error.fix, text.format(count=done, all=count)]).strip()


def one_error(failed: Sequence[HicError]) -> HicError:
    """One error for several tables that were refused: every one is told."""
    if len(failed) == 1:
        return failed[0]
    kind = next((type(error) for error in failed if isinstance(error, BadInput)), Refused)
    return kind(
        _("{count} tables were not loaded:").format(count=len(failed)) + "".join(f"\n{error}" for error in failed)
    )
