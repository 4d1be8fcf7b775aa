"""Which requests were looked ahead at and found right, so that repeating `up` does not run its program twice."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import infra
from provisioning import __version__
from provisioning.environments.engine import StackRequest
from provisioning.offline.private_files import write_private
from provisioning.offline.state import StateStore


def found_right(store: StateStore, request: StackRequest) -> bool:
    """Whether these settings were found right before, by this version of the program."""
    try:
        return _path(store, request.name).read_text(encoding="utf-8") == _digest(request)
    except OSError:
        return False


def note_right(store: StateStore, request: StackRequest) -> None:
    """Remember it. Secrets are left out: nothing that could be guessed from lies on disk."""
    write_private(_path(store, request.name), _digest(request))


def forget(store: StateStore, stack: str) -> None:
    """Forget a stack that does not stand any more."""
    _path(store, stack).unlink(missing_ok=True)


def _path(store: StateStore, stack: str) -> Path:
    return store.path(stack).with_suffix(".right")


def _digest(request: StackRequest) -> str:
    sources = Path(infra.__file__).parent.rglob("*.py")
    changed = max(path.stat().st_mtime_ns for path in sources)
    told = [__version__, changed, sorted(request.config.items()), sorted(request.secrets)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
