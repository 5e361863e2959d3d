"""The public corpus of server-side request forgery, when it lies beside this checkout.

Each line is `deny`, `R` (deny after a redirect) or `allow`, a tab and a URL. Our own table of
cases is in test_fetch_urls.py and test_fetch_addresses.py; this one is a second opinion.
"""

from pathlib import Path

import pytest
from fetch_rig import PUBLIC, QUICK, Rig

from groundplane.errors import FetchFailed, FetchRefused
from loopback import redirect, reply
from shared_data import SHARED_DATA

CORPUS = SHARED_DATA.parent / "spec" / "ssrf_corpus.txt"
METADATA = "169.254.169.254"
CLOSED_NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "metadata.google.internal": [METADATA],
    "mixed-public-private.test": [PUBLIC, "10.0.0.5"],
    "cname-to-localhost.test": ["127.0.0.1"],
    "aaaa-only-mapped.test": ["::ffff:127.0.0.1"],
}
LANDINGS = {
    "/302-to-imds": redirect(f"http://{METADATA}/latest/"),
    "/307-to-imds": redirect(f"http://{METADATA}/latest/", 307),
    "/302-to-decimal-ip": redirect("http://2852039166/"),
    "/302-to-file-scheme": redirect("file:///etc/passwd"),
    "/302-to-rebind": redirect("http://rebind.test/"),
    "/302-chain-21": redirect("/302-chain-21"),
    "/302-to-http": redirect("http://pub.test/ok.json"),
    "/ok.json": reply(200, b"{}"),
}


def corpus(path: Path) -> list[tuple[str, str]]:
    if not path.is_file():
        return []
    lines = path.read_text().splitlines()
    pairs = [line.split("\t", 1) for line in lines if line and not line.startswith("#")]
    return [(verdict, url) for verdict, url in pairs]


@pytest.mark.skipif(not CORPUS.is_file(), reason="the corpus is not beside this checkout")
@pytest.mark.parametrize(("verdict", "url"), corpus(CORPUS))
async def test_the_corpus_is_judged_as_it_says(rig: Rig, verdict: str, url: str) -> None:
    for name, answer in CLOSED_NAMES.items():
        rig.name(name, answer)
    rig.name("rebind.test", ["127.0.0.1"], [PUBLIC])
    for path, answer in LANDINGS.items():
        rig.page(path, answer)
    fetcher = rig.fetcher()
    if verdict == "allow":
        assert (await fetcher.get(url, QUICK)).content == b"{}"
        return
    with pytest.raises((FetchRefused, FetchFailed)) as refusal:
        await fetcher.get(url, QUICK)
    assert refusal.value.url == url
    assert METADATA not in str(refusal.value)
    if verdict == "deny":
        assert rig.connects == []
    else:
        assert {address for address, _ in rig.connects} == {PUBLIC}
        assert len(rig.connects) <= 1 + QUICK.redirects


@pytest.mark.skipif(not CORPUS.is_file(), reason="the corpus is not beside this checkout")
def test_the_corpus_has_its_97_lines() -> None:
    verdicts = [verdict for verdict, _ in corpus(CORPUS)]
    assert [verdicts.count(kind) for kind in ("deny", "R", "allow")] == [86, 7, 4]
