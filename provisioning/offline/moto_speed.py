"""What moto does anew for all that it holds at every call, done for what is asked alone.

Answers stay as they are; the time of a call no longer grows with the number of environments that stand.
Like the SDK's protocol this rests on moto's inside, so moto is pinned to a minor version, and contract
tests compare each of these with what it stands for.
"""

from __future__ import annotations

import copy
import importlib
import itertools
import threading
from collections.abc import Iterator
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

INDEX_NAME = 6  # its place among the arguments of a query, after the key
_sharing = threading.local()


def quicken() -> None:
    """Put these in place of moto's own. Must come after the settings that moto reads as it is imported."""
    from moto.core import responses, serialize  # noqa: PLC0415
    from moto.core.utils import method_names_from_class  # noqa: PLC0415
    from moto.dynamodb.models import DynamoDBBackend  # noqa: PLC0415
    from moto.dynamodb.models.table import Table  # noqa: PLC0415
    from moto.ec2.models.core import TaggedEC2Resource  # noqa: PLC0415
    from moto.ec2.models.security_groups import SecurityGroupBackend  # noqa: PLC0415
    from moto.kms import models as kms  # noqa: PLC0415
    from moto.kms.utils import generate_private_key  # noqa: PLC0415
    from moto.moto_server import threaded_moto_server, werkzeug_app  # noqa: PLC0415

    from provisioning.offline.moto_http import KeptOpen  # noqa: PLC0415

    if getattr(TaggedEC2Resource.get_tags, "__module__", "") == __name__:
        return
    _put(responses, "method_names_from_class", cache(method_names_from_class))
    _put(TaggedEC2Resource, "get_tags", _tags_of_one)
    _put(SecurityGroupBackend, "describe_security_group_rules", _rules(SecurityGroupBackend))
    _put(SecurityGroupBackend, "describe_security_groups", _groups(SecurityGroupBackend))
    _put(SecurityGroupBackend, "get_security_group_from_id", _group_of_id)
    _put(DynamoDBBackend, "transact_write_items", _transaction(DynamoDBBackend))
    _put(Table, "__deepcopy__", _copy_of_table)
    _put(Table, "query", _query(Table))
    _put(kms, "generate_private_key", _private_key(generate_private_key))
    _put(threaded_moto_server, "MotoRequestHandler", KeptOpen)
    picker = serialize.XFormedAttributePicker
    _put(picker, "get_possible_keys", _possible_keys(picker.get_possible_keys, serialize.DEFAULT_ALIAS_PROVIDERS))
    xmltodict: Any = importlib.import_module("xmltodict")  # has no types
    _put(xmltodict, "_validate_name", lru_cache(maxsize=4096)(xmltodict._validate_name))
    # Answers for scripts of web pages, which have no business with the local AWS.
    _put(werkzeug_app, "DISABLE_GLOBAL_CORS", True)
    # moto lists its own folder, and examines all that is in it, to tell which service a host name means.
    dispatcher = werkzeug_app.DomainDispatcherApplication
    _put(dispatcher, "get_backend_for_host", lru_cache(maxsize=512)(dispatcher.get_backend_for_host))


def _put(owner: Any, name: str, value: Any) -> None:
    setattr(owner, name, value)


def _possible_keys(whole: Any, usual: Any) -> Any:
    """moto works out for every property of every object in an answer under which names it may be found.

    That depends on the class and on the place in botocore's model alone, so each place remembers it.
    """

    def get_possible_keys(self: Any, context: Any) -> Any:
        if context.shape is None or self.alias_providers is not usual:
            return whole(self, context)
        known = vars(context.shape).setdefault("_hic_possible_keys", {})
        case = (context.key, type(context.obj), getattr(context.shape, "parent", None))
        if case not in known:
            known[case] = tuple(dict.fromkeys(whole(self, context)))
        return known[case]

    return get_possible_keys


def _tags_of_one(resource: Any) -> list[dict[str, str]]:
    """moto compares every tag of the account with the resource's id."""
    from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, get_prefix  # noqa: PLC0415

    if not resource.id:
        return []
    tags = resource.ec2_backend.tags.get(resource.id) or {}
    kind = EC2_PREFIX_TO_RESOURCE.get(get_prefix(resource.id), "") if tags else ""
    return [
        {"resource_id": resource.id, "key": key, "value": value, "resource_type": kind} for key, value in tags.items()
    ]


