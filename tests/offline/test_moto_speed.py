"""What is done faster than moto does it gives moto's own answers."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.serialize import XFormedAttributePicker
from moto.dynamodb.models import dynamodb_backends
from moto.ec2.exceptions import InvalidSecurityGroupNotFoundError
from moto.ec2.models import ec2_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from provisioning.aws.records import TABLE, Put, RecordConflict, RecordStore
from provisioning.aws.sessions import Aws


@pytest.fixture
def groups(aws: Aws) -> list[str]:
    """Two groups with rules both ways, all tagged."""
    ec2 = aws.client("ec2")
    made = []
    for number in range(2):
        tags: Any = [{"ResourceType": "security-group", "Tags": [{"Key": "n", "Value": str(number)}]}]
        group = ec2.create_security_group(GroupName=f"g{number}", Description="d", TagSpecifications=tags)["GroupId"]
        rules = [
            {"IpProtocol": "tcp", "FromPort": p, "ToPort": p, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]} for p in (1, 2)
        ]
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rules)
        made.append(str(group))
    return made


@pytest.mark.parametrize("service", ["s3", "ec2", "iam", "route53resolver", "ds", "kms", "dynamodb", "email"])
def test_a_host_name_means_the_service_that_moto_finds_for_it(aws: Aws, service: str) -> None:
    quick: Any = DomainDispatcherApplication.get_backend_for_host
    host = f"{service}.{aws.region}.amazonaws.com"
    application = DomainDispatcherApplication(create_backend_app)
    own = quick.__wrapped__(application, host)
    assert [quick(application, host) for _ in range(2)] == [own, own]
    assert own


def test_properties_are_looked_for_under_the_names_that_moto_works_out(
    aws: Aws, groups: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice each: worked out, and remembered."""
    picker: Any = XFormedAttributePicker
    quick = picker.get_possible_keys
    (whole,) = (cell.cell_contents for cell in quick.__closure__ if inspect.isfunction(cell.cell_contents))
    compared: list[str] = []

    def both(self: Any, context: Any) -> Any:
        found = quick(self, context)
        assert list(found) == list(dict.fromkeys(whole(self, context)))
        compared.append(context.key)
        return found

    monkeypatch.setattr(picker, "get_possible_keys", both)
    ec2, iam, kms = aws.client("ec2"), aws.client("iam"), aws.client("kms")
    kms.create_key()
    iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    for _ in range(2):
        ec2.describe_security_groups()
        ec2.describe_vpcs()
        ec2.describe_subnets()
        ec2.describe_route_tables()
        ec2.describe_network_acls()
        iam.list_roles()
        kms.list_keys()
    assert {"SecurityGroups", "VpcId", "CidrBlockAssociationSet", "Routes", "Entries", "RoleName"} <= set(compared)


@pytest.mark.parametrize(
    "asked",
    [
        lambda ids, vpc: {},
        lambda ids, vpc: {"group_ids": ids[:1]},
        lambda ids, vpc: {"group_ids": ids},
        lambda ids, vpc: {"group_ids": ids, "filters": {"group-name": ["g1"]}},
        lambda ids, vpc: {"group_ids": [*ids, "sg-none"]},
        lambda ids, vpc: {"groupnames": ["g0"]},
        lambda ids, vpc: {"filters": {"vpc-id": [vpc]}},
        lambda ids, vpc: {"filters": {"vpc-id": [vpc, "vpc-none"], "group-name": ["default"]}},
        lambda ids, vpc: {"filters": {"vpc-id": ["vpc-none"]}},
        lambda ids, vpc: {"filters": {"vpc-id": [f"{vpc[:8]}*"]}},
        lambda ids, vpc: {"filters": {"tag:n": ["1"]}},
    ],
)
def test_groups_that_are_asked_for_are_those_that_moto_finds(aws: Aws, groups: list[str], asked: Any) -> None:
    vpc = aws.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    backend: Any = ec2_backends[aws.account][aws.region]
    quick = type(backend).describe_security_groups
    (whole,) = (cell.cell_contents for cell in quick.__closure__)

    def answer(call: Any) -> list[str] | str:
        try:
            return sorted(group.id for group in call(backend, **asked(groups, vpc)))
        except InvalidSecurityGroupNotFoundError as error:
            return str(error)

    assert answer(quick) == answer(whole)
    for id in (*groups, "sg-none"):
        found = backend.get_security_group_from_id(id)
        assert (found and found.id) == (id if id in groups else None)


