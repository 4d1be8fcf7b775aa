"""Handlers of resource types, one module per AWS service. Importing this package fills the registry."""

from provisioning.offline.handlers import (  # noqa: F401 - imported for their registrations
    cloudtrail,
    directory,
    dynamodb,
    ec2_acl,
    ec2_endpoint,
    ec2_flow_log,
    ec2_instance,
    ec2_network,
    ec2_security,
    iam,
    kms,
    resolver,
    resolver_firewall,
    s3,
    workspaces,
)
from provisioning.offline.handlers.base import REGISTRY

__all__ = ["REGISTRY"]
