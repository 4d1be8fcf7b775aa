"""boto3 clients, made in one place: region, time-outs, retries, and the loopback guard."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, cached_property, partial
from typing import Any
from urllib.parse import urlsplit

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, NoCredentialsError

from provisioning.errors import AccessDenied, DependencyFailed
from provisioning.messages import _

LOCAL_SECRET = "testing"  # noqa: S105 - what moto documents; no secret


def is_loopback(endpoint: str) -> bool:
    """Whether `endpoint` is on this machine's loopback address."""
    host = urlsplit(endpoint).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_loopback(endpoint: str) -> None:
    """Raise DependencyFailed unless `endpoint` is on this machine's loopback address."""
    if not is_loopback(endpoint):
        raise DependencyFailed(
            _("The local engine talks to this machine only, not to {endpoint}.").format(endpoint=endpoint),
            fix=_("Use an endpoint on 127.0.0.1, or HIC_ENGINE=pulumi for real AWS."),
        )


@cache
def _session(region: str, local: bool) -> Any:
    """One session per region: loading the service models is what takes time."""
    if not local:
        return boto3.session.Session(region_name=region)

    return boto3.session.Session(region_name=region, aws_access_key_id=LOCAL_SECRET, aws_secret_access_key=LOCAL_SECRET)


def _at(endpoint: str, request: Any, **_event: Any) -> None:
    """Send a call to the endpoint itself. AWS has the account's number before the host, where nothing is here."""
    request.url = urlsplit(request.url)._replace(netloc=urlsplit(endpoint).netloc).geturl()


class Aws:
    """Clients for one region: of real AWS (`endpoint` None) or of the local stand-in."""

    def __init__(self, region: str, endpoint: str | None = None) -> None:
        if endpoint is not None:
            check_loopback(endpoint)
        self.region = region
        self.endpoint = endpoint
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """A client of `service`, made once. The local stand-in is never retried: its errors are final."""
        if service not in self._clients:
            attempts = 1 if self.endpoint else 5
            config = Config(
                connect_timeout=5,
                read_timeout=60,
                retries={"mode": "standard", "total_max_attempts": attempts},
                # Links are signed with the older scheme otherwise, which objects under a KMS key refuse.
                signature_version="s3v4" if service == "s3" else None,
                s3={"addressing_style": "path"} if self.endpoint else None,
                # botocore composes its own name, of thirteen parts, twice for every call.
                user_agent="hic" if self.endpoint else None,
            )
            made = _session(self.region, self.endpoint is not None).client(
                service, endpoint_url=self.endpoint, config=config
            )
            if self.endpoint is not None and service == "s3control":
                made.meta.events.register("before-sign.s3-control", partial(_at, self.endpoint))
            self._clients[service] = made
        return self._clients[service]

    @cached_property
    def identity(self) -> dict[str, str]:
        """`Account` and `Arn` of the caller, as STS tells them."""
        with aws_errors(_("asking AWS who is calling")):
            answer = self.client("sts").get_caller_identity()
        return {"Account": str(answer["Account"]), "Arn": str(answer["Arn"])}

    @property
    def account(self) -> str:
        """The twelve digits of the account."""
        return self.identity["Account"]


SERVER_ERROR = 500
THROTTLED = ("SlowDown", "Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded")
DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403")  # the third is EC2's word


@contextmanager
def aws_errors(doing: str, passing: Sequence[str] = ()) -> Iterator[None]:
    """Turn what boto3 raises into DependencyFailed that says what was being done.

    A ClientError whose code is in `passing` goes through as it is.
    """
    try:
        yield
    except EndpointConnectionError as error:
        raise DependencyFailed(
            _("AWS does not answer while {doing}: {error}").format(doing=doing, error=error),
            fix=_("Local engine: hic local start. Real AWS: check the network and the region."),
        ) from error
    except NoCredentialsError as error:
        raise DependencyFailed(
            _("There are no AWS credentials for {doing}.").format(doing=doing),
            fix=_("Sign in first (for example: aws sso login), or use HIC_ENGINE=offline."),
        ) from error
    except (ClientError, BotoCoreError, Boto3Error) as error:
        if isinstance(error, ClientError) and error_code(error) in passing:
            raise
        if isinstance(error, ClientError) and _is_passing(error):
            raise DependencyFailed(
                _("AWS is busy or out of order while {doing}: {error}").format(doing=doing, error=error),
                fix=_("Repeat the command in a moment."),
            ) from error
        denied = isinstance(error, ClientError) and error_code(error) in DENIED
        kind = AccessDenied if denied else DependencyFailed
        raise kind(_("AWS refused {doing}: {error}").format(doing=doing, error=error)) from error


def _is_passing(error: ClientError) -> bool:
    """Whether it is not the request that is wrong: throttling, or an error of the service (HTTP 5xx)."""
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= SERVER_ERROR or (
        error_code(error) in THROTTLED
    )


def error_code(error: ClientError) -> str:
    """The service's own code of an error, such as `NoSuchKey` or `404`."""
    return str(error.response.get("Error", {}).get("Code", ""))
