"""The people of an account as Scale's API sees them (Scale's docs, "Teams").

Its `member` is our reviewer. Its `admin` is the manager who was there first: no call takes that
role away, so an account always has somebody who can come in.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import UNSET, UnsetType

from groundplane.accounts import operations, queries, team_queries
from groundplane.accounts.model import Person, Role
from groundplane.accounts.team_queries import TeammateRow
from groundplane.errors import Forbidden, InvalidParameter, NotFound
from groundplane.storage.database import Connection
from groundplane.wire import bodies
from groundplane.wire.values import JSON, new_id, timestamp

INVITATION_LIFETIME = timedelta(days=7)
MOST_EMAILS = 1000
TEAMMATE = "Teammate with that email"
ROLES = {"labeler": Role.LABELER, "member": Role.REVIEWER, "manager": Role.MANAGER}
WORDS = {role: word for word, role in ROLES.items()}
ADMIN, DISABLED = "admin", "disabled"


class Teammate(msgspec.Struct, kw_only=True):
    """`expiry` is only of an invitation that nobody has come in by yet."""

    email: str
    role: str
    disable_rapid_emails: bool = msgspec.field(name="disableRapidEmails")
    is_studio_labeler: bool = msgspec.field(name="isStudioLabeler")
    expiry: str | UnsetType = UNSET


class TeamChange(msgspec.Struct):
    emails: list[str]
    team_role: str


def read_change(given: Mapping[str, JSON], *, from_form: bool) -> tuple[list[str], Role]:
    """Whom a request names, and the role that it gives them.

    Raises:
        InvalidParameter: naming the first thing that is wrong.
    """
    change = bodies.convert(given, TeamChange, from_form=from_form)
    check_emails("emails", change.emails)
    if change.team_role not in ROLES:
        raise InvalidParameter("team_role", f"must be one of [{', '.join(ROLES)}]")
    return change.emails, ROLES[change.team_role]


def check_emails(path: str, emails: Sequence[str]) -> None:
    """Raises InvalidParameter: there are none, too many, or one is no e-mail address."""
    if not emails:
        raise InvalidParameter(path, "must contain at least 1 items")
    if len(emails) > MOST_EMAILS:
        raise InvalidParameter(path, f"must contain less than or equal to {MOST_EMAILS} items")
    for index, email in enumerate(emails):
        if operations.EMAIL.fullmatch(email) is None:
            raise InvalidParameter(f"{path}.{index}", "must be a valid email")


async def everybody(db: Connection, account_id: str) -> list[Teammate]:
    return [_shown(row) for row in await team_queries.teammates(db, account_id)]


async def invite(
    db: Connection, account_id: str, emails: Sequence[str], role: Role
) -> list[Teammate]:
    """Make people of these; a manager gives each a link to sign in by. Then everybody.

    Who works here already keeps their role: an invitation takes nothing away.
    """
    until = datetime.now(UTC) + INVITATION_LIFETIME
    await team_queries.invite_again(db, account_id, emails, role=role.value, invited_until=until)
    for email in emails:
        await team_queries.insert_invited(
            db, account_id, new_id(), email=email, role=role.value, invited_until=until
        )
    return await everybody(db, account_id)


async def set_role(
    db: Connection, account_id: str, emails: Sequence[str], role: Role
) -> list[Teammate]:
    """Give these this role, from their next request on; the admin's stays. Then everybody.

    Raises:
        NotFound: one of them is nobody's here.
    """
    await find(db, account_id, emails)
    await team_queries.set_roles(db, account_id, emails, role.value)
    return await everybody(db, account_id)


async def find(db: Connection, account_id: str, emails: Sequence[str]) -> list[TeammateRow]:
    """The people of these addresses who are not disabled, in the same order, each once.

    Raises:
        NotFound: one of them is nobody's here.
    """
    rows = await team_queries.teammates(db, account_id)
    by_email = {row.email.lower(): row for row in rows if row.disabled_at is None}
    found: dict[str, TeammateRow] = {}
    for email in emails:
        row = by_email.get(email.lower())
        if row is None:
            raise NotFound(TEAMMATE)
        found[row.person_id] = row
    return list(found.values())


async def make_link(db: Connection, asking: Person, person_id: str) -> str:
    """The secret of a new link that signs this person in once.

    Raises:
        NotFound: nobody has this id here, or they were disabled.
        Forbidden: it is the admin, and somebody else asks.
    """
    row = await queries.person(db, asking.account_id, person_id)
    if row is None:
        raise NotFound("Person with that ID")
    is_admin = any(
        mate.is_admin and mate.person_id == person_id
        for mate in await team_queries.teammates(db, asking.account_id)
    )
    if is_admin and asking.person_id != person_id:
        raise Forbidden("Only the admin can make a link for the admin.")
    await team_queries.prolong_invitation(
        db, row.account_id, person_id, datetime.now(UTC) + operations.LINK_LIFETIME
    )
    person = Person(row.account_id, row.person_id, row.email, Role(row.role))
    return await operations.create_sign_in_link(db, person)


def _shown(row: TeammateRow) -> Teammate:
    role = ADMIN if row.is_admin else WORDS[Role(row.role)]
    is_open = row.signed_in_at is None and row.disabled_at is None
    return Teammate(
        email=row.email,
        role=role if row.disabled_at is None else DISABLED,
        disable_rapid_emails=True,  # nothing here sends any
        is_studio_labeler=row.role == Role.LABELER,
        expiry=timestamp(row.invited_until) if is_open and row.invited_until else UNSET,
    )
