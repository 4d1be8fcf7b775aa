"""A changed approval from the registered one: a handler more or less, a larger spec, and so on. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from provisioning.approvals.differences import BY_ID
from provisioning.approvals.model import Approval
from provisioning.errors import BadInput, Problem, Refused
from provisioning.lined_yaml import own_mistakes, problems_of
from provisioning.messages import _

Content = dict[str, Any]


@dataclass(frozen=True)
class Edits:
    """What is to differ; None and empty leave things as they are. `handlers` are contents without mistakes yet."""

    add_handlers: Sequence[Mapping[str, Any]] = ()
    remove_handlers: Sequence[str] = ()
    add_months: Sequence[str] = ()
    spec: str | None = None
    options: Mapping[str, int | bool] = field(default_factory=dict)
    end: date | None = None
    extension: Mapping[str, str] | None = None
    result: str | None = None
    decided: date | None = None
    start: date | None = None
    chair_confirmed: date | None = None
    pledges_accepted: bool | None = None

    @property
    def nothing(self) -> bool:
        """Whether nothing is asked for."""
        return self == Edits()


def edited(approval: Approval, edits: Edits, former_handlers: frozenset[str] = frozenset()) -> Approval:
    """The approval with the edits made. Raises BadInput that lists every mistake.

    A handler to be removed who is known to have gone before is no mistake: the work may be repeated.
    """
    content = approval.model_dump(mode="json")
    _handlers(content, edits, former_handlers)
    if edits.add_months:
        _months(content, edits.add_months)
    if edits.spec:
        content["environment"]["spec"] = edits.spec
    content["environment"]["options"] |= edits.options
    if edits.start:
        content["period"]["start"] = edits.start.isoformat()
    if edits.end:
        content["period"]["end"] = edits.end.isoformat()
    if edits.extension:
        content["period"]["extension"] = dict(edits.extension)
    if edits.result or edits.decided:
        _decision(content, edits)
    if edits.chair_confirmed:
        content["decision"]["chair_confirmed"] = edits.chair_confirmed.isoformat()
    if edits.pledges_accepted is not None:
        content["pledges_accepted"] = edits.pledges_accepted
    return validated(content)


def validated(content: Content) -> Approval:
    """The approval of that content. Raises BadInput that lists every mistake."""
    try:
        return Approval.model_validate(content)
    except ValidationError as error:
        problems = [problem for detail in own_mistakes(error.errors()) for problem in problems_of(detail)]
        message = _("The changed approval has {count} mistake(s); nothing was stored.")
        raise BadInput(message.format(count=len(problems)), problems=problems) from None


def _handlers(content: Content, edits: Edits, former: frozenset[str]) -> None:
    known = {handler["id"] for handler in content["handlers"]}
    strangers = [one for one in edits.remove_handlers if one not in known | former]
    if strangers:
        raise BadInput(
            _("There is no handler {ids}.").format(ids=", ".join(strangers)),
            fix=_("The handlers are: {ids}").format(ids=", ".join(sorted(known))),
        )
    kept = [handler for handler in content["handlers"] if handler["id"] not in edits.remove_handlers]
    added = [dict(one) for one in edits.add_handlers if one not in kept]
    content["handlers"] = [*kept, *added]


def _decision(content: Content, edits: Edits) -> None:
    """A later decision on an application that was put off (審査継続)."""
    if not edits.result or not edits.decided:
        raise BadInput(
            _("A decision has a result and a day."), fix=_("Give both: --result RESULT --decided YYYY-MM-DD")
        )
    content["decision"] = {"result": edits.result, "date": edits.decided.isoformat()}


def _months(content: Content, months: Sequence[str]) -> None:
    trial = next((data for data in content["datasets"] if data["kind"] == "trial"), None)
    if trial is None:
        raise BadInput(
            _("The approval has no trial data that months could be added to."),
            fix=_("Write the whole data set into the approval's file, and use --file."),
        )
    trial["months"] = [*trial["months"], *(month for month in months if month not in trial["months"])]


def merged(base: Approval, wanted: Approval, current: Approval) -> Approval:
    """The change from `base` to `wanted`, made to what is registered now.

    Between a change application and its fee, minor changes may be made. Raises Refused where both
    changed the same thing to something else.
    """
    if current == base:
        return wanted
    contents = (one.model_dump(mode="json") for one in (base, wanted, current))
    clashes: list[str] = []
    content = _merged(*map(_keyed, contents), path="", clashes=clashes)
    if clashes:
        raise Refused(
            _("The approval has changed in the same places since the change was applied for:"),
            problems=[Problem(path, _("is something else now"), _("say it anew")) for path in clashes],
            fix=_("Register the change again, as it is to be now."),
        )
    return validated(_listed(content))


def _merged(base: Any, wanted: Any, current: Any, *, path: str, clashes: list[str]) -> Any:
    if wanted in (base, current):
        return current
    if current == base:
        return wanted
    if not all(isinstance(one, dict) for one in (base, wanted, current)):
        clashes.append(path)
        return current
    result = {}
    for key in dict.fromkeys((*current, *wanted)):
        below = f"{path}.{key}" if path else key
        parts = (one.get(key, _ABSENT) for one in (base, wanted, current))
        value = _merged(*parts, path=below, clashes=clashes)
        if value is not _ABSENT:
            result[key] = value
    return result


_ABSENT = object()


def _keyed(content: Content) -> Content:
    return {k: {item["id"]: item for item in v} if k in BY_ID else v for k, v in content.items()}


def _listed(content: Content) -> Content:
    return {k: list(v.values()) if k in BY_ID else v for k, v in content.items()}
