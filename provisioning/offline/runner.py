"""Runs a Pulumi program against a monitor, as the language host of Pulumi's own command does.

The SDK has such a host (`pulumi.automation`), but it leaves its event loop open when a program fails.
"""

from __future__ import annotations

import asyncio
import contextvars
import gc
import logging
import sys
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pulumi import runtime
from pulumi.runtime import resource as registrations
from pulumi.runtime.proto import source_pb2

from provisioning.errors import HicError
from provisioning.messages import _
from provisioning.offline.monitor import PROJECT, Engine, Monitor

ORGANIZATION = "organization"  # what Pulumi calls it where state is kept in a bucket
PARALLEL = 4
DEADLINE = 900.0  # seconds; the largest program takes some, and each call to the stand-in has its own limit
_modules: list[int] = []  # how many were loaded before the last run
_here: contextvars.ContextVar[bool] = contextvars.ContextVar("_here", default=False)


def run_program(
    program: Callable[[], object],
    monitor: Monitor,
    stack: str,
    config: Mapping[str, str],
    secret_keys: list[str],
    *,
    dry: bool,
) -> str:
    """Run the program to its end, or to the deadline; its error text, or an empty one.

    A HicError that the program raises itself comes out as it is.
    """

    def inside() -> str:
        settings = runtime.Settings(
            project=PROJECT,
            stack=stack,
            organization=ORGANIZATION,
            monitor=monitor,
            engine=Engine(),
            parallel=PARALLEL,
            dry_run=dry,
        )
        _here.set(True)
        runtime.configure(settings)
        runtime.set_all_config(dict(config), secret_keys)
        return _run(program)

    _set_modules_aside()
    _leave_out_stack_traces()
    # The SDK keeps its settings in context variables; a copy keeps runs apart.
    return contextvars.copy_context().run(inside)


def _set_modules_aside() -> None:
    """Keep the classes of the SDK, some hundred thousand objects, out of every later garbage collection.

    They are loaded while the first program runs, so that this pays from the second run of a process on.
    """
    count = len(sys.modules)
    if _modules and count > _modules[-1]:
        gc.collect()
        gc.freeze()
    _modules.append(count)
    del _modules[:-1]


def _leave_out_stack_traces() -> None:
    """The SDK reads the whole stack for every resource and sends it along; the offline engine has no use for it."""
    whole: Any = registrations._get_stack_trace
    if getattr(whole, "__module__", "") == __name__:
        return

    def stack_trace() -> Any:
        return source_pb2.StackTrace() if _here.get() else whole()

    registrations._get_stack_trace = stack_trace


def _run(program: Callable[[], object]) -> str:
    raised: list[Exception] = []

    def guarded() -> None:
        try:
            program()
        except Exception as error:
            raised.append(error)
            raise

    # Tasks that fail beside the first failure have nobody to tell; the deployment knows the reason.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    failure = ""
    loop = asyncio.new_event_loop()
    try:
        loop.set_default_executor(ThreadPoolExecutor(max_workers=PARALLEL))
        loop.run_until_complete(asyncio.wait_for(runtime.run_in_stack(guarded), DEADLINE))
    except TimeoutError:
        failure = _("it did not end within {seconds} s").format(seconds=round(DEADLINE))
    except Exception as error:
        failure = f"{type(error).__name__}: {error}"
    finally:
        _close(loop)
    if failure:
        _forget_unfinished()
    if raised and isinstance(raised[0], HicError):
        raise raised[0]
    return failure


def _close(loop: asyncio.AbstractEventLoop) -> None:
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


def _forget_unfinished() -> None:
    """Collect what the SDK began to wait for and never will, without a warning for each."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="coroutine .* was never awaited", category=RuntimeWarning)
        gc.collect()
