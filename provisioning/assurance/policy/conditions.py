"""Conditions of policies: operators, their variants, policy variables, wildcards."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from provisioning.assurance.policy.documents import Condition, Undecidable, matches
from provisioning.messages import _

Context = Mapping[str, tuple[str, ...]]  # keys in lower case; a key that is absent is absent in the request

# Keys whose presence and values are modelled by the requests that are judged. Another key may or may not
# stand in a real request, so a policy that names one cannot be judged.
KNOWN_KEYS = frozenset(
    key.lower()
    for key in (
        *("aws:SecureTransport", "s3:TlsVersion", "aws:SourceIp", "aws:SourceVpc", "aws:SourceVpce"),
        *(
            "aws:PrincipalAccount",
            "aws:PrincipalArn",
            "aws:PrincipalOrgID",
            "aws:ResourceAccount",
            "aws:CurrentTime",
            "aws:TokenIssueTime",
        ),
        *("aws:MultiFactorAuthPresent", "aws:ViaAWSService", "aws:PrincipalIsAWSService", "aws:userid"),
        *("aws:SourceArn", "aws:SourceAccount", "aws:username", "aws:RequestedRegion", "aws:MultiFactorAuthAge"),
        *("s3:prefix", "s3:delimiter", "s3:x-amz-server-side-encryption", "s3:x-amz-acl", "s3:VersionId"),
        *("s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:ResourceAccount"),
        *("dynamodb:LeadingKeys", "kms:ViaService", "kms:CallerAccount", "kms:ResourceAliases"),
        *("kms:GrantIsForAWSResource", "kms:EncryptionContext:aws:logs:arn", "ec2:SourceInstanceARN"),
        *("ec2:Owner", "ec2:Add/userId", "ec2:Add/group", "iam:PassedToService", "sts:ExternalId"),
        *("iam:PermissionsBoundary", "ec2:CreateAction", "ec2:AccepterVpc", "ec2:RequesterVpc"),
        "ssm:SessionDocumentAccessCheck",
    )
)
KNOWN_FAMILIES = (
    "aws:principaltag/",
    "aws:resourcetag/",
    "aws:requesttag/",
    "ec2:resourcetag/",
    "ssm:resourcetag/",
    "kms:encryptioncontext:",
)
NEGATED = frozenset(
    (
        *("stringnotequals", "stringnotequalsignorecase", "stringnotlike", "arnnotequals", "arnnotlike"),
        *("notipaddress", "numericnotequals", "datenotequals"),
    )
)


def arn_matches(pattern: str, arn: str) -> bool:
    """Whether an ARN fits: six parts, each with wildcards that do not pass a colon."""
    wanted, parts = pattern.split(":", 5), arn.split(":", 5)
    return len(wanted) == len(parts) == 6 and all(map(matches, wanted, parts))


def filled(text: str, context: Context) -> str | None:
    """The text with its policy variables filled in; None when one has no single value.

    A value is taken literally: its own `*` is no wildcard. Raises Undecidable for unknown keys.
    """
    if "${" not in text:
        return text
    result, rest = "", text
    while (begin := rest.find("${")) >= 0:
        end = rest.find("}", begin)
        if end < 0:
            raise Undecidable(_("A policy variable has no end: {text}").format(text=text))
        name, _comma, default = rest[begin + 2 : end].partition(",")
        literal = {"*": "*", "?": "?", "$": "$"}.get(name)
        if literal is None:
            values = known(name.strip(), context)
            if values is not None and len(values) > 1:
                return None
            literal = values[0] if values else default.strip().strip("'")
            if not values and not default:
                return None
        result, rest = result + rest[:begin] + _escaped(literal), rest[end + 1 :]
    return result + rest


def _escaped(value: str) -> str:
    """Values with wildcards would widen a pattern; AWS takes them literally, so nothing may match by them."""
    if "*" in value or "?" in value:
        raise Undecidable(_("A policy variable has a value with a wildcard: {text}").format(text=value))
    return value


def known(key: str, context: Context) -> tuple[str, ...] | None:
    """The values of a key in the request, or None when it is absent. Raises Undecidable for unknown keys."""
    lowered = key.lower()
    if lowered not in KNOWN_KEYS and not lowered.startswith(KNOWN_FAMILIES):
        raise Undecidable(_("The condition key {key} is not known.").format(key=key))
    return context.get(lowered)


def holds(condition: Condition, context: Context) -> bool:
    """Whether a condition holds for a request, as AWS's reference of condition operators has it."""
    operator = condition.operator.lower()
    quantifier = ""
    for prefix in ("forallvalues:", "foranyvalue:"):
        if operator.startswith(prefix):
            quantifier, operator = prefix, operator.removeprefix(prefix)
    values = known(condition.key, context)
    if operator == "null":
        return any((values is None) == (wanted.lower() == "true") for wanted in condition.values)
    if_exists = operator.endswith("ifexists")
    operator = operator.removesuffix("ifexists")
    if operator not in OPERATORS:
        raise Undecidable(_("The condition operator {operator} is not known.").format(operator=condition.operator))
    negated = operator in NEGATED
    if values is None:
        return if_exists or quantifier == "forallvalues:" or (negated and not quantifier)
    filled_values = [text for text in (filled(v, context) for v in condition.values) if text is not None]
    test = OPERATORS[operator]

    def one(value: str) -> bool:
        positive = any(test(wanted, value) for wanted in filled_values)
        return not positive if negated else positive

    if quantifier == "forallvalues:":
        return all(one(value) for value in values)
    if quantifier == "foranyvalue:":
        return any(one(value) for value in values)
    if len(values) != 1:
        raise Undecidable(_("The condition key {key} has several values.").format(key=condition.key))
    return one(values[0])


def _ip(wanted: str, value: str) -> bool:
    address, network = ipaddress.ip_address(value), ipaddress.ip_network(wanted, strict=False)
    return address.version == network.version and address in network


def _when(text: str) -> datetime:
    if text.isdigit():
        return datetime.fromtimestamp(int(text), UTC)
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _equal(wanted: str, value: str) -> bool:
    return wanted == value


def _ignore_case(wanted: str, value: str) -> bool:
    return wanted.lower() == value.lower()


OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "stringequals": _equal,
    "stringnotequals": _equal,
    "stringequalsignorecase": _ignore_case,
    "stringnotequalsignorecase": _ignore_case,
    "stringlike": matches,
    "stringnotlike": matches,
    "arnequals": arn_matches,
    "arnlike": arn_matches,
    "arnnotequals": arn_matches,
    "arnnotlike": arn_matches,
    "bool": _ignore_case,
    "ipaddress": _ip,
    "notipaddress": _ip,
    "numericequals": lambda wanted, value: float(value) == float(wanted),
    "numericnotequals": lambda wanted, value: float(value) == float(wanted),
    "numericlessthan": lambda wanted, value: float(value) < float(wanted),
    "numericlessthanequals": lambda wanted, value: float(value) <= float(wanted),
    "numericgreaterthan": lambda wanted, value: float(value) > float(wanted),
    "numericgreaterthanequals": lambda wanted, value: float(value) >= float(wanted),
    "dateequals": lambda wanted, value: _when(value) == _when(wanted),
    "datenotequals": lambda wanted, value: _when(value) == _when(wanted),
    "datelessthan": lambda wanted, value: _when(value) < _when(wanted),
    "datelessthanequals": lambda wanted, value: _when(value) <= _when(wanted),
    "dategreaterthan": lambda wanted, value: _when(value) > _when(wanted),
    "dategreaterthanequals": lambda wanted, value: _when(value) >= _when(wanted),
}
