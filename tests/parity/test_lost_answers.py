"""The official client over TLS when the answer to a creation is lost (reliability.md T28).

It sends a POST again after a 5xx, at once the first time and then after 4 and 8 s, and asks for
the unique_id if the answer to that is 409. One fault a round is therefore waited for nowhere. The
soak also has rounds of two, for which the back-off of the client is set to nothing; so it is where
a certificate is refused, which the client tries four times too.
"""

import random
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import scaleapi
import scaleapi.api
from private_ca import PrivateCa, make_private_ca
from scaleapi.exceptions import ScaleDuplicateResource, ScaleException
from scaleapi.tasks import Task, TaskType
from tls_front import Fault, TlsFront, tls_front

from groundplane.storage.database import Mode
from live_server import LiveServer

ORDER = {"attachment": "https://pictures.example/1.jpg", "geometries": {"box": {}}}
ODD = (
    *("100%", "50%25 off", "%2F", "a+b", "a/b", "a,b", "a&b", "a&b=c&d", "?a=b;'\"", " a "),
    *("\u96ea & %, +/", "\U0001f4a5\u202e", ",", "a" * 500),
)
# No hex digit: a `%` before two of them may be changed by the client itself, and a `#` and what
# comes after it never leave it. No id here is another one percent-encoded: as pasted, both look
# the same.
ALPHABET = "%+/,& =?;:@!$'()*[]{}|\\^`\"<>~xyz\u00fc\u96ea\u202e\U0001f4a5"
ANSWERED = (Fault.INTERNAL, Fault.BAD_GATEWAY, Fault.TIMEOUT)


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> PrivateCa:
    return make_private_ca(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def front(server: LiveServer, ca: PrivateCa) -> Iterator[TlsFront]:
    port = urlsplit(server.url).port
    assert port is not None
    with tls_front(port, ca.server) as front:
        yield front


@pytest.fixture(autouse=True)
def no_other_authority(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def client_of(
    server: LiveServer, front: TlsFront, verify: str | None = None
) -> scaleapi.ScaleClient:
    key, address = server.keys[Mode.LIVE], f"{front.url}/v1"
    return scaleapi.ScaleClient(key, api_instance_url=address, verify=verify)


def create(client: scaleapi.ScaleClient, unique_id: str) -> Task:
    return client.create_task(TaskType.ImageAnnotation, **ORDER, unique_id=unique_id)


def odd_ids(count: int) -> list[str]:
    chance = random.Random(28)  # noqa: S311 - which characters
    others = (
        f"{n} {''.join(chance.choices(ALPHABET, k=chance.randint(1, 12)))}" for n in range(count)
    )
    return [*ODD, *others][:count]


@pytest.mark.parametrize(
    "rounds", [len(ODD), pytest.param(1000, marks=pytest.mark.soak, id="lost-answers")]
)
def test_the_client_is_given_the_task_whose_answer_was_lost(
    server: LiveServer,
    front: TlsFront,
    ca: PrivateCa,
    monkeypatch: pytest.MonkeyPatch,
    rounds: int,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(ca.certificate))
    server.execute("UPDATE task SET unique_id = NULL")
    client, is_soak = client_of(server, front), rounds > len(ODD)
    if is_soak:
        monkeypatch.setattr(scaleapi.api, "HTTP_RETRY_BACKOFF_FACTOR", 0)
    decoys = {name: create(client, name).id for name in ("a", "b", "100", "50", "x", "\u96ea")}
    given: dict[str, str] = {}
    begun = time.monotonic()
    for number, name in enumerate(odd_ids(rounds)):
        faults = [ANSWERED[number % len(ANSWERED)]]
        if is_soak and number % 10 == 0:
            faults.append(Fault.DROPPED)
        front.faults.extend(faults)
        front.requests.clear()
        given[name] = create(client, name).id
        sent = [line.split(" ")[0] for line in front.requests]
        assert sent == ["POST"] * (len(faults) + 1) + ["GET"], name
    took_s = time.monotonic() - begun
    kept = server.rows("SELECT unique_id, task_id FROM task WHERE unique_id IS NOT NULL")
    expected = given | decoys
    assert set(kept) == set(expected.items())  # the client holds its own each time
    assert len(kept) == len(expected) == rounds + len(decoys)
    print(f"{rounds} answers lost, 0 duplicates, {1000 * took_s / rounds:.0f} ms each")  # noqa: T201 - the soak's figures


@pytest.mark.parametrize(
    "rounds", [2, pytest.param(250, marks=pytest.mark.soak, id="lost-answers-dropped")]
)
def test_after_a_dropped_connection_the_task_is_there_once_to_be_asked_for(
    server: LiveServer,
    front: TlsFront,
    ca: PrivateCa,
    monkeypatch: pytest.MonkeyPatch,
    rounds: int,
) -> None:
    """The client compares the status of the lost answer, which has none, and breaks on it.

    What it sent before it broke has been done once; asked again it says so.
    """
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(ca.certificate))
    client = client_of(server, front)
    for number in range(rounds):
        name = f"dropped {number}, %+/&"
        front.faults.append(Fault.DROPPED)
        with pytest.raises(TypeError, match="NoneType"):
            create(client, name)
        with pytest.raises(ScaleDuplicateResource) as refused:
            create(client, name)
        (task,) = client.tasks(unique_id=[name])
        assert task.id in str(refused.value)
    found = server.rows("SELECT unique_id FROM task WHERE unique_id LIKE 'dropped%'")
    assert len(found) == len(set(found)) == rounds


def test_a_private_authority_has_to_be_in_the_environment(
    server: LiveServer, front: TlsFront, ca: PrivateCa, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`verify` reaches every request but the one that looks for a task after a lost answer."""
    monkeypatch.setattr(scaleapi.api, "HTTP_RETRY_BACKOFF_FACTOR", 0)
    key, address = server.keys[Mode.LIVE], f"{front.url}/v1"
    for stranger in (
        client_of(server, front),
        scaleapi.ScaleClient(key, api_instance_url=address, verify=False),
    ):
        with pytest.raises(ScaleException, match="certificate verify failed"):
            stranger.tasks()
    client = client_of(server, front, verify=str(ca.certificate))
    assert create(client, "private authority, whole").status == "pending"
    front.faults.append(Fault.INTERNAL)
    with pytest.raises(ScaleException, match="certificate verify failed"):
        create(client, "private authority, lost")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(ca.certificate))
    assert client_of(server, front).tasks(unique_id=["private authority, lost"]).total == 1
