"""Every hole that a policy can make turns exactly the right claims red: pure, on what the program itself writes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from provisioning.approvals import names
from provisioning.approvals import service as approvals
from provisioning.assurance.identities import Principal
from provisioning.assurance.policy.cells import Court
from provisioning.assurance.policy.documents import Document
from provisioning.assurance.policy.things import CREDENTIALS, PARTITIONS
from provisioning.assurance.stand import PLATFORM, Item, Stand
from provisioning.audit import log
from provisioning.egress import register, store
from provisioning.environments import networks
from provisioning.environments.credentials import accounts, authority, desk
from tests.assurance.standing import (
    ACCOUNT,
    ONE,
    OPEN,
    PLANNED,
    REGION,
    TABLE,
    TWO,
    UNTOUCHED,
    Change,
    allow,
    also,
    bucket,
    document,
    endpoint,
    key,
    lets_in,
    passing,
    principal,
    red,
    shows,
    standing,
    trusting,
    without,
)

ROLE, OTHERS = names.analysis_role(ONE), names.analysis_role(TWO)
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ABROAD = {"AWS": "arn:aws:iam::888888888888:root"}
OBJECTS = f"{bucket(ONE)}/*"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:hic-alarms"
HOLES: dict[str, tuple[set[str], Change]] = {}


def hole(name: str, claims: str, change: Change) -> None:
    HOLES[name] = (set(claims.split()), change)


def if_(operator: str, name: str, value: Any) -> dict[str, Any]:
    return {"Condition": {operator: {name: value}}}


def rows(*partitions: str, quantifier: str = "ForAllValues") -> dict[str, Any]:
    keys = {f"{quantifier}:StringEquals": {"dynamodb:LeadingKeys": list(partitions)}}
    return {"Condition": {**keys, "Null": {"dynamodb:LeadingKeys": "false"}}}


def untagged(name: str, stand: Stand) -> Stand:
    people = (replace(each, approval="", tags={}) if each.name == name else each for each in stand.principals)
    return replace(stand, principals=tuple(people))


def with_topic(statement: dict[str, Any]) -> Change:
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    topic = Item("alarm topic", TOPIC, PLATFORM, {}, {"policy": policy})
    return lambda stand: replace(stand, items=(*stand.items, topic))


def held_elsewhere(stand: Stand) -> Stand:
    """The role is held to another network beside its own."""
    deny = {
        "StringNotEquals": {"aws:SourceVpc": [f"vpc-{ONE.lower()}", "vpc-rogue"]},
        "BoolIfExists": {"aws:ViaAWSService": "false"},
    }
    held = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": deny}
    return also(ROLE, held, bounded=True)(without(ROLE, "Elsewhere")(stand))


# 1. Another account, whatever its number; services for others; whoever signs in elsewhere.
hole("bucket_to_another_account", "D10", lets_in("work bucket", allow("s3:GetObject", OBJECTS, Principal=ABROAD)))
hole("key_to_another_account", "D10", lets_in("key", allow("kms:Decrypt", Principal=ABROAD)))
hole("audit_to_another_account", "D10", lets_in(
    "audit bucket", allow("s3:GetObject", f"arn:aws:s3:::{names.audit_bucket(ACCOUNT)}/*", Principal=ABROAD),
    approval="platform",
))  # fmt: skip
hole("records_to_another_account", "D10", lets_in(
    "record table", allow("dynamodb:GetItem", TABLE, Principal=ABROAD), approval="platform"
))  # fmt: skip
hole("bucket_to_everybody_of_an_account", "D1 D2 D6 D8 D10 D20 D23", lets_in("work bucket", allow(
    "s3:GetObject", OBJECTS, Principal="*", **if_("StringEquals", "aws:PrincipalAccount", [ACCOUNT, "888888888888"])
)))  # fmt: skip
hole("bucket_to_a_service", "D10", lets_in(
    "work bucket", allow("s3:GetObject", OBJECTS, Principal={"Service": "cloudfront.amazonaws.com"})
))  # fmt: skip
hole("key_to_a_service_for_anybody", "D10", lets_in(
    "key", allow("kms:Decrypt", Principal={"Service": "cloudwatch.amazonaws.com"})
))  # fmt: skip
hole("bucket_to_who_signs_in", "D10", lets_in(
    "work bucket", allow("s3:GetObject", OBJECTS, Principal={"Federated": "arn:aws:iam::888888888888:saml-provider/x"})
))  # fmt: skip
hole("an_act_nobody_thought_of_to_everybody", "D10", lets_in(
    "work bucket", allow("s3:GetObjectTorrent", OBJECTS, Principal="*")
))  # fmt: skip

hole("alarms_to_another_account", "D10", with_topic(allow("sns:Subscribe", TOPIC, Principal=ABROAD)))
hole("alarms_to_everybody", "D10", with_topic(allow("sns:Publish", TOPIC, Principal="*")))
hole("alarms_that_cannot_be_judged", "D10", with_topic({"Effect": "Maybe"}))

# 2 and 3. Conditions on what is not known of a request: its place, its time, its headers.
ANY_KEYS = {
    "region": ("StringEquals", "aws:RequestedRegion", REGION),
    "own_account": ("StringEquals", "s3:ResourceAccount", ACCOUNT),
    "name": ("StringEquals", "aws:username", "eve"),
    "organisation": ("StringEquals", "aws:PrincipalOrgID", "o-1"),
    "fresh_second_factor": ("NumericLessThan", "aws:MultiFactorAuthAge", "3600"),
    "tag_of_the_thing": ("StringEquals", "aws:ResourceTag/Name", "x"),
    "address": ("IpAddress", "aws:SourceIp", "198.51.100.0/24"),
    "no_address": ("NotIpAddress", "aws:SourceIp", "0.0.0.0/0"),
    "network": ("StringEquals", "aws:SourceVpc", "vpc-rogue"),
    "endpoint": ("ForAnyValue:StringEquals", "aws:SourceVpce", "vpce-rogue"),
    "later": ("DateGreaterThan", "aws:CurrentTime", "2099-06-01T00:00:00Z"),
    "earlier": ("DateLessThan", "aws:CurrentTime", "2001-06-01T00:00:00Z"),
    "old_tls": ("NumericEquals", "s3:TlsVersion", "1.2"),
    "version": ("Null", "s3:VersionId", "true"),
    "no_version": ("Null", "s3:VersionId", "false"),
    "service": ("Bool", "aws:ViaAWSService", "true"),
    "own_id": ("StringLike", "aws:userid", "${aws:userid}"),
}
for title, test in ANY_KEYS.items():
    hole(f"a_user_if_{title}", "D2", also("eve", allow("s3:GetObject", OBJECTS, **if_(*test))))
    hole(f"the_neighbour_if_{title}" if title != "name" else "the_neighbour_without_a_name", "D1", also(
        OTHERS, allow("s3:GetObject", OBJECTS, **if_(*(test if title != "name" else ("Null", "aws:username", "true"))))
    ))  # fmt: skip
hole("a_user_refused_sometimes", "D2", also(
    "eve", allow("s3:GetObject", OBJECTS),
    {**allow("s3:*"), "Effect": "Deny", **if_("StringNotEquals", "aws:SourceVpc", "vpc-a")},
))  # fmt: skip
hole("a_user_takes_copies_of_what_is_tagged", "D2", also(
    "eve", allow("ec2:CreateSnapshot", **if_("StringEquals", "ec2:ResourceTag/hic:approval", ONE))
))  # fmt: skip
hole("a_user_decrypts_objects", "D2", also("eve", allow(
    "kms:Decrypt", key(ONE), **if_("StringLike", "kms:EncryptionContext:aws:s3:arn", "arn:aws:s3:::hic-work-*")
)))  # fmt: skip
hole("bucket_to_an_address", "D1 D2 D6 D8 D10 D20 D23", lets_in("work bucket", allow(
    "s3:GetObject", OBJECTS, Principal="*", **if_("IpAddress", "aws:SourceIp", "198.51.100.0/24")
)))  # fmt: skip
hole("role_in_another_network", "D12", held_elsewhere)

# 4. One folder of one request; one prefix.
hole("a_user_reads_one_request", "D2", also("eve", allow("s3:GetObject", f"{bucket(ONE)}/egress/outbox/E001/*")))
hole("a_user_reads_one_year", "D2", also("eve", allow("s3:GetObject", f"{bucket(ONE)}/import/????/x.csv")))
hole("a_user_reads_wherever", "D2", also("eve", allow("s3:GetObject", "arn:aws:s3:::*/egress/outbox/E001/a.csv")))
hole("a_user_lists_one_request", "D2", also(
    "eve", allow("s3:ListBucket", bucket(ONE), **if_("StringLike", "s3:prefix", "egress/outbox/E001/*"))
))  # fmt: skip
hole("role_reads_the_neighbours_request", "D1 D6", also(
    ROLE, allow("s3:GetObject", f"{bucket(TWO)}/egress/outbox/E001/*")
))  # fmt: skip
hole("role_lists_the_neighbours_requests", "D1 D6", also(
    ROLE, allow("s3:ListBucket", bucket(TWO), **if_("StringLike", "s3:prefix", "egress/outbox/E001/*"))
))  # fmt: skip
hole("role_reads_packages", "D6", also(ROLE, allow("s3:GetObject", f"{bucket(ONE)}/credentials/*")))
hole("operator_carries_to_a_bucket_by_name", "D3 D8", also(
    "hic-operator", allow("s3:PutObject", "arn:aws:s3:::a-bucket-of-somebody/in/*")
))  # fmt: skip
hole("names_run_on_into_keys", "D8", without("hic-operator", "WithinNames"))
hole("names_run_on_into_keys_for_the_builder", "D24", without("hic-operator-deploy", "WithinNames"))

# 5. Who takes a role on.
hole("server_role_for_containers", "D9", trusting(
    ROLE, {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}
))  # fmt: skip
hole("server_role_for_the_neighbour", "D9", trusting(ROLE, {
    "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/{OTHERS}"}
}))  # fmt: skip
hole("server_role_from_abroad", "D9", trusting(
    ROLE, {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": ABROAD}, kept=False
))  # fmt: skip
hole("staff_role_for_servers", "D9", trusting(
    "hic-operator", {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
))  # fmt: skip
hole("staff_role_without_a_second_factor_if_none_is_shown", "D9", trusting("hic-reviewer", {
    "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ROOT},
    **if_("BoolIfExists", "aws:MultiFactorAuthPresent", "true"),
}, kept=False))  # fmt: skip
SECOND_FACTOR = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
for title, condition in (
    ("under_any_name", SECOND_FACTOR),
    ("under_names_like_theirs", {**SECOND_FACTOR, "StringLike": {"sts:RoleSessionName": "${aws:username}*"}}),
    ("under_a_name_of_two", {**SECOND_FACTOR, "StringEquals": {"sts:RoleSessionName": ["${aws:username}", "eve"]}}),
    ("under_no_name", {**SECOND_FACTOR, "StringEqualsIfExists": {"sts:RoleSessionName": "${aws:username}"}}),
):
    hole(f"reviewers_{title}", "D9", trusting("hic-reviewer", {
        "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ROOT}, "Condition": condition
    }, kept=False))  # fmt: skip
hole("builder_by_all_but_one", "D9", trusting("hic-operator-deploy", {
    "Effect": "Allow", "Action": "sts:AssumeRole", "NotPrincipal": {"AWS": ROOT},
    **if_("Bool", "aws:MultiFactorAuthPresent", "true"),
}))  # fmt: skip
hole("backup_role_for_other_accounts", "D23", trusting(f"hic-{ONE.lower()}-backup-service", {
    "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "backup.amazonaws.com"}
}))  # fmt: skip

# 6. Grants on keys.
USE = ("Decrypt", "GenerateDataKey")
for title, grantee, operations in (
    ("to_the_neighbour", f"arn:aws:iam::{ACCOUNT}:role/{OTHERS}", USE),
    ("to_who_calls_itself_so", "arn:aws:iam::888888888888:role/amazonaws", USE),
    ("to_a_role_named_like_a_service", f"arn:aws:iam::{ACCOUNT}:role/ec2.amazonaws.com", USE),
    ("to_an_instance_elsewhere", "arn:aws:sts::888888888888:assumed-role/aws:ec2-infrastructure/i-1", USE),
    ("for_more_than_data", "ec2.amazonaws.com", ("Decrypt", "Sign")),
):
    hole(f"a_grant_{title}", "D10", shows("key", grants=[(grantee, operations)]))

# 7. Records by what they are.
READ = ["dynamodb:GetItem", "dynamodb:Query"]
for partition in (*PARTITIONS, f"{CREDENTIALS}{ONE}"):
    if partition != "AUDIT-HEAD":
        hole(f"role_reads_{partition}", "D6", also(ROLE, allow(READ, TABLE, **rows(partition)), bounded=True))
hole("role_reads_the_neighbours_credentials", "D1", also(
    ROLE, allow(READ, TABLE, **rows(f"{CREDENTIALS}{TWO}")), bounded=True
))  # fmt: skip
hole("role_reads_with_a_row_of_its_own", "D1 D6", also(
    ROLE, allow("dynamodb:BatchGetItem", TABLE, **rows(f"APPROVAL#{ONE}", quantifier="ForAnyValue")), bounded=True
))  # fmt: skip
hole("a_user_reads_credentials", "D2", also("eve", allow(READ, TABLE, **rows(f"{CREDENTIALS}{ONE}"))))

# 8. Endpoints.
hole("a_second_endpoint_is_open", "D4", passing(
    endpoint(f"vpc-{ONE.lower()}", "s3", {"Version": "2012-10-17", "Statement": [OPEN]}, "vpce-rogue")
))  # fmt: skip
hole("a_second_endpoint_lets_nothing_pass", "D7", passing(endpoint(
    f"vpc-{ONE.lower()}", "s3",
    {"Version": "2012-10-17", "Statement": [{**OPEN, **if_("StringEquals", "aws:PrincipalAccount", "1")}]},
)))  # fmt: skip
for title, condition in (
    ("an_account", if_("StringEquals", "aws:PrincipalAccount", [ACCOUNT, "888888888888"])),
    ("an_organisation", if_("StringEquals", "aws:PrincipalOrgID", "o-1")),
    ("our_things", if_("StringEquals", "aws:ResourceAccount", ACCOUNT)),
):
    hole(f"an_endpoint_for_{title}", "D4", passing(endpoint(
        f"vpc-{ONE.lower()}", "ssm", {"Version": "2012-10-17", "Statement": [{**OPEN, **condition}]}
    )))  # fmt: skip
hole("an_endpoint_for_one_bucket_abroad", "D4", passing(endpoint(f"vpc-{ONE.lower()}", "sts", {
    "Version": "2012-10-17",
    "Statement": [{**OPEN, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::a-bucket-of-somebody/*"}],
})))  # fmt: skip

# 11. The neighbour's backup service, by its name or without its tag.
hole("the_neighbours_backups_read", "D2", also(
    f"hic-{TWO.lower()}-backup-service", allow(["s3:GetObject", "kms:Decrypt"])
))  # fmt: skip
hole("the_neighbours_backups_read_and_have_no_tag", "D2", lambda stand: untagged(
    f"hic-{TWO.lower()}-backup-service", also(f"hic-{TWO.lower()}-backup-service", allow("s3:GetObject"))(stand)
))  # fmt: skip

# 12. Keys by themselves.
hole("operator_grants_as_it_likes", "D8", also("hic-operator", allow("kms:CreateGrant", key(ONE))))
hole("operator_grants_through_another_service", "D8", also("hic-operator", allow(
    "kms:CreateGrant", key(ONE), **if_("StringEquals", "kms:ViaService", f"rds.{REGION}.amazonaws.com")
)))  # fmt: skip
hole("operator_grants_on_the_platforms_key", "D5 D8", also("hic-operator", allow(
    "kms:CreateGrant", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/*",
    **if_("StringEquals", "kms:ViaService", f"ec2.{REGION}.amazonaws.com"),
)))  # fmt: skip
hole("reviewer_decrypts_by_itself", "D8", also("hic-reviewer", allow("kms:Decrypt", key(ONE))))
hole("builder_grants_as_it_likes", "D24", also("hic-operator-deploy", allow("kms:CreateGrant", key(ONE))))
hole("builder_decrypts_by_itself", "D24", also("hic-operator-deploy", allow("kms:Decrypt", key(ONE))))
hole("builder_copies_with_the_platforms_key", "D24", also("hic-operator-deploy", allow(
    "kms:ReEncryptFrom", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/*",
    **if_("StringEquals", "kms:ViaService", f"ec2.{REGION}.amazonaws.com"),
)))  # fmt: skip
hole("role_decrypts_by_itself", "D6", also(ROLE, allow("kms:Decrypt", key(ONE))))

# 13. Acts that nobody thought of.
for act in (
    *("sns:*", "sqs:SendMessage", "lambda:*", "sts:AssumeRole", "backup:*", "kms:ReplicateKey", "rds-db:connect"),
    "s3:PutInventoryConfiguration",
):
    hole(f"role_may_{act.replace(':', '_')}", "D6", also(ROLE, allow(act)))
hole("role_may_all_but_little", "D1 D3 D5 D6", also(
    ROLE, {"Effect": "Allow", "NotAction": "iam:CreateUser", "Resource": "*"}
))  # fmt: skip


# 14. Power by a name that nobody thought of: staff, who builds, the group, and whoever else there is.
IAM = f"arn:aws:iam::{ACCOUNT}"
BUILDER, GROUP = "hic-operator-deploy", names.backup_user(ONE)
BACKUPS = f"hic-{ONE.lower()}-backup-service"
AWS = f"{REGION}:{ACCOUNT}"


def other(*statements: dict[str, Any], trusts: dict[str, Any] | None = None) -> Change:
    """A role more, which is none of this system's."""
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": trusts or {"AWS": ROOT}}
    role = principal("another", policy, trust={"Version": "2012-10-17", "Statement": [trust]})
    return lambda stand: replace(stand, principals=(*stand.principals, role))


