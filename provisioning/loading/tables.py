"""One table: all of it stands afterwards, with its ledger entry, or nothing.

On one connection the table is made, filled and moved to its place in a single transaction; COPY then writes
rows that are frozen and, where the server has wal_level=minimal, no WAL. A large CSV may instead be *shared*:
its table is committed in a staging schema that nobody looks into, several connections fill it, a piece of the
CSV in each transaction, and a last transaction checks the count and moves it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from threading import Condition, Semaphore
from time import monotonic

from psycopg import sql

from provisioning.actors import Actor
from provisioning.clock import Clock
from provisioning.datasets.rules import months_warning
from provisioning.errors import BadInput, Problem, Refused
from provisioning.loading import ledger, staging
from provisioning.loading.comparing import compare_standing
from provisioning.loading.connection import Connection
from provisioning.loading.copying import Destination, copy_data, salvage
from provisioning.loading.digests import Tally, check_columns, columns_of
from provisioning.loading.explaining import ROW_ERRORS, BadRow, describe, error_line, japanese_names
from provisioning.loading.feed import Feed
from provisioning.loading.indexes import Index, make_index, missing_indexes
from provisioning.loading.model import LedgerEntry, Loaded, Source, Status, Target, Watcher, Wishes
from provisioning.loading.placing import place
from provisioning.loading.rejects import RejectFile
from provisioning.loading.rules import Turn, check_name
from provisioning.loading.splitting import Piece
from provisioning.loading.turns import choose_turn, part_name
from provisioning.messages import _

Chore = Callable[[Connection], None]
SHOWN = 20
MOST_HELD = 32 << 20  # bytes of pieces that all connections together hold
MOST_COUNTED = 1_000
MOST_REJECTED = 10_000
_DONE: dict[Turn, Status] = {"load": "loaded", "replace": "replaced", "skip": "skipped", "append": "appended"}


@dataclass(frozen=True)
class Run:
    """What the tables of one run have in common. `turns` lets as many connections COPY at once as are wished."""

    target: Target
    wishes: Wishes
    actor: Actor
    clock: Clock
    watcher: Watcher = field(default_factory=Watcher)
    rejects: RejectFile | None = None
    turns: Semaphore = field(default_factory=Semaphore)


class TableLoad:
    """The load of one table. One connection calls `run`; if it is shared, others may call `help` meanwhile."""

    def __init__(self, run: Run, source: Source, shared: bool = False) -> None:
        self.source = source
        self.shared = shared
        self._run = run
        self._to = Destination(
            staging.staging_schema(run.target.schema, source.table), source.table, run.wishes.encoding
        )
        self._state = Condition()
        self._open = False
        self._helpers = 0
        self._error: BaseException | None = None
        self._feed: Feed | None = None
        self._rows = 0
        self._bad: list[BadRow] = []
        self._doomed = False
        self._made = staging.Made(0, False)
        self._freeze = False
        self._tally: Tally | None = None

    @property
    def can_help(self) -> bool:
        """Whether another connection would find work here."""
        return self._open

    @property
    def _most(self) -> int:
        return MOST_REJECTED if self._run.rejects else MOST_COUNTED

    def run(self, connection: Connection) -> Loaded:
        """Load the table, or skip it because it stands with the same content.

        Expects the schema and the ledger to exist. Raises BadInput for data or DDL that do not fit, Refused
        when something else would be overwritten or when the CSV is not what its manifest says,
        DependencyFailed when store or database fail; the table is then as it was before.
        """
        target, source = self._run.target, self.source
        check_name(source.table, _("table"))
        staging.take(connection, target.schema, source.table)
        self._run.watcher.started(source.table, source.size)
        try:
            return self._load(connection)
        except BaseException:
            self._give_up(connection)
            raise
        finally:
            if self._feed:
                self._feed.close()
            if not connection.closed:
                connection.rollback()
                staging.release(connection, target.schema, source.table)
            self._run.watcher.ended(source.table, source.size)

    @property
    def leaves_chores(self) -> bool:
        """Whether `finish` may leave something to do."""
        return self._run.wishes.index

    def finish(self, connection: Connection, done: Loaded) -> list[Chore]:
        """What makes a loaded table quick to use: the planner's statistics at once; indexes, if wished, are returned
        as what any connection may do, several of one table at the same time."""
        schema, wishes = self._run.target.schema, self._run.wishes
        if wishes.analyze and (wishes.index or done.status != "skipped"):
            tables = [done.table] if done.status != "appended" else [done.table, self.source.table]
            names = sql.SQL(", ").join(sql.Identifier(schema, table) for table in tables)
            connection.execute(sql.SQL("ANALYZE {}").format(names))
            connection.commit()
        if not wishes.index:
            return []
        return [partial(self._index, index) for index in missing_indexes(connection, schema, done.table)]

    def _index(self, index: Index, connection: Connection) -> None:
        with self._run.turns:
            make_index(connection, index)

    def help(self, connection: Connection) -> bool:
        """Take pieces of a shared table until there are none; False when there is nothing to help with.

        What goes wrong is raised by `run`.
        """
        with self._state:
            if not self._open:
                return False
            self._helpers += 1
        try:
            self._work(connection)
        except BaseException as error:
            if not connection.closed:
                connection.rollback()
            self._fail(error)
        finally:
            with self._state:
                self._helpers -= 1
                self._state.notify_all()
        return True

    def _fail(self, error: BaseException) -> None:
        with self._state:
            self._error = self._error or error
        if self._feed:
            self._feed.stop()

    def stop(self) -> None:
        """Give up soon, with nothing stored."""
        self._fail(Refused(_("The load was stopped.")))

    def _load(self, connection: Connection) -> Loaded:
        began = monotonic()
        source, target, wishes = self.source, self._run.target, self._run.wishes
        warnings = [w for w in (months_warning(source.csv_month, source.ddl_month),) if w]
        part = part_name(source, wishes.append)
        turn, entry = choose_turn(connection, target, source, wishes, part)
        if turn == "skip" and entry:
            same = self._compare_standing(connection, entry, warnings) if wishes.digest else 0
            if same is not None:
                self._run.watcher.moved(source.table, source.size)
                told = tuple(warnings)
                return Loaded(entry.table, "skipped", entry.rows, 0, 0.0, entry.sha256, told, entry.rejected, same)
            turn = "append" if wishes.append else "replace"
        feed = self._fill(connection)
        self._check_rows(connection)
        self._verify(connection, feed)
        self._compare(connection)
        warnings += place(connection, target, source.table, turn, part, wishes, self._run.watcher)
        made = self._entry(part if turn == "append" else source.table, feed, monotonic() - began)
        ledger.write_entry(connection, made)
        self._commit(connection)
        told = (*warnings, *self._remarks(feed))
        seconds = monotonic() - began
        compared = len(self._tally.columns) if self._tally else 0
        return Loaded(
            made.table, _DONE[turn], made.rows, made.bytes, seconds, made.sha256, told, made.rejected, compared
        )

    def _fill(self, connection: Connection) -> Feed:
        """Make the table in staging, and store all pieces of the CSV; what they came from."""
        wishes = self._run.wishes
        self._make(connection)
        if wishes.digest:
            columns = columns_of(connection, self._to.schema, self._to.table)
            self._tally = Tally(columns, wishes.encoding)
        self._feed = feed = Feed(self.source, min(wishes.piece, MOST_HELD // wishes.jobs), wishes.encoding == "UTF8")
        if self.shared:
            connection.commit()
            self._open = True
        try:
            self._work(connection)
        except BaseException:
            feed.stop()  # else those who help would load the rest first, for nothing
            raise
        finally:
            self._wait_for_helpers()
        if self._error:
            raise self._error
        return feed

    def _entry(self, name: str, feed: Feed, seconds: float) -> LedgerEntry:
        source = self.source
        return LedgerEntry(
            schema=self._run.target.schema,
            table=name,
            oid=self._made.oid,
            origin=source.origin,
            sha256=feed.splitter.sha256,
            ddl_sha256=source.ddl_sha256,
            rows=self._rows,
            bytes=feed.splitter.bytes,
            seconds=seconds,
            loaded_by=str(self._run.actor),
            loaded_at=self._run.clock.now(),
            rejected=len(self._bad),
            period=source.period,
        )

    def _remarks(self, feed: Feed) -> list[str]:
        """What is worth knowing of a table that stands."""
        remarks = []
        if self._made.called:
            text = _('the DDL calls the table "{name}"; it stands as {table}, without quotes (ENV-12)')
            remarks.append(text.format(name=self._made.called, table=self.source.table))
        if feed.splitter.bom:
            remarks.append(_("the byte order mark at the start of the CSV was left out"))
        if not feed.splitter.records:
            remarks.append(_("the CSV is empty"))
        if self._run.wishes.append and self.source.table.startswith("trial_") and not self.source.period:
            text = _(
                "nothing says of which month it is, so no mart is made of it: load it from a folder such as 202204"
            )
            remarks.append(text)
        return remarks

    def _commit(self, connection: Connection) -> None:
        """Commit; the rows that were left out are on disk before, and under the name that was asked for after."""
        if not self._run.rejects or not self._bad:
            connection.commit()
            return
        aside = self._run.rejects.write(self.source.name, self._bad)
        try:
            connection.commit()
        except BaseException:
            if not connection.closed:
                self._run.rejects.drop(aside)  # else nobody knows whether it was committed
            raise
        self._run.rejects.add(aside)

    def _make(self, connection: Connection) -> None:
        self._made = staging.create(connection, self._run.target, self.source)
        self._freeze = self._made.plain and not self.shared and not self._doomed and not self._run.rejects

    def _work(self, connection: Connection) -> None:
        with self._run.turns:
            self._copy(connection)

    def _copy(self, connection: Connection) -> None:
        feed = self._feed
        while feed and (piece := feed.next()):
            rows, bad = self._store(connection, piece)
            if self._tally and (self._run.rejects or not self._doomed):
                self._tally.add(connection, piece.data, [row.data for row in bad])
            if self.shared:
                connection.commit()
            with self._state:
                self._rows += rows
                self._bad += bad
                full = len(self._bad) > self._most
            self._run.watcher.moved(self.source.table, len(piece.data))
            if full:
                feed.stop()

    def _store(self, connection: Connection, piece: Piece) -> tuple[int, list[BadRow]]:
        """Rows stored of a piece, and those that cannot be."""
        careful = not self.shared and (self._doomed or self._run.rejects is not None)
        try:
            if self.shared:
                # Nobody sees the table yet; the last commit waits for the disk, and for all before it.
                connection.execute("SET LOCAL synchronous_commit TO off")
            if careful:
                with connection.transaction():
                    return copy_data(connection, self._to.statement(), piece.data), []
            return copy_data(connection, self._to.statement(self._freeze), piece.data), []
        except ROW_ERRORS as error:
            if not careful:
                connection.rollback()
            refused = error
        self._doomed = True
        if not careful and not self.shared:
            self._make(connection)  # the transaction took it away; now only to see what else is wrong
        done = salvage(connection, self._to, piece, self._most - len(self._bad))
        if not done.bad and not self._run.rejects:
            # It fits without the rows before it: what is wrong lies between them.
            line = piece.line + (error_line(refused, self._to.table) or 1) - 1
            done.bad.append(describe(refused, line, japanese_names(connection, self._to.schema, self._to.table)))
        return done.stored, done.bad

    def _wait_for_helpers(self) -> None:
        with self._state:
            self._open = False
            while self._helpers:
                self._state.wait()

    def _give_up(self, connection: Connection) -> None:
        if self._feed:
            self._feed.stop()
        self._wait_for_helpers()
        if not connection.closed:
            connection.rollback()
            if self.shared and self._feed:
                staging.drop(connection, self._to.schema)
                connection.commit()

    def _check_rows(self, connection: Connection) -> None:
        """Raise BadInput for rows that cannot be stored, unless they may be left out."""
        if not self._bad or (self._run.rejects and len(self._bad) <= self._most):
            return
        connection.rollback()
        name = self.source.name
        bad = sorted(self._bad, key=lambda row: row.line)
        more = len(bad) > self._most
        count = _("more than {count}").format(count=self._most) if more else str(len(bad))
        text = _("{name} does not fit the table {schema}.{table}: {count} bad rows; nothing of it was loaded.")
        fix = _("Compare the CSV with its DDL; fetch both from the same month (ENV-15).")
        if not self._run.rejects:
            fix += "\n" + _("To load the good rows, and write the others to a file, add --reject-to FILE.")
        if any(row.sqlstate == "22021" for row in bad) and self._run.wishes.encoding == "UTF8":
            fix = _("If the file is in CP932 (Shift_JIS), add --encoding cp932.") + "\n" + fix
        raise BadInput(
            text.format(name=name, schema=self._run.target.schema, table=self.source.table, count=count),
            fix=fix,
            problems=[row.problem(name) for row in bad[:SHOWN]],
        )

    def _verify(self, connection: Connection, feed: Feed) -> None:
        """Raise Refused, with both figures, unless stream, table and manifest agree."""
        source, came = self.source, feed.splitter
        # COPY's own count is that of the table, unless a trigger or a rule has a hand in it.
        stored = self._rows
        if not self._made.plain:
            table = sql.Identifier(self._to.schema, self._to.table)
            counted = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(table)).fetchone()
            stored = int(counted[0]) if counted else 0
        problems = []
        if source.sha256 is not None and came.sha256 != source.sha256:
            text = _("sha256 {found} came, {wanted} was expected")
            problems.append(Problem(source.name, text.format(found=came.sha256, wanted=source.sha256)))
        if source.rows is not None and came.records != source.rows:
            text = _("{found} records came, {wanted} were expected")
            problems.append(Problem(source.name, text.format(found=came.records, wanted=source.rows)))
        if stored + len(self._bad) != came.records or stored != self._rows:
            text = _("{found} rows stand in the table, {wanted} records came")
            problems.append(Problem(source.name, text.format(found=stored, wanted=came.records - len(self._bad))))
        if problems:
            raise Refused(
                _("{name} did not come as its manifest says; nothing of it was loaded.").format(name=source.name),
                fix=_("Run the load again; if it stays so, ask the operator to publish the month again."),
                problems=problems,
            )

    def _compare(self, connection: Connection) -> None:
        """Raise Refused, naming the columns, unless the digest of each is that of the CSV."""
        if self._tally:
            check_columns(connection, self._to.schema, self._to.table, self._tally, self.source.name)

    def _compare_standing(self, connection: Connection, entry: LedgerEntry, warnings: list[str]) -> int | None:
        """Read the CSV once more beside a table that stands; how many columns agree.

        None when it differs and is to be loaded anew, as is wished. Raises what `compare_standing` raises.
        """
        source, wishes = self.source, self._run.wishes
        if entry.rejected:
            warnings.append(_("not compared: rows of it were left out when it was loaded"))
            return 0
        self._feed = feed = Feed(source, wishes.piece, wishes.encoding == "UTF8")
        try:
            return compare_standing(connection, entry, feed, wishes.encoding, source.name)
        except Refused:
            own = part_name(source, wishes.append)  # what stands may also be of another part with the same bytes
            if not wishes.replace or entry.table != own:
                raise
            connection.rollback()
            return None
        finally:
            feed.close()
