"""Route 53 Resolver DNS Firewall: lists of domains, groups of rules, and which VPCs they are for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.moto_api._internal import mock_random
from moto.route53resolver.exceptions import (
    InvalidRequestException,
    ResourceExistsException,
    ResourceNotFoundException,
)
from moto.route53resolver.models import Route53ResolverBackend
from moto.route53resolver.responses import Route53ResolverResponse

SERVICE = Route53ResolverResponse
Record = dict[str, Any]


def _kept(self: Any, kind: str) -> dict[str, Record]:
    """The records of a kind. They hang on moto's backend, so that its reset forgets them too."""
    kinds: dict[str, dict[str, Record]] = self.route53resolver_backend.__dict__.setdefault("hic_dns_firewall", {})
    return kinds.setdefault(kind, {})


def _asked(self: Any) -> Record:
    asked: Record = json.loads(self.body)
    return asked


def _one(self: Any, kind: str, known: str) -> Record:
    record = _kept(self, kind).get(known)
    if record is None:
        raise ResourceNotFoundException(f"There is no {kind} {known}")
    return record


def _made(self: Any, kind: str, prefix: str, asked: Mapping[str, Any], **more: Any) -> Record:
    known = f"{prefix}-{mock_random.get_random_hex(16)}"
    backend = self.route53resolver_backend
    arn = f"arn:aws:route53resolver:{backend.region_name}:{backend.account_id}:{kind}/{known}"
    shown = {key: value for key, value in asked.items() if key != "Tags"}
    record = {"Id": known, "Arn": arn, "Status": "COMPLETE", **shown, **more}
    _kept(self, kind)[known] = record
    backend.tagger.tag_resource(arn, asked.get("Tags") or [])
    return record


def _gone(self: Any, kind: str, known: str) -> Record:
    _one(self, kind, known)
    return _kept(self, kind).pop(known)


LIST, GROUP, JOINED = "firewall-domain-list", "firewall-rule-group", "firewall-rule-group-association"


def create_firewall_domain_list(self: Any) -> str:
    made = _made(self, LIST, "rslvr-fdl", _asked(self), DomainCount=0)
    return json.dumps({"FirewallDomainList": made})


def get_firewall_domain_list(self: Any) -> str:
    record = _one(self, LIST, _asked(self)["FirewallDomainListId"])
    return json.dumps({"FirewallDomainList": record})


def list_firewall_domain_lists(self: Any) -> str:
    return json.dumps({"FirewallDomainLists": list(_kept(self, LIST).values())})


def update_firewall_domains(self: Any) -> str:
    asked = _asked(self)
    record = _one(self, LIST, asked["FirewallDomainListId"])
    had: list[str] = _kept(self, "domains").setdefault(record["Id"], {"Domains": []})["Domains"]
    given = [domain.rstrip(".").lower() + "." for domain in asked["Domains"]]
    kept = {"ADD": [*had, *given], "REMOVE": [d for d in had if d not in given], "REPLACE": given}[asked["Operation"]]
    _kept(self, "domains")[record["Id"]] = {"Domains": list(dict.fromkeys(kept))}
    record["DomainCount"] = len(set(kept))
    return json.dumps({"Id": record["Id"], "Name": record["Name"], "Status": record["Status"]})


def list_firewall_domains(self: Any) -> str:
    record = _one(self, LIST, _asked(self)["FirewallDomainListId"])
    return json.dumps(_kept(self, "domains").get(record["Id"], {"Domains": []}))


def delete_firewall_domain_list(self: Any) -> str:
    known = _asked(self)["FirewallDomainListId"]
    if any(rule["FirewallDomainListId"] == known for rule in _kept(self, "rules").values()):
        raise InvalidRequestException(f"{known} is used by a rule")
    return json.dumps({"FirewallDomainList": _gone(self, LIST, known)})


def create_firewall_rule_group(self: Any) -> str:
    backend = self.route53resolver_backend
    made = _made(self, GROUP, "rslvr-frg", _asked(self), OwnerId=backend.account_id, ShareStatus="NOT_SHARED")
    return json.dumps({"FirewallRuleGroup": made})


def get_firewall_rule_group(self: Any) -> str:
    return json.dumps({"FirewallRuleGroup": _one(self, GROUP, _asked(self)["FirewallRuleGroupId"])})


def list_firewall_rule_groups(self: Any) -> str:
    return json.dumps({"FirewallRuleGroups": list(_kept(self, GROUP).values())})


def delete_firewall_rule_group(self: Any) -> str:
    known = _asked(self)["FirewallRuleGroupId"]
    joined = _kept(self, JOINED).values()
    if any(each["FirewallRuleGroupId"] == known for each in (*joined, *_kept(self, "rules").values())):
        raise InvalidRequestException(f"{known} still has rules or VPCs")
    return json.dumps({"FirewallRuleGroup": _gone(self, GROUP, known)})


def _rule_key(asked: Mapping[str, Any]) -> str:
    return f"{asked['FirewallRuleGroupId']}:{asked['FirewallDomainListId']}"


