"""YAML that people write, into a model: every mistake at once, each with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from provisioning.errors import BadInput, Mistaken, Problem
from provisioning.messages import _

Location = tuple[int | str, ...]
Model = TypeVar("Model", bound=BaseModel)


def read_text(path: Path) -> str:
    """The text of a UTF-8 file. Raises BadInput when it cannot be read or is in another encoding."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            _("{path} is not UTF-8 text.").format(path=path), fix=_("Save the file as UTF-8 and try again.")
        ) from error
    except OSError as error:
        raise BadInput(
            _("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror),
            fix=_("Give the path of a file that you may read."),
        ) from error


def parse_lined(text: str, name: str, model: type[Model], nothing: BadInput) -> Model:
    """The model in YAML text; `name` stands before the line numbers. Raises `nothing` where no mapping is."""
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{name}:{mark.line + 1}" if mark else name
        what = getattr(error, "problem", None) or str(error)
        problem = Problem(where, what, _("check the indentation and the colons around this line"))
        raise BadInput(_("{name} is not valid YAML.").format(name=name), problems=[problem]) from error
    if tree is None or not isinstance(content, dict):
        raise nothing
    repeated = [
        Problem(f"{name}:{line}", _("'{key}' is given twice").format(key=key), _("keep one"))
        for key, line in _repeated_keys(tree)
    ]
    try:
        made = model.model_validate(content)
    except ValidationError as error:
        found = [p for detail in own_mistakes(error.errors()) for p in _problems(detail, tree, name)]
        raise _mistakes(name, [*repeated, *found]) from error
    if repeated:
        raise _mistakes(name, repeated)
    return made


def line_of(text: str, location: Location) -> int:
    """The line (from 1) of the value at `location` in YAML text, or of the nearest one around it."""
    tree = yaml.compose(text, Loader=yaml.SafeLoader)
    return _line(location, tree)[0] if tree else 1


def own_mistakes(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without the complaint that a list is too short when its items are the mistake."""
    return [
        detail
        for detail in details
        if detail["type"] != "too_short"
        or not any(other["loc"][: len(detail["loc"])] == detail["loc"] and other is not detail for other in details)
    ]


def _mistakes(name: str, problems: list[Problem]) -> BadInput:
    message = _("{name} has {count} mistake(s); nothing was stored.").format(name=name, count=len(problems))
    return BadInput(message, problems=sorted(problems, key=_line_of))


def _line_of(problem: Problem) -> int:
    tail = problem.where.split(" ")[0].rpartition(":")[2]
    return int(tail) if tail.isdigit() else 0


def _problems(detail: ErrorDetails, tree: yaml.Node, name: str) -> list[Problem]:
    return [
        Problem(_where(_path(problem.where), tree, name), problem.what, problem.fix) for problem in problems_of(detail)
    ]


def problems_of(detail: ErrorDetails) -> list[Problem]:
    """What one complaint of pydantic comes to: where (the field's path), what is wrong, and how to mend it."""
    error = detail.get("ctx", {}).get("error")
    if isinstance(error, Mistaken):
        found = [((*detail["loc"], *_path(one.where)), one.what, one.fix) for one in error.problems]
    else:
        found = [(detail["loc"], *_in_words(detail))]
    return [Problem(".".join(map(str, location)), what, fix) for location, what, fix in found]


def _in_words(detail: ErrorDetails) -> tuple[str, str]:
    kind = detail["type"]
    if kind == "missing":
        return _("this is missing"), _("add it (examples/ shows how)")
    if kind == "extra_forbidden":
        return _("this key is unknown"), _("remove it or correct its spelling")
    if kind == "too_short":
        return _("this list is empty"), _("name at least one")
    if kind in ("enum", "literal_error"):
        return _("'{value}' is not one of the choices").format(value=detail["input"]), _("use {expected}").format(
            expected=detail["ctx"]["expected"]
        )
    if kind == "string_pattern_mismatch":
        return _("'{value}' does not have the right form").format(value=detail["input"]), _(
            "write it as {pattern}"
        ).format(pattern=detail["ctx"]["pattern"])
    return _wrong_kind(kind, detail)


def _wrong_kind(kind: str, detail: ErrorDetails) -> tuple[str, str]:
    """For a value that is not of its kind; pydantic's own words where there are no better ones."""
    value = detail["input"]
    if kind.startswith("date"):
        return _("'{value}' is no date").format(value=value), _("write the day as YYYY-MM-DD")
    if kind.startswith("bool"):
        return _("'{value}' is neither true nor false").format(value=value), _("write true or false, without quotes")
    if kind.startswith(("int", "float")):
        return _("'{value}' is no such number").format(value=value), _("write a plain number, without quotes")
    if kind == "greater_than_equal":
        least = detail["ctx"]["ge"]
        return _("'{value}' is too small").format(value=value), _("give {least} or more").format(least=least)
    if kind == "string_too_short":
        return _("this is empty"), _("fill it in")
    if kind == "string_type":
        return _("'{value}' is no text").format(value=value), _("put it in quotes")
    return detail["msg"], _("see in examples/ how it is written")


def _path(field: str) -> Location:
    return tuple(int(part) if part.isdigit() else part for part in field.split(".") if part)


def _where(location: Location, tree: yaml.Node, name: str) -> str:
    line, shown = _line(location, tree)
    return f"{name}:{line} {'.'.join(shown)}"


def _line(location: Location, tree: yaml.Node) -> tuple[int, list[str]]:
    """The line of the deepest node on the path, and the path as the file has it.

    Pydantic puts the tag of a union's arm into the path; a part that the file lacks in the
    middle of a path is such a tag and is left out.
    """
    node, line, shown = tree, tree.start_mark.line + 1, []
    for index, part in enumerate(location):
        step = _child(node, part)
        if step is None:
            if index == len(location) - 1:
                shown.append(str(part))
            continue
        node, line = step
        shown.append(str(part))
    return line, shown


def _child(node: yaml.Node, part: int | str) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        child = node.value[part]
        return child, child.start_mark.line + 1
    return None


def _repeated_keys(node: Any) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                found.append((key.value, key.start_mark.line + 1))
            seen.add(key.value)
            found += _repeated_keys(value)
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            found += _repeated_keys(child)
    return found
