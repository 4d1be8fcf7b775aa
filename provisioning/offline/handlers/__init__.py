"""Handlers of resource types, one module per AWS service. Importing this package fills the registry."""

from provisioning.offline.handlers import (  # noqa: F401 - imported for their registrations
    backup,
    budgets,
    cloudtrail,
    cloudwatch,
    directory,
    dynamodb,
    ec2_acl,
    ec2_endpoint,
    ec2_flow_log,
    ec2_instance,
    ec2_network,
    ec2_power,
    ec2_security,
    iam,
    iam_people,
    kms,
    resolver,
    resolver_firewall,
    s3,
    sns,
    workspaces,
)
from provisioning.offline.handlers.base import REGISTRY

__all__ = ["REGISTRY"]
