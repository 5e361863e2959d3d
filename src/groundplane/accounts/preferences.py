"""What a person prefers in the workstation, remembered for them on every machine.

The browser gives each value its meaning and its version; here it is JSON of a bounded size under
one of a few names, and the last one written counts.
"""

from enum import StrEnum

import msgspec

from groundplane.accounts import queries
from groundplane.accounts.model import Person
from groundplane.errors import InvalidParameter, NotFound
from groundplane.storage.database import Connection

MOST_BYTES = 16 * 1024


class PreferenceName(StrEnum):
    """Each is a part of the workstation that people set up for themselves."""

    PANELS = "panels"
    KEYS = "keys"
    DISPLAY = "display"
    FLOW = "flow"


def preference_name(spelled: str) -> PreferenceName:
    """The preference that is spelled so.

    Raises:
        NotFound: there is no preference of this name.
    """
    try:
        return PreferenceName(spelled)
    except ValueError:
        raise NotFound(f'There is no preference "{spelled[:64]}".') from None


async def read(db: Connection, person: Person, name: PreferenceName) -> object:
    """The JSON value as it was kept; None when there is none."""
    text = await queries.preference(db, person.account_id, person.person_id, name)
    return None if text is None else msgspec.json.decode(text)


async def keep(db: Connection, person: Person, name: PreferenceName, value: object) -> None:
    """Remember the value in place of the last one.

    Raises:
        InvalidParameter: the value is larger than a preference may be.
    """
    encoded = msgspec.json.encode(value)
    if len(encoded) > MOST_BYTES:
        raise InvalidParameter("value", f"must be at most {MOST_BYTES} bytes of JSON")
    await queries.upsert_preference(db, person.account_id, person.person_id, name, encoded.decode())
