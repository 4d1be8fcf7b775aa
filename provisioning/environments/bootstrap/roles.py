"""Database roles of one approval: the group's of the notice, and one for each handler (HIC-24). Pure.

The group's role is named as the manual has it (ENV-14), but is no superuser: it may make databases, read files
of the server for `COPY ... FROM 'file'`, and see the server's settings. A handler's role acts as the group's from the
moment of login, so that what one makes all can use, while the log names the person. The server gets SCRAM verifiers,
never a password.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import LiteralString

from psycopg import sql

from provisioning.approvals.model import Approval
from provisioning.errors import BadInput
from provisioning.messages import _

GROUP_ROLE = "postgres"
ITERATIONS = 4096  # PostgreSQL's own
# Files for COPY; where the data lie, by which `hic load` asks for the room that is left.
GROUP_MAY: tuple[LiteralString, ...] = ("pg_read_all_settings", "pg_read_server_files")
RESERVED = ("public", "none", GROUP_ROLE)
_MARK = "hic:"


@dataclass(frozen=True)
class RoleSecrets:
    """The password of every database role, by its name. Never printed."""

    passwords: Mapping[str, str] = field(repr=False)

    def of(self, role: str) -> str:
        """The password of a role. Raises BadInput when it has none, or one that is not printable ASCII."""
        password = self.passwords.get(role, "")
        if not password or not (password.isascii() and password.isprintable()):
            raise BadInput(
                _("There is no usable password for the database role {role}.").format(role=role),
                fix=_("Issue it anew; passwords are made of printable ASCII characters."),
            )
        return password


def role_names(approval: Approval) -> tuple[str, ...]:
    """The roles of an approval, the group's first. Raises BadInput for an id that PostgreSQL keeps to itself."""
    ids = tuple(handler.id for handler in approval.handlers)
    for name in ids:
        if name in RESERVED:
            raise BadInput(
                _("The handler '{name}' cannot have a database role of that name.").format(name=name),
                fix=_("Give the handler another id in the approval."),
            )
    return (GROUP_ROLE, *ids)


def scram_verifier(role: str, password: str) -> str:
    """What PostgreSQL stores for a password (RFC 5803). The same for the same role and password."""
    # Reckoned, so that a repeated run finds nothing to change; unguessable, since the passwords are random.
    salt = hmac.digest(password.encode(), b"hic scram salt " + role.encode(), "sha256")[:16]
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    keys = ":".join(_base64(part) for part in (stored, server))
    return f"SCRAM-SHA-256${ITERATIONS}:{_base64(salt)}${keys}"


def roles_sql(secrets: RoleSecrets, roles: Sequence[str], until: datetime) -> str:
    """Statements that make the roles what they should be, all or nothing.

    A password is set once for each one that is issued, so that who changes the own (HIC-4) keeps it. Roles of
    handlers who were taken off the approval lose their login.
    """
    group, *people = roles
    parts = [sql.SQL("BEGIN")]
    composed: list[sql.Composable] = [*parts]
    for role in roles:
        composed += _one(role, scram_verifier(role, secrets.of(role)), until, group=role == group)
    composed.append(_format("GRANT {} TO {}", sql.SQL(", ").join(map(sql.SQL, GROUP_MAY)), sql.Identifier(group)))
    for person in people:
        name = sql.Identifier(person)
        composed.append(_format("GRANT {} TO {}", sql.Identifier(group), name))
        composed.append(_format("ALTER ROLE {} SET role TO {}", name, sql.Literal(group)))
    composed += [_removal(roles, group), sql.SQL("COMMIT")]
    return sql.SQL(";\n").join(composed).as_string(None) + ";\n"


def roles_state_sql(roles: Sequence[str]) -> str:
    """A query for all that `roles_sql` sets; its answer is `roles_wanted` when nothing is to be done."""
    query = _format(
        """SELECT concat_ws('|', r.rolname, r.rolcanlogin, r.rolsuper, r.rolcreatedb, r.rolcreaterole, r.rolreplication,
                  r.rolbypassrls, extract(epoch FROM r.rolvaliduntil)::bigint, left(a.rolpassword, 14),
                  shobj_description(r.oid, 'pg_authid'),
                  (SELECT string_agg(g.rolname, ',' ORDER BY g.rolname) FROM pg_auth_members m
                   JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid), array_to_string(r.rolconfig, ','))
           FROM pg_roles r JOIN pg_authid a USING (oid)
           WHERE shobj_description(r.oid, 'pg_authid') LIKE 'hic:%' OR r.rolname = ANY({roles})
           ORDER BY r.rolname COLLATE "C" """,
        roles=sql.Literal(list(roles)),
    )
    return query.as_string(None) + ";\n"


