"""What a changed approval asks for: every difference, weighed by one table (LIFE-1..4). Pure.

LIFE-3 lists what is a minor change; whatever is not in that list is a change application (LIFE-4).
Some things no change can bring: they belong to another application, or would take the ground away
from what stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from provisioning.approvals.changes import Difference, Weight, heaviest
from provisioning.approvals.model import Approval, Result
from provisioning.messages import _

Flat = Mapping[str, Any]
BY_ID = ("handlers", "places")  # lists whose items have ids of their own
DECIDED = ("decision.result", "decision.date", "period.start", "period.end")  # what a later decision settles
COMPLETION, MINOR, CHANGE, IMPOSSIBLE = Weight.COMPLETION, Weight.MINOR, Weight.CHANGE, Weight.IMPOSSIBLE


@dataclass(frozen=True)
class Weighing:
    """Paths of this form weigh so much, by this rule; `+` stands before what is new, `-` before what goes."""

    form: str
    weight: Weight
    rule: str


TABLE: tuple[Weighing, ...] = (
    Weighing("id", IMPOSSIBLE, "VOC-6"),
    Weighing("applicant.*", IMPOSSIBLE, "VOC-4"),
    Weighing("decision.chair_confirmed", COMPLETION, "FLOW-5"),
    Weighing("decision.*", IMPOSSIBLE, "FLOW-5"),
    Weighing("pledges_accepted", COMPLETION, "FLOW-7"),
    Weighing("handlers.-*", MINOR, "LIFE-3 ii"),
    Weighing("handlers.+*", CHANGE, "LIFE-4"),
    Weighing("handlers.*.place", CHANGE, "LIFE-4"),
    Weighing("handlers.*", MINOR, "LIFE-3 i"),
    Weighing("publications.*", MINOR, "LIFE-3 iii"),
    Weighing("period.extension", MINOR, "LIFE-3 iv"),
    Weighing("period.end", CHANGE, "LIFE-1"),
    Weighing("environment.kind", IMPOSSIBLE, "ENV-2"),
    Weighing("fee.application", IMPOSSIBLE, "FEE-1"),
    Weighing("*", CHANGE, "LIFE-4"),
)


def differences(registered: Approval, wanted: Approval, *, built: bool) -> tuple[Difference, ...]:
    """Every difference with its weight. `built`: whether the environment stands, and use has begun.

    The order of handlers, places, data sets and publications says nothing.
    """
    before, after = _flat(registered), _flat(wanted)
    found = []
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        if old != new and not _told_by_its_item(path, before, after):
            marked = _marked(path, before, after)
            weighing = next(row for row in TABLE if fnmatchcase(marked, row.form))
            weight, rule = _sharpened(weighing, marked, registered, wanted, built=built)
            found.append(Difference(marked, _in_words(marked, old, new), weight, rule))
    return tuple(found)


def moved_to_current_rules(registered: Approval, wanted: Approval, *, built: bool) -> Approval:
    """The wanted approval under the rules of edition 3 if it needs the committee: so W16510 has it."""
    found = differences(registered, wanted, built=built)
    if heaviest(found) is Weight.CHANGE and wanted.rules == "2":
        return wanted.model_copy(update={"rules": "3"})
    return wanted


def _flat(approval: Approval) -> dict[str, Any]:
    """The approval as paths and values; items of lists stand under their id, or under what they say."""
    content = approval.model_dump(mode="json")
    flat: dict[str, Any] = {}
    for key, value in content.items():
        if key in BY_ID:
            for item in value:
                flat[f"{key}.{item['id']}"] = True
                flat |= {f"{key}.{item['id']}.{name}": part for name, part in item.items() if name != "id"}
        elif key == "datasets":
            flat |= {f"datasets.{text}": True for data in value for text in _pieces(data)}
        elif key == "publications":
            flat |= {f"publications.{' / '.join(item.values())}": True for item in value}
        elif key == "linked_databases":
            flat |= {f"linked_databases.{name}": True for name in value}
        else:
            flat |= dict(_leaves(key, value))
    return flat


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and path != "period.extension":
        for key, item in value.items():
            yield from _leaves(f"{path}.{key}", item)
    else:
        yield path, value


def _pieces(data: dict[str, Any]) -> Iterator[str]:
    """A data set as what can be asked for one by one: a month or a year of one pattern of tables."""
    if data["kind"] == "extracted":
        yield f"extracted {data['description']}"
        return
    times = data["months"] if data["kind"] == "trial" else [f"{y} {data['variant']}" for y in data["years"]]
    for time in times:
        yield from (f"{data['kind']} {time} {tables}" for tables in data["tables"])


def _whole(path: str) -> str:
    """The item that a path lies in: `handlers.analyst-a` for `handlers.analyst-a.email`."""
    parts = path.split(".")
    return ".".join(parts[:2]) if parts[0] in BY_ID else path


def _told_by_its_item(path: str, before: Flat, after: Flat) -> bool:
    """Whether the item as a whole came or went, so that its parts need no word."""
    whole = _whole(path)
    return whole != path and (whole in before) != (whole in after)


def _marked(path: str, before: Flat, after: Flat) -> str:
    name, _dot, item = path.partition(".")
    listed = name in (*BY_ID, "datasets", "publications", "linked_databases")
    if not listed or (path in before and path in after):
        return path
    return f"{name}.{'+' if path in after else '-'}{item}"


def _sharpened(row: Weighing, path: str, registered: Approval, wanted: Approval, *, built: bool) -> tuple[Weight, str]:
    """What the table cannot see: other values than the path, and whether anything stands."""
    if path in DECIDED and not built and _was_put_off(registered, wanted):
        return COMPLETION, "FLOW-5"
    if path == "decision.chair_confirmed" and registered.decision.chair_confirmed:
        return IMPOSSIBLE, "FLOW-5"
    if path == "period.extension" and registered.period.extension:
        return IMPOSSIBLE, "LIFE-3 iv"  # one extension only
    if path == "rules" and registered.rules == "3":
        return IMPOSSIBLE, "W16510"
    if (
        path.startswith("handlers.")
        and path.endswith((".name", ".email"))
        and _another_person(path, registered, wanted)
    ):
        return CHANGE, "HIC-4"
    if built and path in ("period.start", "environment.os"):
        return IMPOSSIBLE, "ENV-3" if path.endswith("os") else "HIC-23"
    if built and path in ("environment.spec", "environment.options.extension_tb") and _shrinks(registered, wanted):
        return IMPOSSIBLE, "ENV-4"
    return row.weight, row.rule


def _was_put_off(registered: Approval, wanted: Approval) -> bool:
    """Whether the committee had put it off (審査継続) and has decided now; a period that had begun begins anew."""
    return registered.decision.result is Result.CONTINUED and wanted.decision != registered.decision


def _another_person(path: str, registered: Approval, wanted: Approval) -> bool:
    """A name and an address that both change are those of somebody else, who is to be added under an id of his own."""
    handler_id = path.split(".")[1]
    old, new = registered.handler(handler_id), wanted.handler(handler_id)
    return bool(old and new and old.name != new.name and old.email != new.email)


def _shrinks(registered: Approval, wanted: Approval) -> bool:
    """A disk can grow, and never shrink."""
    sizes = [a.spec.data_gb + 1000 * a.environment.options.extension_tb for a in (registered, wanted)]
    return sizes[1] < sizes[0]


def _in_words(path: str, old: Any, new: Any) -> str:
    name, _dot, item = path.partition(".")
    if item.startswith("+"):
        return _("{kind}: {item} is added").format(kind=name, item=item[1:])
    if item.startswith("-"):
        return _("{kind}: {item} is removed").format(kind=name, item=item[1:])
    return _("{field}: {old} becomes {new}").format(field=path, old=_shown(old), new=_shown(new))


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(map(str, value.values()))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "-" if value is None else str(value)
