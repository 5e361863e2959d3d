import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundplane.errors import FetchRefused
from groundplane.fetch.urls import parse_http_url

REFUSED = [
    "",
    "pub.test",
    "//pub.test/x",
    "http:/pub.test/x",
    "http:pub.test",
    "http:///10.0.0.5/",
    "http://",
    "http://:80/",
    "http://?x",
    "http://pub.test:0/",
    "http://pub.test:65536/",
    "http://pub.test:80x/",
    "http://pub.test:/",
    "http://user@pub.test/",
    "http://user:secret@pub.test/",
    "http://pub.test\\@10.0.0.5/",
    "http:\\\\10.0.0.5\\",
    "http://pub.test%2f@10.0.0.5/",
    "http://pub.test/a\\b",
    "http://pub%2etest/",
    "http://10.0.0.5%23.pub.test/",
    "http://[fe80::1%25eth0]/",
    "http://[::1/",
    "http://[pub.test]/",
    "http://1::2/",
    " http://pub.test/",
    "http://pub.test/ ",
    "http://pub.test/a b",
    "http://pub.test/a\tb",
    "http://pub.test/\r\nHost: other",
    "http://pub.test/%0d%0aX: 1",
    "http://pub.test/%00",
    "http://pub.test/?q=%7F",
    "http://pub.test/\u2028",
    "http://pub..test/",
    "http://-pub.test/",
    "http://" + "a" * 64 + ".test/",
    "http://" + "a." * 130 + "test/",
    "http://pub.test/" + "a" * 17_000,
    # names that some resolver reads as addresses
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://127.0.0.1.1/",
    "http://0/",
    "http://256.0.0.1/",
    "http://0x/",
    "http://pub.test.0x1f/",
    # letters and digits that become others under NFKC
    "http://\uff11\uff12\uff17.0.0.1/",
    "http://127\u30020\u30020\u30021/",
    "http://\u2460\u2461\u2466.0.0.1/",
    "http://b\u00fccher.test/",
    # other schemes
    "ftp://pub.test/x",
    "gopher://10.0.0.5:6379/_INFO",
    "data:text/plain,x",
    "jar:http://10.0.0.5/x!/",
    "unix:///run/x.sock",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("url", REFUSED)
def test_a_url_with_more_than_one_meaning_is_refused(url: str) -> None:
    with pytest.raises(FetchRefused):
        parse_http_url(url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://pub.test", "http://pub.test/"),
        ("HTTP://Pub.TEST:80/A?b=C#d", "http://pub.test/A?b=C"),
        ("https://pub.test.:443/x", "https://pub.test/x"),
        ("https://pub.test:8443?x=/@:", "https://pub.test:8443/?x=/@:"),
        ("http://93.184.216.34/ok", "http://93.184.216.34/ok"),
        ("http://[2606:4700:0::1111]:8080/", "http://[2606:4700::1111]:8080/"),
        ("http://xn--bcher-kva.test/", "http://xn--bcher-kva.test/"),
        ("http://a_b.test/", "http://a_b.test/"),
        ("http://pub.test/caf\u00e9|{1}?q=%2F", "http://pub.test/caf%C3%A9%7C%7B1%7D?q=%2F"),
        ("http://pub.test/#@10.0.0.5", "http://pub.test/"),
    ],
)
def test_a_plain_url_is_read_into_its_one_form(url: str, said: str) -> None:
    assert str(parse_http_url(url)) == said


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_what_is_read_has_a_plain_host_and_a_sendable_target(tail: str) -> None:
    try:
        url = parse_http_url("http://" + tail)
    except FetchRefused:
        return
    assert parse_http_url(str(url)) == url
    assert url.target.isascii()
    assert url.target.isprintable()
    assert not set(url.host) & set("@/\\%# ")
