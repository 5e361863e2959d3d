import stat
from pathlib import Path

import pytest

from groundplane.errors import StartRefused
from groundplane.storage.secrets import InstanceSecret


def test_what_one_start_sealed_the_next_opens(tmp_path: Path) -> None:
    sealed = InstanceSecret.load_or_create(tmp_path).seal(b"callback secret")
    assert b"callback secret" not in sealed
    assert InstanceSecret.load_or_create(tmp_path).open(sealed) == b"callback secret"


def test_the_key_is_ours_alone_and_nothing_else_is_left(tmp_path: Path) -> None:
    InstanceSecret.load_or_create(tmp_path)
    (file,) = tmp_path.iterdir()
    assert file.name == "secret.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_another_instances_secret_opens_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    sealed = InstanceSecret.load_or_create(tmp_path / "a").seal(b"x")
    with pytest.raises(StartRefused, match="sealed with another"):
        InstanceSecret.load_or_create(tmp_path / "b").open(sealed)


def test_a_file_that_is_no_key_is_refused_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("not a key")
    with pytest.raises(StartRefused, match="not a key"):
        InstanceSecret.load_or_create(tmp_path)
    assert (tmp_path / "secret.key").read_text() == "not a key"


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match="cannot be used"):
        InstanceSecret.load_or_create(tmp_path / "missing")
