"""The one error of the readers of scene files."""

from groundplane.errors import AttachmentUnreadable


class UnreadableFile(AttachmentUnreadable):
    """A file is not what it claims to be: which one, where in it, and why.

    `place` is a path of members and positions ("sensors.0.poses"), a byte ("byte 17"), or "" for
    the file as a whole.
    """

    def __init__(self, file: str, place: str, reason: str) -> None:
        self.file, self.place, self.reason = file, place, reason
        super().__init__(": ".join(part for part in (file, place, reason) if part))
