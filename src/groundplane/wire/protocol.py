"""uvicorn's HTTP/1.1, whose own refusal speaks the dialect too (api.md 1.3)."""

import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from groundplane.wire.errors import ErrorBody
from groundplane.wire.headers import API_POLICY, EVERYWHERE

SENTENCE = "The request is not valid HTTP, or its URL is longer than 65,535 bytes."


class DialectProtocol(HttpToolsProtocol):
    """What is not HTTP, or has a longer URL than the parser takes, never reaches the app."""

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words
        body = msgspec.json.encode(ErrorBody(400, SENTENCE))
        headers = EVERYWHERE | {
            "content-type": "application/json",
            "content-length": str(len(body)),
            "content-security-policy": API_POLICY,
            "cache-control": "no-store",
            "connection": "close",
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.transport.write(f"HTTP/1.1 400 Bad Request\r\n{head}\r\n".encode() + body)
        self.transport.close()
