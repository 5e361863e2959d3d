"""The OpenAPI document of all routes, on standard output: `python -m groundplane.openapi`."""

import sys

import msgspec

from groundplane.app import ROUTES
from groundplane.wire.app_parts import Services, openapi_of


async def nobody(_: str) -> None:
    """No key and no session is known to an app that only describes itself."""


def main() -> None:
    # Routes ask for these by name; a description never calls them.
    named: dict[str, object] = dict.fromkeys(("database", "blobs", "queue", "secret"))
    services = Services(
        find_key=nobody, find_session=nobody, public_url="http://localhost", named=named
    )
    document = openapi_of(ROUTES, services)
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(document, order="sorted")))


if __name__ == "__main__":
    main()
