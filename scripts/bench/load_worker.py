"""hic in a process of its own, so that its processor time and memory can be measured: one JSON command a line."""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from provisioning.actors import Actor
from provisioning.aws.objects import ObjectStore
from provisioning.aws.sessions import Aws
from provisioning.clock import SystemClock
from provisioning.loading import service
from provisioning.loading.connection import Server
from provisioning.loading.model import Source, Target, Wishes
from provisioning.settings import DEFAULT_REGION


def sources(order: dict[str, Any]) -> list[Source]:
    """The files of a folder, or the same from the stand-in for S3."""
    files = [Path(path) for path in order["files"]]
    if not order.get("endpoint"):
        found = [service.file_source(path, path.with_suffix(".sql")) for path in files]
        return [again_and_again(one, order["times"]) for one in found] if "times" in order else found
    share = ObjectStore(Aws(DEFAULT_REGION, endpoint=order["endpoint"]), order["bucket"])
    return [
        Source(
            table=path.stem.lower(),
            origin=f"s3://{order['bucket']}/{path.name}",
            chunks=lambda name=path.name: share.chunks(name),  # type: ignore[misc]
            ddl=path.with_suffix(".sql").read_text(encoding="utf-8"),
            ddl_name=path.with_suffix(".sql").name,
            size=path.stat().st_size,
        )
        for path in files
    ]


def again_and_again(source: Source, times: int) -> Source:
    """The same CSV, `times` over."""
    return replace(
        source,
        chunks=lambda: (block for _number in range(times) for block in source.chunks()),
        size=source.size * times,
        hasher=None,
    )


def peak_mb() -> float:
    """The most memory this process ever held; ru_maxrss would start with that of its parent."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        server = Server(**order["server"])
        before, began = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
        wishes = Wishes(jobs=order["jobs"], analyze=False)
        target = Target(order["database"], order["schema"])
        done = service.load(server, target, sources(order), Actor("researcher", "bench"), SystemClock(), wishes)
        seconds = time.monotonic() - began
        after = resource.getrusage(resource.RUSAGE_SELF)
        answer = {
            "seconds": seconds,
            "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
            "peak_mb": peak_mb(),
            "rows": sum(one.rows for one in done),
        }
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
