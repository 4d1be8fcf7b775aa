"""What moto does and does not do, where the engine relies on it or works around it.

A test that fails after an upgrade of moto says that something here has to be looked at again.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import moto
import pytest
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

from provisioning.aws.sessions import Aws
from provisioning.offline.calls import Calls, explain
from provisioning.offline.handlers import REGISTRY

WINDOWS = "ami-0d1c00000000a1001"


@pytest.fixture
def calls(aws: Aws) -> Calls:
    return Calls(aws)


@pytest.fixture
def subnet(calls: Calls) -> str:
    vpc = calls.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    return str(calls.ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"])


def test_exactly_these_are_recorded_and_not_applied() -> None:
    assert {h.type for h in REGISTRY if h.recorded} == {"aws:backup/selection:Selection"}
    assert {h.type: set(h.unapplied) for h in REGISTRY if h.unapplied} == {"aws:iam/user:User": {"permissionsBoundary"}}


Added = dict[str, tuple[Any, ...]]


@pytest.fixture
def added(aws: Aws) -> Added:
    """Only once the server runs: importing the services reads the path of the images."""
    from provisioning.offline.moto_additions import added

    return added()


@pytest.mark.parametrize("service", ["BackupResponse", "LogsResponse", "Route53ResolverResponse", "WorkSpacesResponse"])
def test_moto_still_lacks_the_calls_that_are_added_to_it(added: Added, service: str) -> None:
    """When an upgrade brings one of them, ours has to go."""
    source = Path(moto.__file__).parent
    calls = {call.__name__ for call in added[service]}
    defined = {
        node.name
        for module in ("backup", "logs", "route53resolver", "workspaces")
        for node in ast.walk(ast.parse((source / module / "responses.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    assert calls
    assert calls & defined == set()


def test_moto_still_lacks_the_service_that_is_added_to_it() -> None:
    assert not (Path(moto.__file__).parent / "route53profiles").exists()


def test_profiles_are_joined_once_until_they_are_parted(aws: Aws) -> None:
    client, pair = aws.client("route53profiles"), {"ProfileId": "rp-0123456789abcdef", "ResourceId": "vpc-1"}
    made = client.associate_profile(Name="names", **pair)["ProfileAssociation"]
    assert client.list_profile_associations()["ProfileAssociations"] == [made]
    with pytest.raises(ClientError, match="Exists"):
        client.associate_profile(Name="names", **pair)
    client.disassociate_profile(**pair)
    assert client.list_profile_associations()["ProfileAssociations"] == []
    with pytest.raises(ClientError, match="NotFound"):
        client.disassociate_profile(**pair)


def test_added_calls_are_calls_of_aws(calls: Calls, added: Added) -> None:
    for service, client in (
        ("Route53ResolverResponse", calls.route53resolver),
        ("WorkSpacesResponse", calls.workspaces),
        ("BackupResponse", calls.backup),
        ("LogsResponse", calls.logs),
        ("Route53ProfilesResponse", calls.route53profiles),
    ):
        for call in added[service]:
            assert call.__name__ in client.meta.method_to_api_mapping


def test_added_calls_refuse_what_aws_refuses(calls: Calls, subnet: str) -> None:
    vpc = calls.ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["VpcId"]
    resolver = calls.route53resolver
    domains = resolver.create_firewall_domain_list(CreatorRequestId="1", Name="d")["FirewallDomainList"]["Id"]
    group = resolver.create_firewall_rule_group(CreatorRequestId="2", Name="g")["FirewallRuleGroup"]["Id"]
    rule = {"FirewallRuleGroupId": group, "FirewallDomainListId": domains}
    resolver.create_firewall_rule(CreatorRequestId="3", **rule, Priority=1, Action="ALLOW", Name="r")
    joined = {"FirewallRuleGroupId": group, "VpcId": vpc, "Priority": 101, "Name": "a"}
    made = resolver.associate_firewall_rule_group(CreatorRequestId="4", **joined, MutationProtection="ENABLED")
    refusals: list[tuple[str, dict[str, Any], str]] = [
        (
            "create_firewall_rule",
            {"CreatorRequestId": "5", **rule, "Priority": 1, "Action": "ALLOW", "Name": "r"},
            "Exists",
        ),
        ("delete_firewall_domain_list", {"FirewallDomainListId": domains}, "InvalidRequest"),
        ("delete_firewall_rule_group", {"FirewallRuleGroupId": group}, "InvalidRequest"),
        ("associate_firewall_rule_group", {"CreatorRequestId": "6", **joined}, "Exists"),
        (
            "disassociate_firewall_rule_group",
            {"FirewallRuleGroupAssociationId": made["FirewallRuleGroupAssociation"]["Id"]},
            "InvalidRequest",
        ),
        ("list_firewall_rules", {"FirewallRuleGroupId": "rslvr-frg-none"}, "NotFound"),
    ]
    for call, arguments, told in refusals:
        with pytest.raises(ClientError, match=told):
            getattr(resolver, call)(**arguments)


def test_policies_of_vaults_are_kept_until_they_are_taken_away(calls: Calls) -> None:
    backup, name = calls.backup, "vault"
    backup.create_backup_vault(BackupVaultName=name)
    for known in (name, "none"):
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            backup.get_backup_vault_access_policy(BackupVaultName=known)
    backup.put_backup_vault_access_policy(BackupVaultName=name, Policy="{}")
    assert backup.get_backup_vault_access_policy(BackupVaultName=name)["Policy"] == "{}"
    backup.delete_backup_vault_access_policy(BackupVaultName=name)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        backup.get_backup_vault_access_policy(BackupVaultName=name)


def test_policies_of_all_logs_are_kept_by_their_kind(calls: Calls) -> None:
    logs = calls.client("logs")
    known = {"policyName": "p", "policyType": "SUBSCRIPTION_FILTER_POLICY"}
    logs.put_account_policy(**known, policyDocument="{}")
    assert [p["policyName"] for p in logs.describe_account_policies(policyType=known["policyType"])["accountPolicies"]]
    assert logs.describe_account_policies(policyType="DATA_PROTECTION_POLICY")["accountPolicies"] == []
    logs.delete_account_policy(**known)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        logs.delete_account_policy(**known)


def test_access_points_answer_at_the_endpoint_itself(aws: Aws, calls: Calls) -> None:
    calls.s3.create_bucket(Bucket="closed", CreateBucketConfiguration={"LocationConstraint": calls.region})
    aws.client("s3control").create_access_point(AccountId=aws.account, Name="door", Bucket="closed")
    (point,) = aws.client("s3control").list_access_points(AccountId=aws.account)["AccessPointList"]
    assert (point["Name"], point["Bucket"]) == ("door", "closed")


def test_groups_of_addresses_have_aws_limits(calls: Calls) -> None:
    desks = calls.workspaces
    rules = [{"ipRule": f"203.0.113.{n}/32"} for n in range(11)]
    with pytest.raises(ClientError, match="No more than 10 rules"):
        desks.create_ip_group(GroupName="wide", UserRules=rules)
    known = desks.create_ip_group(GroupName="seat", UserRules=rules[:10])["GroupId"]
    with pytest.raises(ClientError, match="AlreadyExists"):
        desks.create_ip_group(GroupName="seat")
    with pytest.raises(ClientError, match="not registered"):
        desks.associate_ip_groups(DirectoryId="d-0123456789", GroupIds=[known])
    desks.delete_ip_group(GroupId=known)
    with pytest.raises(ClientError, match="NotFound"):
        desks.delete_ip_group(GroupId=known)


@pytest.mark.parametrize(
    ("service", "call", "arguments"),
    [
        (
            "workspaces",
            "modify_workspace_properties",
            {"WorkspaceId": "ws-012345678", "WorkspaceProperties": {"RunningMode": "ALWAYS_ON"}},
        ),
        ("workspaces", "describe_workspace_bundles", {}),
        (
            "backup",
            "create_backup_selection",
            {"BackupPlanId": "p", "BackupSelection": {"SelectionName": "s", "IamRoleArn": "r", "Resources": ["*"]}},
        ),
        ("logs", "associate_kms_key", {"logGroupName": "g", "kmsKeyId": "k"}),
        (
            "budgets",
            "update_budget",
            {
                "AccountId": "123456789012",
                "NewBudget": {"BudgetName": "b", "BudgetType": "COST", "TimeUnit": "MONTHLY"},
            },
        ),
    ],
)
def test_calls_that_moto_lacks_are_named_as_such(calls: Calls, service: str, call: str, arguments: Any) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(calls.client(service), call)(**arguments)
    operation = "".join(part.title() for part in call.split("_"))
    assert explain(caught.value) == f"moto does not implement {operation}"


def test_a_policy_that_wants_tls_is_kept_but_does_not_block(calls: Calls) -> None:
    calls.s3.create_bucket(Bucket="closed", CreateBucketConfiguration={"LocationConstraint": calls.region})
    policy = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*",'
        ' "Resource": ["arn:aws:s3:::closed/*"], "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}'
    )
    calls.s3.put_bucket_policy(Bucket="closed", Policy=policy)
    calls.s3.put_object(Bucket="closed", Key="k", Body=b"x")
    assert calls.s3.get_bucket_policy(Bucket="closed")["Policy"] == policy


def test_a_new_group_lets_everything_out(calls: Calls, subnet: str) -> None:
    vpc = calls.ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["VpcId"]
    made = calls.ec2.create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]
    group = calls.ec2.describe_security_groups(GroupIds=[made])["SecurityGroups"][0]
    assert group["IpPermissionsEgress"][0]["IpRanges"] == [{"CidrIp": "0.0.0.0/0"}]


def test_the_guard_against_termination_is_lost_at_launch(calls: Calls, subnet: str) -> None:
    made = calls.ec2.run_instances(
        ImageId=WINDOWS, MinCount=1, MaxCount=1, SubnetId=subnet, InstanceType="m6i.xlarge", DisableApiTermination=True
    )
    id = made["Instances"][0]["InstanceId"]
    shown = calls.ec2.describe_instance_attribute(InstanceId=id, Attribute="disableApiTermination")
    assert shown["DisableApiTermination"]["Value"] is False
    calls.ec2.modify_instance_attribute(InstanceId=id, DisableApiTermination={"Value": True})
    with pytest.raises(ClientError, match="OperationNotPermitted"):
        calls.ec2.terminate_instances(InstanceIds=[id])


def test_what_is_in_use_can_be_deleted(calls: Calls, subnet: str) -> None:
    """AWS would refuse; that is why the engine does."""
    calls.ec2.run_instances(ImageId=WINDOWS, MinCount=1, MaxCount=1, SubnetId=subnet, InstanceType="m6i.xlarge")
    calls.ec2.delete_subnet(SubnetId=subnet)
    assert subnet not in {each["SubnetId"] for each in calls.ec2.describe_subnets()["Subnets"]}


def test_only_our_own_golden_images_are_there(calls: Calls) -> None:
    images = calls.ec2.describe_images()["Images"]
    assert {image["Name"].rpartition("-")[0] for image in images} == {"hic-analysis-windows", "hic-analysis-ubuntu"}
    assert {image["ImageId"] for image in calls.ec2.describe_images(Owners=["self"])["Images"]} == {
        image["ImageId"] for image in images
    }


def test_the_name_of_a_deleted_plan_is_free_again(calls: Calls) -> None:
    """As on AWS; moto alone keeps deleted plans, and their names."""
    plan = {"BackupPlanName": "daily", "Rules": [{"RuleName": "r", "TargetBackupVaultName": "vault"}]}
    first = calls.backup.create_backup_plan(BackupPlan=plan)["BackupPlanId"]
    calls.backup.delete_backup_plan(BackupPlanId=first)
    assert calls.backup.create_backup_plan(BackupPlan=plan)["BackupPlanId"] != first


def test_an_endpoint_without_its_type_cannot_be_deleted(calls: Calls, subnet: str) -> None:
    vpc = calls.ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["VpcId"]
    made = calls.ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.ap-northeast-1.s3")
    with pytest.raises(ResponseParserError) as caught:
        calls.ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpoint"]["VpcEndpointId"]])
    assert explain(caught.value) == "moto broke over the call, or does not implement it"


@pytest.mark.parametrize("service", ["s3", "dynamodb"])
def test_gateways_have_lists_of_addresses(calls: Calls, service: str) -> None:
    name = f"com.amazonaws.{calls.region}.{service}"
    filters = [{"Name": "prefix-list-name", "Values": [name]}]
    assert len(calls.ec2.describe_managed_prefix_lists(Filters=filters)["PrefixLists"]) == 1


def test_tags_of_a_desktop_cannot_be_read(calls: Calls) -> None:
    with pytest.raises(ClientError, match="500"):
        calls.workspaces.describe_tags(ResourceId="ws-012345678")


@pytest.mark.parametrize(
    ("service", "call", "arguments", "told"),
    [
        ("ec2", "create_volume", {"AvailabilityZone": "a", "VolumeType": "gp9"}, "'gp9' is none of"),
        (
            "s3",
            "put_bucket_versioning",
            {"Bucket": "b", "VersioningConfiguration": {"Status": "On"}},
            "'On' is none of",
        ),
        (
            "ec2",
            "modify_instance_metadata_options",
            {"InstanceId": "i", "HttpTokens": "requird"},
            "'requird' is none of",
        ),
        ("iam", "create_role", {"RoleName": "a b", "AssumeRolePolicyDocument": "{}"}, "does not match"),
        ("iam", "tag_role", {"RoleName": "a", "Tags": [{"Key": "k", "Value": "a;b"}]}, "does not match"),
    ],
)
def test_values_that_aws_would_refuse_do_not_reach_moto(
    calls: Calls, service: str, call: str, arguments: Any, told: str
) -> None:
    with pytest.raises(ParamValidationError, match=told):
        getattr(calls.client(service), call)(**arguments)


def test_japanese_tags_pass_the_check(calls: Calls) -> None:
    calls.iam.create_role(
        RoleName="a", AssumeRolePolicyDocument="{}", Tags=[{"Key": "owner", "Value": "例示大学 医学部"}]
    )
    assert calls.iam.list_role_tags(RoleName="a")["Tags"][0]["Value"] == "例示大学 医学部"


def test_a_service_that_does_not_answer_is_explained() -> None:
    client = Aws("ap-northeast-1", endpoint="http://127.0.0.1:9").client("sts")
    with pytest.raises(BotoCoreError) as caught:
        client.get_caller_identity()
    assert "127.0.0.1:9" in explain(caught.value)
