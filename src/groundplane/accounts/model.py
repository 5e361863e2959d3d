"""What an account holds."""

from dataclasses import dataclass

from groundplane.wire.people import Person, Role

__all__ = ["Person", "Role", "SignedIn"]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the token goes into the cookie, only its hash is kept."""

    token: str
    person: Person
