"""The stand-in for AWS: moto's server, with the settings that make its answers honest.

Run as a program it serves until it is told to stop: `python -m provisioning.offline.moto_server PORT`.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import moto.backup.models
import moto.s3.models
from moto import settings
from moto.iam.access_control import PermissionResult
from moto.server import ThreadedMotoServer

from provisioning.offline.moto_speed import quicken

# Golden images of our own making, instead of a thousand of Amazon's; no other can be launched.
IMAGES = Path(__file__).with_name("amis.json")
MOST_DIRECTORIES = 10_000


def _stored_but_not_judged(*_arguments: object) -> PermissionResult:
    """moto evaluates bucket policies without their conditions, so a deny-without-TLS blocks everything.

    The policies are stored as they are and judged elsewhere.
    """
    return PermissionResult.NEUTRAL


def _forgotten(backend: Any, backup_plan_id: str) -> tuple[str, str, float, str]:
    """moto keeps a deleted backup plan, and with it its name, so that no other can have it; AWS does not."""
    deleted: tuple[str, str, float, str] = _delete_plan(backend, backup_plan_id)
    del backend.plans[backup_plan_id]
    return deleted


_delete_plan: Any = moto.backup.models.BackupBackend.delete_backup_plan


def start(port: int = 0) -> ThreadedMotoServer:
    """Start moto on the loopback address; port 0 takes a free one (see `get_host_and_port`).

    AWS's managed policies are left out, since loading them takes a second for every empty world:
    the roles of hic carry policies of their own.
    """
    os.environ["MOTO_AMIS_PATH"] = str(IMAGES)  # read when the first EC2 call comes
    settings.ENABLE_AMI_VALIDATION = True
    from moto.ds.models import Directory  # noqa: PLC0415 - reads the images as it is imported

    # AWS raises these quotas on request; every environment has a connector.
    for quota in ("CONNECTED_DIRECTORIES_LIMIT", "CLOUDONLY_DIRECTORIES_LIMIT", "CLOUDONLY_MICROSOFT_AD_LIMIT"):
        setattr(Directory, quota, MOST_DIRECTORIES)
    bucket: Any = moto.s3.models.FakeBucket
    bucket.get_permission = _stored_but_not_judged
    quicken()
    # Only now: importing the services reads the path of the images.
    importlib.import_module("provisioning.offline.moto_additions").install()
    backups: Any = moto.backup.models.BackupBackend
    backups.delete_backup_plan = _forgotten
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    return server


def main() -> None:
    """Serve on the port given as the only argument until SIGTERM or SIGINT."""
    start(int(sys.argv[1]))  # in a thread that ends with us; to stop it first would take half a second
    gc.freeze()  # moto itself stays; what stands in it is looked through by Python as it grows
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()


if __name__ == "__main__":
    main()
