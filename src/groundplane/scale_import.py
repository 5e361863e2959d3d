"""`groundplane import-scale`: an account elsewhere becomes a part of one here.

Projects first, then batches, then tasks, a page in a transaction; whatever was written is found
again by its name or id, so a run that broke off is gone on with by starting it again.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from groundplane.batches import imports as batches
from groundplane.errors import GroundplaneError, InvalidRequest
from groundplane.projects import imports as projects
from groundplane.scale_client import Answer, Source
from groundplane.storage.database import Connection, Database, Tenant
from groundplane.tasks import imports as tasks
from groundplane.tasks.imports import Outcome, Place

NAMED_PER_REASON = 5

Progress = Callable[[str, int, int], None]
"""Told of a kind of thing, how many are done, and of how many."""


@dataclass(slots=True)
class Report:
    """What became of everything, by kind; and why of what was not taken over, or not whole."""

    outcomes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    refused: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    notes: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def lines(self, *, dry: bool) -> Iterator[str]:
        """For people: a line a kind, then a line a reason with the first few it is true of."""
        if dry:
            yield "Nothing was written. A run without --dry-run would find:"
        for kind in ("projects", "batches", "tasks"):
            counted = self.outcomes[kind]
            words = [f"{counted[one]} {one}" for one in Outcome if counted[one]]
            left = sum(len(ids) for (of, _), ids in self.refused.items() if of == kind)
            words += [f"{left} not taken over"] if left else []
            yield f"{kind}: {', '.join(words) or 'none'}"
        for title, found in (("Not taken over", self.refused), ("Not whole", self.notes)):
            for (kind, reason), names in found.items():
                named = ", ".join(names[:NAMED_PER_REASON])
                more = len(names) - NAMED_PER_REASON
                yield f"{title}: {len(names)} of the {kind}: {reason} " + (
                    f"({named} and {more} more)" if more > 0 else f"({named})"
                )

    def refuse(self, kind: str, name: object, error: GroundplaneError | str) -> None:
        self.refused[kind, str(error)].append(str(name))


@dataclass(slots=True)
class Import:
    """One run.

    Attributes:
        places: where tasks go, by project and batch of theirs; a dry run knows them without ids.
    """

    database: Database
    tenant: Tenant
    source: Source
    project: str | None
    dry: bool
    progress: Progress
    report: Report = field(default_factory=Report)
    places: dict[tuple[str | None, str | None], Place] = field(
        default_factory=lambda: {(None, None): Place()}
    )

    async def run(self) -> Report:
        """Raises StartRefused: the source cannot be read; what was written by then stays."""
        await self._projects()
        await self._batches()
        await self._tasks()
        return self.report

    async def _projects(self) -> None:
        found = [one for one in self.source.projects() if self.project in (None, one.get("name"))]
        for done, given in enumerate(found, start=1):
            try:
                read = projects.read(given)
                async with self.database.transaction(self.tenant) as db:
                    made, is_new = await projects.take_over(db, self.tenant, read, dry=self.dry)
                self.places[read.name, None] = Place(made)
            except GroundplaneError as error:
                self.report.refuse("projects", given.get("name"), error)
            else:
                self.report.outcomes["projects"][_outcome(is_new=is_new)] += 1
            self.progress("projects", done, len(found))

    async def _batches(self) -> None:
        found = self.source.batches(self.project)
        for done, given in enumerate(found, start=1):
            try:
                read = batches.read(given)
                place = self._place(read.project, None)
                project_id = None if self.dry else place.project_id
                async with self.database.transaction(self.tenant) as db:
                    made, is_new = await batches.take_over(db, self.tenant, read, project_id)
                self.places[read.project, read.name] = Place(place.project_id, made)
            except GroundplaneError as error:
                self.report.refuse("batches", given.get("name"), error)
            else:
                self.report.outcomes["batches"][_outcome(is_new=is_new)] += 1
            self.progress("batches", done, len(found))

    async def _tasks(self) -> None:
        done = 0
        for page, total in self.source.tasks(self.project):
            async with self.database.transaction(self.tenant) as db:
                for given in page:
                    await self._task(db, given)
            done += len(page)
            self.progress("tasks", done, max(total, done))

    async def _task(self, db: Connection, given: Answer) -> None:
        name = given.get("task_id")
        try:
            read = tasks.read(given)
            place = self._place(read.project, read.batch)
            result = await tasks.take_over(db, self.tenant, read, place, dry=self.dry)
        except GroundplaneError as error:
            self.report.refuse("tasks", name, error)
            return
        self.report.outcomes["tasks"][result.outcome] += 1
        if result.note is not None:
            self.report.notes["tasks", result.note].append(str(name))

    def _place(self, project: str | None, batch: str | None) -> Place:
        """Raises InvalidRequest: it was not taken over itself."""
        place = self.places.get((project, batch))
        if place is None:
            known = (project, None) in self.places
            missing = f"batch {batch}" if known else f"project {project}"
            raise InvalidRequest(f"Its {missing} was not taken over.")
        return place


def _outcome(*, is_new: bool) -> Outcome:
    return Outcome.TAKEN if is_new else Outcome.PRESENT
