"""`groundplane buckets`, against a server that speaks S3."""

import io
from pathlib import Path

import pytest

from bucket_server import KEY_ID, REGION, SECRET, running_bucket_server
from databases import Urls
from groundplane import bucket_commands
from groundplane.errors import InvalidParameter, NotFound
from groundplane.storage.database import Tenant


def test_a_key_is_added_listed_checked_and_removed(
    database_urls: Urls,
    tenant: Tenant,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    del tenant  # the account that is there
    monkeypatch.setenv("GROUNDPLANE_DATABASE_URL", database_urls.owner)
    monkeypatch.setenv("GROUNDPLANE_FETCH_ALLOW", "127.0.0.1")

    def add(address: str, secret: str, endpoint: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{secret}\n"))
        bucket_commands.add_bucket_key(
            address, data=tmp_path, endpoint=endpoint, region=REGION, key_id=KEY_ID
        )

    with running_bucket_server() as server:
        add("s3://drives/", SECRET, server.endpoint)
        assert capsys.readouterr().out == "The key opens the bucket.\n"
        bucket_commands.list_bucket_keys(data=tmp_path)
        listed = capsys.readouterr().out
        assert listed.startswith(f"s3://drives  {KEY_ID}  {server.endpoint}  {REGION}  since 20")
        assert SECRET not in listed
        with pytest.raises(SystemExit):
            add("s3://drives", "another", server.endpoint)
        assert "refused the key" in capsys.readouterr().err
        with pytest.raises(SystemExit):
            bucket_commands.check_bucket_key("s3://drives", data=tmp_path)
        assert "refused the key" in capsys.readouterr().err
    with pytest.raises(InvalidParameter, match="must be a bucket or a folder in one"):
        add("https://drives", SECRET, "")
    bucket_commands.remove_bucket_key("s3://drives", data=tmp_path)
    with pytest.raises(NotFound):
        bucket_commands.remove_bucket_key("s3://drives", data=tmp_path)
    capsys.readouterr()
    bucket_commands.list_bucket_keys(data=tmp_path)
    assert capsys.readouterr().out == "There are no keys of buckets.\n"
