import asyncio
import gzip
import time
import zlib

import pytest
from fetch_rig import PATIENT, PUBLIC, QUICK, Rig

from groundplane.errors import FetchFailed, FetchRefused
from groundplane.fetch.fetcher import UNREACHABLE, FetchLimits, Way
from loopback import Answer, drip, hang, redirect, reply, reset

URL = "http://pub.test/frame.json"
SMALL = FetchLimits(size_bytes=1000, connect_timeout_s=0.2, total_timeout_s=5)


async def failure(rig: Rig, url: str = URL, limits: FetchLimits = QUICK) -> FetchFailed:
    with pytest.raises(FetchFailed) as raised:
        await rig.fetcher().get(url, limits)
    assert raised.value.url == url
    return raised.value


async def refusal(rig: Rig, url: str = URL, limits: FetchLimits = QUICK) -> FetchRefused:
    with pytest.raises(FetchRefused) as raised:
        await rig.fetcher().get(url, limits)
    assert raised.value.url == url
    return raised.value


async def test_a_file_is_fetched_with_its_type(rig: Rig) -> None:
    rig.page("/frame.json", reply(200, b'{"a":1}', {"Content-Type": "application/json"}))
    fetched = await rig.fetcher().get(URL + "?sig=a%2Fb#here", QUICK)
    assert fetched.content == b'{"a":1}'
    assert (fetched.status, fetched.content_type) == (200, "application/json")
    (seen,) = rig.seen
    assert (seen.method, seen.path) == ("GET", "/frame.json?sig=a%2Fb")
    assert set(seen.headers) == {"host", "user-agent", "accept-encoding", "connection"}
    assert seen.headers["host"] == "pub.test"
    assert seen.headers["accept-encoding"] == "identity"


async def test_https_is_verified_against_the_name_not_the_address(rig: Rig) -> None:
    rig.page("/frame.json", reply(200, b"{}"))
    rig.name("other.test", [PUBLIC])
    assert (await rig.fetcher().get("https://pub.test/frame.json", PATIENT)).content == b"{}"
    assert rig.connects == [(PUBLIC, 443)]
    assert str(await failure(rig, "https://other.test/frame.json", PATIENT)) == UNREACHABLE
    assert len(rig.seen) == 1


async def test_a_name_is_looked_up_once_and_that_answer_is_what_is_connected_to(rig: Rig) -> None:
    rig.page("/frame.json", reply(200, b"{}"))
    rig.name("rebind.test", [PUBLIC], ["127.0.0.1"])
    await rig.fetcher().get("http://rebind.test/frame.json", QUICK)
    assert rig.lookups == ["rebind.test"]
    assert rig.connects == [(PUBLIC, 80)]


async def test_a_name_that_turns_private_is_refused_at_the_next_fetch(rig: Rig) -> None:
    rig.page("/frame.json", reply(200, b"{}"))
    rig.name("rebind.test", [PUBLIC], ["127.0.0.1"])
    fetcher = rig.fetcher()
    await fetcher.get("http://rebind.test/frame.json", QUICK)
    with pytest.raises(FetchRefused):
        await fetcher.get("http://rebind.test/frame.json", QUICK)
    assert rig.connects == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    "answer", [["10.0.0.5"], [PUBLIC, "10.0.0.5"], ["::ffff:127.0.0.1"], ["fe80::1%eth0"]]
)
async def test_nothing_connects_to_an_answer_with_a_closed_address(
    rig: Rig, answer: list[str]
) -> None:
    rig.name("mixed.test", answer)
    assert str(await refusal(rig, "http://mixed.test/x")) == UNREACHABLE
    assert rig.connects == []


async def test_an_allowed_address_is_reached_on_any_port(rig: Rig) -> None:
    rig.page("/frame.json", reply(200, b"{}"))
    rig.ports[9123] = rig.ports[80]
    fetcher = rig.fetcher(allow=["127.0.0.0/8"])
    assert (await fetcher.get("http://127.0.0.1:9123/frame.json", QUICK)).content == b"{}"
    assert rig.connects == [("127.0.0.1", 9123)]
    assert rig.lookups == []
    assert rig.seen[0].headers["host"] == "127.0.0.1:9123"


