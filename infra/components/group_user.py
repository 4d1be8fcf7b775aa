"""The credential of a research group (section 6 of the notice, CRED-2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.group_policies import ServerScope, group_credential
from infra.policies import withheld
from infra.tags import Tags, named
from provisioning.approvals.states import Access


@dataclass(frozen=True)
class GroupUserArgs:
    """`cidrs` are the networks of the approved places; `access` withholds what is not open."""

    scope: pulumi.Output[ServerScope]
    cidrs: Sequence[str]
    boundary_arn: pulumi.Input[str]
    tags: Tags
    access: Access = Access.OPEN


class GroupUser(pulumi.ComponentResource):
    """A user without a key: one in the program would stand in its state. Keys are issued beside it, and go with it."""

    def __init__(self, name: str, args: GroupUserArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:roles:GroupUser", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.user = aws.iam.User(
            name,
            name=name,
            path="/hic/",
            force_destroy=True,
            permissions_boundary=args.boundary_arn,
            tags=named(args.tags, name),
            opts=inside,
        )
        taken = withheld(args.access, revoked_before="")
        policy = args.scope.apply(lambda scope: group_credential(scope, args.cidrs, taken))
        aws.iam.UserPolicy(name, name=name, user=self.user.name, policy=policy, opts=inside)
        self.register_outputs({})