def test_tags_of_one_thing_are_those_of_all(aws: Aws, groups: list[str]) -> None:
    backend = ec2_backends[aws.account][aws.region]
    for group in groups:
        (thing,) = backend.describe_security_groups(group_ids=[group])
        assert thing.get_tags() == backend.describe_tags(filters={"resource-id": [group]}) != []


def test_rules_are_found_by_id_and_by_group(aws: Aws, groups: list[str]) -> None:
    ec2 = aws.client("ec2")
    everything = ec2.describe_security_group_rules()["SecurityGroupRules"]
    for group in groups:
        own = [rule for rule in everything if rule["GroupId"] == group]
        filters = [{"Name": "group-id", "Values": [group]}]
        assert ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"] == own
        assert len(own) == 3
        known = own[1]["SecurityGroupRuleId"]
        assert ec2.describe_security_group_rules(SecurityGroupRuleIds=[known])["SecurityGroupRules"] == [own[1]]
    with pytest.raises(ClientError, match="InvalidSecurityGroupRuleId"):
        ec2.describe_security_group_rules(SecurityGroupRuleIds=["sgr-0123456789abcdef0"])


def test_a_transaction_that_does_not_hold_leaves_everything(records: RecordStore) -> None:
    for number in range(3):
        records.write([Put("P", f"{number}", {"n": number}), Put(f"Q{number}", "0", {})])
    before = records.list("P")
    with pytest.raises(RecordConflict):
        records.write([Put.over(before[0], {"n": "changed"}), Put("P", "new", {}), Put("P", "1", {"n": "again"})])
    assert records.list("P") == before
    assert [r.sk for r in records.list("P", "2")] == ["2"]
    assert records.list("R") == []


def test_a_transaction_with_an_update_goes_back_as_well(aws: Aws, records: RecordStore) -> None:
    records.write([Put("P", "0", {"n": 0})])
    update: Any = {
        "TableName": TABLE,
        "Key": {"pk": {"S": "P"}, "sk": {"S": "0"}},
        "UpdateExpression": "SET #d = :d",
        "ExpressionAttributeNames": {"#d": "data"},
        "ExpressionAttributeValues": {":d": {"S": '{"n": 1}'}},
    }
    refused: Any = {
        "TableName": TABLE,
        "Item": {"pk": {"S": "P"}, "sk": {"S": "1"}},
        "ConditionExpression": "attribute_exists(pk)",
    }
    with pytest.raises(ClientError, match="TransactionCanceled"):
        aws.client("dynamodb").transact_write_items(TransactItems=[{"Update": update}, {"Put": refused}])
    (record,) = records.list("P")
    assert record.data == {"n": 0}
    assert len(dynamodb_backends[aws.account][aws.region].tables[TABLE].items) == 1


def test_symmetric_keys_are_apart_though_none_has_a_key_pair_of_its_own(aws: Aws) -> None:
    kms = aws.client("kms")
    one, other = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    sealed = kms.encrypt(KeyId=one, Plaintext=b"text")["CiphertextBlob"]
    opened = kms.decrypt(CiphertextBlob=sealed)
    assert (opened["Plaintext"], opened["KeyId"].rpartition("/")[2]) == (b"text", one)
    assert one != other
    signing = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    second = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    assert kms.get_public_key(KeyId=signing)["PublicKey"] != kms.get_public_key(KeyId=second)["PublicKey"]
