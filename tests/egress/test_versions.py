"""The earlier version of a file."""

from __future__ import annotations

from provisioning.egress.model import FrozenFile
from provisioning.egress.states import State
from provisioning.egress.versions import earlier_versions
from tests.egress.records import make


def file(name: str, sha: str) -> FrozenFile:
    return FrozenFile(name=name, key=name, version="1", sha256=sha * 64, size=1)


def test_the_last_one_filed_or_the_one_replaced_is_the_earlier_version() -> None:
    first = make(id="A-E001", submitted_at="2026-11-01T09:00:00+09:00", files=(file("a.csv", "1"), file("b.csv", "1")))
    second = make(id="A-E002", submitted_at="2026-11-02T09:00:00+09:00", files=(file("a.csv", "2"),))
    draft = make(State.DRAFT, id="A-E003", submitted_at="", files=(file("a.csv", "3"),))
    later = make(id="A-E009", submitted_at="2026-11-09T09:00:00+09:00", files=(file("a.csv", "9"),))
    now = make(id="A-E004", submitted_at="2026-11-04T09:00:00+09:00", files=(file("a.csv", "4"), file("c.csv", "4")))
    others = [later, first, draft, second, now]
    assert {name: version for name, (version, _file) in earlier_versions(now, others).items()} == {"a.csv": "A-E002"}
    replacing = now.model_copy(update={"replaces": "A-E001"})
    assert earlier_versions(replacing, others)["a.csv"] == ("A-E001", first.files[0])
    assert earlier_versions(first, others) == {}
