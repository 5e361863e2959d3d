"""multipart/form-data with one file, whose bytes are handed on as they arrive."""

from collections.abc import AsyncIterator

from multipart import (
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
    parse_options_header,
)

from groundplane.errors import InvalidParameter, InvalidRequest
from groundplane.wire.requests import HttpRequest

MOST_FIELDS = 32
MOST_FIELD_BYTES = 64 * 1024

_NOT_A_FORM = "The request body must be multipart/form-data with a file."


class Upload:
    """A form while it arrives: its fields, and the file of one name.

    `file_name` and `file_type` are what the sender calls them, once `file_parts` has begun.
    """

    def __init__(self, request: HttpRequest) -> None:
        """Raises InvalidRequest: it is no such form."""
        media, options = parse_options_header(request.headers.get("content-type", ""))
        boundary = options.get("boundary", "")
        if media.lower() != "multipart/form-data" or not 0 < len(boundary) <= 200:
            raise InvalidRequest(_NOT_A_FORM)
        self.fields: dict[str, str] = {}
        self.file_name = ""
        self.file_type = ""
        self._events = _events(request, boundary)

    async def find_file(self, name: str) -> bool:
        """Read fields up to the file of this name; False: there is none.

        Raises:
            InvalidRequest: it is no form, or a field is too large.
        """
        async for event in self._events:
            if not isinstance(event, MultipartSegment):
                continue  # the end of a part
            if event.name == name:
                self.file_name, self.file_type = event.filename or "", event.content_type or ""
                return True
            self.fields[event.name or ""] = await self._text(event)
        return False

    async def file_parts(self) -> AsyncIterator[bytes]:
        """The bytes of the file that was found.

        Raises:
            InvalidRequest: the form ends before the file does.
        """
        async for event in self._events:
            if not isinstance(event, bytes | bytearray):
                return
            yield bytes(event)

    async def _text(self, segment: MultipartSegment) -> str:
        name, content = segment.name or "", bytearray()
        async for event in self._events:
            if not isinstance(event, bytes | bytearray):
                break
            content += event
            if len(content) > MOST_FIELD_BYTES:
                raise InvalidParameter(name, f"must not be larger than {MOST_FIELD_BYTES} bytes")
        try:
            text = content.decode()
        except UnicodeDecodeError:
            raise InvalidParameter(name, "must be text in UTF-8") from None
        if "\0" in text:
            raise InvalidRequest("The request body must not contain the character U+0000.")
        return text


async def _events(
    request: HttpRequest, boundary: str
) -> AsyncIterator[MultipartSegment | bytes | bytearray | None]:
    """A segment, its bytes, None at its end; and so on.

    Raises:
        InvalidRequest: it is no form, or has too many parts.
    """
    try:
        with PushMultipartParser(boundary, max_segment_count=MOST_FIELDS) as parser:
            async for chunk in request.stream():
                for event in parser.parse(chunk) if chunk else ():
                    yield event
    except ParserLimitReached as error:
        raise InvalidRequest(f"The form is too large: {error}.") from None
    except MultipartError as error:
        raise InvalidRequest(f"{_NOT_A_FORM} {error}.") from None
