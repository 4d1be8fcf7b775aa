"""SSH to an analysis server: the host key pinned, a key and nothing else, scripts on standard input, deadlines."""

from __future__ import annotations

import logging
import shlex
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import paramiko

from provisioning.environments.bootstrap.hostkeys import HostKey, fingerprint, parse_keys
from provisioning.errors import DependencyFailed, Refused
from provisioning.messages import _

CONNECT_SECONDS = 20.0
KEEPALIVE = 15  # seconds; a proxy in between closes what is silent
MOST_OUTPUT = 256 * 1024
_PAUSE = 0.004
# Without a handler of its own, what paramiko logs would go to standard error.
logging.getLogger("paramiko").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Route:
    """The operator's path to a server. `proxy` is a command whose standard input and output are the connection."""

    host: str
    port: int
    user: str
    proxy: str = ""


@dataclass(frozen=True)
class Ran:
    """What a command left: exit code, standard output, and the end of standard error."""

    code: int
    out: str
    err: str


class ConnectionLost(DependencyFailed):
    """The connection ended while something ran."""


class DeadlinePassed(DependencyFailed):
    """A command ran longer than it may."""


class Connection:
    """An open connection; several commands may run on it at once."""

    def __init__(self, client: paramiko.SSHClient, route: Route) -> None:
        self._client = client
        self._route = route

    def run(self, command: str, text: str, seconds: float) -> Ran:
        """Run a command with `text` on its standard input, to its end.

        Raises DeadlinePassed after `seconds`, ConnectionLost when the server is gone.
        """
        with self.opened(command) as channel:
            deadline = time.monotonic() + seconds
            try:
                channel.settimeout(seconds)
                channel.sendall(text.encode())
                channel.shutdown_write()
                return self._read(channel, deadline, seconds)
            except TimeoutError as error:
                raise self._late(seconds) from error
            except (OSError, EOFError, paramiko.SSHException) as error:
                raise self._lost() from error

    @contextmanager
    def opened(self, command: str) -> Iterator[paramiko.Channel]:
        """A channel on which the command runs; closed afterwards."""
        transport = self._client.get_transport()
        if transport is None:
            raise self._lost()
        try:
            channel = transport.open_session(timeout=CONNECT_SECONDS)
            channel.exec_command(command)
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise self._lost() from error
        try:
            yield channel
        finally:
            channel.close()

    def _read(self, channel: paramiko.Channel, deadline: float, seconds: float) -> Ran:
        out, err = bytearray(), bytearray()
        while True:
            # Asked before reading: what came before the end is in the buffers then.
            ended = channel.exit_status_ready() and channel.eof_received
            read = False
            while channel.recv_ready():
                out += channel.recv(65536)
                read = True
            while channel.recv_stderr_ready():
                err += channel.recv_stderr(65536)
                read = True
            del out[MOST_OUTPUT:], err[:-MOST_OUTPUT]
            if read:
                continue
            if ended:
                break
            transport = channel.get_transport()
            if channel.closed or not transport.is_active():
                if channel.exit_status_ready():
                    break
                raise self._lost()
            if time.monotonic() > deadline:
                raise self._late(seconds)
            time.sleep(_PAUSE)
        code = channel.recv_exit_status()
        if code < 0:
            # Killed by a signal, or the server ended without a word.
            raise self._lost()
        return Ran(code, out.decode(errors="replace"), err.decode(errors="replace"))

    def _lost(self) -> ConnectionLost:
        return ConnectionLost(
            _("The connection to {host} was lost.").format(host=self._route.host),
            fix=_("What was done stands. Check the network and that the server runs, and repeat the command."),
        )

    @staticmethod
    def _late(seconds: float) -> DeadlinePassed:
        return DeadlinePassed(
            _("It did not end within {seconds} seconds.").format(seconds=int(seconds)),
            fix=_("The server may be overloaded or its disk slow. Look at it, and repeat the command."),
        )


