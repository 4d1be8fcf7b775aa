"""A key of one's own for every approval, and one for the platform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra import policies
from infra.tags import Tags, named

WAITING_DAYS = 30


@dataclass(frozen=True)
class KeyArgs:
    """`owner` is the approval's id, or `platform`; `statements` are what AWS's services may do with the key."""

    owner: str
    account: str
    region: str
    tags: Tags
    protect: bool = False
    statements: Sequence[policies.Statement] = ()


class OwnKey(pulumi.ComponentResource):
    """A rotating key and its alias."""

    def __init__(self, name: str, args: KeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:storage:OwnKey", name, None, opts)
        self.key = aws.kms.Key(
            name,
            description=f"hic {args.owner}",
            enable_key_rotation=True,
            deletion_window_in_days=WAITING_DAYS,
            policy=policies.key_policy(args.account, args.region, args.owner, *args.statements),
            tags=named(args.tags, name),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        aws.kms.Alias(
            name,
            name=f"alias/hic/{args.owner.lower()}",
            target_key_id=self.key.key_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = self.key.arn
        self.register_outputs({})