async def test_a_second_address_is_tried_when_the_first_is_silent(rig: Rig) -> None:
    rig.page("/frame.json", reply(200, b"{}"))
    rig.name("two.test", ["1.1.1.1", PUBLIC])
    open_wire = rig.connect

    async def connect(address: str, port: int, timeout_s: float):  # noqa: ANN202 httpcore's stream
        return await open_wire(address, 1 if address == "1.1.1.1" else port, timeout_s)

    rig.connect = connect  # type: ignore[method-assign] # the first address is a closed port
    assert (await rig.fetcher().get("http://two.test/frame.json", QUICK)).content == b"{}"
    assert rig.connects == [("1.1.1.1", 1), (PUBLIC, 80)]


async def test_refused_closed_and_unknown_read_and_last_the_same(rig: Rig) -> None:
    rig.name("closed.test", [PUBLIC])
    rig.name("private.test", ["10.0.0.5"])
    durations_s: list[float] = []
    for url in (
        "http://private.test/",
        "http://169.254.169.254/",
        "http://closed.test:8443/",
        "http://unknown.test/",
        "http://pub.test:6379/",
    ):
        start_s = time.monotonic()
        with pytest.raises((FetchRefused, FetchFailed), match=UNREACHABLE):
            await rig.fetcher().get(url, QUICK)
        durations_s.append(time.monotonic() - start_s)
    assert min(durations_s) >= QUICK.connect_timeout_s - 0.005
    assert max(durations_s) < QUICK.connect_timeout_s + 3  # a busy machine


async def test_a_resolver_that_never_answers_is_given_up(rig: Rig) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        await asyncio.sleep(3600)
        return []

    rig.resolve = resolve  # type: ignore[method-assign] # the rig's only silent resolver
    assert str(await failure(rig)) == UNREACHABLE


# Redirects -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_followed_without_anything_that_came_before(
    rig: Rig, status: int
) -> None:
    rig.page("/frame.json", redirect("/b?x=1", status))
    rig.page("/b", reply(200, b"{}", {"Set-Cookie": "a=b"}))
    fetched = await rig.fetcher().get(URL, QUICK)
    assert (fetched.url, fetched.content) == ("http://pub.test/b?x=1", b"{}")
    assert set(rig.seen[1].headers) == {"host", "user-agent", "accept-encoding", "connection"}


async def test_five_redirects_are_followed_and_six_are_not(rig: Rig) -> None:
    for hop in range(6):
        rig.page(f"/{hop}", redirect(f"/{hop + 1}"))
    rig.page("/6", reply(200, b"{}"))
    assert (await rig.fetcher().get("http://pub.test/1", QUICK)).content == b"{}"
    rig.connects.clear()
    error = await failure(rig, "http://pub.test/0")
    assert "more than 5 redirects" in str(error)
    assert len(rig.connects) == 6


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "//10.0.0.5/",
        "http://2852039166/",
        "http://rebind.test/",
        "http://user:secret@pub.test/",
        "http:\\\\10.0.0.5\\",
        "/a b",
        "file:///etc/passwd",
        "gopher://10.0.0.5:6379/_INFO",
        "http://pub.test:6379/",
        "http://[bad/",
        "/\xe9",
        "",
    ],
)
async def test_each_hop_is_judged_like_the_first(rig: Rig, location: str) -> None:
    rig.name("rebind.test", ["127.0.0.1"])
    rig.page("/frame.json", redirect(location))
    with pytest.raises((FetchRefused, FetchFailed)) as raised:
        await rig.fetcher().get(URL, QUICK)
    assert raised.value.url == URL
    assert "169.254" not in str(raised.value)
    assert {address for address, _ in rig.connects} == {PUBLIC}
    assert [seen.path for seen in rig.seen] == ["/frame.json"]


async def test_https_does_not_redirect_to_http(rig: Rig) -> None:
    rig.page("/frame.json", redirect("http://pub.test/b"))
    await refusal(rig, "https://pub.test/frame.json", PATIENT)
    assert rig.connects == [(PUBLIC, 443)]


