"""Ways to spoil policies, stores, servers and tags through boto3."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.assurance.conftest import Site
from tests.assurance.mutations import MUTATIONS, add, open_to, red

POLICIES = MUTATIONS
ABROAD = "arn:aws:iam::888888888888:root"


def statement(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def on_role(change: Callable[[Site, list[dict[str, Any]]], list[dict[str, Any]]], name: str = "") -> Any:
    """The statements of a role's policy, changed; the researchers' role unless named, and that without its bounds."""

    def spoil(site: Site) -> Iterator[None]:
        iam, role = site.client("iam"), name or site.role
        bounds = iam.get_role(RoleName=role)["Role"].get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        if bounds:
            iam.delete_role_permissions_boundary(RoleName=role)
        before = iam.get_role_policy(RoleName=role, PolicyName=role)["PolicyDocument"]
        after = {**before, "Statement": change(site, json.loads(json.dumps(before["Statement"])))}
        iam.put_role_policy(RoleName=role, PolicyName=role, PolicyDocument=json.dumps(after))
        yield
        iam.put_role_policy(RoleName=role, PolicyName=role, PolicyDocument=json.dumps(before))
        if bounds:
            iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=bounds)

    return spoil


def more(*statements: dict[str, Any]) -> Any:
    return lambda _site, before: [*before, *statements]


def without(sid: str) -> Any:
    return lambda _site, before: [s for s in before if s.get("Sid") != sid]


def unconditional(sid: str) -> Any:
    return lambda _site, before: [
        {k: v for k, v in s.items() if s.get("Sid") != sid or k != "Condition"} for s in before
    ]


add("role_may_do_all_of_s3", ("D1", "D3", "D5", "D6", "P6"), on_role(more(statement("s3:*"))))
add("role_may_read_all_buckets", ("D1", "D6", "P6"), on_role(more(statement("s3:GetObject", "arn:aws:s3:::hic-*/*"))))
add("role_may_share_snapshots", ("D1", "D3", "D6"), on_role(more(statement("ec2:ModifySnapshotAttribute"))))
add(
    "role_may_share_images",
    ("D3", "D6"),
    on_role(more(statement("ec2:ModifyImageAttribute", "arn:aws:ec2:*::image/*"))),
)
add("role_may_use_all_keys", ("D1", "D6"), on_role(more(statement(["kms:Decrypt"]))))
add("role_may_scan_records", ("D1", "D6"), on_role(more(statement("dynamodb:Scan"))))
add("role_may_delete_records", ("D1", "D5", "D6"), on_role(more(statement("dynamodb:DeleteItem"))))
add("role_may_take_power", ("D6",), on_role(more(statement("iam:PutRolePolicy"))))
add("role_sees_records_of_all", ("D1", "D6"), on_role(unconditional("OwnRecords")))
add("role_works_elsewhere", ("D12",), on_role(without("Elsewhere")))
add("role_cannot_write_its_outbox", ("D7",), on_role(without("OutboxWrite")))
add("role_with_an_unknown_condition", ("D1", "D3", "D5", "D6", "D7", "P6"), on_role(
    more(statement("*", Condition={"StringEquals": {"aws:Mystery": "1"}}))
))  # fmt: skip
add(
    "reviewer_may_delete",
    ("D8",),
    on_role(more(statement("s3:DeleteObject", "arn:aws:s3:::hic-work-*/*")), "hic-reviewer"),
)
add(
    "operator_writes_to_the_outbox",
    ("D3", "D8"),  # its pattern fits buckets of others as well
    on_role(more(statement("s3:PutObject", "arn:aws:s3:::hic-work-*/egress/outbox/*")), "hic-operator"),
)
add("auditor_writes_records", ("D5", "D8"), on_role(more(statement("dynamodb:UpdateItem")), "hic-auditor"))
add("operator_unlocks_audit", ("D5", "D8"), on_role(more(statement("s3:BypassGovernanceRetention")), "hic-operator"))
add("operator_reaches_servers", ("D8",), on_role(more(statement("ssm:StartSession")), "hic-operator"))
add("role_may_offer_a_key_to_servers", ("D1", "D6"), on_role(more(statement("ec2-instance-connect:SendSSHPublicKey"))))
add("session_of_any_document", ("D8",), on_role(
    more(statement("ssm:StartSession", "arn:aws:ssm:*:*:document/*")), "hic-operator-server"
))  # fmt: skip
add("session_without_a_document", ("D8",), on_role(
    more(statement(
        "ssm:StartSession", "arn:aws:ec2:*:*:instance/*", Condition={"Null": {"ssm:resourceTag/hic:approval": "false"}}
    )),
    "hic-operator-server",
))  # fmt: skip
add("session_on_servers_of_nobody", ("D8",), on_role(unconditional("Server"), "hic-operator-server"))
add("server_role_reads_all_secrets", ("D8",), on_role(
    more(statement("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:*:*:secret:hic/*")), "hic-operator-server"
))  # fmt: skip


OTHER_MONTH = "arn:aws:s3:::hic-share-123456789012/shareData/trialData/202210/*"
add("role_reads_a_month_that_is_not_approved", ("P6",), on_role(more(statement("s3:GetObject", OTHER_MONTH))))


def on_endpoint(service: str, policy: Any) -> Any:
    def spoil(site: Site) -> Iterator[None]:
        ec2, endpoint = site.client("ec2"), site.endpoint(service)
        known = endpoint["VpcEndpointId"]
        ec2.modify_vpc_endpoint(VpcEndpointId=known, PolicyDocument=json.dumps(policy))
        yield
        ec2.modify_vpc_endpoint(VpcEndpointId=known, PolicyDocument=endpoint["PolicyDocument"])

    return spoil


add("s3_endpoint_open", ("D4", "P6"), on_endpoint("s3", open_to("*", "*")))
add("records_endpoint_open", ("D4",), on_endpoint("dynamodb", open_to("*", "*")))
add("logs_endpoint_open", ("D4",), on_endpoint("logs", open_to("*", "*")))
add("s3_endpoint_closed", ("D4", "D7", "P6"), on_endpoint("s3", open_to("s3:ListBucket", "*")))


def on_bucket(change: Callable[[list[dict[str, Any]], str], list[dict[str, Any]]]) -> Any:
    def spoil(site: Site) -> Iterator[None]:
        s3, bucket = site.client("s3"), site.bucket
        before = s3.get_bucket_policy(Bucket=bucket)["Policy"]
        parsed = json.loads(before)
        parsed["Statement"] = change(parsed["Statement"], bucket)
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(parsed))
        yield
        s3.put_bucket_policy(Bucket=bucket, Policy=before)

    return spoil


def _let_in(before: list[dict[str, Any]], bucket: str) -> list[dict[str, Any]]:
    return [*before, statement("s3:GetObject", f"arn:aws:s3:::{bucket}/*", Principal={"AWS": ABROAD})]


add("bucket_without_tls", ("D11",), on_bucket(lambda before, _b: [s for s in before if s["Sid"] != "Tls"]))
add("bucket_with_old_tls", ("D11",), on_bucket(lambda before, _b: [s for s in before if s["Sid"] != "Tls12"]))
add("bucket_open_abroad", ("D10",), on_bucket(_let_in))


@red("D11")
def bucket_without_a_policy(site: Site) -> Iterator[None]:
    s3, bucket = site.client("s3"), site.bucket
    before = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    s3.delete_bucket_policy(Bucket=bucket)
    yield
    s3.put_bucket_policy(Bucket=bucket, Policy=before)


@red("D10")
def a_grant_on_the_key_to_the_neighbours_role(site: Site) -> Iterator[None]:
    kms, key = site.client("kms"), site.one["keyArn"]
    role = f"arn:aws:iam::{site.aws.account}:role/hic-{str(site.two['approval']).lower()}-analysis"
    made = kms.create_grant(KeyId=key, GranteePrincipal=role, Operations=["Decrypt"])["GrantId"]
    yield
    kms.revoke_grant(KeyId=key, GrantId=made)


@red("D10")
def alarms_open_abroad(site: Site) -> Iterator[None]:
    sns, arn = site.client("sns"), site.platform["alarmTopicArn"]
    before = sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]
    parsed = json.loads(before)
    parsed["Statement"].append(statement("sns:Subscribe", arn, Principal={"AWS": "arn:aws:iam::888888888888:root"}))
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(parsed))
    yield
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=before)


@red("D10")
def key_open_abroad(site: Site) -> Iterator[None]:
    kms, key = site.client("kms"), site.one["keyArn"]
    before = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    parsed = json.loads(before)
    parsed["Statement"].append(statement("kms:*", Principal={"AWS": ABROAD}))
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(parsed))
    yield
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=before)


@red("D2", "D5")
def a_user_with_all_rights(site: Site) -> Iterator[None]:
    iam = site.client("iam")
    iam.create_user(UserName="eve")
    policy = {"Version": "2012-10-17", "Statement": [statement("*")]}
    iam.put_user_policy(UserName="eve", PolicyName="all", PolicyDocument=json.dumps(policy))
    yield
    iam.delete_user_policy(UserName="eve", PolicyName="all")
    iam.delete_user(UserName="eve")


@red("D2", "D5")
def a_role_with_all_rights_on_a_path_like_those_of_services(site: Site) -> Iterator[None]:
    iam, name = site.client("iam"), "eve"
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ABROAD}}
    ]}  # fmt: skip
    iam.create_role(RoleName=name, Path="/own/aws-service-role/", AssumeRolePolicyDocument=json.dumps(trust))
    policy = {"Version": "2012-10-17", "Statement": [statement("*")]}
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(policy))
    yield
    iam.delete_role_policy(RoleName=name, PolicyName="all")
    iam.delete_role(RoleName=name)


def on_trust(name: str, principal: Any, **more: Any) -> Any:
    def spoil(site: Site) -> Iterator[None]:
        iam, role = site.client("iam"), name or site.role
        before = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
        trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more}
        after = {"Version": "2012-10-17", "Statement": [trust]}
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(after))
        yield
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(before))

    return spoil


add("staff_without_a_second_factor", ("D9",), on_trust("hic-reviewer", {"AWS": "arn:aws:iam::123456789012:root"}))
add("role_taken_on_by_containers", ("D9",), on_trust("", {"Service": "ecs-tasks.amazonaws.com"}))
add("role_taken_on_from_abroad", ("D9",), on_trust("", {"AWS": ABROAD}))


def setting(service: str, put: str, back: str, wrong: dict[str, Any], right: dict[str, Any], which: str) -> Any:
    """A setting changed and put back; `which` names the thing for both calls."""

    def spoil(site: Site) -> Iterator[None]:
        client = site.client(service)
        names = {
            "bucket": {"Bucket": site.bucket},
            "audit": {"Bucket": site.audit},
            "key": {"KeyId": site.one["keyArn"].rpartition("/")[2]},
            "server": {"InstanceId": site.one["serverInstanceId"]},
            "directory": {"ResourceId": site.one["desktopDirectoryId"]},
            "table": {"TableName": "hic-records"},
        }[which]
        getattr(client, put)(**names, **wrong)
        yield
        getattr(client, back)(**names, **right)

    return spoil


def same(call: str, service: str, which: str, wrong: dict[str, Any], right: dict[str, Any]) -> Any:
    return setting(service, call, call, wrong, right, which)


METADATA = {"HttpTokens": "required", "HttpPutResponseHopLimit": 1, "HttpEndpoint": "enabled"}


def on_desktops(**wrong: Any) -> Any:
    """How desktops are made, changed; the call replaces all of it."""

    def spoil(site: Site) -> Iterator[None]:
        desks, known = site.client("workspaces"), site.one["desktopDirectoryId"]
        (shown,) = desks.describe_workspace_directories(DirectoryIds=[known])["Directories"]
        before = shown["WorkspaceCreationProperties"]
        desks.modify_workspace_creation_properties(ResourceId=known, WorkspaceCreationProperties=before | wrong)
        yield
        desks.modify_workspace_creation_properties(ResourceId=known, WorkspaceCreationProperties=before)

    return spoil


add("desktops_with_internet", ("R21",), on_desktops(EnableInternetAccess=True))
add("researchers_as_administrators", ("R22",), on_desktops(UserEnabledAsLocalAdministrator=True))


def _block(on: bool) -> dict[str, Any]:
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    return {"PublicAccessBlockConfiguration": {name: on or name == "BlockPublicAcls" for name in names}}


def _owner(value: str) -> dict[str, Any]:
    return {"OwnershipControls": {"Rules": [{"ObjectOwnership": value}]}}


add("bucket_could_be_public", ("R7",), same("put_public_access_block", "s3", "bucket", _block(False), _block(True)))
add(
    "objects_of_others",
    ("R8",),
    same("put_bucket_ownership_controls", "s3", "bucket", _owner("ObjectWriter"), _owner("BucketOwnerEnforced")),
)
add(
    "no_versions",
    ("R9",),
    same(
        "put_bucket_versioning",
        "s3",
        "bucket",
        {"VersioningConfiguration": {"Status": "Suspended"}},
        {"VersioningConfiguration": {"Status": "Enabled"}},
    ),
)
add("key_does_not_rotate", ("R14",), setting("kms", "disable_key_rotation", "enable_key_rotation", {}, {}, "key"))
add("key_disabled", ("R13",), setting("kms", "disable_key", "enable_key", {}, {}, "key"))
add(
    "server_unguarded",
    ("R20",),
    same(
        "modify_instance_attribute",
        "ec2",
        "server",
        {"DisableApiTermination": {"Value": False}},
        {"DisableApiTermination": {"Value": True}},
    ),
)
add(
    "server_without_tokens",
    ("R17",),
    same("modify_instance_metadata_options", "ec2", "server", METADATA | {"HttpTokens": "optional"}, METADATA),
)
add(
    "tokens_travel",
    ("R18",),
    same(
        "modify_instance_metadata_options",
        "ec2",
        "server",
        METADATA | {"HttpPutResponseHopLimit": 2},
        METADATA,
    ),
)
add(
    "records_cannot_be_brought_back",
    ("R16",),
    same(
        "update_continuous_backups",
        "dynamodb",
        "table",
        {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False}},
        {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}},
    ),
)


@red("R5", "R6")
def bucket_without_encryption(site: Site) -> Iterator[None]:
    s3, bucket = site.client("s3"), site.bucket
    before = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    s3.delete_bucket_encryption(Bucket=bucket)
    yield
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=before)


@red("R6")
def bucket_with_the_neighbours_key(site: Site) -> Iterator[None]:
    s3, bucket = site.client("s3"), site.bucket
    before = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    other = json.loads(json.dumps(before))
    other["Rules"][0]["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] = site.two["keyArn"]
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=other)
    yield
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=before)


@red("R11", "R12")
def audit_entries_not_locked(site: Site) -> Iterator[None]:
    s3, bucket = site.client("s3"), site.audit
    before = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})
    yield
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=before)


@red("R4")
def a_snapshot_shared(site: Site) -> Iterator[None]:
    ec2 = site.client("ec2")
    made = ec2.create_snapshot(VolumeId=site.one["dataVolumeId"])["SnapshotId"]
    ec2.modify_snapshot_attribute(
        SnapshotId=made, Attribute="createVolumePermission", OperationType="add", UserIds=["999999999999"]
    )
    yield
    ec2.delete_snapshot(SnapshotId=made)


@contextmanager
def untagged(site: Site, known: str, tag: str) -> Iterator[None]:
    ec2 = site.client("ec2")
    found = ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [known]}])["Tags"]
    before = next(t["Value"] for t in found if t["Key"] == tag)
    ec2.delete_tags(Resources=[known], Tags=[{"Key": tag}])
    yield
    ec2.create_tags(Resources=[known], Tags=[{"Key": tag, "Value": before}])


@red("S2")
def server_without_a_period(site: Site) -> Iterator[None]:
    with untagged(site, site.one["serverInstanceId"], "hic:period-end"):
        yield


@red("S2")
def subnet_without_an_approval(site: Site) -> Iterator[None]:
    with untagged(site, site.one["analysisSubnetIds"][0], "hic:approval"):
        yield


def _everywhere(_site: Site, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [*(s for s in before if s.get("Sid") != "Elsewhere"), statement("s3:*")]


add("role_may_do_all_of_s3_from_elsewhere", ("D1", "D3", "D5", "D6", "D12", "P6"), on_role(_everywhere))
