"""What exactly checked: one hash over the readers, the rules and the attack as they are."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path


@cache
def checks_sha256() -> str:
    """The sha256 over every source file that findings depend on, by name; line ends do not count."""
    root = Path(__file__).parent
    whole = hashlib.sha256()
    for path in sorted(root.rglob("*.py"), key=lambda path: path.relative_to(root).as_posix()):
        name = path.relative_to(root).as_posix()
        if not name.startswith("page/"):
            content = path.read_bytes().replace(b"\r\n", b"\n")
            whole.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return whole.hexdigest()
