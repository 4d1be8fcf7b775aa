"""Taking the logging of names back again, which moto's Route 53 Resolver cannot."""

from __future__ import annotations

import json
from typing import Any

from moto.route53resolver.exceptions import InvalidRequestException, ResourceNotFoundException
from moto.route53resolver.responses import Route53ResolverResponse

SERVICE = Route53ResolverResponse


def disassociate_resolver_query_log_config(self: Any) -> str:
    """The VPC's names are logged no more."""
    config, vpc = self._get_param("ResolverQueryLogConfigId"), self._get_param("ResourceId")
    standing = self.route53resolver_backend.resolver_query_log_config_associations
    for known, association in standing.items():
        if (association.resolver_query_log_config_id, association.resource_id) == (config, vpc):
            del standing[known]
            self.route53resolver_backend.resolver_query_log_configs[config].association_count -= 1
            return json.dumps({"ResolverQueryLogConfigAssociation": association.description()})
    raise ResourceNotFoundException(f"{config} is not associated with {vpc}")


def delete_resolver_query_log_config(self: Any) -> str:
    """The configuration goes when no VPC uses it."""
    known = self._get_param("ResolverQueryLogConfigId")
    config = self.route53resolver_backend.get_resolver_query_log_config(known)
    if config.association_count:
        raise InvalidRequestException(f"{known} is still associated with {config.association_count} VPCs")
    del self.route53resolver_backend.resolver_query_log_configs[known]
    return json.dumps({"ResolverQueryLogConfig": config.description()})


CALLS = (disassociate_resolver_query_log_config, delete_resolver_query_log_config)
