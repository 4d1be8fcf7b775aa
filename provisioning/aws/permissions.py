"""What AWS asks permission for when a call is made. Mostly the call's own name; the rest stands here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

NAMED_OTHERWISE = {
    "s3:HeadBucket": ("s3:ListBucket",),
    "s3:ListObjectVersions": ("s3:ListBucketVersions",),
    "s3:ListObjectsV2": ("s3:ListBucket",),
    "s3:HeadObject": ("s3:GetObject",),
    "s3:DeleteObjects": ("s3:DeleteObject", "s3:DeleteObjectVersion"),
    "s3:GetBucketEncryption": ("s3:GetEncryptionConfiguration",),
    "s3:PutBucketEncryption": ("s3:PutEncryptionConfiguration",),
    "s3:DeleteBucketEncryption": ("s3:PutEncryptionConfiguration",),
    "s3:GetPublicAccessBlock": ("s3:GetBucketPublicAccessBlock",),
    "s3:PutPublicAccessBlock": ("s3:PutBucketPublicAccessBlock",),
    "s3:DeletePublicAccessBlock": ("s3:PutBucketPublicAccessBlock",),
    "s3:DeleteBucketOwnershipControls": ("s3:PutBucketOwnershipControls",),
    "s3:GetObjectLockConfiguration": ("s3:GetBucketObjectLockConfiguration",),
    "s3:PutObjectLockConfiguration": ("s3:PutBucketObjectLockConfiguration",),
    "budgets:CreateBudget": ("budgets:ModifyBudget",),
    "budgets:DeleteBudget": ("budgets:ModifyBudget",),
    "budgets:DescribeBudget": ("budgets:ViewBudget",),
    "budgets:DescribeNotificationsForBudget": ("budgets:ViewBudget",),
    "budgets:DescribeSubscribersForNotification": ("budgets:ViewBudget",),
    "dynamodb:TransactWriteItems": ("dynamodb:PutItem",),
    "ec2:RunInstances": ("ec2:RunInstances", "iam:PassRole"),
    "sts:GetCallerIdentity": (),  # needs no permission
}
# Tags that are given as a thing is made want a permission of their own, by service; IAM's by what is made.
TAGGING = {
    "backup": "backup:TagResource",
    "budgets": "budgets:TagResource",
    "cloudtrail": "cloudtrail:AddTags",
    "cloudwatch": "cloudwatch:TagResource",
    "ds": "ds:AddTagsToResource",
    "dynamodb": "dynamodb:TagResource",
    "kms": "kms:TagResource",
    "logs": "logs:TagResource",
    "route53resolver": "route53resolver:TagResource",
    "secretsmanager": "secretsmanager:TagResource",
    "sns": "sns:TagResource",
    "workspaces": "workspaces:CreateTags",
}
TAGS = ("Tags", "TagsList", "ResourceTags", "BackupVaultTags", "BackupPlanTags", "tags")


def permissions(service: str, operation: str, parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """The actions that the caller must be allowed; one that hands a role to a service must be allowed that too."""
    called = f"{service}:{operation}"
    asked = [*NAMED_OTHERWISE.get(called, (called,))]
    if service != "iam" and ":role/" in json.dumps(parameters, default=str):
        asked.append("iam:PassRole")
    if operation.startswith("Create") and any(parameters.get(name) for name in TAGS):
        made = operation.removeprefix("Create")
        asked += [f"iam:Tag{made}"] if service == "iam" else [TAGGING[service]] if service in TAGGING else []
    return tuple(dict.fromkeys(asked))