async def test_http_redirects_to_https(rig: Rig) -> None:
    rig.page("/frame.json", redirect("https://pub.test/b"))
    rig.page("/b", reply(200, b"{}"))
    assert (await rig.fetcher().get(URL, PATIENT)).url == "https://pub.test/b"


# Answers that are no file ----------------------------------------------------------------------


@pytest.mark.parametrize("status", [204, 206, 304, 400, 403, 404, 429, 500, 503])
async def test_any_other_answer_fails_with_its_status_and_none_of_its_words(
    rig: Rig, status: int
) -> None:
    rig.page("/frame.json", reply(status, b"" if status in (204, 304) else b"internal secret"))
    error = await failure(rig)
    assert error.status == status
    assert "secret" not in str(error)


async def test_a_server_that_hangs_or_resets_or_drips_is_given_up_in_time(rig: Rig) -> None:
    limits = FetchLimits(connect_timeout_s=0.2, total_timeout_s=0.5)
    rig.page("/hang", hang)
    rig.page("/drip", drip)
    rig.page("/reset", reset)
    for path in ("hang", "drip", "reset"):
        start_s = time.monotonic()
        url = f"http://pub.test/{path}"
        await failure(rig, url, FetchLimits(10**11, limits.connect_timeout_s, 0.5))
        assert time.monotonic() - start_s < 4  # of a busy machine


async def test_a_body_that_says_it_is_too_long_is_not_read(rig: Rig) -> None:
    rig.page("/frame.json", drip)
    error = await failure(rig)
    assert (error.status, "larger than the limit" in str(error)) == (200, True)


async def test_a_body_that_hides_its_length_is_stopped_at_the_limit(rig: Rig) -> None:
    sent = 0

    async def endless(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 10_000)
            sent += 10_000
            await writer.drain()

    rig.page("/frame.json", endless)
    error = await failure(rig, limits=SMALL)
    assert "larger than the limit of 1000 bytes" in str(error)
    assert sent < 10_000_000


@pytest.mark.parametrize("size_bytes", [999, 1000])
async def test_a_body_up_to_the_limit_is_taken(rig: Rig, size_bytes: int) -> None:
    rig.page("/frame.json", reply(200, b"x" * size_bytes))
    assert len((await rig.fetcher().get(URL, SMALL)).content) == size_bytes


async def test_a_body_shorter_than_it_says_is_not_a_file(rig: Rig) -> None:
    async def short(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}")
        await writer.drain()

    rig.page("/frame.json", short)
    assert (await failure(rig)).status == 200


