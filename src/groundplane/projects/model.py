"""A project as the wire shows it, and what a request may say of one (Scale's docs, "Projects")."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal, cast

import msgspec
from msgspec import UNSET, UnsetType

from groundplane.errors import InvalidParameter
from groundplane.wire import bodies
from groundplane.wire.checks import check_length
from groundplane.wire.values import JSON, timestamp

MOST_NAME_CHARACTERS = 200
MOST_PARAMS_BYTES = 1024 * 1024
MOST_ATTEMPTS = 100
# Each answer repeats the whole history.
MOST_VERSIONS = 10_000
# What an element of param_history has besides parameters. It may be sent back as it was read.
OF_THE_VERSION = frozenset({"version", "created_at"})
NO_INHERITANCE = -1


class Archived(msgspec.Struct, frozen=True):
    """Whether a project or a batch is out of lists; nothing deletes one."""

    archived: bool


class NewProject(msgspec.Struct, kw_only=True):
    """A request to create one; what is null counts as absent."""

    type: str
    name: str
    params: dict[str, object] = {}
    rapid: bool = False
    studio: bool = False
    pipeline: Literal["standard_task", "consensus_task"] | None = None
    num_attempts: int | None = None
    dataset_id: str | None = msgspec.field(name="datasetId", default=None)


class PublicOntology(msgspec.Struct, kw_only=True):
    version: int
    created_at: str
    name: str | UnsetType = UNSET
    ontology: msgspec.Raw


class PublicProject(msgspec.Struct, kw_only=True):
    """`param_history` is oldest first; each element has its parameters beside its version."""

    id: str
    type: str
    name: str
    param_history: list[dict[str, object]]
    created_at: str
    archived: bool
    rapid: bool
    studio: bool
    pipeline: str | UnsetType = UNSET
    num_attempts: int | UnsetType = UNSET
    dataset_id: str | UnsetType = msgspec.field(name="datasetId", default=UNSET)
    ontology_history: list[PublicOntology] | UnsetType = UNSET


def read_new(given: Mapping[str, JSON], *, from_form: bool) -> NewProject:
    """A creation body, checked; which types there are is not known here.

    Raises:
        InvalidParameter: naming the first thing that is wrong.
    """
    new = bodies.convert(given, NewProject, from_form=from_form)
    check_name("name", new.name)
    if new.num_attempts is not None and not 1 <= new.num_attempts <= MOST_ATTEMPTS:
        raise InvalidParameter("num_attempts", f"must be between 1 and {MOST_ATTEMPTS}")
    params = check_params(cast("dict[str, JSON]", new.params), path="params.")
    new.params = {param: value for param, value in params.items() if value is not None}
    return new


def check_name(path: str, name: str) -> None:
    """Any text is a name, but one that no client can put into a path.

    Raises:
        InvalidParameter: it is blank, too long, or one of the two that paths leave out.
    """
    if not name.strip():
        raise InvalidParameter(path, "is not allowed to be empty")
    if name in (".", ".."):
        raise InvalidParameter(path, f"must not be {name}")
    check_length(path, name, MOST_NAME_CHARACTERS)


def check_params(params: Mapping[str, JSON], *, path: str = "") -> dict[str, object]:
    """Parameters for the tasks of a project, which are judged with each task.

    Raises:
        InvalidParameter: the instruction, which is joined to those of tasks, is no text, or it
            is all too large.
    """
    instruction = params.get("instruction")
    if instruction is not None and not isinstance(instruction, str):
        raise InvalidParameter(f"{path}instruction", "must be a string")
    kept: dict[str, object] = {
        name: value for name, value in params.items() if name not in OF_THE_VERSION
    }
    if len(msgspec.json.encode(kept)) > MOST_PARAMS_BYTES:
        raise InvalidParameter("params", f"must not be larger than {MOST_PARAMS_BYTES} bytes")
    return kept


def check_ontology(ontology: JSON) -> None:
    """A tree of choices: each a text or {choice, display?, description?, subchoices?}.

    Raises:
        InvalidParameter: it is none, or a choice is in it twice.
    """
    if not isinstance(ontology, list) or not ontology:
        raise InvalidParameter("ontology", "must be an array of at least one choice")
    seen = set[str]()
    for path, choice in _choices("ontology", ontology):
        if choice in seen:
            raise InvalidParameter(path, "contains a duplicate value")
        seen.add(choice)


def _choices(path: str, nodes: list[JSON]) -> Iterator[tuple[str, str]]:
    """Each choice with where it stands, parents first."""
    for index, node in enumerate(nodes):
        here = f"{path}.{index}"
        if isinstance(node, str):
            choice, inner = node, None
        elif isinstance(node, dict):
            here += ".choice"
            given = node.get("choice")
            if not isinstance(given, str):
                raise InvalidParameter(here, "must be a string" if given else "is required")
            choice, inner = given, node.get("subchoices")
            for name in ("display", "description"):
                if not isinstance(node.get(name), str | None):
                    raise InvalidParameter(f"{path}.{index}.{name}", "must be a string")
        else:
            raise InvalidParameter(here, "must be a string or an object")
        if not choice:
            raise InvalidParameter(here, "is not allowed to be empty")
        yield here, choice
        if inner is not None:
            if not isinstance(inner, list):
                raise InvalidParameter(f"{path}.{index}.subchoices", "must be an array")
            yield from _choices(f"{path}.{index}.subchoices", inner)


def shown_version(version: int, created_at: datetime, params: str) -> dict[str, object]:
    """An element of param_history."""
    read = msgspec.json.decode(params, type=dict[str, object])
    return {"version": version, "created_at": timestamp(created_at), **read}