def roles_wanted(secrets: RoleSecrets, roles: Sequence[str], until: datetime) -> str:
    """What `roles_state_sql` answers when every role is as it should be."""
    group = roles[0]
    lines = []
    for role in sorted(roles):
        first = role == group
        digest = _digest(scram_verifier(role, secrets.of(role)))
        flags = f"t|f|{'t' if first else 'f'}|f|f|f|{int(until.timestamp())}|SCRAM-SHA-256$|{_MARK}{digest}"
        lines.append(f"{role}|{flags}|{','.join(GROUP_MAY) if first else f'{group}|role={group}'}")
    return "\n".join(lines)


def password_state_sql(secrets: RoleSecrets, role: str) -> str:
    """A query that answers `changed` when the person has changed the password that was issued, else `issued`."""
    verifier = scram_verifier(role, secrets.of(role))
    query = _format(
        "SELECT CASE WHEN shobj_description(oid, 'pg_authid') = {mark} AND rolpassword <> {verifier} THEN 'changed'"
        " ELSE 'issued' END FROM pg_authid WHERE rolname = {role}",
        mark=sql.Literal(_MARK + _digest(verifier)),
        verifier=sql.Literal(verifier),
        role=sql.Literal(role),
    )
    return query.as_string(None) + ";\n"


def _one(role: str, verifier: str, until: datetime, *, group: bool) -> list[sql.Composable]:
    name, mark = sql.Identifier(role), sql.Literal(_MARK + _digest(verifier))
    make = _format("CREATE ROLE {}", name).as_string(None)
    word = _format("ALTER ROLE {} PASSWORD {}", name, sql.Literal(verifier)).as_string(None)
    comment = _format("COMMENT ON ROLE {} IS {}", name, mark).as_string(None)
    return [
        _when("NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {role})", role, mark, [make]),
        _format(
            "ALTER ROLE {name} LOGIN INHERIT NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS {create}"
            " VALID UNTIL {day}",
            name=name,
            create=sql.SQL("CREATEDB" if group else "NOCREATEDB"),
            day=sql.Literal(until.isoformat()),
        ),
        _when(
            "(SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = {role}) IS DISTINCT FROM {mark}",
            role,
            mark,
            [word, comment],
        ),
    ]


def _when(condition: str, role: str, mark: sql.Literal, statements: Sequence[str]) -> sql.Composable:
    held = _format(condition, role=sql.Literal(role), mark=mark).as_string(None)
    body = f"BEGIN IF {held} THEN {'; '.join(statements)}; END IF; END"
    return _format("DO {}", sql.Literal(body))


def _removal(roles: Sequence[str], group: str) -> sql.Composable:
    """Handlers who are no longer named: no login, no share in the group, no open session."""
    body = _format(
        """DECLARE gone name; BEGIN
        FOR gone IN SELECT rolname FROM pg_roles
            WHERE shobj_description(oid, 'pg_authid') LIKE 'hic:%' AND rolname <> ALL({roles}) LOOP
          EXECUTE format('ALTER ROLE %I NOLOGIN PASSWORD NULL', gone);
          EXECUTE format('REVOKE %I FROM %I', {group}, gone);
          EXECUTE format('COMMENT ON ROLE %I IS NULL', gone);
          PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = gone;
        END LOOP; END""",
        roles=sql.Literal(list(roles)),
        group=sql.Literal(group),
    )
    return _format("DO {}", sql.Literal(body.as_string(None)))


def _format(text: str, *values: sql.Composable, **named: sql.Composable) -> sql.Composed:
    return sql.SQL(text).format(*values, **named)


def _digest(verifier: str) -> str:
    return hashlib.sha256(verifier.encode()).hexdigest()[:32]


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
