"""Any bytes are read or refused: what was found before, and a search for more."""

import subprocess
import sys
from pathlib import Path

import fuzz_readers
import pytest
from fuzz_readers import CORPUS, READERS, kept

SECONDS = 60
LONGEST_BYTES = 4096
MOST_MEMORY_MB = 3000
LONGEST_S = 10


@pytest.mark.parametrize("reader", READERS)
def test_what_was_found_before_is_read_or_refused(reader: str) -> None:
    inputs = kept(reader)
    assert len(inputs) >= 9
    for content in inputs:
        READERS[reader](content)


@pytest.mark.soak
@pytest.mark.parametrize("reader", READERS)
def test_a_search_led_by_coverage_finds_nothing(reader: str, tmp_path: Path) -> None:
    """libFuzzer ends the process at the first exception, at 3 GB, and at 10 s for one input."""
    pytest.importorskip("atheris", reason="atheris is not installed: see pyproject.toml, fuzz")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, content in enumerate(kept(reader)):
        (corpus / f"{number:03}").write_bytes(content)
    command = [
        *(sys.executable, fuzz_readers.__file__, reader, str(corpus)),
        *(f"-max_total_time={SECONDS}", f"-max_len={LONGEST_BYTES}", f"-timeout={LONGEST_S}"),
        *(f"-rss_limit_mb={MOST_MEMORY_MB}", f"-artifact_prefix={tmp_path}/found-"),
        f"-dict={CORPUS / 'members.dict'}",
    ]
    path = [str(Path(fuzz_readers.__file__).parents[1]), *sys.path]
    done = subprocess.run(
        command, env={"PYTHONPATH": ":".join(path)}, capture_output=True, text=True, check=False
    )
    found = {one.name: one.read_bytes() for one in tmp_path.glob("found-*")}
    assert (done.returncode, found) == (0, {}), done.stderr[-4000:]
    assert "DONE" in done.stderr
