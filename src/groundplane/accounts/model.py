"""What an account holds."""

import msgspec

from groundplane.wire.people import Person, Role

__all__ = ["Person", "Role", "SignedIn"]


class SignedIn(msgspec.Struct, frozen=True):
    """A new session: the token goes into the cookie, only its hash is kept."""

    token: str
    person: Person
