"""Roles: staff of the platform, and the analysis server of one approval."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra import deployment, policies
from infra.tags import Tags, named
from provisioning.approvals.states import Access

LONG_SESSION = 4 * 3600  # a directory connector and desktops alone take half an hour


@dataclass(frozen=True)
class StaffRoleArgs:
    """One kind of staff, and what it may do."""

    account: str
    description: str
    policy: pulumi.Input[str]
    tags: Tags


class StaffRole(pulumi.ComponentResource):
    """A role that people take on with a second factor and under their own names, for an hour."""

    def __init__(self, name: str, args: StaffRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:roles:StaffRole", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.role = aws.iam.Role(
            name,
            name=name,
            description=args.description,
            assume_role_policy=policies.staff_trust(args.account),
            max_session_duration=3600,
            tags=named(args.tags, name),
            opts=inside,
        )
        aws.iam.RolePolicy(name, name=name, role=self.role.name, policy=args.policy, opts=inside)
        self.register_outputs({})


class Boundary(pulumi.ComponentResource):
    """The bounds of every role and user of environments."""

    def __init__(
        self, name: str, scope: deployment.AccountScope, tags: Tags, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("hic:roles:Boundary", name, None, opts)
        policy = aws.iam.Policy(
            name,
            name=name,
            path="/hic/",
            description="The most that roles and users of environments can do",
            policy=deployment.boundary(scope),
            tags=named(tags, name),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = policy.arn
        self.register_outputs({})


class DeployRole(pulumi.ComponentResource):
    """The role that builds environments. It cannot change itself: the platform is built by an administrator."""

    def __init__(self, scope: deployment.AccountScope, tags: Tags, opts: pulumi.ResourceOptions | None = None) -> None:
        name = deployment.DEPLOY_ROLE
        super().__init__("hic:roles:DeployRole", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            name,
            name=name,
            description="Builds, changes and ends environments",
            assume_role_policy=policies.staff_trust(scope.account),
            max_session_duration=LONG_SESSION,
            tags=named(tags, name),
            opts=inside,
        )
        for part, text in deployment.deployment(scope).items():
            policy = aws.iam.Policy(part, name=part, path="/hic/", policy=text, tags=named(tags, part), opts=inside)
            aws.iam.RolePolicyAttachment(part, role=role.name, policy_arn=policy.arn, opts=inside)
        self.register_outputs({})


@dataclass(frozen=True)
class AnalysisRoleArgs:
    """Everything that the analysis server may touch, and what is withheld of it.

    `share_keys` are patterns of what it may read in the share bucket.
    """

    region: str
    account: str
    approval_id: str
    share_bucket: pulumi.Input[str]
    share_keys: tuple[str, ...]
    work_bucket: pulumi.Input[str]
    table_arn: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    platform_key_arn: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    boundary_arn: pulumi.Input[str]
    tags: Tags
    access: Access = Access.OPEN
    revoked_before: str = ""


class AnalysisRole(pulumi.ComponentResource):
    """The instance profile of one approval's analysis server."""

    def __init__(self, name: str, args: AnalysisRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:roles:AnalysisRole", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        policy = pulumi.Output.all(
            args.share_bucket, args.work_bucket, args.table_arn, args.key_arn, args.platform_key_arn, args.vpc_id
        ).apply(lambda parts: _researcher(args, *parts))
        self.role = aws.iam.Role(
            name,
            name=name,
            description=f"Analysis server of {args.approval_id}",
            assume_role_policy=policies.service_trust("ec2.amazonaws.com"),
            permissions_boundary=args.boundary_arn,
            tags=named(args.tags, name),
            opts=inside,
        )
        aws.iam.RolePolicy(name, name=name, role=self.role.name, policy=policy, opts=inside)
        self.profile = aws.iam.InstanceProfile(
            name, name=name, role=self.role.name, tags=named(args.tags, name), opts=inside
        )
        self.register_outputs({})


def _researcher(args: AnalysisRoleArgs, *parts: str) -> str:
    scope = policies.ResearcherScope(args.region, args.account, args.approval_id, args.share_keys, *parts)
    return policies.analysis_role(scope, policies.withheld(args.access, args.revoked_before))


class WorkspacesRole(pulumi.ComponentResource):
    """The role that WorkSpaces wants in every account, under this very name."""

    def __init__(self, name: str, tags: Tags, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:roles:WorkspacesRole", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.role = aws.iam.Role(
            name,
            name="workspaces_DefaultRole",
            assume_role_policy=policies.service_trust("workspaces.amazonaws.com"),
            tags=named(tags, "workspaces_DefaultRole"),
            opts=inside,
        )
        aws.iam.RolePolicy(
            name, name="workspaces", role=self.role.name, policy=policies.workspaces_service(), opts=inside
        )
        self.register_outputs({})