@contextmanager
def connect(route: Route, key: paramiko.PKey, host_keys: Sequence[HostKey]) -> Iterator[Connection]:
    """A connection to a server that shows one of `host_keys`; no other is trusted, and no password tried.

    Raises Refused for another host key or a key that is not accepted, DependencyFailed when nobody answers.
    """
    client = paramiko.SSHClient()
    name = route.host if route.port == 22 else f"[{route.host}]:{route.port}"
    for pinned in parse_keys(host_keys):
        client.get_host_keys().add(name, pinned.get_name(), pinned)
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    with _proxied(route.proxy) as proxy:
        try:
            with _errors(route, host_keys):
                _log_in(client, route, key, proxy)
            yield Connection(client, route)
        finally:
            client.close()


def _log_in(client: paramiko.SSHClient, route: Route, key: paramiko.PKey, proxy: socket.socket | None) -> None:
    client.connect(
        route.host,
        route.port,
        route.user,
        pkey=key,
        sock=proxy,
        timeout=CONNECT_SECONDS,
        banner_timeout=CONNECT_SECONDS,
        auth_timeout=CONNECT_SECONDS,
        allow_agent=False,
        look_for_keys=False,
    )
    transport = client.get_transport()
    if transport:
        transport.set_keepalive(KEEPALIVE)


@contextmanager
def _proxied(command: str) -> Iterator[socket.socket | None]:
    """A socket whose other end is the standard input and output of a command; None without a command."""
    if not command:
        yield None
        return
    near, far = socket.socketpair()
    with near, far, tempfile.TemporaryFile() as complaints:
        try:
            process = subprocess.Popen(shlex.split(command), stdin=far.fileno(), stdout=far.fileno(), stderr=complaints)
        except (OSError, ValueError) as error:
            raise DependencyFailed(
                _("The command that leads to the server cannot be run: {error}").format(error=error),
                fix=_("Install it, or set HIC_SSH_PROXY to the one of your network."),
            ) from error
        far.close()
        try:
            yield near
        except DependencyFailed as failure:
            complaints.seek(0)
            if said := complaints.read()[-400:].decode(errors="replace").strip():
                failure.fix = f"{said}\n{failure.fix}"
            raise
        finally:
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def _errors(route: Route, host_keys: Sequence[HostKey]) -> Iterator[None]:
    """What paramiko raises, as the errors of hic. Most special first."""
    where = f"{route.host}:{route.port}"
    try:
        yield
    except paramiko.BadHostKeyException as error:
        raise _wrong_key(where, host_keys, fingerprint(error.key)) from error
    except paramiko.AuthenticationException as error:
        raise Refused(
            _("{where} does not accept the key for {user}.").format(where=where, user=route.user),
            fix=_("Check HIC_SSH_KEY and HIC_SSH_USER; passwords are never tried."),
        ) from error
    except paramiko.SSHException as error:
        if "not found in known_hosts" in str(error):
            raise _wrong_key(where, host_keys, "-") from error
        raise DependencyFailed(
            _("{where} does not speak SSH as it should: {error}").format(where=where, error=error),
            fix=_("Check that the server has started and that the path leads to it."),
        ) from error
    except (OSError, EOFError) as error:
        raise DependencyFailed(
            _("{where} does not answer: {error}").format(where=where, error=error or type(error).__name__),
            fix=_("Check that the server runs, and the path to it (HIC_SSH_PROXY)."),
        ) from error


def _wrong_key(where: str, host_keys: Sequence[HostKey], shown: str) -> Refused:
    pinned = ", ".join(fingerprint(key) for key in parse_keys(host_keys))
    return Refused(
        _("{where} shows another host key ({shown}) than the one that is pinned ({pinned}).").format(
            where=where, shown=shown, pinned=pinned
        ),
        fix=_(
            "Somebody may stand in between: nothing was sent. If the server was rebuilt by hand, pin its key anew "
            "from its own console: hic env bootstrap APPROVAL --host-key 'ssh-ed25519 AAAA...'"
        ),
    )
