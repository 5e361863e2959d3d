"""Every failure a caller can cause or must handle, as one tree.

GroundplaneError
├── InvalidParameter        the request cannot be right as sent: one value is to blame     (400)
├── InvalidRequest          the request cannot be right as sent                            (400)
│   └── BodyTooLarge        the body is over the limit                                     (400)
├── Unauthorized            no valid key or session                                        (401)
├── Forbidden               a person whose role does not allow this                        (403)
├── NotFound                no such thing, or not yours                                    (404)
├── Conflict                right request, wrong moment                                    (409)
│   ├── UniqueIdTaken       another task already holds this unique_id
│   ├── IllegalTransition   the table of states has no such move
│   ├── IdempotencyKeyUsed  the key stands for another request, or another user's
│   ├── LeaseLost           somebody else works on the task now
│   └── ConflictingChange   parts are not as an edit expected them (annotations.edits)
├── TooManyRequests         the same again once the first is answered                      (429)
├── Unavailable             the database or the blobs cannot be reached                    (503)
├── FetchRefused            the guarded fetcher may not go there                    (never HTTP)
├── FetchFailed             it went there and did not get the file                  (never HTTP)
├── AttachmentUnreadable    a file we fetched is not what it claims                 (never HTTP)
├── ChildCrashed, …         the child process broke a limit or died (jobs.child)    (never HTTP)
├── JobSuperseded           this run of a job was given up for dead (jobs.queue)    (never HTTP)
└── StartRefused            the product cannot start as configured       (a sentence on stderr)

What is never HTTP becomes a task's error, or is the job engine's to handle.
`wire/errors.py` gives each its HTTP status; an error outside this tree is our fault and tells
the caller nothing.
"""


class GroundplaneError(Exception):
    """Root of the tree; never raised itself."""


class InvalidParameter(GroundplaneError):
    """The request cannot be right as sent.

    The sentence has the shape that Scale's clients know:
    `Parameter is invalid, reason: "<path>" <reason>` (api.md 1.3).
    """

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f'Parameter is invalid, reason: "{path}" {reason}')


class InvalidRequest(GroundplaneError):
    """The request cannot be right as sent, and no single parameter is to blame."""


class BodyTooLarge(InvalidRequest):
    """The body is over the limit."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        super().__init__(f"The request body is larger than the limit of {limit_bytes} bytes.")


class Unauthorized(GroundplaneError):
    """No valid key or session came with the request."""

    def __init__(self, sentence: str = "Unauthorized: no valid API key provided.") -> None:
        super().__init__(sentence)


class Forbidden(GroundplaneError):
    """The signed-in person's role does not allow this."""


class NotFound(GroundplaneError):
    """No such thing, or not yours: the two are never told apart."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"{what} not found.")


class Conflict(GroundplaneError):
    """A right request at the wrong moment."""


class UniqueIdTaken(Conflict):
    """Another task of the account already holds this unique_id."""

    def __init__(self, unique_id: str, task_id: str) -> None:
        self.unique_id, self.task_id = unique_id, task_id
        super().__init__(
            f'The unique_id ("{unique_id}") is already used for a different task ({task_id}).'
        )


class IllegalTransition(Conflict):
    """The table of states has no such move."""

    def __init__(self, state: str, event: str) -> None:
        self.state, self.event = state, event
        super().__init__(f"A task that is {state} cannot be {event}.")


class IdempotencyKeyUsed(Conflict):
    """The idempotency key stands for another request, or for one of another API key."""

    def __init__(self) -> None:
        super().__init__("The idempotency key is already in use for a different request.")


class LeaseLost(Conflict):
    """Somebody else works on the task now, or the lease ran out."""

    def __init__(self, holder: str | None) -> None:
        self.holder = holder
        super().__init__(
            f"{holder} works on this task now." if holder else "Your claim on this task has ended."
        )


class TooManyRequests(GroundplaneError):
    """Right, but not now: safe to send again."""


class Unavailable(GroundplaneError):
    """The database or the blob store cannot be reached right now."""


class FetchRefused(GroundplaneError):
    """The guarded fetcher may not go to this address."""

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        super().__init__(reason)


class FetchFailed(GroundplaneError):
    """The address was reached, or should have been, and the file did not come.

    `status` is the HTTP status seen, None when there was none.
    """

    def __init__(self, url: str, status: int | None, reason: str) -> None:
        self.url, self.status, self.reason = url, status, reason
        super().__init__(reason)


class AttachmentUnreadable(GroundplaneError):
    """A file that we fetched is not what it claims to be."""


class StartRefused(GroundplaneError):
    """The product cannot start as configured; the sentence says what to do."""
