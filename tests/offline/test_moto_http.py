"""The connections to moto that stay open."""

from __future__ import annotations

import http.client
import io
import logging
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from moto.core.responses import BaseResponse

from provisioning.aws.sessions import Aws

SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=testing/20261102/ap-northeast-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=0"
}


@pytest.fixture
def connection(aws: Aws) -> Iterator[http.client.HTTPConnection]:
    aws.client("s3").create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": aws.region})
    opened = http.client.HTTPConnection(urlsplit(aws.endpoint).netloc, timeout=10)
    opened.connect()
    yield opened
    opened.close()


def ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | io.BytesIO | None = None,
    **headers: str,
) -> bytes:
    """The content of one answer, which must come over the connection that is open already."""
    before = connection.sock
    assert before is not None
    connection.request(method, path, body, {**SIGNED, **headers}, encode_chunked="Transfer-Encoding" in headers)
    answer = connection.getresponse()
    assert answer.status < 300, answer.read()
    return answer.read()


def test_one_connection_serves_many_requests(connection: http.client.HTTPConnection) -> None:
    first = connection.sock
    for number in range(3):
        content = bytes([number]) * 100_000
        ask(connection, "PUT", f"/kept/{number}", content)
        assert ask(connection, "GET", f"/kept/{number}") == content
        assert ask(connection, "HEAD", f"/kept/{number}") == b""
        assert ask(connection, "DELETE", f"/kept/{number}") == b""
    assert connection.sock is first


def test_a_request_waits_for_leave_to_send_its_body(aws: Aws, connection: http.client.HTTPConnection) -> None:
    """boto3 asks so before it sends an object."""
    ask(connection, "PUT", "/kept/asked", b"content", Expect="100-continue")
    assert aws.client("s3").get_object(Bucket="kept", Key="asked")["Body"].read() == b"content"


def test_a_body_without_a_length_is_taken_and_ends_the_connection(
    aws: Aws, connection: http.client.HTTPConnection
) -> None:
    ask(connection, "PUT", "/kept/parts", io.BytesIO(b"one, two"), **{"Transfer-Encoding": "chunked"})
    assert connection.sock is None
    assert aws.client("s3").get_object(Bucket="kept", Key="parts")["Body"].read() == b"one, two"


def test_half_of_an_object_is_not_stored(aws: Aws, connection: http.client.HTTPConnection) -> None:
    raw = connection.sock
    head = (
        f"PUT /kept/half HTTP/1.1\r\nHost: x\r\nAuthorization: {SIGNED['Authorization']}\r\nContent-Length: 9\r\n\r\n"
    )
    raw.sendall(head.encode() + b"half")
    raw.shutdown(socket.SHUT_WR)
    assert raw.recv(100) == b""
    with pytest.raises(ClientError, match="NoSuchKey"):
        aws.client("s3").get_object(Bucket="kept", Key="half")


def test_a_length_that_is_no_number_is_refused(connection: http.client.HTTPConnection) -> None:
    raw = connection.sock
    raw.sendall(b"PUT /kept/x HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n")
    assert raw.recv(1000).startswith(b"HTTP/1.1 400 ")


def test_what_breaks_inside_moto_is_told_and_logged(
    aws: Aws,
    connection: http.client.HTTPConnection,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(_self: BaseResponse, *_arguments: object) -> None:
        raise ZeroDivisionError("planted")

    client = aws.client("ec2")
    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR, "werkzeug"):
        patch.setattr(BaseResponse, "setup_class", broken)
        with pytest.raises(ResponseParserError, match="500 Internal Server Error"):
            client.describe_vpcs()
    assert "planted" in caplog.text
    assert client.describe_vpcs()["Vpcs"]


def test_scripts_of_web_pages_are_given_no_leave(aws: Aws, connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/kept", headers={**SIGNED, "Origin": "http://elsewhere.example"})
    answer = connection.getresponse()
    answer.read()
    assert (answer.status, answer.getheader("Access-Control-Allow-Origin")) == (200, None)
