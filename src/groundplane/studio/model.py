"""Assignments, groups and the order of batches as the wire shows them (Scale's docs, "Studio").

camelCase, unlike the rest of the API.
"""

from collections.abc import Mapping

import msgspec
from msgspec import UNSET, UnsetType

from groundplane.accounts.team import MOST_EMAILS, check_emails
from groundplane.errors import InvalidParameter
from groundplane.wire import bodies
from groundplane.wire.values import JSON

PRODUCTION, CALIBRATION = "Production", "Calibration"


class Worker(msgspec.Struct):
    id: str
    email: str


class Group(msgspec.Struct, kw_only=True):
    """Of people in one project; a singleton stands for its one person in a batch."""

    id: str
    name: str
    num_workers: int = msgspec.field(name="numWorkers")
    is_singleton: bool = msgspec.field(name="isSingleton")
    workers: list[Worker]


class StudioBatch(msgspec.Struct, kw_only=True):
    """A batch that is not complete; `groups` are the names of those who are to work on it."""

    id: str
    name: str
    project_id: str = msgspec.field(name="projectId")
    project_name: str = msgspec.field(name="projectName")
    batch_type: str = msgspec.field(name="batchType")
    studio_priority: int | UnsetType = msgspec.field(name="studioPriority", default=UNSET)
    total: int
    completed: int
    groups: list[str]


class Assignment(msgspec.Struct):
    emails: list[str]
    projects: list[str]


class NewGroup(msgspec.Struct):
    name: str
    emails: list[str] = []


class GroupChange(msgspec.Struct):
    add_emails: list[str] = []
    remove_emails: list[str] = []


class BatchGroups(msgspec.Struct):
    groups: list[str]


class _Named(msgspec.Struct):
    name: str


class _Order(msgspec.Struct):
    batches: list[_Named]


def read_assignment(given: Mapping[str, JSON], *, from_form: bool) -> Assignment:
    """Raises InvalidParameter: naming the first thing that is wrong."""
    read = bodies.convert(given, Assignment, from_form=from_form)
    check_emails("emails", read.emails)
    if not 0 < len(read.projects) <= MOST_EMAILS:
        raise InvalidParameter("projects", f"must contain 1 to {MOST_EMAILS} items")
    return read


def read_order(given: Mapping[str, JSON]) -> list[str]:
    """The names of batches, first to be worked on first.

    Raises:
        InvalidParameter: it is no such list, or a name is in it twice.
    """
    names = [named.name for named in bodies.convert(given, _Order).batches]
    if len(set(names)) != len(names):
        raise InvalidParameter("batches", "contains a duplicate value")
    return names
