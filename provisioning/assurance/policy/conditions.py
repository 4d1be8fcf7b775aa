"""Conditions of policies: operators, their variants, policy variables, wildcards."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from provisioning.assurance.policy.documents import Condition, Undecidable, matches
from provisioning.messages import _

# Keys in lower case. An empty tuple: the request has no such key. A name that ends in a slash stands for all keys of
# that family which are not named themselves. What is not named is absent too, or not decided; see `holds`.
Context = Mapping[str, tuple[str, ...]]

# Keys that AWS documents and that the requests which are judged decide, or leave open. Of any other key nobody knows
# here what it means, so a policy that names one cannot be judged.
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
        *("sts:RoleSessionName", "ec2:VpceServiceOwner"),
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
LITERALS = {"*": "*", "?": "?", "$": "$"}  # variables that stand for a sign
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
        name, default, end = _variable(rest, begin)
        literal = LITERALS.get(name)
        if literal is None:
            values = known(name, context) or ()
            if len(values) > 1 or not (values or default):
                return None
            literal = values[0] if values else default
        result, rest = result + rest[:begin] + _escaped(literal), rest[end:]
    return result + rest


def opened(text: str, context: Context) -> str | None:
    """The text with `*` for each policy variable that the context does not decide; None when it decides all."""
    if "${" not in text:
        return None
    result, rest, found = "", text, False
    while (begin := rest.find("${")) >= 0:
        name, _default, end = _variable(rest, begin)
        undecided = name not in LITERALS and known(name, context) is None
        found = found or undecided
        result, rest = result + rest[:begin] + ("*" if undecided else rest[begin:end]), rest[end:]
    return result + rest if found else None


def _variable(text: str, begin: int) -> tuple[str, str, int]:
    """The name and the default of the variable that begins there, and where the text goes on."""
    end = text.find("}", begin)
    if end < 0:
        raise Undecidable(_("A policy variable has no end: {text}").format(text=text))
    name, _comma, default = text[begin + 2 : end].partition(",")
    return name.strip(), default.strip().strip("'"), end + 1


def _escaped(value: str) -> str:
    """Values with wildcards would widen a pattern; AWS takes them literally, so nothing may match by them."""
    if "*" in value or "?" in value:
        raise Undecidable(_("A policy variable has a value with a wildcard: {text}").format(text=value))
    return value


def known(key: str, context: Context) -> tuple[str, ...] | None:
    """The values of a key in the request, empty when it has none; None where the context does not name it.

    Raises Undecidable for unknown keys.
    """
    lowered = key.lower()
    if lowered not in KNOWN_KEYS and not lowered.startswith(KNOWN_FAMILIES):
        raise Undecidable(_("The condition key {key} is not known.").format(key=key))
    found = context.get(lowered)
    return found if found is not None else context.get(lowered[: lowered.find("/") + 1] or lowered)


def holds(condition: Condition, context: Context, *, open_ended: bool = False) -> bool | None:
    """Whether a condition holds for a request, as AWS's reference of condition operators has it.

    Where the context is `open_ended`, None says that it depends on a key that the context does not decide; else such a
    key is absent in the request.
    """
    operator = condition.operator.lower()
    quantifier = ""
    for prefix in ("forallvalues:", "foranyvalue:"):
        if operator.startswith(prefix):
            quantifier, operator = prefix, operator.removeprefix(prefix)
    named = known(condition.key, context)
    if_exists = operator.endswith("ifexists")
    operator = operator.removesuffix("ifexists")
    if operator not in OPERATORS and (operator != "null" or if_exists or quantifier):
        raise Undecidable(_("The condition operator {operator} is not known.").format(operator=condition.operator))
    if named is None and open_ended:
        return None
    values = named or ()
    if operator == "null":
        return any((not values) == (wanted.lower() == "true") for wanted in condition.values)
    negated = operator in NEGATED
    if not values:
        return if_exists or quantifier == "forallvalues:" or (negated and not quantifier)
    if len(values) != 1 and not quantifier:
        raise Undecidable(_("The condition key {key} has several values.").format(key=condition.key))
    each = [_one(value, operator, condition.values, context, open_ended) for value in values]
    if negated:
        each = [None if positive is None else not positive for positive in each]
    return _any_of(each) if quantifier == "foranyvalue:" else all_of(each)


def _one(value: str, operator: str, wanted: Sequence[str], context: Context, open_ended: bool) -> bool | None:
    """Whether a value fits one of those that are wanted."""
    undecided = False
    for text in wanted:
        if open_ended and opened(text, context) is not None:
            undecided = True
        elif (literal := filled(text, context)) is not None and _tested(operator, literal, value):
            return True
    return None if undecided else False


def _tested(operator: str, wanted: str, value: str) -> bool:
    try:
        return OPERATORS[operator](wanted, value)
    except ValueError as error:
        said = _("The condition operator {operator} cannot compare {wanted}.").format(operator=operator, wanted=wanted)
        raise Undecidable(said) from error


def all_of(verdicts: Iterable[bool | None]) -> bool | None:
    """Whether all hold: one that does not settles it, one that is not decided leaves it open."""
    undecided = False
    for verdict in verdicts:
        if verdict is False:
            return False
        undecided = undecided or verdict is None
    return None if undecided else True


def _any_of(verdicts: Sequence[bool | None]) -> bool | None:
    if True in verdicts:
        return True
    return None if None in verdicts else False


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
