"""/v1/teams, and what a manager's browser shows and does of people."""

import msgspec
from msgspec import UNSET, UnsetType

from groundplane.accounts import staff, team, team_queries
from groundplane.accounts.model import Person, Role
from groundplane.accounts.operations import sign_in_url
from groundplane.accounts.team import Teammate
from groundplane.accounts.team_queries import TeammateRow
from groundplane.storage.database import Database, Tenant
from groundplane.wire import bodies
from groundplane.wire.requests import HttpRequest
from groundplane.wire.routing import FromPath, JSONBody, NamedDependency, described, get, post, put
from groundplane.wire.values import timestamp

CHANGE = "emails: whom; team_role: labeler, member or manager."


class PersonView(msgspec.Struct, kw_only=True):
    """`invited_until` is of somebody who never signed in: a link may let them in until then.

    `signed_in_at` is the last time, and null of those who never did.
    """

    person_id: str
    email: str
    role: Role
    is_admin: bool
    is_disabled: bool
    created_at: str
    signed_in_at: str | None
    invited_until: str | UnsetType = UNSET


class PersonList(msgspec.Struct):
    people: list[PersonView]


class Invitation(msgspec.Struct):
    email: str
    role: Role


class Invited(msgspec.Struct):
    """`url` signs them in once, within 24 hours; it is shown only now."""

    person: PersonView
    url: str


class GivenRole(msgspec.Struct):
    role: Role


class SignInLink(msgspec.Struct):
    """Works once, within 24 hours; it is shown only now."""

    url: str


@get("/v1/teams")
async def list_teammates(
    tenant: NamedDependency[Tenant], database: NamedDependency[Database]
) -> list[Teammate]:
    """Everybody of the account; people belong to its live and its test half alike."""
    async with database.transaction(tenant) as db:
        return await team.everybody(db, tenant.account_id)


@post("/v1/teams/invite", operation_class=described(body=CHANGE))
async def invite_teammates(
    request: HttpRequest,
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> list[Teammate]:
    """Invite people; a manager finds the links to sign in by in the browser."""
    given = await bodies.read_object(request)
    emails, role = team.read_change(given, from_form=bodies.is_form(request))
    async with database.transaction(tenant) as db:
        return await team.invite(db, tenant.account_id, emails, role)


@post("/v1/teams/set_role", operation_class=described(body=CHANGE))
async def set_teammates_role(
    request: HttpRequest,
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> list[Teammate]:
    """Give people another role; the admin keeps theirs."""
    given = await bodies.read_object(request)
    emails, role = team.read_change(given, from_form=bodies.is_form(request))
    async with database.transaction(tenant) as db:
        return await team.set_role(db, tenant.account_id, emails, role)


@get("/app/people")
async def list_people(
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> PersonList:
    """Everybody of the account."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        rows = await team_queries.teammates(db, tenant.account_id)
    return PersonList([_person(row) for row in rows])


@post("/app/people")
async def invite_person(
    data: JSONBody[Invitation],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    public_url: NamedDependency[str],
) -> Invited:
    """Invite somebody; the link is to be handed over by the manager who asks for it."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        row = await staff.invite(db, person, data.email.strip(), data.role)
        token = await team.make_link(db, person, row.person_id)
    return Invited(_person(row), sign_in_url(public_url, token))


@put("/app/people/{person_id:str}/role")
async def give_role(
    person_id: FromPath[str],
    data: JSONBody[GivenRole],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> GivenRole:
    """Give somebody another role; an account keeps a manager."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        await staff.set_role(db, person, person_id, data.role)
    return data


@post("/app/people/{person_id:str}/sign-in-link")
async def make_sign_in_link(
    person_id: FromPath[str],
    person: NamedDependency[Person],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
    public_url: NamedDependency[str],
) -> SignInLink:
    """A link for somebody to sign in by, to be handed over by the manager who asks for it."""
    person.must_be(Role.MANAGER)
    async with database.transaction(tenant) as db:
        token = await team.make_link(db, person, person_id)
    return SignInLink(sign_in_url(public_url, token))


ROUTES = (
    *(list_teammates, invite_teammates, set_teammates_role),
    *(list_people, invite_person, give_role, make_sign_in_link),
)


def _person(row: TeammateRow) -> PersonView:
    was_here = row.signed_in_at is not None
    return PersonView(
        person_id=row.person_id,
        email=row.email,
        role=Role(row.role),
        is_admin=row.is_admin,
        is_disabled=row.disabled_at is not None,
        created_at=timestamp(row.created_at),
        signed_in_at=None if row.signed_in_at is None else timestamp(row.signed_in_at),
        invited_until=UNSET
        if was_here or row.invited_until is None
        else timestamp(row.invited_until),
    )