TAKES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "operator_writes_its_own_policy": ("D8", "hic-operator", allow("iam:PutRolePolicy", f"{IAM}:role/hic-operator")),
    "operator_writes_policies": ("D8", "hic-operator", allow(
        ["iam:CreatePolicyVersion", "iam:PutUserPolicy", "iam:AttachUserPolicy", "iam:CreateLoginProfile"]
    )),
    "operator_stops_the_trail": ("D5 D8", "hic-operator", allow(
        "cloudtrail:StopLogging", f"arn:aws:cloudtrail:{AWS}:trail/hic"
    )),
    "operator_deletes_logs": ("D8", "hic-operator", allow(
        "logs:DeleteLogGroup", f"arn:aws:logs:{AWS}:log-group:/hic/*"
    )),
    "operator_reads_passwords": ("D8", "hic-operator", allow(
        "secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{AWS}:secret:hic/*/database/*"
    )),
    "reviewer_sets_passwords": ("D8", "hic-reviewer", allow("ds:ResetUserPassword", f"arn:aws:ds:{AWS}:directory/*")),
    "auditor_takes_on_a_role": ("D8", "hic-auditor", allow("sts:AssumeRole", f"{IAM}:role/hic-operator")),
    "operator_reads_records_of_others": ("D8", "hic-operator", allow(
        "dynamodb:GetRecords", f"{TABLE}/stream/*"
    )),
    "builder_takes_bounds_away": ("D24", BUILDER, allow(
        "iam:DeleteRolePermissionsBoundary", f"{IAM}:role/hic-*-analysis"
    )),
    "builder_attaches_policies": ("D24", BUILDER, allow("iam:AttachRolePolicy", f"{IAM}:role/hic-*-analysis")),
    "builder_makes_roles_without_bounds": ("D24", BUILDER, allow(
        ["iam:CreateRole", "iam:PutRolePolicy"], f"{IAM}:role/hic-*-backup-service"
    )),
    "builder_rewrites_the_bounds": ("D24", BUILDER, allow("iam:CreatePolicyVersion", f"{IAM}:policy/hic/*")),
    "builder_passes_roles_to_anybody": ("D24", BUILDER, allow("iam:PassRole", f"{IAM}:role/hic-*-analysis")),
    "group_reads_secrets": ("D20", GROUP, allow(
        "secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{AWS}:secret:hic/*"
    )),
    "backups_write_policies": ("D23", BACKUPS, allow("iam:PutRolePolicy", f"{IAM}:role/{BACKUPS}")),
    "a_user_starts_copies": ("D2", "eve", allow("backup:StartCopyJob")),
    "a_user_reads_the_authority": ("D2", "eve", allow(
        "secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{AWS}:secret:*/ca/*"
    )),
    "a_user_writes_policies_of_some": ("D2", "eve", allow("iam:PutUserPolicy", f"{IAM}:user/${{aws:username}}")),
    "a_user_with_keys_of_others": ("D2", "eve", allow("iam:CreateAccessKey", f"{IAM}:user/*")),
    "a_user_sets_passwords": ("D2", "eve", allow("ds:ResetUserPassword", f"arn:aws:ds:{AWS}:directory/d-1")),
    "a_user_passes_the_servers_role": ("D2", "eve", allow("iam:PassRole", f"{IAM}:role/*-analysis")),
    "a_user_brings_names_of_its_own": ("D2", "eve", allow("route53profiles:AssociateProfile")),
    "a_user_stops_a_trail": ("D5", "eve", allow("cloudtrail:UpdateTrail")),
    "a_user_may_all_but_little": ("D2 D5", "eve", {
        "Effect": "Allow", "NotAction": ["s3:*", "kms:*", "dynamodb:*", "ec2:*", "ebs:*", "ssm:*"], "Resource": "*"
    }),
}  # fmt: skip
for title, (claims_of_it, who, statement_of_it) in TAKES.items():
    hole(title, claims_of_it, also(who, statement_of_it))
