"""Backups of one analysis server (HIC-15): a vault under the approval's key, a lock on it, and a daily plan."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.group_policies import ServerScope, backup_service
from infra.service_policies import own_service_trust
from infra.tags import Tags, named

NIGHTLY = "cron(0 18 * * ? *)"  # 03:00 in Japan
KEPT_DAYS = 14
LEAST_DAYS, MOST_DAYS = 7, 31


@dataclass(frozen=True)
class BackupsArgs:
    """What is backed up, and within which bounds the roles that are made may act."""

    scope: pulumi.Output[ServerScope]
    account: str
    key_arn: pulumi.Input[str]
    boundary_arn: pulumi.Input[str]
    tags: Tags


class Backups(pulumi.ComponentResource):
    """Daily backups, kept for two weeks, and no longer than the environment itself.

    The lock is a governance lock: for the least number of days no recovery point can be deleted, by nobody
    who has not the right to lift the lock. A compliance lock could never be lifted, so the end of an
    environment could not destroy its backups, as it must (HIC-22).
    """

    def __init__(self, name: str, args: BackupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:backup:Backups", name, None, opts)
        self._inside = pulumi.ResourceOptions(parent=self)
        self.vault = aws.backup.Vault(
            name,
            name=name,
            kms_key_arn=args.key_arn,
            force_destroy=True,
            tags=named(args.tags, name),
            opts=self._inside,
        )
        aws.backup.VaultLockConfiguration(
            name,
            backup_vault_name=self.vault.name,
            min_retention_days=LEAST_DAYS,
            max_retention_days=MOST_DAYS,
            opts=self._inside,
        )
        self.plan = self._plan(name, args)
        role = self._role(f"{name}-backup-service", args)
        aws.backup.Selection(
            name,
            name=name,
            plan_id=self.plan.id,
            iam_role_arn=role.arn,
            resources=[args.scope.apply(lambda scope: scope.instance)],
            opts=self._inside,
        )
        self.register_outputs({})

    def _plan(self, name: str, args: BackupsArgs) -> aws.backup.Plan:
        rule = aws.backup.PlanRuleArgs(
            rule_name="daily",
            target_vault_name=self.vault.name,
            schedule=NIGHTLY,
            lifecycle=aws.backup.PlanRuleLifecycleArgs(delete_after=KEPT_DAYS),
            recovery_point_tags={"hic:approval": args.tags["hic:approval"]},
        )
        return aws.backup.Plan(name, name=name, rules=[rule], tags=named(args.tags, name), opts=self._inside)

    def _role(self, name: str, args: BackupsArgs) -> aws.iam.Role:
        role = aws.iam.Role(
            name,
            name=name,
            description=f"Backups of {args.tags['hic:approval']}",
            assume_role_policy=own_service_trust("backup.amazonaws.com", args.account),
            permissions_boundary=args.boundary_arn,
            tags=named(args.tags, name),
            opts=self._inside,
        )
        policy = args.scope.apply(backup_service)
        aws.iam.RolePolicy(name, name=name, role=role.name, policy=policy, opts=self._inside)
        return role
