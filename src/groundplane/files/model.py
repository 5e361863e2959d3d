"""A file as the wire shows it, and what its owner may say of it (Scale's docs, "Files")."""

import msgspec
from msgspec import UNSET, UnsetType

from groundplane.errors import InvalidParameter
from groundplane.wire import bodies
from groundplane.wire.checks import check_length, check_metadata
from groundplane.wire.values import JSON

MOST_REFERENCE_CHARACTERS = 512  # an index entry of PostgreSQL must stay under 2,704 bytes


class FileDetails(msgspec.Struct, kw_only=True):
    """`metadata` is an object, or the text of one."""

    display_name: str | None = None
    project_name: str | None = None
    reference_id: str | None = None
    metadata: dict[str, object] | str = {}


class PublicFile(msgspec.Struct, kw_only=True):
    """`attachment_url` stands for the file wherever a task names one."""

    id: str
    attachment_url: str
    created_at: str
    updated_at: str
    mime_type: str
    size: int
    project_names: list[str]
    display_name: str
    reference_id: str | UnsetType = UNSET
    metadata: msgspec.Raw


def read_details(given: dict[str, JSON]) -> FileDetails:
    """What a request says of a file, checked; an empty text counts as absent.

    Raises:
        InvalidParameter: naming the first thing that is wrong.
    """
    present = {name: value for name, value in given.items() if value != ""}
    said = bodies.convert(present, FileDetails)
    said.metadata = read_metadata(said.metadata)
    check_metadata(said.metadata)
    check_length("reference_id", said.reference_id or "", MOST_REFERENCE_CHARACTERS)
    return said


def read_metadata(given: dict[str, object] | str) -> dict[str, object]:
    """Raises InvalidParameter: it is no object, nor the JSON text of one."""
    if not isinstance(given, str):
        return given
    try:
        text = given.encode()
        bodies.check_json(text)
        return msgspec.json.decode(text, type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeError):
        raise InvalidParameter("metadata", "must be an object as JSON text") from None
