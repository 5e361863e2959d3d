"""The OpenAPI document of all routes, on standard output: `python -m groundplane.openapi`."""

import sys

import msgspec

from groundplane.annotations import kinds
from groundplane.app import ROUTES
from groundplane.wire.app_parts import Services, openapi_of


async def nobody(_: str) -> None:
    """No key and no session is known to an app that only describes itself."""


# A part's name says which of these its value is (annotations.kinds); no route names them.
VALUES = (kinds.ObjectValue, kinds.Geometry, kinds.Visible, kinds.Attribute, kinds.PointLabels)


def main() -> None:
    # Routes ask for these by name; a description never calls them.
    asked_for = (
        *("database", "blobs", "queue", "secret", "presence"),
        *("most_upload_bytes", "fetcher", "task_words"),
    )
    named: dict[str, object] = {name: None for name in asked_for}  # noqa: C420 - fromkeys hides the type
    services = Services(
        find_key=nobody, find_session=nobody, public_url="http://localhost", named=named
    )
    document = openapi_of(ROUTES, services)
    _, values = msgspec.json.schema_components(VALUES, ref_template="#/components/schemas/{name}")
    components = document["components"]
    assert isinstance(components, dict)
    assert not set(values) & set(components["schemas"]), "one name for two things"
    components["schemas"] |= values
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(document, order="sorted")))


if __name__ == "__main__":
    main()