def _rules(backend: Any) -> Any:
    """moto copies every rule of the account before it looks for those that are asked for."""
    whole = backend.describe_security_group_rules

    def describe_security_group_rules(self: Any, sg_rule_ids: list[str], filters: dict[str, list[str]]) -> list[Any]:
        asked = filters.get("group-id", [])
        if not sg_rule_ids and (not asked or any("*" in group or "?" in group for group in asked)):
            return list(whole(self, sg_rule_ids, filters))
        narrow = _same(self)
        narrow.groups = {"": _Few(self.groups, frozenset(sg_rule_ids), frozenset(asked))}
        return list(whole(narrow, sg_rule_ids, filters))

    return describe_security_group_rules


def _same(thing: Any) -> Any:
    """A second one that shares everything. Not `copy`: moto keeps each copy that it hears of for ever."""
    made = object.__new__(thing.__class__)
    vars(made).update(vars(thing))
    return made


def _groups(backend: Any) -> Any:
    """moto goes through every group of the account before it looks for those that are asked for."""
    whole = backend.describe_security_groups

    def describe_security_groups(
        self: Any, group_ids: Any = None, groupnames: Any = None, filters: Any = None
    ) -> list[Any]:
        narrow, networks = _same(self), (filters or {}).get("vpc-id", ())
        if group_ids:
            narrow.groups = {"": {id: group for id in group_ids if (group := _group_of_id(self, id))}}
        elif networks and not any("*" in network or "?" in network for network in networks):
            narrow.groups = {network: self.groups[network] for network in networks if network in self.groups}
        return list(whole(narrow, group_ids, groupnames, filters))

    return describe_security_groups


def _group_of_id(backend: Any, group_id: str) -> Any:
    """moto compares the id with that of every group of the account."""
    of_networks = list(backend.groups.values())
    return next((groups[group_id] for groups in of_networks if group_id in groups), None)


class _Few:
    """What is asked for of the groups' rules, in the shape of groups."""

    def __init__(self, groups: Any, rules: frozenset[str], of: frozenset[str]) -> None:
        self._groups, self._rules, self._of = groups, rules, of

    def values(self) -> Iterator[Any]:
        for group in itertools.chain.from_iterable(list(vpc.values()) for vpc in list(self._groups.values())):
            if not self._of or group.id in self._of:
                out, into = self._asked(group.egress_rules), self._asked(group.ingress_rules)
                if out or into:
                    yield SimpleNamespace(egress_rules=out, ingress_rules=into)

    def _asked(self, rules: list[Any]) -> list[Any]:
        return [rule for rule in rules if not self._rules or rule.id in self._rules]


def _query(table: Any) -> Any:
    """moto sorts every item of the table before it looks for those of the partition that is asked for."""
    whole = table.query

    def query(self: Any, hash_key: Any, *arguments: Any, **more: Any) -> Any:
        indexed = more.get("index_name") or (len(arguments) > INDEX_NAME and arguments[INDEX_NAME])
        if indexed or hash_key is None:
            return whole(self, hash_key, *arguments, **more)
        narrow = _same(self)
        narrow.items = {hash_key: self.items[hash_key]} if hash_key in self.items else {}
        return whole(narrow, hash_key, *arguments, **more)

    return query


def _private_key(made_for: Any) -> Any:
    """moto makes an RSA key for symmetric keys too, which none of them ever uses."""
    unused = cache(made_for)
    return lambda spec: unused(spec) if spec == "SYMMETRIC_DEFAULT" else made_for(spec)


def _transaction(backend: Any) -> Any:
    """moto copies the whole table, items and all, so that it can go back when a condition does not hold."""
    whole = backend.transact_write_items

    def transact_write_items(self: Any, transact_items: list[dict[str, Any]]) -> None:
        # Such writes put items in place of others and leave the items themselves alone: they may be shared.
        _sharing.on = all(item.keys() <= {"Put", "Delete", "ConditionCheck"} for item in transact_items)
        try:
            whole(self, transact_items)
        finally:
            _sharing.on = False

    return transact_write_items


def _copy_of_table(table: Any, memory: dict[int, Any]) -> Any:
    made = table.__class__.__new__(table.__class__)
    memory[id(table)] = made
    for name, value in vars(table).items():
        if name == "items" and getattr(_sharing, "on", False):
            made.items = copy.copy(value)
            for key, item in value.items():
                made.items[key] = copy.copy(item)
        else:
            setattr(made, name, copy.deepcopy(value, memory))
    return made