hole("a_role_for_others_with_power", "D2", other(
    allow(["iam:*", "sts:AssumeRole"]), trusts={"AWS": "999999999999"}
))  # fmt: skip
hole("a_role_reads_all_secrets", "D2", other(allow("secretsmanager:GetSecretValue")))
hole("a_condition_less_for_who_builds", "D24", also(
    BUILDER, allow("ec2:DeleteVpcEndpoints", f"arn:aws:ec2:{AWS}:vpc-endpoint/*")
))  # fmt: skip


def bounds_lack(sid: str) -> Change:
    """The bounds of all that is made, without a statement."""

    def lacking(each: Principal) -> Principal:
        if each.boundary is None:
            return each
        kept = (one for one in each.boundary.statements if not one.label.endswith(f"#{sid}"))
        return replace(each, boundary=Document(each.boundary.name, tuple(kept)))

    return lambda stand: replace(stand, principals=tuple(map(lacking, stand.principals)))


def bounds_leave(*statements: dict[str, Any]) -> Change:
    """The bounds of all that is made, which leave more."""
    more = document("more", *statements).statements

    def wider(each: Principal) -> Principal:
        if each.boundary is None:
            return each
        return replace(each, boundary=Document(each.boundary.name, (*each.boundary.statements, *more)))

    return lambda stand: replace(stand, principals=tuple(map(wider, stand.principals)))


