import os
from pathlib import Path

import pytest

from groundplane.errors import FetchFailed, FetchRefused
from groundplane.fetch.fetcher import Fetcher, FetchLimits
from groundplane.fetch.files import _open_below  # pyright: ignore[reportPrivateUsage] - its race has no other door


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "open"
    (root / "drive 1").mkdir(parents=True)
    (root / "drive 1" / "frame.json").write_bytes(b'{"points":[]}')
    (tmp_path / "secret.json").write_bytes(b"secret")
    return root


async def read(root: Path | None, url: str, size_bytes: int = 1000) -> bytes:
    fetched = await Fetcher(files_root=root).get(url, FetchLimits(size_bytes=size_bytes))
    assert (fetched.url, fetched.status) == (url, 200)
    return fetched.content


async def test_a_file_below_the_root_is_read(root: Path) -> None:
    assert await read(root, f"file://{root}/drive%201/frame.json") == b'{"points":[]}'
    assert await read(root, f"FILE://{root}/drive 1/frame.json") == b'{"points":[]}'


async def test_without_a_root_no_file_is_read(root: Path) -> None:
    with pytest.raises(FetchRefused, match="not enabled"):
        await read(None, f"file://{root}/drive%201/frame.json")


async def test_links_inside_the_root_are_followed_and_links_out_of_it_are_not(root: Path) -> None:
    (root / "inner").symlink_to(root / "drive 1")
    (root / "outer").symlink_to(root.parent)
    (root / "leak.json").symlink_to(root.parent / "secret.json")
    assert await read(root, f"file://{root}/inner/frame.json") == b'{"points":[]}'
    for path in ("outer/secret.json", "leak.json"):
        with pytest.raises(FetchFailed):
            await read(root, f"file://{root}/{path}")


def test_a_link_put_in_the_way_after_the_check_is_not_followed(root: Path) -> None:
    (root / "outer").symlink_to(root.parent)
    (root / "leak.json").symlink_to(root.parent / "secret.json")
    for parts in (("outer", "secret.json"), ("leak.json",)):
        with pytest.raises(OSError, match=r"Not a directory|symbolic links"):
            _open_below(root, parts)


async def test_a_root_that_is_a_link_itself_is_fine(root: Path) -> None:
    link = root.parent / "link"
    link.symlink_to(root)
    assert await read(link, f"file://{link}/drive%201/frame.json") == b'{"points":[]}'


@pytest.mark.parametrize(
    "path",
    ["../secret.json", "%2e%2e/secret.json", "drive%201/../../secret.json", "..%2fsecret.json"],
)
async def test_nothing_outside_of_the_root_is_read(root: Path, path: str) -> None:
    with pytest.raises(FetchFailed) as missing:
        await read(root, f"file://{root}/nothing.json")
    with pytest.raises(FetchFailed) as outside:
        await read(root, f"file://{root}/{path}")
    assert str(outside.value) == str(missing.value)


async def test_only_regular_files_are_read(root: Path) -> None:
    os.mkfifo(root / "pipe")
    for path in ("", "/drive%201", "/pipe"):
        with pytest.raises(FetchFailed):
            await read(root, f"file://{root}{path}")


@pytest.mark.parametrize("url", ["file://host/x", "file://", "file:///x?y", "file:///x%00y"])
async def test_a_file_url_has_an_absolute_path_and_nothing_else(root: Path, url: str) -> None:
    with pytest.raises(FetchRefused):
        await read(root, url)


async def test_a_file_over_the_limit_is_not_read(root: Path) -> None:
    with pytest.raises(FetchFailed, match="larger than the limit of 5 bytes"):
        await read(root, f"file://{root}/drive%201/frame.json", size_bytes=5)
