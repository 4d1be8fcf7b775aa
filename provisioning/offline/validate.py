"""Checks of what a program registers, before anything is applied: property types and policy documents.

The Pulumi SDK takes wrong types and wrong keys in silence; the annotations in its own wheel say what is right.
"""

from __future__ import annotations

import importlib
import importlib.resources
import json
import re
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import botocore.session

# Private, hence pulumi is pinned to one minor version; tests fail loudly when it moves.
from pulumi._types import input_type_types, is_input_type, unwrap_type

from provisioning.errors import Problem
from provisioning.messages import _
from provisioning.offline.wire import UNKNOWN, is_special

DOCUMENTS = ("policy", "assumeRolePolicy")
# What AWS takes, in characters; IAM does not count white space. Without an entry: an endpoint's.
LONGEST = {
    "aws:iam/role:Role": 2_048,
    "aws:iam/rolePolicy:RolePolicy": 10_240,
    "aws:iam/userPolicy:UserPolicy": 2_048,
    "aws:iam/policy:Policy": 6_144,
    "aws:kms/key:Key": 32_768,
    "aws:s3/bucketPolicy:BucketPolicy": 20_480,
    "aws:sns/topicPolicy:TopicPolicy": 30_720,
}
OTHERWISE = 20_480
ELEMENTS = frozenset(
    ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition")
)
SIDS = re.compile(r"[0-9A-Za-z]*")