@pytest.mark.parametrize(
    "raw",
    [b"\x15\x03\x01\x00\x02\x02\x16", b"220 mail.test ESMTP\r\n", b"-ERR\r\n\r\n", b"HTTP/1.1 200"],
)
async def test_what_is_not_http_is_an_ordinary_failure(rig: Rig, raw: bytes) -> None:
    async def speak(writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()

    rig.page("/frame.json", speak)
    error = await failure(rig)
    assert "broke off or was not HTTP" in str(error)
    assert "ESMTP" not in str(error)


# Compression -----------------------------------------------------------------------------------


def zipped(body: bytes, encoding: str = "gzip") -> Answer:
    return reply(200, body, {"Content-Encoding": encoding})


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
async def test_a_gzip_body_is_unzipped(rig: Rig, encoding: str) -> None:
    rig.page("/frame.json", zipped(gzip.compress(b'{"a":1}'), encoding))
    assert (await rig.fetcher().get(URL, QUICK)).content == b'{"a":1}'


async def test_a_gzip_body_in_several_members_is_unzipped_whole(rig: Rig) -> None:
    rig.page("/frame.json", zipped(gzip.compress(b"abc" * 1000) + gzip.compress(b"def")))
    assert (await rig.fetcher().get(URL, QUICK)).content == b"abc" * 1000 + b"def"


async def test_a_gz_file_without_the_header_is_left_as_it_is(rig: Rig) -> None:
    content = gzip.compress(b"{}")
    rig.page("/frame.json", reply(200, content, {"Content-Type": "application/gzip"}))
    assert (await rig.fetcher().get(URL, QUICK)).content == content


@pytest.mark.parametrize(
    "encoding", ["br", "zstd", "deflate", "gzip, gzip", "gzip,gzip,gzip,gzip,gzip,gzip", "nonsense"]
)
async def test_other_and_chained_encodings_are_not_accepted(rig: Rig, encoding: str) -> None:
    rig.page("/frame.json", zipped(gzip.compress(gzip.compress(b"{}")), encoding))
    error = await failure(rig)
    assert "encoding that is not accepted" in str(error)


async def test_a_gzip_body_that_is_cut_or_damaged_is_not_a_file(rig: Rig) -> None:
    whole = gzip.compress(b"abcdefgh" * 100)
    rig.page("/cut", zipped(whole[:-5]))
    rig.page("/empty", zipped(b""))
    rig.page("/damaged", zipped(whole[:10] + bytes(20)))
    for path in ("cut", "empty", "damaged"):
        assert "gzip data" in str(await failure(rig, f"http://pub.test/{path}"))


async def test_a_bomb_is_stopped_at_the_size_limit(rig: Rig) -> None:
    rig.page("/frame.json", zipped(gzip.compress(bytes(50_000_000))))
    error = await failure(rig, limits=SMALL)  # 50 MB arrive as 49 kB: over the limit only unzipped
    assert "larger than the limit" in str(error)
    limits = FetchLimits(10_000_000, 0.2, 5)
    assert "larger than the limit" in str(await failure(rig, limits=limits))


async def test_a_bomb_is_stopped_by_its_ratio(rig: Rig) -> None:
    rig.page("/frame.json", zipped(gzip.compress(bytes(20_000_000))))
    limits = FetchLimits(connect_timeout_s=0.2, ratio=200, ratio_grace_bytes=2_000_000)
    assert "grows too much" in str(await failure(rig, limits=limits))
    kind = FetchLimits(connect_timeout_s=0.2, ratio=200, ratio_grace_bytes=18_000_000)
    assert len((await rig.fetcher().get(URL, kind)).content) == 20_000_000


async def test_a_small_bomb_never_becomes_large_in_memory(rig: Rig) -> None:
    """100 MB of zeros, zipped twice, are a few hundred bytes: only one layer is ever taken off."""
    inner = zlib.compressobj(9, zlib.DEFLATED, 31)
    layer = b"".join(inner.compress(bytes(1_000_000)) for _ in range(100)) + inner.flush()
    rig.page("/frame.json", zipped(gzip.compress(layer)))
    assert (await rig.fetcher().get(URL, QUICK)).content == layer


# Another way than its own address


def explained(status: int, content: bytes) -> str:
    return f"{status}: {content[:5].decode()}, {len(content)} bytes"


async def test_another_way_is_guarded_leads_nowhere_else_and_stays_untold(rig: Rig) -> None:
    rig.page("/f", reply(200, b"{}"))
    rig.page("/gone", reply(404, b"<none" + bytes(20_000)))
    rig.page("/moved", redirect("http://pub.test/f?sig=1", 307))
    rig.name("inside.test", ["10.0.0.5"])
    fetcher, told = rig.fetcher(), "s3://bucket/f"
    fetched = await fetcher.get(told, QUICK, Way("http://pub.test/f?sig=1", explained))
    assert (fetched.url, fetched.content) == (told, b"{}")
    for at, sentence in (
        ("http://pub.test/gone?sig=1", "404: <none, 16384 bytes"),
        ("http://pub.test/moved?sig=1", "307: , 0 bytes"),
        ("http://inside.test/f?sig=1", UNREACHABLE),
        ("http://user@pub.test/f?sig=1", "The URL cannot be fetched"),
    ):
        with pytest.raises((FetchFailed, FetchRefused), match=sentence) as raised:
            await fetcher.get(told, QUICK, Way(at, explained))
        assert raised.value.url == told
    assert "sig=1" not in repr(Way("http://pub.test/f?sig=1", explained))
