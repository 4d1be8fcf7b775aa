"""PostgreSQL's settings for a server that loads and analyses large tables, reckoned from the machine. Pure."""

from __future__ import annotations

from provisioning.errors import BadInput
from provisioning.messages import _

LEAST_MIB = 512
MOST_CONNECTIONS = 60


def tune(memory_mib: int, cpus: int) -> dict[str, str]:
    """Settings by name, for a machine with that memory (MiB) and that many processors.

    A quarter of the memory is for shared buffers, an eighth for sorts and hashes, the rest for the file cache and R.
    Raises BadInput for a machine below 512 MiB.
    """
    if memory_mib < LEAST_MIB or cpus < 1:
        raise BadInput(
            _("A machine with {memory} MiB and {cpus} processors is too small for an analysis server.").format(
                memory=memory_mib, cpus=cpus
            ),
            fix=_("Choose a larger instance type."),
        )
    gather = max(1, min(4, cpus // 2))
    return {
        "shared_buffers": _mb(min(memory_mib // 4, 16384)),
        "effective_cache_size": _mb(memory_mib * 6 // 10),
        "maintenance_work_mem": _mb(_between(memory_mib // 16, 64, 2048)),
        "work_mem": _mb(_between(memory_mib // 128, 4, 512)),
        "max_connections": str(MOST_CONNECTIONS),
        # Tables are loaded whole and can be loaded again; snapshots of the disk are the backup, not the WAL.
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "wal_compression": "on",
        "max_wal_size": _mb(_between(memory_mib // 2, 1024, 16384)),
        "checkpoint_timeout": "15min",
        "max_worker_processes": str(max(8, cpus)),
        "max_parallel_workers": str(cpus),
        "max_parallel_workers_per_gather": str(gather),
        "max_parallel_maintenance_workers": str(gather),
        # The disk is solid state.
        "random_page_cost": "1.1",
        "effective_io_concurrency": "200",
    }


def _between(value: int, least: int, most: int) -> int:
    return max(least, min(value, most))


def _mb(mebibytes: int) -> str:
    return f"{mebibytes}MB"
