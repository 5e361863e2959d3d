"""Statements on the people of an account as a team: one function each."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from groundplane.storage.database import Connection, execute, many


class TeammateRow(msgspec.Struct, frozen=True):
    """`signed_in_at`: the last time; None: never."""

    person_id: str
    email: str
    role: str
    is_admin: bool
    created_at: datetime
    disabled_at: datetime | None
    invited_until: datetime | None
    signed_in_at: datetime | None


async def teammates(db: Connection, account_id: str) -> list[TeammateRow]:
    """Everybody who was not removed, the longest there first."""
    return await many(
        db,
        TeammateRow,
        """
        SELECT p.person_id, p.email, p.role, p.is_admin, p.created_at, p.disabled_at,
               p.invited_until, s.signed_in_at
        FROM person p
        LEFT JOIN (SELECT person_id, max(created_at) AS signed_in_at FROM session
                   WHERE account_id = %(account_id)s GROUP BY person_id) s USING (person_id)
        WHERE p.account_id = %(account_id)s AND p.removed_at IS NULL
        ORDER BY p.created_at, p.person_id
        """,
        account_id=account_id,
    )


async def insert_invited(
    db: Connection,
    account_id: str,
    person_id: str,
    *,
    email: str,
    role: str,
    invited_until: datetime,
) -> None:
    """Who is there already stays as they are."""
    await execute(
        db,
        """
        INSERT INTO person (account_id, person_id, email, role, created_at, invited_until)
        VALUES (%(account_id)s, %(person_id)s, %(email)s, %(role)s, clock_timestamp(),
                %(invited_until)s)
        ON CONFLICT (account_id, lower(email)) DO NOTHING
        """,
        account_id=account_id,
        person_id=person_id,
        email=email,
        role=role,
        invited_until=invited_until,
    )


async def invite_again(
    db: Connection, account_id: str, emails: Sequence[str], *, role: str, invited_until: datetime
) -> None:
    """Of these, those who never signed in and those who were disabled."""
    await execute(
        db,
        """
        UPDATE person p
        SET role = %(role)s, invited_until = %(invited_until)s, disabled_at = NULL,
            removed_at = NULL
        WHERE p.account_id = %(account_id)s AND lower(p.email) = ANY(%(emails)s)
          AND NOT p.is_admin
          AND (p.disabled_at IS NOT NULL OR NOT EXISTS (
              SELECT 1 FROM session s
              WHERE s.account_id = p.account_id AND s.person_id = p.person_id))
        """,
        account_id=account_id,
        emails=[email.lower() for email in emails],
        role=role,
        invited_until=invited_until,
    )


async def lock_managers(db: Connection, account_id: str) -> None:
    """Until the end of this transaction nobody else takes a manager's role away."""
    await execute(
        db,
        """
        SELECT FROM person
        WHERE account_id = %(account_id)s AND role = 'manager'
        ORDER BY person_id
        FOR NO KEY UPDATE
        """,
        account_id=account_id,
    )


async def set_role(db: Connection, account_id: str, person_id: str, role: str) -> None:
    await execute(
        db,
        """
        UPDATE person SET role = %(role)s
        WHERE account_id = %(account_id)s AND person_id = %(person_id)s
        """,
        account_id=account_id,
        person_id=person_id,
        role=role,
    )


async def pass_on_admin(db: Connection, account_id: str, person_id: str) -> None:
    """This one is the admin from now on, and nobody else."""
    await execute(
        db,
        """
        UPDATE person SET is_admin = (person_id = %(person_id)s)
        WHERE account_id = %(account_id)s AND (is_admin OR person_id = %(person_id)s)
        """,
        account_id=account_id,
        person_id=person_id,
    )


async def set_disabled(
    db: Connection, account_id: str, person_id: str, *, disabled: bool, removed: bool
) -> None:
    """Again keeps the moment of the first time."""
    await execute(
        db,
        """
        UPDATE person
        SET disabled_at = CASE WHEN %(disabled)s THEN coalesce(disabled_at, now()) END,
            removed_at = CASE WHEN %(removed)s THEN now() END
        WHERE account_id = %(account_id)s AND person_id = %(person_id)s
        """,
        account_id=account_id,
        person_id=person_id,
        disabled=disabled,
        removed=removed,
    )


async def end_sessions(db: Connection, account_id: str, person_id: str) -> None:
    """Of a person, in every browser."""
    await execute(
        db,
        """
        UPDATE session SET ended_at = now()
        WHERE account_id = %(account_id)s AND person_id = %(person_id)s AND ended_at IS NULL
        """,
        account_id=account_id,
        person_id=person_id,
    )


async def spend_sign_in_links(db: Connection, account_id: str, person_id: str) -> None:
    """Nobody comes in by a link that this person was given before."""
    await execute(
        db,
        """
        UPDATE sign_in_link SET used_at = now()
        WHERE account_id = %(account_id)s AND person_id = %(person_id)s AND used_at IS NULL
        """,
        account_id=account_id,
        person_id=person_id,
    )


async def set_roles(db: Connection, account_id: str, emails: Sequence[str], role: str) -> None:
    """Of these, but not the admin's."""
    await execute(
        db,
        """
        UPDATE person SET role = %(role)s
        WHERE account_id = %(account_id)s AND lower(email) = ANY(%(emails)s) AND NOT is_admin
        """,
        account_id=account_id,
        emails=[email.lower() for email in emails],
        role=role,
    )


async def prolong_invitation(
    db: Connection, account_id: str, person_id: str, until: datetime
) -> None:
    """An invitation lasts as long as a link that was made for it."""
    await execute(
        db,
        """
        UPDATE person SET invited_until = greatest(invited_until, %(until)s)
        WHERE account_id = %(account_id)s AND person_id = %(person_id)s
          AND invited_until IS NOT NULL
        """,
        account_id=account_id,
        person_id=person_id,
        until=until,
    )
