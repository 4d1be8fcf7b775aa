"""docs/reference/costs.md: what AWS charges for, with amounts, counted in what the programs themselves register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from provisioning.approvals.fees import monthly_yen
from provisioning.approvals.model import Approval
from provisioning.approvals.names import PLATFORM_STACK, environment_stack
from provisioning.approvals.reading import read_approval
from provisioning.environments.engine import StackRequest
from provisioning.offline.engine import OfflineEngine
from provisioning.offline.state import Resource

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
UNUSED = "Never-sent-anywhere-1"
HOURS = 730  # in a month, as AWS reckons
Item = tuple[str, str]  # what is charged for, in which unit a month
Amounts = Iterator[tuple[Item, float]]
Inputs = Mapping[str, Any]

# Types that cost nothing by themselves, by service.
_FREE = {
    "backup": "Plan Selection Vault VaultLockConfiguration",
    "budgets": "Budget",
    "cloudwatch": "LogMetricFilter",
    "directoryservice": "RadiusSettings",
    "ec2": """
        DefaultNetworkAcl DefaultSecurityGroup NetworkAcl Route RouteTable RouteTableAssociation SecurityGroup Subnet
        VolumeAttachment Vpc VpcPeeringConnection
    """,
    "iam": "InstanceProfile Policy Role RolePolicy RolePolicyAttachment User UserPolicy",
    "kms": "Alias",
    "route53": """
        ResolverFirewallConfig ResolverFirewallRule ResolverFirewallRuleGroup ResolverFirewallRuleGroupAssociation
        ResolverQueryLogConfig ResolverQueryLogConfigAssociation ResolverRule ResolverRuleAssociation
    """,
    "s3": """
        BucketLogging BucketObjectLockConfiguration BucketOwnershipControls BucketPolicy BucketPublicAccessBlock
        BucketServerSideEncryptionConfiguration BucketVersioning
    """,
    "sns": "TopicPolicy TopicSubscription",
    "vpc": "SecurityGroupEgressRule SecurityGroupIngressRule",
    "workspaces": "Directory IpGroup",
}
FREE = frozenset((service, name) for service, names in _FREE.items() for name in names.split())
# Charged by what is stored, written or asked, which no plan knows.
BY_USE = {
    "aws:s3/bucket:Bucket": "S3: GB stored (all versions), requests",
    "aws:dynamodb/table:Table": "DynamoDB: requests, GB stored, GB for recovery to a point in time",
    "aws:cloudtrail/trail:Trail": "CloudTrail: data events (the first copy of management events is free)",
    "aws:cloudwatch/logGroup:LogGroup": "CloudWatch Logs: GB taken in, GB kept",
    "aws:ec2/flowLog:FlowLog": "flow logs: GB delivered to S3",
    "aws:sns/topic:Topic": "SNS: messages",
}
ALSO = (
    "AWS Backup: GB of the server's disks in the vault, two weeks of nights (only what changed after the first)",
    "VPC endpoints, peering: GB that pass",
    "DNS firewall, resolver: million names asked",
    "Secrets Manager: secrets (three of the platform, one of each database role), requests",
    "KMS: requests",
)


def _directory(inputs: Inputs) -> Amounts:
    if inputs.get("type") == "ADConnector":
        yield (f"AD Connector, {inputs['size']}", "hours"), HOURS
    else:
        # AWS runs a domain controller in each of the two subnets, and charges for the directory as a whole.
        yield (f"Managed Microsoft AD, {inputs['edition']}", "hours"), HOURS


def _endpoint(inputs: Inputs) -> Amounts:
    if inputs.get("vpcEndpointType") == "Interface":
        yield ("VPC interface endpoints, one in each subnet", "hours"), HOURS * len(inputs["subnetIds"])


def _instance(inputs: Inputs) -> Amounts:
    yield (f"EC2 {inputs['instanceType']}, while it runs", "hours, at most"), HOURS
    disk = inputs["rootBlockDevice"]
    yield (f"EBS {disk['volumeType']}", "GB"), disk["volumeSize"]


def _workspace(inputs: Inputs) -> Amounts:
    if inputs["workspaceProperties"]["runningMode"] != "AUTO_STOP":
        raise ValueError("desktops that always run have another price")
    yield ("WorkSpaces desktops, each with its monthly part", "desktops"), 1


PRICED: dict[str, Callable[[Inputs], Amounts]] = {
    "aws:directoryservice/directory:Directory": _directory,
    "aws:ec2/vpcEndpoint:VpcEndpoint": _endpoint,
    "aws:ec2/instance:Instance": _instance,
    "aws:ebs/volume:Volume": lambda inputs: iter([((f"EBS {inputs['type']}", "GB"), inputs["size"])]),
    "aws:workspaces/workspace:Workspace": _workspace,
    "aws:kms/key:Key": lambda _inputs: iter([(("KMS keys", "keys"), 1)]),
    "aws:cloudwatch/metricAlarm:MetricAlarm": lambda _inputs: iter([(("CloudWatch alarms", "alarms"), 1)]),
    "aws:route53/resolverEndpoint:ResolverEndpoint": lambda inputs: iter(
        [(("Route 53 Resolver endpoint, by address", "hours"), HOURS * len(inputs["ipAddresses"]))]
    ),
    "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList": lambda inputs: iter(
        [(("DNS firewall", "domains kept"), len(inputs["domains"]))]
    ),
}


def amounts(resources: Iterable[Resource]) -> Counter[Item]:
    """What a month of these takes. Raises KeyError for a type that nobody has thought about."""
    found: Counter[Item] = Counter()
    for resource in resources:
        service, name = resource.type.split(":")[1].partition("/")[0], resource.type.rpartition(":")[2]
        if (service, name) in FREE or resource.type in BY_USE or resource.external:
            continue
        for item, amount in PRICED[resource.type](resource.inputs):
            found[item] += amount
    return found


def costs_page(note: str, engine: OfflineEngine) -> str:
    """The page: a table of amounts, what is charged by use, and what users pay. The platform stands in `engine`."""
    secrets = {"directoryPassword": UNUSED, "radiusSecret": UNUSED}
    platform = StackRequest(PLATFORM_STACK, {"operatorEmail": "operator@example.jp"}, secrets)
    columns = {"the platform": amounts(engine.registered(platform))}
    for approval in approvals():
        columns[_title(approval)] = amounts(engine.registered(_request(approval)))
    rows = sorted({item for column in columns.values() for item in column})
    lines = [
        f"| {name} | {unit} | {' | '.join(_number(column[name, unit]) for column in columns.values())} |"
        for name, unit in rows
    ]
    quoted = " | ".join(f"{monthly_yen(approval):,}" for approval in approvals())
    return "\n".join(
        [
            note,
            "# What AWS charges for\n",
            "A month's amounts, counted in what the programs register; multiply them by the prices of your region and "
            "contract. AWS's prices change and are not kept here. Amounts of an environment are those of the "
            "approvals in `examples/`, in each spec and without options; one more handler is one more desktop, an "
            "option of storage more GB. Golden images of Windows cost more by the hour than those of Ubuntu.\n",
            f"| what | a month | {' | '.join(columns)} |",
            f"|---|---|{'---:|' * len(columns)}",
            *lines,
            f"| **quoted to users** (FEE-5 to FEE-7) | yen | | {quoted} |\n",
            "Charged by use, beside these:\n",
            *(f"- {text}" for text in (*BY_USE.values(), *ALSO)),
            "",
        ]
    )


def approvals() -> list[Approval]:
    """One for each spec, made of the examples."""
    special = read_approval(EXAMPLES / "special-linked.yaml")
    exploratory = read_approval(EXAMPLES / "exploratory-ubuntu.yaml")
    return [exploratory, *(_with_spec(special, spec) for spec in "丙乙甲")]


def _with_spec(approval: Approval, spec: str) -> Approval:
    content = approval.model_dump(mode="json")
    content["environment"] |= {"spec": spec, "options": {}}
    return Approval.model_validate(content)


def _request(approval: Approval) -> StackRequest:
    config = {"approval": approval.model_dump_json(), "network": "1"}
    return StackRequest(environment_stack(approval.id), config, {"connectorPassword": UNUSED, "radiusSecret": UNUSED})


def _title(approval: Approval) -> str:
    environment = approval.environment
    return f"{environment.kind} {environment.spec}, {environment.os}, handlers: {len(approval.handlers)}"


def _number(amount: float) -> str:
    return f"{amount:,.0f}" if amount else ""
