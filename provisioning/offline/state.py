"""What the offline engine knows of its stacks: one file each, a line of JSON for every fact.

A run appends what it changes as it goes, and writes the file anew in its end; see `journal.py`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from provisioning.errors import DependencyFailed
from provisioning.messages import _
from provisioning.offline.wire import SECRET, SIGNATURE, is_secret

VERSION = 2
STACK_REFERENCE = "pulumi:pulumi:StackReference"


@dataclass(frozen=True)
class Resource:
    """One resource of a stack. `inputs` and `outputs` keep the marks of secrets.

    `incomplete`: made, but not fully configured. `external`: read only, never deleted.
    """

    urn: str
    type: str
    name: str
    id: str = ""
    custom: bool = True
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    parent: str = ""
    dependencies: tuple[str, ...] = ()
    protect: bool = False
    retain: bool = False
    recorded: bool = False
    external: bool = False
    incomplete: bool = False

    @property
    def needs(self) -> frozenset[str]:
        """The URNs that must outlive this resource."""
        return frozenset((*self.dependencies, *((self.parent,) if self.parent else ())))


@dataclass
class State:
    """A stack: its resources by URN, replaced ones still to be deleted, and its outputs.

    `pending` are resources whose making had begun, and that nobody has looked for since.
    """

    stack: str
    resources: dict[str, Resource] = field(default_factory=dict)
    doomed: list[Resource] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    pending: list[Resource] = field(default_factory=list)

    @property
    def references(self) -> list[str]:
        """The names of the stacks that this one refers to."""
        refer = (one for one in self.resources.values() if one.type == STACK_REFERENCE)
        return sorted({resource.id.rpartition("/")[2] for resource in refer})


class StateStore:
    """The folder `<home>/state` (0700); its files are 0600 and hold secrets encrypted only."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "state"
        self._fernet: Fernet | None = None

    def path(self, stack: str) -> Path:
        return self.folder / f"{stack}.jsonl"

    def lock_path(self, stack: str) -> Path:
        """The stack's lock file; makes the folder."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.folder / f"{stack}.lock"

    def stacks(self) -> list[str]:
        """The names of all stacks that have a state."""
        return sorted(path.stem for path in self.folder.glob("*.jsonl"))

    def load(self, stack: str) -> State | None:
        """The state, or None. Raises DependencyFailed when the file cannot be understood."""
        path = self.path(stack)
        with _damage(path, self.folder / "secrets.key"):
            try:
                lines = _whole_lines(path.read_text(encoding="utf-8"))
            except FileNotFoundError:
                return None
            state = State(_head(lines[0])["stack"])
            for line in lines[1:]:
                self._read(state, json.loads(line))
            return state

    def references(self, stack: str) -> list[str]:
        """The stacks that a stack refers to, by the head of its file alone; none when it has no file."""
        path = self.path(stack)
        with _damage(path, self.folder / "secrets.key"):
            try:
                with path.open(encoding="utf-8") as stream:
                    return list(_head(stream.readline())["references"])
            except FileNotFoundError:
                return []

    def save(self, state: State) -> None:
        """Write the state whole, so that a crash leaves either the old file or the new one."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        head = {"version": VERSION, "stack": state.stack, "references": state.references}
        lines = [json.dumps(head), *self.facts(state.resources.values(), (), state.pending, state.doomed)]
        lines.append(self.fact("outputs", state.outputs))
        path = self.path(state.stack)
        _write(path.with_suffix(".tmp"), "\n".join(lines) + "\n")
        path.with_suffix(".tmp").replace(path)
        self._sync_folder()

    def facts(
        self,
        made: Iterable[Resource],
        gone: Iterable[str] = (),
        pending: Iterable[Resource] | None = None,
        doomed: Iterable[Resource] | None = None,
    ) -> list[str]:
        """Lines that say what became of resources. None: nothing new about those."""
        lines = [self.fact("gone", list(gone))] if gone else []
        lines += [self.fact("resource", vars(resource)) for resource in made]
        for name, some in (("pending", pending), ("doomed", doomed)):
            if some is not None:
                lines.append(self.fact(name, [vars(resource) for resource in some]))
        return lines

    def fact(self, name: str, value: Any) -> str:
        """One line of a state file, secrets encrypted."""
        return json.dumps({name: self._encrypted(value)}, ensure_ascii=False)

    def remove(self, stack: str) -> None:
        """Forget a stack that holds nothing any more."""
        self.path(stack).unlink(missing_ok=True)
        self._sync_folder()

    def _sync_folder(self) -> None:
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def _read(self, state: State, fact: dict[str, Any]) -> None:
        """Take one line into the state."""
        ((name, stored),) = fact.items()
        plain = self._decrypted(stored)
        if name == "resource":
            resource = _resource(plain)
            state.resources[resource.urn] = resource
        elif name == "gone":
            for urn in plain:
                state.resources.pop(urn, None)
        elif name == "pending":
            state.pending = [_resource(item) for item in plain]
        elif name == "doomed":
            state.doomed = [_resource(item) for item in plain]
        elif name == "outputs":
            state.outputs = plain
        else:
            raise ValueError(name)

    def _encrypted(self, value: Any) -> Any:
        if is_secret(value):
            token = self._key.encrypt(json.dumps(value["value"]).encode()).decode()
            return {SIGNATURE: SECRET, "ciphertext": token}
        if isinstance(value, Mapping):
            return {key: self._encrypted(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._encrypted(item) for item in value]
        return value

    def _decrypted(self, value: Any) -> Any:
        if is_secret(value):
            return {SIGNATURE: SECRET, "value": json.loads(self._key.decrypt(value["ciphertext"].encode()))}
        if isinstance(value, dict):
            return {key: self._decrypted(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._decrypted(item) for item in value]
        return value

    @property
    def _key(self) -> Fernet:
        if self._fernet is None:
            path = self.folder / "secrets.key"
            if not path.exists():
                draft = path.with_suffix(f".{os.getpid()}")
                _write(draft, Fernet.generate_key().decode())
                try:
                    os.link(draft, path)  # never over a key that another process has just made
                except FileExistsError:
                    pass
                finally:
                    draft.unlink()
            self._fernet = Fernet(path.read_bytes())
        return self._fernet


def _resource(plain: dict[str, Any]) -> Resource:
    return Resource(**{**plain, "dependencies": tuple(plain["dependencies"])})


def _whole_lines(text: str) -> list[str]:
    """The lines that were written to their end; a killed run may leave half of one behind them."""
    lines = text.split("\n")[:-1]
    if not lines:
        raise ValueError("no whole line")
    return lines


def _head(line: str) -> dict[str, Any]:
    head: dict[str, Any] = json.loads(line)
    if head["version"] != VERSION:
        raise ValueError(f"version {head['version']}")
    return head


@contextmanager
def _damage(path: Path, key: Path) -> Iterator[None]:
    try:
        yield
    except InvalidToken:
        raise DependencyFailed(
            _("The secrets in {path} were made with another key.").format(path=path),
            fix=_("Restore {key} from your backup.").format(key=key),
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise DependencyFailed(
            _("The state file {path} is damaged: {error}").format(path=path, error=error),
            fix=_("Restore it from your backup."),
        ) from error


def _write(path: Path, text: str) -> None:
    """Write a file that is 0600 from its first moment, down to the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
