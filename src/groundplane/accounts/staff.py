"""What a manager changes about one person. None commits: the caller's transaction does.

Two rules keep an account from shutting itself out: somebody who has signed in stays its manager,
and what the admin may do is changed by the admin alone.
"""

from collections.abc import Sequence

from groundplane.accounts import operations, team, team_queries
from groundplane.accounts.model import Person, Role
from groundplane.accounts.team_queries import TeammateRow
from groundplane.errors import Conflict, Forbidden, InvalidParameter, NotFound
from groundplane.storage.database import Connection

PERSON = "Person with that ID"


async def invite(db: Connection, asking: Person, email: str, role: Role) -> TeammateRow:
    """Somebody who was not here, or who was removed.

    Raises:
        InvalidParameter: that is no e-mail address.
        Conflict: there is such a person, disabled or not.
    """
    if operations.EMAIL.fullmatch(email) is None:
        raise InvalidParameter("email", "must be a valid email")
    known = await _by_email(db, asking.account_id, email)
    if known is not None and known.disabled_at is not None:
        raise Conflict(f"{known.email} is disabled. Enable them instead.")
    if known is not None and known.signed_in_at is None:
        raise Conflict(f"{known.email} is invited already. Make a new sign-in link in the list.")
    if known is not None:
        raise Conflict(f"{known.email} works here already.")
    await team.invite(db, asking.account_id, [email], role)
    invited = await _by_email(db, asking.account_id, email)
    assert invited is not None
    return invited


async def set_role(db: Connection, asking: Person, person_id: str, role: Role) -> None:
    """Give somebody this role, from their next request on.

    Raises:
        NotFound: nobody has this id here.
        Forbidden: it is the admin, and somebody else asks.
        Conflict: nobody would be left to manage the account.
    """
    everybody, person = await _changeable(db, asking, person_id)
    if role is not Role.MANAGER:
        await _let_go(db, asking.account_id, everybody, person)
    await team_queries.set_role(db, asking.account_id, person_id, role.value)


async def disable(db: Connection, asking: Person, person_id: str, *, removed: bool) -> None:
    """Let somebody in no more: sessions and links end now. With `removed` no list has them.

    Raises: as set_role.
    """
    everybody, person = await _changeable(db, asking, person_id)
    if person.disabled_at is None:
        await _let_go(db, asking.account_id, everybody, person)
    await team_queries.set_disabled(
        db, asking.account_id, person_id, disabled=True, removed=removed
    )
    await team_queries.end_sessions(db, asking.account_id, person_id)
    await team_queries.spend_sign_in_links(db, asking.account_id, person_id)


async def enable(db: Connection, asking: Person, person_id: str) -> None:
    """They may come in again, by a new link. Raises NotFound, Forbidden: as set_role."""
    await _changeable(db, asking, person_id)
    await team_queries.set_disabled(db, asking.account_id, person_id, disabled=False, removed=False)


async def _changeable(
    db: Connection, asking: Person, person_id: str
) -> tuple[list[TeammateRow], TeammateRow]:
    """Everybody and the one who is meant, with no manager lost before this transaction ends."""
    await team_queries.lock_managers(db, asking.account_id)
    everybody = await team_queries.teammates(db, asking.account_id)
    person = next((one for one in everybody if one.person_id == person_id), None)
    if person is None:
        raise NotFound(PERSON)
    if person.is_admin and asking.person_id != person_id:
        raise Forbidden(
            f"{person.email} is the admin of this account: only they can change what they may do."
        )
    return everybody, person


async def _let_go(
    db: Connection, account_id: str, everybody: Sequence[TeammateRow], person: TeammateRow
) -> None:
    """Before somebody is a manager no more; the longest there of the others follows an admin.

    Raises:
        Conflict: there are no others.
    """
    if person.role != Role.MANAGER or person.disabled_at is not None:
        return
    others = [
        one
        for one in everybody
        if one.role == Role.MANAGER
        and one.disabled_at is None
        and one.signed_in_at is not None
        and one.person_id != person.person_id
    ]
    if not others:
        raise Conflict(
            f"{person.email} is the only manager who has ever signed in, and an account needs one."
            " Make somebody else a manager, and let them sign in, first."
        )
    if person.is_admin:
        await team_queries.pass_on_admin(db, account_id, others[0].person_id)


async def _by_email(db: Connection, account_id: str, email: str) -> TeammateRow | None:
    for one in await team_queries.teammates(db, account_id):
        if one.email.lower() == email.lower():
            return one
    return None
