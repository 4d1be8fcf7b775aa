"""moto's server over HTTP, with connections that stay open.

Werkzeug closes the connection after every answer, because it does not know where a body ends that an application
has not read. So each call costs a connection on one side and a thread on the other. Here the body is read whole
before the application is asked, and the connection is good for the next request.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.debug.tbtools import DebugTraceback
from werkzeug.exceptions import InternalServerError

Answer = tuple[str, list[tuple[str, str]], bytes]

WITHOUT_CONTENT = frozenset({"204", "304"})


class KeptOpen(MotoRequestHandler):
    """Answers the requests of one connection, one after the other. Those that fail inside moto are logged."""

    protocol_version = "HTTP/1.1"

    def run_wsgi(self) -> None:
        """Answer one request. A body that does not say its length is left to werkzeug, which closes after it."""
        if "Transfer-Encoding" in self.headers or self.request_version == "HTTP/0.9":
            self.close_connection = True
            super().run_wsgi()
            return
        given = self.headers.get("Content-Length") or "0"
        if not given.isdecimal():
            self.send_error(400, "Content-Length is not a number")
            return
        body = self.rfile.read(int(given))
        if len(body) < int(given):  # the client is gone; half of an object must not be stored
            self.close_connection = True
            return
        self._send(*self._answered(body))

    def _answered(self, body: bytes) -> Answer:
        whole = {"wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True}
        self.environ = {**self.make_environ(), **whole}
        try:
            return _answer(self.server.app, self.environ)
        except Exception as error:
            self.server.log("error", f"Error on request:\n{DebugTraceback(error).render_traceback_text()}")
            return _answer(InternalServerError(), self.environ)

    def _send(self, status: str, headers: list[tuple[str, str]], content: bytes) -> None:
        code, _space, reason = status.partition(" ")
        bodiless = self.command == "HEAD" or code in WITHOUT_CONTENT
        self.send_response(int(code), reason)
        for key, value in headers:
            # Where content follows, what is there counts: a wrong length would spoil all answers after this one.
            if bodiless or key.lower() != "content-length":
                self.send_header(key, value)
        if not bodiless:
            self.send_header("Content-Length", str(len(content)))
        # Head and content in one piece, for every piece is a turn of the other side.
        head: list[bytes] = self._headers_buffer
        head += (b"\r\n", b"" if bodiless else content)
        self.flush_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Note requests over which moto broke; the others would only make the log long."""
        if str(code) >= "500":
            super().log_request(code, size)


def _answer(application: Any, environ: dict[str, Any]) -> Answer:
    """Status, headers and content of a WSGI application's answer."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
        begun.append((status, headers))

    parts: Iterable[bytes] = application(environ, start_response)
    try:
        content = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    status, headers = begun[-1]
    return status, headers, content
