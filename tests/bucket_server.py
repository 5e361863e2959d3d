"""A server of buckets on loopback: moto's S3 behind a door that judges signatures by botocore.

moto itself takes any signature that is in a query. Run as a file it prints its port, and serves
until it is ended.
"""

import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import httpx

BUCKET, REGION = "drives", "eu-central-1"
KEY_ID, SECRET = "AKIAGROUNDPLANE", "s3cret/of+the=bucket"
# May read everything, but not see what is there.
BLIND_ID, BLIND_SECRET = "AKIABLIND", "blind"
OPEN = f"/{BUCKET}/"


@dataclass(frozen=True)
class BucketServer:
    port: int

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def put(self, name: str, content: bytes) -> str:
        """Its s3:// address."""
        url = f"{self.endpoint}{OPEN}{quote(name)}"
        httpx.put(url, content=content, trust_env=False).raise_for_status()
        return f"s3://{BUCKET}/{name}"


@contextmanager
def running_bucket_server() -> Generator[BucketServer]:
    command = [sys.executable, "-W", "ignore", str(Path(__file__))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout is not None
        server = BucketServer(int(process.stdout.readline()))
        httpx.put(f"{server.endpoint}/{BUCKET}", trust_env=False).raise_for_status()
        yield server
    finally:
        process.kill()
        process.communicate()


def refusal(method: str, url: str) -> tuple[str, str] | None:
    """Status and code of Amazon's answer to what is not signed well; None: it is."""
    from botocore.auth import S3SigV4QueryAuth  # noqa: PLC0415 - slow, and not for the tests' side
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415 - the same
    from botocore.credentials import Credentials  # noqa: PLC0415 - the same

    unsigned, _, signature = url.partition("&X-Amz-Signature=")
    given = dict(parse_qsl(unsigned.partition("?")[2]))
    secrets = {KEY_ID: SECRET, BLIND_ID: BLIND_SECRET}
    key_id, date, region, *_ = [*given.get("X-Amz-Credential", "").split("/"), "", "", ""]
    if not signature:
        return "403 Forbidden", "AccessDenied"
    if key_id not in secrets:
        return "403 Forbidden", "InvalidAccessKeyId"
    if region != REGION:
        return "400 Bad Request", "AuthorizationQueryParametersError"
    signed_at = datetime.strptime(given["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if abs(datetime.now(UTC) - signed_at) > timedelta(seconds=int(given["X-Amz-Expires"])):
        return "403 Forbidden", "AccessDenied"
    credentials = Credentials(key_id, secrets[key_id])
    judge = S3SigV4QueryAuth(credentials, "s3", region)
    request = AWSRequest(method, unsigned)
    request.context["timestamp"] = given["X-Amz-Date"]
    expected = judge.signature(
        judge.string_to_sign(request, judge.canonical_request(request)), request
    )
    is_right = (signature, given["X-Amz-Date"][:8]) == (expected, date)
    return None if is_right else ("403 Forbidden", "SignatureDoesNotMatch")


def serve() -> None:
    from moto.moto_server.werkzeug_app import (  # noqa: PLC0415 - slow, and not for the tests' side
        DomainDispatcherApplication,
        create_backend_app,
    )
    from werkzeug.serving import make_server  # noqa: PLC0415 - the same

    store: Any = DomainDispatcherApplication(create_backend_app)

    def door(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        path, query = environ["RAW_URI"].partition("?")[::2]
        url = f"http://{environ['HTTP_HOST']}{path}?{query}"
        refused = None if environ["REQUEST_METHOD"] == "PUT" else refusal("GET", url)
        if refused is None and BLIND_ID in query and "asks-whether" in path:
            refused = "403 Forbidden", "AccessDenied"
        if refused is None:
            return store(environ, start_response)
        status, code = refused
        start_response(status, [("Content-Type", "application/xml")])
        region = "The region is wrong." if code.startswith("Authorization") else ""
        said = f"<Error><Code>{code}</Code><Message>{region}{SECRET}</Message></Error>"
        return [said.encode()]

    server = make_server("127.0.0.1", 0, door, threaded=True)
    print(server.port, flush=True)  # noqa: T201 - who started us reads it
    server.serve_forever()


if __name__ == "__main__":
    serve()
