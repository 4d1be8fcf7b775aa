"""What the offline engine knows of its stacks: one JSON file each, written whole after every step."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from provisioning.errors import DependencyFailed
from provisioning.messages import _
from provisioning.offline.wire import SECRET, SIGNATURE, is_secret

VERSION = 1
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


class StateStore:
    """The folder `<home>/state` (0700); its files are 0600 and hold secrets encrypted only."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "state"
        self._encoded: dict[int, tuple[Resource, str]] = {}
        self._fernet: Fernet | None = None

    def path(self, stack: str) -> Path:
        return self.folder / f"{stack}.json"

    def lock_path(self, stack: str) -> Path:
        """The stack's lock file; makes the folder."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.folder / f"{stack}.lock"

    def stacks(self) -> list[str]:
        """The names of all stacks that have a state."""
        return sorted(path.stem for path in self.folder.glob("*.json"))

    def load(self, stack: str) -> State | None:
        """The state, or None. Raises DependencyFailed when the file cannot be understood."""
        path = self.path(stack)
        try:
            stored = _of_this_version(json.loads(path.read_text(encoding="utf-8")))
            return State(
                stack=stored["stack"],
                resources={item["urn"]: self._resource(item) for item in stored["resources"]},
                doomed=[self._resource(item) for item in stored["doomed"]],
                outputs=self._decrypted(stored["outputs"]),
                pending=[self._resource(item) for item in stored["pending"]],
            )
        except FileNotFoundError:
            return None
        except InvalidToken:
            raise DependencyFailed(
                _("The secrets in {path} were made with another key.").format(path=path),
                fix=_("Restore {key} from your backup.").format(key=self.folder / "secrets.key"),
            ) from None
        except (ValueError, KeyError, TypeError) as error:
            raise DependencyFailed(
                _("The state file {path} is damaged: {error}").format(path=path, error=error),
                fix=_("Restore it from your backup."),
            ) from error

    def save(self, state: State) -> None:
        """Write the state so that a crash leaves either the old file or the new one."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        resources = ",\n".join(map(self._text, state.resources.values()))
        pending = ", ".join(map(self._text, state.pending))
        doomed = ", ".join(map(self._text, state.doomed))
        text = (
            f'{{"version": {VERSION}, "stack": {json.dumps(state.stack)},\n'
            f'"pending": [{pending}],\n'
            f'"outputs": {json.dumps(self._encrypted(state.outputs), ensure_ascii=False)},\n'
            f'"doomed": [{doomed}],\n'
            f'"resources": [\n{resources}\n]}}\n'
        )
        path = self.path(state.stack)
        _write(path.with_suffix(".tmp"), text)
        path.with_suffix(".tmp").replace(path)
        self._sync_folder()

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

    def _text(self, resource: Resource) -> str:
        # Resources do not change once made, so each is encoded and encrypted once.
        known = self._encoded.get(id(resource))
        if known is None or known[0] is not resource:
            known = (resource, json.dumps(self._encrypted(asdict(resource)), ensure_ascii=False))
            self._encoded[id(resource)] = known
        return known[1]

    def _resource(self, stored: dict[str, Any]) -> Resource:
        plain = self._decrypted(stored)
        return Resource(**{**plain, "dependencies": tuple(plain["dependencies"])})

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


def _of_this_version(stored: dict[str, Any]) -> dict[str, Any]:
    if stored["version"] != VERSION:
        raise ValueError(f"version {stored['version']}")
    return stored


def _write(path: Path, text: str) -> None:
    """Write a file that is 0600 from its first moment, down to the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
