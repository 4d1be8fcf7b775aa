"""Load a month, or single files, into a schema."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from threading import Semaphore
from typing import Literal

from provisioning.actors import Actor
from provisioning.approvals.model import Approval
from provisioning.aws.objects import CHUNK, ObjectStore, sha256_of
from provisioning.clock import Clock
from provisioning.datasets.denials import chunks_of
from provisioning.datasets.model import Entry
from provisioning.datasets.rules import month_folder, month_of_path
from provisioning.datasets.service import DATASET, chosen_entries
from provisioning.errors import BadInput, DependencyFailed, Refused
from provisioning.loading import ledger, staging
from provisioning.loading.connection import (
    Connection,
    Server,
    ensure_database,
    has_database,
    keeps_values_out_of_the_log,
)
from provisioning.loading.memory import keep_buffers
from provisioning.loading.model import LedgerEntry, Loaded, Source, Target, Watcher, Wishes
from provisioning.loading.pool import Pool, one_error, tell_standing, which_are_shared
from provisioning.loading.rejects import RejectFile
from provisioning.loading.room import check_room
from provisioning.loading.rules import check_target
from provisioning.loading.tables import Run, TableLoad
from provisioning.loading.turns import stands
from provisioning.messages import _

ANY_MONTH = "202204"


def prepare(server: Server, target: Target) -> None:
    """Make database, schema and ledger unless they are there. Raises BadInput for their names (ENV-13)."""
    check_target(target)
    ensure_database(server, target.database)
    with server.connect(target.database) as connection:
        ledger.ensure_ledger(connection, target)


def load(
    server: Server,
    target: Target,
    sources: Sequence[Source],
    actor: Actor,
    clock: Clock,
    wishes: Wishes = Wishes(),  # noqa: B008 - frozen
    watcher: Watcher | None = None,
) -> list[Loaded]:
    """Load tables, several at once and the largest first; each stands by itself, in the order of `sources`.

    A table that is refused does not keep the others from being loaded. Raises what `TableLoad.run` raises
    when all have had their turn, at once when the store or the database fails. Refused when the reject file
    exists or when the server's disk has not enough room.
    """
    check_target(target)
    twice = sorted({s.table for s in sources if sum(o.table == s.table for o in sources) > 1})
    if twice:
        raise BadInput(_("Two files are for the same table: {names}.").format(names=", ".join(twice)))
    prepare(server, target)
    watcher = watcher or Watcher()
    rejects = RejectFile(wishes.rejects, wishes.encoding) if wishes.rejects else None
    with server.connect(target.database) as connection:
        staging.clean_leftovers(connection)
        new = [s for s in sources if not stands(connection, target, s)]
        check_room(connection, sum(s.size for s in new))
        if rejects and new:
            rejects.check()
            for path in rejects.left_behind():
                text = _("a load that was cut off left {path}: rows of a table that may stand")
                watcher.noted(text.format(path=path))
        if new and not keeps_values_out_of_the_log(connection):
            watcher.noted(
                _("The server writes values of refused rows into its log; its operator can set log_min_messages = log.")
            )
    keep_buffers()
    run = Run(target, wishes, actor, clock, watcher, rejects, Semaphore(wishes.jobs))
    ordered = sorted(sources, key=lambda source: -source.size)
    shared = which_are_shared([source.size for source in ordered], wishes.jobs, wishes.split_from)
    loads = [TableLoad(run, source, split) for source, split in zip(ordered, shared, strict=True)]
    done, failed = Pool(server, target.database, loads, wishes.jobs).run()
    by_source = {id(load.source): load for load in loads}
    in_order = [by_source[id(source)] for source in sources]
    if failed:
        error = one_error([failed[one] for one in in_order if one in failed])
        tell_standing(error, len(done), len(loads))
        raise error
    return [done[one] for one in in_order]


def trial_sources(
    share: ObjectStore,
    month: str,
    patterns: Sequence[str] = (),
    ddl_month: str | None = None,
    approval: Approval | None = None,
) -> list[tuple[Entry, Source]]:
    """The sources of a published month, streamed from the share bucket, in the manifest's order.

    With `ddl_month`, the DDL comes from another published month (ENV-15). Raises Refused when a month or
    a DDL is not published or not approved (LIFE-4), or when a DDL is not what its manifest says.
    """
    entries = chosen_entries(share, month, patterns, approval=approval)
    others = chosen_entries(share, ddl_month, approval=approval) if ddl_month else entries
    other = {entry.name: entry for entry in others}
    folder, ddl_folder = (month_folder(DATASET, of) for of in (month, ddl_month or month))
    found = []
    for entry in entries:
        ddl = other.get(entry.name)
        if ddl is None:
            raise Refused(_("{name} has no DDL in {month}.").format(name=entry.name, month=ddl_month))
        source = published_source(share, folder, entry, ddl_folder, ddl)
        found.append((entry, replace(source, csv_month=month, ddl_month=ddl_month or month)))
    return found


def published_source(share: ObjectStore, folder: str, entry: Entry, ddl_folder: str, ddl_entry: Entry) -> Source:
    """A published CSV, streamed from its folder, with the DDL of the same or another pair; not yet of any period.

    Raises Refused when the DDL is not what its manifest says.
    """
    key = folder + entry.name
    ddl = b"".join(chunks_of(share, ddl_folder + ddl_entry.ddl))
    found = hashlib.sha256(ddl).hexdigest()
    if found != ddl_entry.ddl_sha256:
        raise Refused(
            _("{name} is not what was published: sha256 {found}, in the manifest {wanted}.").format(
                name=ddl_entry.ddl, found=found, wanted=ddl_entry.ddl_sha256
            ),
            fix=_("Ask the operator to publish it again."),
        )
    return Source(
        table=entry.table.lower(),
        origin=f"s3://{share.bucket}/{key}",
        chunks=lambda: chunks_of(share, key),
        ddl=ddl_text(ddl, ddl_entry.ddl),
        ddl_name=ddl_entry.ddl,
        sha256=entry.sha256,
        rows=entry.rows,
        size=entry.bytes,
    )


def file_source(path: Path, ddl: Path) -> Source:
    """A CSV file of this machine with its DDL; the table has the DDL's name in lower case (ENV-12).

    Raises BadInput when one of them is missing or the DDL is no text.
    """
    for needed in (path, ddl):
        if not needed.is_file():
            raise BadInput(_("{path} is no file.").format(path=needed))
    return Source(
        table=ddl.stem.lower(),
        origin=str(path.resolve()),
        chunks=lambda: _pieces(path),
        ddl=ddl_text(ddl.read_bytes(), ddl.name),
        ddl_name=ddl.name,
        hasher=cache(lambda: sha256_of(path)),
        csv_month=month_of_path(path.resolve()),
        ddl_month=month_of_path(ddl.resolve()),
        size=path.stat().st_size,
    )


def _pieces(path: Path) -> Iterator[bytes]:
    """The bytes of a file. Raises Refused when it was written to meanwhile, DependencyFailed when it cannot be read."""
    try:
        with path.open("rb") as stream:
            before = os.fstat(stream.fileno())
            while piece := stream.read(CHUNK):
                yield piece
            after = os.fstat(stream.fileno())
    except OSError as error:
        raise DependencyFailed(_("{path} cannot be read: {error}").format(path=path, error=error)) from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise Refused(
            _("{path} was changed while it was being read; nothing of it was loaded.").format(path=path),
            fix=_("Load it again when nobody writes to it."),
        )


def ddl_text(ddl: bytes, name: str) -> str:
    """A DDL as text: UTF-8, with or without a byte order mark, or CP932. Raises BadInput when it is neither."""
    for codec in ("utf-8-sig", "cp932"):
        try:
            text = ddl.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:  # UTF-16 can pass for CP932
            return text
    raise BadInput(
        _("{name} is neither UTF-8 nor CP932 (ENV-13).").format(name=name), fix=_("Save it as UTF-8, and repeat.")
    )


State = Literal["stands", "emptied", "gone"]


@dataclass(frozen=True)
class Standing:
    """A ledger entry, and what became of the table that it made: it stands, lost its rows, or is gone or another."""

    entry: LedgerEntry
    state: State

    @property
    def stands(self) -> bool:
        return self.state == "stands"


def status(server: Server, target: Target, month: str = "") -> list[Standing]:
    """What the ledger says about a schema, newest entry of each table; nothing where nothing was ever loaded.

    `month` in the schema's name stands for any month: all such schemas are told of.
    """
    check_target(Target(target.database, target.schema.replace(month, ANY_MONTH) if month else target.schema))
    if not has_database(server, target.database):
        return []
    with server.connect(target.database) as connection:
        if not ledger.has_ledger(connection):
            return []
        schemas = ledger.schemas_like(connection, target.schema, month)
        entries = [entry for schema in schemas for entry in ledger.read_entries(connection, schema)]
        return [Standing(entry, _state(connection, entry)) for entry in entries]


def _state(connection: Connection, entry: LedgerEntry) -> State:
    if ledger.table_oid(connection, entry.schema, entry.table) != entry.oid:
        return "gone"
    return "emptied" if ledger.is_emptied(connection, entry) else "stands"
