"""Who works here. Apart from `auth`, because workers know people too but serve no requests."""

from dataclasses import dataclass
from enum import StrEnum

from groundplane.errors import Forbidden
from groundplane.storage.database import Tenant

SESSION_S = 14 * 24 * 3600


class Role(StrEnum):
    """What a person may do; each may also do what those before it may."""

    LABELER = "labeler"
    REVIEWER = "reviewer"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """The key of a request under /v1: whose world it opens, and which one it is."""

    tenant: Tenant
    key_id: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in."""

    account_id: str
    person_id: str
    email: str
    role: Role

    def must_be(self, role: Role) -> None:
        """Raises Forbidden: the person's role is below this one."""
        order = list(Role)
        if order.index(self.role) < order.index(role):
            raise Forbidden(f"This needs the role {role.value}.")
