import json
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from groundplane.buckets.answers import OTHER_REGION, REFUSED_KEY, explain
from groundplane.buckets.model import (
    Endpoint,
    GivenKey,
    Place,
    ServiceAccount,
    SharedSecret,
    file_at,
    read_key,
)
from groundplane.buckets.signing import signed_url
from groundplane.errors import FetchRefused, InvalidParameter

NOW = datetime(2026, 11, 29, 8, 5, 9, tzinfo=UTC)
EMAIL = "reader@drives.iam.example.com"


@pytest.fixture(scope="module")
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def test_an_address_has_the_parts_that_amazon_names() -> None:
    """Amazon's docs, "Authenticating Requests: Using Query Parameters"; the signature itself is
    judged where there is a server (tests/bucket_server.py)."""
    at = Endpoint("s3://examplebucket", "https://s3.amazonaws.com", "us-east-1", "AKIAIOSFODNN7")
    url = signed_url(file_at("s3://examplebucket/a b/ü+?.txt"), at, SharedSecret("s"), NOW)
    place, _, query = url.partition("?")
    assert place == "https://s3.amazonaws.com/examplebucket/a%20b/%C3%BC%2B%3F.txt"
    assert dict(parse_qsl(query)) | {"X-Amz-Signature": ""} == {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": "AKIAIOSFODNN7/20261129/us-east-1/s3/aws4_request",
        "X-Amz-Date": "20261129T080509Z",
        "X-Amz-Expires": "900",
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Signature": "",
    }


def test_a_service_account_signs_as_google_says(private_key: rsa.RSAPrivateKey) -> None:
    """Google's docs, "V4 signing process with your own program", step by step."""
    given = GivenKey(
        address="gs://drives/2026/",
        secret=json.dumps(
            {"type": "service_account", "client_email": EMAIL, "private_key": pem(private_key)}
        ),
    )
    at, secret = read_key(given)
    assert (at.address, at.endpoint) == ("gs://drives/2026", "https://storage.googleapis.com")
    url = signed_url(file_at("gs://drives/2026/f 1.json"), at, secret, NOW)
    unsigned, _, signature = url.partition("&X-Goog-Signature=")
    query = unsigned.partition("?")[2]
    scope = "20261129/auto/storage/goog4_request"
    assert dict(parse_qsl(query))["X-Goog-Credential"] == f"{EMAIL}/{scope}"
    canonical = (
        f"GET\n/drives/2026/f%201.json\n{query}\n"
        "host:storage.googleapis.com\n\nhost\nUNSIGNED-PAYLOAD"
    )
    digest = hashes.Hash(hashes.SHA256())
    digest.update(canonical.encode())
    text = f"GOOG4-RSA-SHA256\n20261129T080509Z\n{scope}\n{digest.finalize().hex()}"
    private_key.public_key().verify(
        bytes.fromhex(signature), text.encode(), padding.PKCS1v15(), hashes.SHA256()
    )


@pytest.mark.parametrize(
    "address",
    [
        "s3://drives",
        "s3://drives/",
        "s3://drives/folder/",
        "s3://drives/a/../b",
        "s3://drives/./b",
        "s3://drives//b",
        "s3://drives/a\nb",
        "s3://drives/" + "ü" * 513,
        "s3://key:secret@drives/b",
        "s3://../b",
    ],
)
def test_what_some_server_could_read_as_another_file_is_refused(address: str) -> None:
    with pytest.raises(FetchRefused, match="not that of a file in a bucket"):
        file_at(address)


def test_a_file_lies_in_its_folders_and_in_no_other_that_begins_alike() -> None:
    assert file_at("S3://drives/2026/11/f.json").holders() == [
        "s3://drives",
        "s3://drives/2026",
        "s3://drives/2026/11",
        "s3://drives/2026/11/f.json",
    ]
    assert Place.parse("gs://drives/20") == Place("gs", "drives", "20")


GIVEN = {"address": "s3://drives", "key_id": "AKIA", "secret": "s"}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"address": "drives"}, "address"),
        ({"address": "https://drives"}, "address"),
        ({"region": "eu central"}, "region"),
        ({"region": "a/../../b"}, "region"),
        ({"endpoint": "storage.example.com"}, "endpoint"),
        ({"endpoint": "https://storage.example.com/path"}, "endpoint"),
        ({"endpoint": "https://user@storage.example.com"}, "endpoint"),
        ({"key_id": ""}, "key_id"),
        ({"secret": " "}, "secret"),
        ({"secret": "not\none line"}, "secret"),
        ({"secret": "{}"}, "secret"),
        ({"address": "gs://drives", "secret": '{"client_email": "a", "private_key": "SECRET"}'},
         "secret"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_key_is_refused_without_repeating_it(
    change: dict[str, str], path: str
) -> None:
    with pytest.raises(InvalidParameter) as raised:
        read_key(GivenKey(**{**GIVEN, **change}))
    assert raised.value.path == path
    assert "SECRET" not in str(raised.value)


def test_amazons_regions_have_their_own_endpoints() -> None:
    for region, endpoint in (
        ("", "https://s3.us-east-1.amazonaws.com"),
        ("eu-central-1", "https://s3.eu-central-1.amazonaws.com"),
        ("cn-north-1", "https://s3.cn-north-1.amazonaws.com.cn"),
    ):
        assert read_key(GivenKey(**GIVEN, region=region))[0].endpoint == endpoint


def test_a_secret_is_in_no_text_about_it(private_key: rsa.RSAPrivateKey) -> None:
    shown = [GivenKey(**GIVEN | {"secret": "hidden"}), SharedSecret("hidden")]
    assert "hidden" not in repr(shown)
    assert "PRIVATE" not in repr(ServiceAccount(pem(private_key)))


def test_an_answer_is_explained_in_our_words_only() -> None:
    assert explain(403, b"<Error><Code>InvalidAccessKeyId</Code>") == REFUSED_KEY
    wrong_region = b"<Code>AuthorizationQueryParametersError</Code><Message>the region 'x'"
    assert explain(400, wrong_region) == OTHER_REGION
    assert explain(418, b"<Code>Teapot</Code><Message>secret") == "The bucket answered 418."
    assert explain(302, b"") == "The bucket answered 302."