hole("bounds_that_let_whoever_takes_a_role_on_read", "D24", bounds_lack("ServersAlone"))
hole("bounds_that_let_users_decrypt", "D24", bounds_lack("UsersAreNone"))
hole("bounds_without_bounds", "D24", bounds_leave(allow("*")))
hole("builder_changes_the_platforms_budget", "D24", without(BUILDER, "NoPlatform"))
hole("builder_could_be_let_read", "D24", without(BUILDER, "NoData"))


def test_over_its_own_credentials_a_user_has_power() -> None:
    own = f"{IAM}:user/${{aws:username}}"
    assert red(also("eve", allow(["iam:CreateAccessKey", "iam:EnableMFADevice"], own))(UNTOUCHED)) == {}


def test_a_narrower_statement_than_planned_is_none_beside() -> None:
    narrower = allow(
        "ec2:DeleteSubnet", f"arn:aws:ec2:{AWS}:subnet/*",
        Condition={
            "Null": {"aws:ResourceTag/hic:approval": "false"},
            "StringNotEquals": {"aws:ResourceTag/hic:approval": "platform"},
            "Bool": {"aws:SecureTransport": "true"},
        },
    )  # fmt: skip
    assert red(also(BUILDER, narrower)(UNTOUCHED)) == {}


def test_untouched_nothing_is_red() -> None:
    assert red(UNTOUCHED) == {}
    assert red(UNTOUCHED, TWO) == {}
    assert red(standing(ONE)) == {}


