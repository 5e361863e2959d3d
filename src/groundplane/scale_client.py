"""An account at Scale, or at another server of the dialect, read through the official client.

The client is an extra of the package (`groundplane[scale]`): nothing else here needs it, and it
brings its own HTTP stack.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, cast

from groundplane.errors import StartRefused
from groundplane.wire.values import JSON

SCALE = "https://api.scale.com/v1"
MISSING = (
    "Importing needs Scale's official client: pip install 'groundplane[scale]' and start again."
)
TASKS_PER_PAGE = 100

Answer = dict[str, JSON]


class Source(Protocol):
    """What is read of an account; each answer as it came.

    Every method raises StartRefused when the server does not answer, or refuses.
    """

    def projects(self) -> list[Answer]: ...
    def batches(self, project: str | None) -> list[Answer]: ...
    def tasks(self, project: str | None) -> Iterator[tuple[Sequence[Answer], int]]:
        """Page by page, newest first, with how many there are in all."""
        ...


class ScaleAccount:
    """A Source. Raises StartRefused: the official client is not installed."""

    def __init__(self, api_key: str, base_url: str) -> None:
        try:
            import scaleapi  # noqa: PLC0415 - an extra of the package
            from scaleapi import exceptions  # noqa: PLC0415 - the same
        except ImportError:
            raise StartRefused(MISSING) from None
        self._refused = exceptions.ScaleException
        self._client = scaleapi.ScaleClient(
            api_key, source="groundplane", api_instance_url=base_url.rstrip("/")
        )

    def projects(self) -> list[Answer]:
        return self._asked(lambda: [_answer(one) for one in self._client.get_projects()])

    def batches(self, project: str | None) -> list[Answer]:
        def asked() -> list[Answer]:
            only: Any = project  # None is meant to be left out, whatever the hint says
            return [_answer(one) for one in self._client.get_batches(project_name=only)]

        return self._asked(asked)

    def tasks(self, project: str | None) -> Iterator[tuple[Sequence[Answer], int]]:
        # Not get_tasks: that wants a project, and there may be tasks in none.
        token: str | None = None
        while True:
            page = self._asked(
                lambda token=token: self._client.tasks(
                    project=project, limit=TASKS_PER_PAGE, next_token=token
                )
            )
            yield [_answer(task) for task in page.docs], page.total
            token = page.next_token
            if not page.has_more or token is None:
                return

    def _asked(self, call: Any) -> Any:  # noqa: ANN401 - the client's own types
        try:
            return call()
        except self._refused as error:
            raise StartRefused(f"The source account could not be read: {error}") from None


def _answer(read: Any) -> Answer:  # noqa: ANN401 - the client's own types
    return cast("Answer", read.as_dict())