def check_inputs(type_token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the inputs of a resource, secrets revealed; empty when nothing is."""
    arguments = _arguments_class(type_token)
    if arguments is None:
        return [Problem(type_token, _("pulumi_aws has no such resource type"))]
    return [*_typed(arguments, inputs, ""), *_documents(type_token, inputs), *_sizes(inputs)]


@cache
def _classes() -> dict[str, tuple[str, str]]:
    """Resource type -> (module, class), from the table that pulumi_aws registers with the SDK."""
    source = importlib.import_module("pulumi_aws")
    table: dict[str, tuple[str, str]] = {}
    for entry in json.loads(_resource_table(source)):
        for token, name in entry["classes"].items():
            table[token] = (entry["fqn"], name)
    return table


def _resource_table(module: types.ModuleType) -> str:
    text = importlib.resources.files(module).joinpath("__init__.py").read_text(encoding="utf-8")
    start = text.index('resource_modules="""') + len('resource_modules="""')
    return text[start : text.index('"""', start)]


@cache
def _arguments_class(type_token: str) -> type | None:
    place = _classes().get(type_token)
    if place is None:
        return None
    resource = getattr(importlib.import_module(place[0]), place[1])
    module = importlib.import_module(resource.__module__)
    # Where an input type has taken the usual name, the SDK calls the resource's own arguments InitArgs.
    own = getattr(module, f"{place[1]}InitArgs", None) or getattr(module, f"{place[1]}Args")
    return typing.cast(type, own)


@cache
def _properties(cls: type) -> dict[str, Any]:
    return dict(input_type_types(cls))


def _typed(cls: type, values: Mapping[str, Any], path: str) -> Iterator[Problem]:
    """Problems of the properties of one input type."""
    known = _properties(cls)
    for key, value in values.items():
        where = f"{path}.{key}" if path else key
        if key not in known:
            yield Problem(where, _("{name} has no such property").format(name=cls.__name__))
        else:
            yield from _value(known[key], value, where)


def _value(expected: Any, value: Any, path: str) -> list[Problem]:
    if value is None or value == UNKNOWN:
        return []
    if is_special(value):
        return [Problem(path, _("assets and resource references are not supported by the offline engine"))]
    expected = unwrap_type(expected)
    origin = typing.get_origin(expected)
    if origin in (typing.Union, types.UnionType):
        return min((_value(option, value, path) for option in typing.get_args(expected)), key=len)
    if origin in (list, Sequence):
        return _items(typing.get_args(expected)[0], value, path)
    if origin in (dict, Mapping):
        return _entries(typing.get_args(expected), value, path)
    return _single(expected, value, path)


def _single(expected: Any, value: Any, path: str) -> list[Problem]:
    if is_input_type(expected) and isinstance(value, Mapping):
        return list(_typed(expected, value, path))
    if is_input_type(expected) or (expected in (str, bool, int, float) and not _fits(expected, value)):
        return [_mismatch(path, expected.__name__, value)]
    return []


def _items(expected: Any, value: Any, path: str) -> list[Problem]:
    if not isinstance(value, list):
        return [_mismatch(path, "list", value)]
    return [problem for n, item in enumerate(value) for problem in _value(expected, item, f"{path}[{n}]")]


def _entries(expected: Sequence[Any], value: Any, path: str) -> list[Problem]:
    if not isinstance(value, Mapping):
        return [_mismatch(path, "dict", value)]
    kind = expected[1] if len(expected) == 2 else Any
    return [problem for key, item in value.items() for problem in _value(kind, item, f"{path}.{key}")]


def _fits(expected: type, value: Any) -> bool:
    if expected is bool or isinstance(value, bool):
        return expected is bool and isinstance(value, bool)
    return isinstance(value, (int, float) if expected is float else expected)


def _mismatch(path: str, expected: str, value: Any) -> Problem:
    # The value itself may be a secret; its type says enough.
    return Problem(path, _("wants {expected}, got {given}").format(expected=expected, given=type(value).__name__))


def _documents(type_token: str, inputs: Mapping[str, Any]) -> Iterator[Problem]:
    """moto stores any text as a policy; AWS takes JSON with a version and statements, up to a length."""
    for key in DOCUMENTS:
        text = inputs.get(key)
        if (
            isinstance(text, str)
            and text != UNKNOWN
            and UNKNOWN not in text
            and (wrong := document_mistake(text) or too_long(type_token, text))
        ):
            yield Problem(key, wrong)


def _sizes(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    """moto launches servers of any name; AWS those of its list."""
    given = inputs.get("instanceType")
    if isinstance(given, str) and given != UNKNOWN and given not in _instance_types():
        family = given.partition(".")[0] + "."
        near = [name for name in _instance_types() if name.startswith(family)] or ["m6i.xlarge"]
        yield Problem(
            "instanceType",
            _("AWS has no instance type '{given}'").format(given=given),
            _("use one of: {types}").format(types=", ".join(near)),
        )


@cache
def _instance_types() -> tuple[str, ...]:
    """The names that botocore's model of EC2 lists."""
    shape: Any = botocore.session.get_session().get_service_model("ec2").shape_for("InstanceType")
    return tuple(shape.enum)


def too_long(type_token: str, text: str) -> str:
    """Why AWS would find the document too long for that type of resource, or an empty text."""
    longest = LONGEST.get(type_token, OTHERWISE)
    counted = len(re.sub(r"\s", "", text)) if type_token.startswith("aws:iam/") else len(text)
    if counted <= longest:
        return ""
    return _("has {count} characters, AWS takes {most}; divide it").format(count=counted, most=longest)


def document_mistake(text: str) -> str:
    """What is wrong with a policy document, or an empty text."""
    try:
        document = json.loads(text)
    except ValueError as error:
        return _("is not JSON: {error}").format(error=error)
    if not isinstance(document, dict) or document.get("Version") != "2012-10-17":
        return _('needs "Version": "2012-10-17"')
    statements = document.get("Statement")
    if not isinstance(statements, list) or not statements:
        return _('needs a list "Statement" with at least one entry')
    mistakes = (_statement_mistake(number, statement) for number, statement in enumerate(statements))
    return next((mistake for mistake in mistakes if mistake), "") or _twice(statements)


def _statement_mistake(number: int, statement: Any) -> str:
    if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
        return _("statement {number} needs an Effect of Allow or Deny").format(number=number)
    if not {"Action", "NotAction"} & statement.keys():
        return _("statement {number} names no Action").format(number=number)
    if unknown := sorted(statement.keys() - ELEMENTS):
        return _("statement {number} has an unknown element {name}").format(number=number, name=unknown[0])
    if not SIDS.fullmatch(str(statement.get("Sid", ""))):
        return _("statement {number} has a Sid with other than letters and digits").format(number=number)
    return ""


def _twice(statements: Sequence[Mapping[str, Any]]) -> str:
    sids = [statement["Sid"] for statement in statements if "Sid" in statement]
    twice = sorted({sid for sid in sids if sids.count(sid) > 1})
    return _("the Sid {sid} is given twice").format(sid=twice[0]) if twice else ""