@pytest.mark.parametrize("name", sorted(HOLES))
def test_a_hole_turns_red(name: str) -> None:
    claims, change = HOLES[name]
    found = red(change(UNTOUCHED))
    assert set(found) == claims, {known: against[:2] for known, against in found.items()}


@pytest.mark.parametrize("name", sorted(HOLES)[::7])
def test_what_was_looked_up_for_another_approval_changes_nothing(name: str) -> None:
    _claims, change = HOLES[name]
    stand = change(UNTOUCHED)
    court = Court(stand, PLANNED)
    red(stand, TWO, court)
    assert red(stand, ONE, court) == red(stand)


def test_within_its_bounds_a_role_may_say_what_it_likes() -> None:
    assert red(also(ROLE, allow(["sns:*", "lambda:*"]), bounded=True)(UNTOUCHED)) == {}


def test_all_partitions_that_the_program_writes_are_asked_about() -> None:
    written = {log.PK, log.HEAD_PK, approvals.INDEX, store.QUEUE, store.OPINIONS, accounts.PK, authority.PK}
    written |= {networks.NETWORKS}
    assert written <= set(PARTITIONS)
    assert any(partition.startswith(register.PREFIX) for partition in PARTITIONS)
    assert desk.partition(ONE) == f"{CREDENTIALS}{ONE}"
