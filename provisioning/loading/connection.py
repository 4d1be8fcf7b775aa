"""Connections to the analysis server's PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any

import psycopg
from psycopg import errors, sql

from provisioning.errors import DependencyFailed, Refused
from provisioning.loading.rules import check_name
from provisioning.messages import _
from provisioning.settings import Settings

Connection = psycopg.Connection[tuple[Any, ...]]
Ask = Callable[[str, str], str]  # user and host -> password
MAINTENANCE = "postgres"
CONNECT_SECONDS = 10
LOCK_WAIT = "10s"
PARAMETERS_ARE_GRANTED = 150_000  # the version from which on rights to single parameters can be given
_QUIET = "current_setting('log_min_messages') IN ('log', 'fatal', 'panic')"
# What the manual connects with (ENV-14); PGHOST, PGUSER, PGPASSWORD and their kin go before it.
MANUAL = {"host": "localhost", "user": "postgres"}


class Server:
    """Where PostgreSQL is. Every connection speaks UTF-8 (ENV-13).

    `ask` gets the password from whoever sits there, once, when the server wants one and libpq knows none.
    """

    def __init__(self, ask: Ask | None = None, **parameters: Any) -> None:
        self._parameters = parameters
        self._ask = ask
        self._asking = Lock()

    @classmethod
    def from_settings(cls, settings: Settings, environment: Mapping[str, str], ask: Ask | None = None) -> Server:
        """The server of this run.

        `PGHOST` or `PGSERVICE` in the environment decide first; then the local engine's own server; on AWS
        the one on this machine, as the manual says (ENV-14). Raises DependencyFailed when the local services
        are not running.
        """
        if environment.get("PGHOST") or environment.get("PGSERVICE"):
            return cls(ask)
        if settings.engine == "offline":
            service = settings.service("postgres")
            return cls(ask, **{key: service[key] for key in ("host", "port", "user", "passfile")})
        return cls(ask, **{key: value for key, value in MANUAL.items() if f"PG{key.upper()}" not in environment})

    @contextmanager
    def connect(self, database: str, autocommit: bool = False) -> Iterator[Connection]:
        """A connection, closed afterwards; without `autocommit` nothing is kept unless `commit` is called.

        Raises DependencyFailed when the server does not answer or goes away, Refused when it says that
        the user may not, or that somebody else holds what is needed.
        """
        with database_errors():
            connection = self._open(database, autocommit)
            try:
                connection.execute(session_settings(connection).encode())
                if not autocommit:
                    connection.commit()
                yield connection
            finally:
                connection.close()

    def _open(self, database: str, autocommit: bool) -> Connection:
        try:
            return self._try(database, autocommit)
        except psycopg.OperationalError as error:
            if not error.pgconn or not error.pgconn.needs_password:
                raise
            user, host = error.pgconn.user.decode(), error.pgconn.host.decode()
        with self._asking:
            if "password" not in self._parameters:
                if self._ask is None:
                    raise DependencyFailed(
                        _("PostgreSQL on {host} wants a password of {user}, and there is none.").format(
                            host=host, user=user
                        ),
                        fix=_(
                            "Put the line host:port:database:user:password into the file that PGPASSFILE names (mode"
                            " 0600), or the password into PGPASSWORD; or run hic at a terminal, where it asks."
                        ),
                    )
                self._parameters["password"] = self._ask(user, host)
        return self._try(database, autocommit)

    def _try(self, database: str, autocommit: bool) -> Connection:
        return psycopg.connect(
            **self._parameters,
            dbname=database,
            client_encoding="UTF8",
            connect_timeout=CONNECT_SECONDS,
            application_name="hic",
            autocommit=autocommit,
        )


def session_settings(connection: Connection) -> str:
    """Statements that make a session what hic needs, whatever it was set to before."""
    # An error of COPY quotes the value: it must not stay in the server's log (health data). Statements must, which
    # count as LOG there: that is more than an error, and less than `fatal`.
    may = (
        "has_parameter_privilege('log_min_messages', 'SET')"
        if connection.info.server_version >= PARAMETERS_ARE_GRANTED
        else "current_setting('is_superuser') = 'on'"
    )
    return (
        f"SET client_encoding = 'UTF8'; SET lock_timeout = '{LOCK_WAIT}';"
        f" SELECT set_config('log_min_messages', 'log', false) WHERE {may} AND NOT {_QUIET}"
    )


def keeps_values_out_of_the_log(connection: Connection) -> bool:
    """Whether the server's log stays without the values of rows that COPY refuses in this session."""
    found = connection.execute(f"SELECT {_QUIET}".encode()).fetchone()
    return found is not None and bool(found[0])


@contextmanager
def database_errors() -> Iterator[None]:
    """Turn what psycopg raises into the errors of hic. Details with row contents are left out."""
    try:
        yield
    except errors.LockNotAvailable as error:
        raise Refused(
            _("Another session uses the table."), fix=_("Close it, or wait for it, and repeat the command.")
        ) from error
    except errors.InsufficientPrivilege as error:
        raise Refused(
            _("The database user may not do this: {reason}").format(reason=error.diag.message_primary),
            fix=_("Connect as the user of the credential notice (ENV-14)."),
        ) from error
    except errors.DiskFull as error:
        raise DependencyFailed(
            _("The server's disk is full: {reason}").format(reason=error.diag.message_primary),
            fix=_("Make room, and repeat the command: what stands already is skipped."),
        ) from None
    except psycopg.OperationalError as error:
        reason = error.diag.message_primary or str(error).strip()
        raise DependencyFailed(
            _("PostgreSQL does not answer as it should: {reason}").format(reason=reason),
            fix=_("Check that it runs (local engine: hic local start), PGHOST and PGPASSWORD, and the disk."),
        ) from error
    except psycopg.Error as error:
        raise DependencyFailed(
            _("PostgreSQL refuses with SQLSTATE {code}.").format(code=error.sqlstate),
            fix=_("Its own log has the whole message."),
        ) from None


def ensure_database(server: Server, database: str) -> bool:
    """Make the database (UTF8, from template0) unless it is there; whether it was made.

    Raises BadInput for a name that may not be (ENV-13), Refused for a database of another encoding.
    """
    check_name(database, _("database"))
    with server.connect(MAINTENANCE, autocommit=True) as connection:
        encoding = _encoding(connection, database)
        if encoding is None:
            statement = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(
                sql.Identifier(database)
            )
            try:
                connection.execute(statement)
            except (errors.DuplicateDatabase, errors.UniqueViolation):
                return False  # another run made it in the meantime, in the same way
            return True
    if encoding != "UTF8":
        text = _("The database {database} is in {encoding}, not in UTF8 (ENV-13).")
        raise Refused(
            text.format(database=database, encoding=encoding),
            fix=_("Choose another --database; hic makes it in UTF8."),
        )
    return False


def has_database(server: Server, database: str) -> bool:
    """Whether the server has that database."""
    with server.connect(MAINTENANCE, autocommit=True) as connection:
        return _encoding(connection, database) is not None


def _encoding(connection: Connection, database: str) -> str | None:
    query = "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = %s"
    found = connection.execute(query, (database,)).fetchone()
    return str(found[0]) if found else None
