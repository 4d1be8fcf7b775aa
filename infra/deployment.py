"""The role that builds environments, and the bounds of every role and user that it makes. Pure.

The platform itself is built by an administrator: whoever may write the staff's policies may do anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from infra.policies import READ_RECORDS, Statement, allow, document, within_names
from provisioning.approvals import names

DEPLOY_ROLE = "hic-operator-deploy"
BOUNDARY = "hic-boundary"
TAG = "aws:ResourceTag/hic:approval"
KNOWN = {"Null": {TAG: "false"}}
NOT_PLATFORM = {"StringNotEquals": {TAG: "platform"}}
OF_APPROVAL = {**KNOWN, **NOT_PLATFORM}
# What AWS shows of no single resource, or of all of them at once.
LOOK = (
    *("ec2:Describe*", "ds:Describe*", "ds:ListTagsForResource", "workspaces:Describe*", "iam:ListRoles"),
    *("backup:List*", "backup:Describe*", "backup:Get*", "cloudwatch:DescribeAlarms", "logs:DescribeLogGroups"),
    *("logs:DescribeMetricFilters", "logs:ListTagsForResource", "cloudwatch:ListTagsForResource", "kms:ListAliases"),
    *("kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags", "kms:ListKeys"),
    *("route53resolver:Get*", "route53resolver:List*", "route53profiles:ListProfileAssociations"),
    *("iam:ListRoleTags", "iam:ListUsers", "iam:ListInstanceProfiles", "tag:GetResources"),
)
CONNECTOR = ("DeleteDirectory", "AddTagsToResource", "RemoveTagsFromResource", "EnableRadius", "DisableRadius")
BUILD = "CreateVpc CreateSubnet CreateRouteTable CreateSecurityGroup CreateNetworkAcl CreateFlowLogs"
WORKSPACES = (
    *("workspaces:CreateWorkspaces", "workspaces:TerminateWorkspaces"),
    *("workspaces:StopWorkspaces", "workspaces:ModifyWorkspaceState"),
    *("workspaces:RegisterWorkspaceDirectory", "workspaces:DeregisterWorkspaceDirectory"),
    *("workspaces:ModifySelfservicePermissions", "workspaces:ModifyWorkspaceCreationProperties"),
    *("workspaces:ModifyWorkspaceAccessProperties", "workspaces:ModifyWorkspaceProperties"),
    *("workspaces:DeleteIpGroup", "workspaces:UpdateRulesOfIpGroup"),
    *("workspaces:AssociateIpGroups", "workspaces:DisassociateIpGroups"),
)
RESOLVER = [
    f"route53resolver:{act}"
    for act in (
        *("AssociateFirewallRuleGroup", "DisassociateFirewallRuleGroup", "UpdateFirewallRuleGroupAssociation"),
        *("AssociateResolverQueryLogConfig", "DisassociateResolverQueryLogConfig", "AssociateResolverRule"),
        *("DisassociateResolverRule", "UpdateFirewallConfig", "TagResource", "UntagResource"),
    )
]
BACKUP = (
    *("backup:CreateBackupVault", "backup:DeleteBackupVault", "backup:PutBackupVaultLockConfiguration"),
    *("backup:DeleteBackupVaultLockConfiguration", "backup:CreateBackupPlan", "backup:UpdateBackupPlan"),
    *("backup:DeleteBackupPlan", "backup:CreateBackupSelection", "backup:DeleteBackupSelection"),
    *("backup:TagResource", "backup:UntagResource"),
)
BUCKET = (
    *("s3:CreateBucket", "s3:DeleteBucket", "s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucket*"),
    *("s3:GetEncryptionConfiguration", "s3:PutEncryptionConfiguration", "s3:GetBucketPublicAccessBlock"),
    *("s3:PutBucketPublicAccessBlock", "s3:PutBucketVersioning", "s3:PutBucketTagging", "s3:PutBucketPolicy"),
    *("s3:DeleteBucketPolicy", "s3:PutBucketOwnershipControls", "s3:PutBucketLogging"),
    *("s3:GetLifecycleConfiguration", "s3:GetReplicationConfiguration", "s3:GetAccelerateConfiguration"),
)
KEY = (
    *("kms:EnableKeyRotation", "kms:DisableKey", "kms:EnableKey", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"),
    *("kms:TagResource", "kms:UntagResource", "kms:UpdateKeyDescription"),
)
LOGS = (
    *("logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:PutMetricFilter"),
    *("logs:DeleteMetricFilter", "logs:TagResource", "logs:UntagResource", "logs:AssociateKmsKey"),
)
ALARMS = (
    *("cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms", "cloudwatch:TagResource", "cloudwatch:UntagResource"),
)


@dataclass(frozen=True)
class AccountScope:
    """One region of one account, and the ARNs of what all environments share."""

    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def iam(self, resource: str) -> str:
        return f"arn:aws:iam::{self.account}:{resource}"

    @property
    def boundary(self) -> str:
        return self.iam(f"policy/hic/{BOUNDARY}")

    @property
    def table(self) -> str:
        return self.arn("dynamodb", "table/hic-records")

    @property
    def work(self) -> str:
        return f"arn:aws:s3:::hic-work-*-{self.account}"

    @property
    def share(self) -> str:
        return f"arn:aws:s3:::{names.share_bucket(self.account)}"


SECRETS = tuple(
    f"secretsmanager:{act}"
    for act in ("GetSecretValue", "CreateSecret", "PutSecretValue", "DeleteSecret", "TagResource")
)


def boundary(scope: AccountScope) -> str:
    """The most that the roles and the user of any environment can ever do, whatever their own policies say.

    Data is for servers: whoever else takes such a role on, or has a key of such a user, reads and writes none.
    """
    objects = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:PutObjectAcl", "s3:AbortMultipartUpload"]
    disks = [f"arn:aws:ec2:{scope.region}::{kind}/*" for kind in ("image", "snapshot")]
    own = [scope.arn("ec2", f"{kind}/*") for kind in ("instance", "volume")]
    taken_on_elsewhere = {"Null": {"ec2:SourceInstanceARN": "true"}}
    of_users = {"ArnLike": {"aws:PrincipalArn": scope.iam("user/hic/*")}}
    everything = {"Effect": "Deny", "Resource": "*"}
    return document(
        {**everything, "Sid": "ServersAlone", "Action": ["s3:*", "dynamodb:*"], "Condition": taken_on_elsewhere},
        {**everything, "Sid": "UsersAreNone", "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Condition": of_users},
        allow("Objects", objects, [f"{scope.work}/*", f"{scope.share}/*"]),
        allow("Buckets", ["s3:ListBucket", "s3:GetBucketLocation"], [scope.work, scope.share]),
        allow("Records", [*READ_RECORDS, "dynamodb:PutItem"], [scope.table]),
        allow("Keys", ["kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant"], [scope.arn("kms", "key/*")]),
        allow(
            "Logs",
            ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            [scope.arn("logs", "log-group:/hic/*")],
        ),
        allow("Power", ["ec2:StartInstances", "ec2:StopInstances"], own),
        allow(
            "Backups",
            [
                *("ec2:CreateImage", "ec2:CreateSnapshot", "ec2:CreateSnapshots", "ec2:CreateTags"),
                *("ec2:DeregisterImage", "ec2:DeleteSnapshot"),
            ],
            [*own, *disks],
        ),
        allow("Look", ["ec2:Describe*", "backup:DescribeBackupVault"], ["*"]),
        allow("Session", ["ssm:UpdateInstanceInformation", "ssmmessages:*", "ec2messages:*"], ["*"]),
    )


def deployment(scope: AccountScope) -> dict[str, str]:
    """The policies of the role, by name: build, change and end environments, and nothing else.

    What could be turned against the data is denied outright, so that no bucket's or role's policy written by the
    role itself can open it to the role: reading objects, and taking on roles. It could open it to others, for it writes
    the policies of approvals' buckets and keys (D10 shows whom they let in), and it reads the secrets of credentials,
    for it makes them. One document would be longer than AWS takes.
    """
    parts = {
        "records": _own_work(scope),
        "network": _network(scope),
        "machines": _machines(scope),
        "identities": _identities(scope),
        "stores": _stores(scope),
    }
    return {f"hic-deploy-{name}": document(*statements) for name, statements in parts.items()}


def _own_work(scope: AccountScope) -> list[Statement]:
    """The records, the locked copies and Pulumi's state, as every run of `hic env` needs them; and what is refused."""
    state, audit = (f"arn:aws:s3:::{name(scope.account)}" for name in (names.state_bucket, names.audit_bucket))
    packages, lists = f"{scope.work}/credentials/*", f"{scope.share}/shareData/ca/*"
    # Nothing but these: not data, not results, not what anybody else keeps.
    seen = [f"{state}/*", f"{audit}/audit/*", packages, lists]
    aliases = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": ["alias/hic-state"]}}
    platform_key = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": ["alias/hic/platform"]}}
    through = {"StringEquals": {"kms:ViaService": [f"{s}.{scope.region}.amazonaws.com" for s in ("s3", "dynamodb")]}}
    secret = scope.arn("secretsmanager", "secret:hic/*")
    return [
        {"Sid": "NoData", "Effect": "Deny", "Action": ["s3:GetObject*", "s3:PutObject*"], "NotResource": seen},
        # Deleting is not among them: an environment that ends is emptied of whatever lies there.
        within_names(scope.work, scope.account, "s3:GetObject*", "s3:PutObject*"),
        {"Sid": "NoRoles", "Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "*"},
        allow("Records", [*READ_RECORDS, "dynamodb:PutItem"], [scope.table]),
        allow("Copies", ["s3:GetObject", "s3:PutObject"], [f"{audit}/audit/*"]),
        allow("State", ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], [f"{state}/*"]),
        allow("Lists", ["s3:ListBucket"], [state, audit]),
        allow(
            "StateKey", ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"], [scope.arn("kms", "key/*")], **aliases
        ),
        allow(
            "PlatformKey",
            ["kms:Decrypt", "kms:GenerateDataKey"],
            [scope.arn("kms", "key/*")],
            **through,
            **platform_key,
        ),
        allow("Secrets", SECRETS, [secret]),
        allow("Look", LOOK, ["*"]),
        *_people(scope, packages, lists),
    ]


def _people(scope: AccountScope, packages: str, lists: str) -> list[Statement]:
    """Handlers' accounts, their packages, and the list of revoked certificates."""
    directory, desktop = scope.arn("ds", "directory/*"), scope.arn("workspaces", "workspace/*")
    return [
        allow("Packages", ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], [packages]),
        allow("Revoked", ["s3:PutObject"], [lists]),
        allow("Accounts", ["ds:AccessDSData", "ds:ResetUserPassword"], [directory]),
        allow("Users", ["ds-data:CreateUser", "ds-data:DisableUser"], [directory]),
        allow("Desktops", ["workspaces:ModifyWorkspaceState"], [desktop]),
        allow("SecretNames", ["secretsmanager:ListSecrets"], ["*"]),
    ]


def _network(scope: AccountScope) -> list[Statement]:
    """Networks without gateways: no act here makes a way to the internet, or to another account.

    Endpoints are for AWS's own services: one for a service that somebody offers would be a way out.
    """
    made = ("vpc", "subnet", "route-table", "security-group", "security-group-rule", "vpc-endpoint", "network-acl")
    more = ("vpc-peering-connection", "network-interface", "vpc-flow-log")
    parts = [scope.arn("ec2", f"{kind}/*") for kind in (*made, *more)]
    endpoints, joined = [scope.arn("ec2", "vpc-endpoint/*")], ("vpc", "subnet", "route-table", "security-group")
    vpcs, rules = scope.arn("ec2", "vpc/*"), [scope.arn("ec2", "security-group-rule/*")]
    peering = _ec2("CreateVpcPeeringConnection AcceptVpcPeeringConnection")
    return [
        allow("Build", _ec2(BUILD), parts),
        allow("NewEndpoint", _ec2("CreateVpcEndpoint"), endpoints, StringEquals={"ec2:VpceServiceOwner": "amazon"}),
        allow("EndpointIn", _ec2("CreateVpcEndpoint"), [scope.arn("ec2", f"{kind}/*") for kind in joined]),
        allow("FlowLogs", ["logs:CreateLogDelivery", "logs:DeleteLogDelivery"], ["*"]),
        allow("Names", RESOLVER, [scope.arn("route53resolver", "*")]),
        allow("PeerFrom", peering, [vpcs]),
        allow(
            "PeerOwn",
            peering,
            [scope.arn("ec2", "vpc-peering-connection/*")],
            ArnLike={"ec2:AccepterVpc": vpcs, "ec2:RequesterVpc": vpcs},
        ),
        # A new rule carries no tag yet; its group does.
        allow("NewRules", _ec2("AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress"), rules),
        # The group that AWS itself makes with a network carries no tag; it is emptied and tagged.
        allow(
            "DefaultGroup",
            _ec2("RevokeSecurityGroupEgress RevokeSecurityGroupIngress CreateTags"),
            [scope.arn("ec2", "security-group/*")],
            **NOT_PLATFORM,
        ),
        # The platform's table of routes leads back to every environment.
        allow("Route", _ec2("CreateRoute DeleteRoute"), [scope.arn("ec2", "route-table/*")], **KNOWN),
        allow("Interfaces", _ec2("CreateNetworkInterface DeleteNetworkInterface"), parts),
        allow(
            "ChangeNetwork",
            _ec2(
                "AssociateRouteTable DisassociateRouteTable AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress"
                " ModifySecurityGroupRules RevokeSecurityGroupEgress RevokeSecurityGroupIngress ModifySubnetAttribute"
                " ModifyVpcAttribute ModifyVpcEndpoint DeleteVpc DeleteSubnet DeleteRouteTable DeleteSecurityGroup"
                " DeleteVpcEndpoints DeleteVpcPeeringConnection DeleteNetworkAcl CreateNetworkAclEntry"
                " DeleteNetworkAclEntry ReplaceNetworkAclEntry ReplaceNetworkAclAssociation DeleteFlowLogs"
            ),
            parts,
            **OF_APPROVAL,
        ),
    ]


def _machines(scope: AccountScope) -> list[Statement]:
    """The server, its disks and backups, and the desktops."""
    own = [scope.arn("ec2", f"{kind}/*") for kind in ("instance", "volume")]
    with_what = [scope.arn("ec2", f"{kind}/*") for kind in ("network-interface", "subnet", "security-group")]
    image = f"arn:aws:ec2:{scope.region}::image/*"
    snapshot = f"arn:aws:ec2:{scope.region}::snapshot/*"
    desks = [scope.arn("workspaces", f"{kind}/*") for kind in ("directory", "workspace", "workspaceipgroup")]
    desks += [scope.arn("workspaces", "workspacebundle/*"), f"arn:aws:workspaces:{scope.region}:*:workspacebundle/*"]
    return [
        allow("Launch", ["ec2:RunInstances"], [*own, *with_what, image]),
        allow("NewDisk", ["ec2:CreateVolume"], [scope.arn("ec2", "volume/*")]),
        allow(
            "ChangeServer",
            _ec2(
                "AttachVolume DetachVolume ModifyInstanceAttribute ModifyInstanceMetadataOptions ModifyVolume"
                " StartInstances StopInstances TerminateInstances DeleteVolume"
            ),
            own,
            **OF_APPROVAL,
        ),
        allow("DeleteCopies", ["ec2:DeleteSnapshot"], [snapshot], **OF_APPROVAL),
        allow("DeleteImages", ["ec2:DeregisterImage"], [image], **OF_APPROVAL),
        allow("TagNew", ["ec2:CreateTags"], [scope.arn("ec2", "*/*")], Null={"ec2:CreateAction": "false"}),
        allow("Tags", _ec2("CreateTags DeleteTags"), [scope.arn("ec2", "*/*")], **OF_APPROVAL),
        allow("Connect", ["ds:ConnectDirectory"], ["*"], Null={"aws:RequestTag/hic:approval": "false"}),
        allow(
            "Connector",
            [f"ds:{act}" for act in CONNECTOR],
            [scope.arn("ds", "directory/*")],
            **OF_APPROVAL,
        ),
        allow("Desktops", WORKSPACES, desks),
        allow("DesktopTags", [f"workspaces:{act}" for act in ("CreateIpGroup", "CreateTags", "DeleteTags")], ["*"]),
        allow("Backups", BACKUP, [scope.arn("backup", f"{kind}:*") for kind in ("backup-vault", "backup-plan")]),
        allow("ForgetBackups", ["backup:DeleteRecoveryPoint"], ["*"], **OF_APPROVAL),
        allow("MountVault", ["backup-storage:MountCapsule"], ["*"]),
    ]


def _identities(scope: AccountScope) -> list[Statement]:
    """Roles and users of environments, each within the bounds; a role goes to the one service it is for."""
    analysis, service = (scope.iam(f"role/hic-*-{kind}") for kind in ("analysis", "backup-service"))
    desktops = scope.iam("role/workspaces_DefaultRole")
    user, profile = scope.iam("user/hic/hic-*-backup"), scope.iam("instance-profile/hic-*-analysis")
    within = {"StringEquals": {"iam:PermissionsBoundary": scope.boundary}}
    passed = [
        ("Analysis", analysis, "ec2"),
        ("Backup", service, "backup"),
        ("Workspaces", desktops, "workspaces"),
    ]
    return [
        allow("BoundRoles", _iam("CreateRole PutRolePolicy DeleteRolePolicy"), [analysis, service], **within),
        allow("BoundUsers", _iam("CreateUser PutUserPolicy DeleteUserPolicy"), [user], **within),
        allow(
            "Roles",
            _iam(
                "GetRole GetRolePolicy ListRolePolicies ListAttachedRolePolicies ListInstanceProfilesForRole DeleteRole"
                " TagRole UntagRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy"
            ),
            [analysis, service],
        ),
        allow("DesktopsRole", ["iam:GetRole"], [desktops]),
        allow(
            "Users",
            _iam(
                "GetUser GetUserPolicy ListUserPolicies ListAttachedUserPolicies ListGroupsForUser DeleteUser TagUser"
                " UntagUser ListAccessKeys CreateAccessKey UpdateAccessKey DeleteAccessKey"
            ),
            [user],
        ),
        allow(
            "Profiles",
            _iam(
                "CreateInstanceProfile GetInstanceProfile DeleteInstanceProfile TagInstanceProfile UntagInstanceProfile"
                " AddRoleToInstanceProfile RemoveRoleFromInstanceProfile"
            ),
            [profile],
        ),
        *(
            allow(
                f"Pass{name}",
                ["iam:PassRole"],
                [arn],
                StringEquals={"iam:PassedToService": f"{service}.amazonaws.com"},
            )
            for name, arn, service in passed
        ),
    ]


def _stores(scope: AccountScope) -> list[Statement]:
    """The bucket and the key of an approval, its logs, alarms and budget."""
    keys, alias = scope.arn("kms", "key/*"), scope.arn("kms", "alias/hic/*")
    logs, alarms = scope.arn("logs", "log-group:/hic/*"), scope.arn("cloudwatch", "alarm:hic-*")
    budgets = f"arn:aws:budgets::{scope.account}:budget/hic-"
    services = [f"{service}.{scope.region}.amazonaws.com" for service in ("ec2", "workspaces", "backup")]
    disks = {"StringEquals": {"kms:ViaService": services}}
    grants = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    return [
        allow("Bucket", BUCKET, [scope.work]),
        allow("Empty", ["s3:DeleteObject", "s3:DeleteObjectVersion"], [f"{scope.work}/*"]),
        allow("NewKey", ["kms:CreateKey"], ["*"], Null={"aws:RequestTag/hic:approval": "false"}),
        allow("Key", KEY, [keys], **OF_APPROVAL),
        allow(
            "Disks",
            ["kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt*"],
            [keys],
            **disks,
            **NOT_PLATFORM,
        ),
        allow("Grants", ["kms:CreateGrant"], [keys], **OF_APPROVAL, **grants),
        allow("Alias", ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"], [alias]),
        allow("AliasedKey", ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"], [keys], **OF_APPROVAL),
        allow("Logs", LOGS, [logs]),
        allow("Alarms", ALARMS, [alarms]),
        allow("Budgets", ["budgets:ModifyBudget", "budgets:ViewBudget", "budgets:TagResource"], [f"{budgets}*"]),
        {"Sid": "NoPlatform", "Effect": "Deny", "Action": "budgets:ModifyBudget", "Resource": f"{budgets}platform"},
    ]


def _ec2(words: str) -> list[str]:
    return [f"ec2:{word}" for word in words.split()]


def _iam(words: str) -> list[str]:
    return [f"iam:{word}" for word in words.split()]