def create_firewall_rule(self: Any) -> str:
    asked = _asked(self)
    _one(self, GROUP, asked["FirewallRuleGroupId"])
    _one(self, LIST, asked["FirewallDomainListId"])
    standing = _kept(self, "rules")
    mine = [rule for rule in standing.values() if rule["FirewallRuleGroupId"] == asked["FirewallRuleGroupId"]]
    if _rule_key(asked) in standing or any(rule["Priority"] == asked["Priority"] for rule in mine):
        raise ResourceExistsException("The group has a rule for this list or of this priority")
    standing[_rule_key(asked)] = asked
    return json.dumps({"FirewallRule": asked})


def update_firewall_rule(self: Any) -> str:
    asked = _asked(self)
    record = _one(self, "rules", _rule_key(asked))
    record.update(asked)
    return json.dumps({"FirewallRule": record})


def delete_firewall_rule(self: Any) -> str:
    return json.dumps({"FirewallRule": _gone(self, "rules", _rule_key(_asked(self)))})


def list_firewall_rules(self: Any) -> str:
    known = _asked(self)["FirewallRuleGroupId"]
    _one(self, GROUP, known)
    rules = [rule for rule in _kept(self, "rules").values() if rule["FirewallRuleGroupId"] == known]
    return json.dumps({"FirewallRules": sorted(rules, key=lambda rule: int(rule["Priority"]))})


def associate_firewall_rule_group(self: Any) -> str:
    asked = _asked(self)
    _one(self, GROUP, asked["FirewallRuleGroupId"])
    for each in _kept(self, JOINED).values():
        if each["VpcId"] == asked["VpcId"] and asked["Priority"] == each["Priority"]:
            raise ResourceExistsException(f"{asked['VpcId']} has a group of this priority")
    asked.setdefault("MutationProtection", "DISABLED")
    return json.dumps({"FirewallRuleGroupAssociation": _made(self, JOINED, "rslvr-frgassoc", asked)})


def get_firewall_rule_group_association(self: Any) -> str:
    record = _one(self, JOINED, _asked(self)["FirewallRuleGroupAssociationId"])
    return json.dumps({"FirewallRuleGroupAssociation": record})


def list_firewall_rule_group_associations(self: Any) -> str:
    asked = _asked(self)
    wanted = {key: asked[key] for key in ("VpcId", "FirewallRuleGroupId") if key in asked}
    found = [each for each in _kept(self, JOINED).values() if wanted.items() <= each.items()]
    return json.dumps({"FirewallRuleGroupAssociations": found})


def update_firewall_rule_group_association(self: Any) -> str:
    asked = _asked(self)
    record = _one(self, JOINED, asked.pop("FirewallRuleGroupAssociationId"))
    record.update(asked)
    return json.dumps({"FirewallRuleGroupAssociation": record})


def disassociate_firewall_rule_group(self: Any) -> str:
    known = _asked(self)["FirewallRuleGroupAssociationId"]
    if _one(self, JOINED, known)["MutationProtection"] == "ENABLED":
        raise InvalidRequestException(f"{known} is protected from changes")
    return json.dumps({"FirewallRuleGroupAssociation": _gone(self, JOINED, known)})


def _config(self: Any, vpc: str) -> Record:
    made = {
        "Id": f"rslvr-fc-{vpc.removeprefix('vpc-')}",
        "ResourceId": vpc,
        "OwnerId": self.route53resolver_backend.account_id,
        "FirewallFailOpen": "DISABLED",
    }
    return _kept(self, "configs").setdefault(vpc, made)


def get_firewall_config(self: Any) -> str:
    return json.dumps({"FirewallConfig": _config(self, _asked(self)["ResourceId"])})


def update_firewall_config(self: Any) -> str:
    asked = _asked(self)
    record = _config(self, asked["ResourceId"])
    record["FirewallFailOpen"] = asked["FirewallFailOpen"]
    return json.dumps({"FirewallConfig": record})


def list_firewall_configs(self: Any) -> str:
    return json.dumps({"FirewallConfigs": list(_kept(self, "configs").values())})


_ENDPOINTS_AND_RULES = Route53ResolverBackend._matched_arn


def matched_arn(self: Any, arn: str) -> None:
    """Whether something of this ARN stands, so that its tags may be asked: moto knows endpoints and rules only."""
    kinds = self.__dict__.get("hic_dns_firewall", {}).values()
    firewall = (record.get("Arn") for kind in kinds for record in kind.values())
    if arn not in {*firewall, *(config.arn for config in self.resolver_query_log_configs.values())}:
        _ENDPOINTS_AND_RULES(self, arn)


CALLS = (
    *(create_firewall_domain_list, get_firewall_domain_list, list_firewall_domain_lists, update_firewall_domains),
    *(list_firewall_domains, delete_firewall_domain_list, create_firewall_rule_group, get_firewall_rule_group),
    *(list_firewall_rule_groups, delete_firewall_rule_group, create_firewall_rule, update_firewall_rule),
    *(delete_firewall_rule, list_firewall_rules, associate_firewall_rule_group, get_firewall_rule_group_association),
    *(list_firewall_rule_group_associations, update_firewall_rule_group_association),
    *(disassociate_firewall_rule_group, get_firewall_config, update_firewall_config, list_firewall_configs),
)
