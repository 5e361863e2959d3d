"""/v1/teams with the official client, and what it changes in the app (Scale's docs, "Teams")."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import scaleapi
from scaleapi.exceptions import ScaleInvalidRequest, ScaleResourceNotFound
from scaleapi.teams import Teammate, TeammateRole

from groundplane.storage.database import Mode
from groundplane.wire.people import Role
from groundplane.wire.values import parse_time
from live_server import LiveServer

OF_THE_SERVER = {
    "labeler@example.com": "labeler",
    "reviewer@example.com": "member",
    "manager@example.com": "admin",
}


def roles(team: list[Teammate]) -> dict[str, str]:
    return {mate.email: mate.role for mate in team}


def signed_in(server: LiveServer, token: str) -> httpx.Client:
    client = httpx.Client(base_url=server.url)
    assert client.post("/app/sign-in", json={"token": token}).status_code == 200
    return client


def test_the_team_is_the_people_of_the_app_in_either_world(server: LiveServer) -> None:
    for mode in Mode:
        assert roles(server.client(mode).list_teammates()) == OF_THE_SERVER
    labeler, *others = server.client().list_teammates()
    assert labeler.as_dict() == {
        "email": "labeler@example.com",
        "role": "labeler",
        "disableRapidEmails": True,
        "isStudioLabeler": True,
    }
    assert [mate.is_studio_labeler for mate in others] == [False, False]


def test_who_is_invited_comes_in_by_a_link_of_a_manager(
    client: scaleapi.ScaleClient, server: LiveServer
) -> None:
    emails = ["New@example.com", "other@example.com"]
    team = client.invite_teammates(emails, TeammateRole.Member)
    assert roles(team) == OF_THE_SERVER | dict.fromkeys(emails, "member")
    invited = {mate.email: mate.expiry for mate in team if mate.expiry}
    assert list(invited) == emails
    in_a_week = datetime.now(UTC) + timedelta(days=7)
    expiry = parse_time("expiry", str(invited["New@example.com"]))
    assert abs(expiry - in_a_week) < timedelta(minutes=1)

    with closing(signed_in(server, server.links[Role.MANAGER])) as manager:
        people = {row["email"]: row for row in manager.get("/app/people").json()["people"]}
        person = people["New@example.com"]
        assert (person["role"], person["invited_until"]) == ("reviewer", team[3].expiry)
        url = manager.post(f"/app/people/{person['person_id']}/sign-in-link", json={}).json()["url"]
    assert url.startswith("http://groundplane.test/sign-in?token=")
    token = url.partition("token=")[2]
    with closing(signed_in(server, token)) as newcomer:
        assert newcomer.get("/app/me").json()["role"] == "reviewer"
        assert newcomer.get("/app/people").status_code == 403
    with closing(httpx.Client(base_url=server.url)) as late:
        assert late.post("/app/sign-in", json={"token": token}).status_code == 401
    expiries = {mate.email: mate.expiry for mate in client.list_teammates()}
    assert (expiries["New@example.com"], expiries["other@example.com"] is None) == (None, False)


def test_an_invitation_changes_nobody_who_works_here(
    client: scaleapi.ScaleClient, server: LiveServer
) -> None:
    signed_in(server, server.links[Role.REVIEWER]).close()
    emails = ["Manager@example.com", "reviewer@example.com", "REVIEWER@example.com"]
    assert roles(client.invite_teammates(emails, TeammateRole.Labeler)) == OF_THE_SERVER
    client.invite_teammates(["new@example.com"], TeammateRole.Labeler)
    again = client.invite_teammates(["new@example.com"], TeammateRole.Manager)
    assert roles(again)["new@example.com"] == "manager"


def test_a_new_role_counts_from_the_next_request_on(
    client: scaleapi.ScaleClient, server: LiveServer
) -> None:
    with closing(signed_in(server, server.links[Role.LABELER])) as labeler:
        assert labeler.get("/app/people").status_code == 403
        team = client.update_teammates_role(["Labeler@example.com"], TeammateRole.Manager)
        assert roles(team) == OF_THE_SERVER | {"labeler@example.com": "manager"}
        assert labeler.get("/app/people").status_code == 200
        (mate,) = (mate for mate in team if mate.email == "labeler@example.com")
        mate.update_teammate_role(TeammateRole.Labeler)
        assert labeler.get("/app/people").status_code == 403


def test_no_call_takes_the_admins_role(client: scaleapi.ScaleClient, server: LiveServer) -> None:
    emails = ["manager@example.com", "labeler@example.com"]
    team = client.update_teammates_role(emails, TeammateRole.Member)
    assert roles(team) == OF_THE_SERVER | {"labeler@example.com": "member"}
    with closing(signed_in(server, server.links[Role.MANAGER])) as manager:
        assert manager.get("/app/me").json()["role"] == "manager"
    client.update_teammates_role(["labeler@example.com"], TeammateRole.Manager)
    with closing(signed_in(server, server.links[Role.LABELER])) as other:
        (admin,) = (row for row in other.get("/app/people").json()["people"] if row["is_admin"])
        refused = other.post(f"/app/people/{admin['person_id']}/sign-in-link", json={})
        assert refused.status_code == 403
        unknown = other.post(f"/app/people/{'f' * 24}/sign-in-link", json={})
        assert unknown.status_code == 404


def test_who_was_disabled_is_shown_so_and_cannot_be_let_in(
    client: scaleapi.ScaleClient, server: LiveServer
) -> None:
    server.execute("UPDATE person SET disabled_at = now() WHERE role = 'labeler'")
    assert roles(client.list_teammates())["labeler@example.com"] == "disabled"
    with pytest.raises(ScaleResourceNotFound, match="Teammate with that email not found"):
        client.update_teammates_role(["labeler@example.com"], TeammateRole.Member)
    team = client.invite_teammates(["labeler@example.com"], TeammateRole.Member)
    assert roles(team)["labeler@example.com"] == "member"


def test_another_accounts_person_is_as_unknown_as_nobody(
    client: scaleapi.ScaleClient, server: LiveServer
) -> None:
    server.execute("INSERT INTO account (account_id, name) VALUES (%s, 'B')", "0b" * 12)
    server.execute(
        "INSERT INTO person (account_id, person_id, email, role) VALUES (%s, %s, %s, 'labeler')",
        *("0b" * 12, "9" * 24, "theirs@example.com"),
    )
    assert roles(client.list_teammates()) == OF_THE_SERVER
    for email in ("theirs@example.com", "nobody@example.com"):
        with pytest.raises(ScaleResourceNotFound, match="Teammate with that email not found"):
            client.update_teammates_role([email, "labeler@example.com"], TeammateRole.Manager)
    assert roles(client.list_teammates()) == OF_THE_SERVER


@pytest.mark.parametrize(
    ("emails", "role", "complaint"),
    [
        (["a@b.example", "not one"], TeammateRole.Member, '"emails.1" must be a valid email'),
        ([], TeammateRole.Member, '"emails" must contain at least 1 items'),
        (["a@b.example"] * 1001, TeammateRole.Member, '"emails" must contain less than'),
        (["a@b.example"], TeammateRole.Admin, '"team_role" must be one of'),
    ],
)
def test_what_is_no_invitation_is_refused(
    shared_server: LiveServer, emails: list[str], role: TeammateRole, complaint: str
) -> None:
    for call in ("invite_teammates", "update_teammates_role"):
        with pytest.raises(ScaleInvalidRequest, match=complaint):
            getattr(shared_server.client(), call)(emails, role)
