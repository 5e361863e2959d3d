"""The server on a folder: real starts, real kills, real upgrades."""

import contextlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from groundplane.errors import StartRefused
from groundplane.storage import cluster
from groundplane.storage.embedded import EmbeddedPostgres, running_urls, sync_method
from groundplane.storage.process import Way, choose_way, environment, shim_command

GONE_WITHIN_S = 5.0
HOLDER = """
import sys, time
from pathlib import Path
import psycopg
from groundplane.storage.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
server.start()
with psycopg.connect(server.owner_url, autocommit=True) as db:
    db.execute("CREATE TABLE IF NOT EXISTS kept (n integer)")
    db.execute("INSERT INTO kept VALUES (1)")
print(server.pid, flush=True)
sys.stdin.read()
server.stop()
"""


def start_holder(folder: Path, *prefix: str) -> subprocess.Popen[str]:
    """Another process with a server on `folder`; it stops when its standard input ends."""
    return subprocess.Popen(
        [*prefix, sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def server_pid(holder: subprocess.Popen[str]) -> int:
    assert holder.stdout is not None
    line = holder.stdout.readline()
    assert line, "the other process did not start its server"
    return int(line)


def kept(server: EmbeddedPostgres) -> int:
    with psycopg.connect(server.owner_url) as db:
        row = db.execute("SELECT count(*) FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def wait_until_gone(pids: list[int]) -> None:
    deadline = time.monotonic() + GONE_WITHIN_S
    while any(psutil.pid_exists(pid) for pid in pids):
        assert time.monotonic() < deadline, "a process of the server survived"
        time.sleep(0.02)


def tree(pid: int) -> list[int]:
    return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that a server has made and stopped on; to be copied."""
    folder = tmp_path_factory.mktemp("made") / "postgres"
    with EmbeddedPostgres(folder) as server, psycopg.connect(server.owner_url) as db:
        db.execute("CREATE TABLE kept (n integer)")
        db.execute("INSERT INTO kept VALUES (1)")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "postgres"))


def test_what_was_committed_is_there_after_a_restart(folder: Path) -> None:
    started_s = time.monotonic()
    with EmbeddedPostgres(folder) as server:
        assert time.monotonic() - started_s < 5
        assert kept(server) == 1
        assert running_urls(folder) == (server.owner_url, server.app_url)
    assert running_urls(folder) is None
    with pytest.raises(StartRefused, match="not running"):
        assert server.owner_url


def test_nothing_listens_on_the_network_and_the_socket_is_ours_alone(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        for pid in tree(server.pid):
            with contextlib.suppress(psutil.NoSuchProcess):  # short-lived ones come and go
                assert psutil.Process(pid).net_connections("inet") == []
        assert stat.S_IMODE((folder / "run").stat().st_mode) == 0o700
    assert "ready to accept connections" in (folder / "log/postgres.log").read_text()


def test_durability_is_on(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server, psycopg.connect(server.owner_url) as db:
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert db.execute("SELECT current_setting(%s)", [setting]).fetchone() == ("on",)


@pytest.mark.parametrize(
    ("system", "release", "in_one_call"),
    [
        ("Linux", "6.18.44-fc", True),
        ("Linux", "5.8.0-rc1", True),
        ("Linux", "5.7.19", False),
        ("Linux", "4.19.0-27-amd64", False),
        ("Darwin", "25.1.0", False),
    ],
)
def test_a_crashed_folder_is_synced_in_one_call_where_its_errors_are_told(
    system: str, release: str, *, in_one_call: bool
) -> None:
    assert (sync_method(system, release) != {}) == in_one_call


def test_a_second_server_on_the_folder_is_refused_with_the_holder(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        with pytest.raises(StartRefused, match=f"process {os.getpid()}"):
            EmbeddedPostgres(folder).start()
        assert kept(server) == 1  # and the first did not notice


def test_another_process_on_the_folder_is_refused_with_the_holder(folder: Path) -> None:
    with start_holder(folder) as holder:
        server_pid(holder)
        with pytest.raises(StartRefused, match=f"process {holder.pid}"):
            EmbeddedPostgres(folder).start()


def test_a_killed_holder_takes_its_server_along_and_loses_nothing(folder: Path) -> None:
    with start_holder(folder) as holder:
        pids = tree(server_pid(holder))
        assert len(pids) > 3
        holder.kill()
        wait_until_gone(pids)
    with EmbeddedPostgres(folder) as server:
        assert kept(server) == 2


def test_a_start_right_after_a_kill_waits_for_the_dying_server(folder: Path) -> None:
    with start_holder(folder) as holder:
        server_pid(holder)
        holder.kill()
        holder.wait()
        with EmbeddedPostgres(folder) as server:
            assert kept(server) == 2


def test_a_killed_tree_recovers(folder: Path) -> None:
    with start_holder(folder) as holder:
        for pid in [*tree(server_pid(holder)), holder.pid]:
            os.kill(pid, signal.SIGKILL)
    assert (folder / "cluster/postmaster.pid").exists()
    with EmbeddedPostgres(folder) as server:
        assert kept(server) == 2


def test_a_server_that_dies_alone_is_started_again(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        first = server.pid
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while True:
            try:
                assert kept(server) == 1
                break
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, "it did not come back"
                time.sleep(0.05)
        assert server.pid != first


def test_a_stale_pid_file_that_names_a_living_process_is_no_obstacle(folder: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as other:
        lines = [str(other.pid), str(folder / "cluster"), "1700000000", "5432", "", "", "", "ready"]
        (folder / "cluster/postmaster.pid").write_text("\n".join(lines))
        with EmbeddedPostgres(folder) as server:
            assert kept(server) == 1
        other.kill()


def test_a_dying_server_keeps_the_folder_until_it_is_gone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with start_holder(folder) as holder:
        pid = server_pid(holder)
        os.kill(pid, signal.SIGSTOP)  # it cannot act on its death signal yet
        holder.kill()
    with monkeypatch.context() as impatient:
        impatient.setattr("groundplane.storage.folder_lock.GONE_WITHIN_S", 0.2)
        with pytest.raises(StartRefused, match="already uses"):
            EmbeddedPostgres(folder).start()
    os.kill(pid, signal.SIGCONT)
    with EmbeddedPostgres(folder) as server:
        assert kept(server) == 2


def test_a_server_started_by_hand_is_left_alone_and_named(folder: Path) -> None:
    postgres = cluster.find_binaries()[0].bin / "postgres"
    way = choose_way(folder, postgres)
    command = [postgres, "-D", folder / "cluster", "-k", folder, "-h", ""]
    by_hand = subprocess.Popen(
        shim_command(way, folder, command, death_signal=signal.SIGQUIT),
        env=environment(),
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 20
        while not (folder / ".s.PGSQL.5432").exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        with pytest.raises(StartRefused, match=r"did not start \(process \d+\)"):
            EmbeddedPostgres(folder).start()
        assert by_hand.poll() is None
    finally:
        by_hand.send_signal(signal.SIGINT)
        by_hand.wait(20)


@pytest.mark.parametrize(
    "name",
    [
        "with space, comma and 'quotes\"",
        "100 % ünïcödé",
        "/".join(["a-folder-with-a-very-long-name-indeed"] * 6),
    ],
    ids=["separators", "unicode", "long"],
)
def test_any_path_will_do(made: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(made, folder)
    with EmbeddedPostgres(folder) as server:
        assert kept(server) == 1
    shutil.rmtree(folder)
    with EmbeddedPostgres(folder) as server, psycopg.connect(server.owner_url) as db:
        assert db.execute("SELECT 1").fetchone() == (1,)


def test_a_short_socket_folder_is_removed_also_after_a_kill(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    shutil.copytree(made, folder)
    with start_holder(folder) as holder:
        server_pid(holder)
        holder.kill()
    with EmbeddedPostgres(folder) as server:
        short = Path(str(conninfo_to_dict(server.owner_url)["host"]))
        assert short.parent == Path(tempfile.gettempdir())
        assert stat.S_IMODE(short.stat().st_mode) == 0o700
    assert not short.exists()


def test_a_short_socket_folder_that_somebody_else_made_is_not_used(
    made: Path, tmp_path: Path
) -> None:
    folder = tmp_path / ("long" * 30)
    shutil.copytree(made, folder)
    with EmbeddedPostgres(folder) as server:
        squatted = Path(str(conninfo_to_dict(server.owner_url)["host"]))
    squatted.mkdir()
    squatted.chmod(0o777)
    with EmbeddedPostgres(folder) as server:
        short = Path(str(conninfo_to_dict(server.owner_url)["host"]))
        assert short != squatted
        assert stat.S_IMODE(short.stat().st_mode) == 0o700
    squatted.rmdir()


def test_a_first_start_killed_in_the_middle_leaves_nothing_half_made(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    for delay_s in (0.1, 0.25):
        with start_holder(folder) as holder:
            deadline = time.monotonic() + 20
            while not (folder / "cluster.new").exists():
                assert time.monotonic() < deadline
                time.sleep(0.005)
            time.sleep(delay_s)
            holder.kill()
        assert not (folder / "cluster").exists()
    with EmbeddedPostgres(folder) as server, psycopg.connect(server.owner_url) as db:
        assert db.execute("SELECT 1").fetchone() == (1,)
    assert not (folder / "cluster.new").exists()


def test_no_folder_above_ours_is_changed(made: Path, tmp_path: Path) -> None:
    above = [tmp_path / "a", tmp_path / "a/b"]
    above[1].mkdir(parents=True)
    for folder in above:
        folder.chmod(0o711)
    shutil.copytree(made, above[1] / "postgres")
    before = [path.stat() for path in (tmp_path, *above)]
    with EmbeddedPostgres(above[1] / "postgres") as server:
        assert kept(server) == 1
    for old, path in zip(before, (tmp_path, *above), strict=True):
        new = path.stat()
        assert (new.st_mode, new.st_uid, new.st_gid) == (old.st_mode, old.st_uid, old.st_gid)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartRefused, match="cannot be used"):
        EmbeddedPostgres(tmp_path / "file/postgres").start()


def test_a_server_that_cannot_start_says_why_and_frees_the_folder(folder: Path) -> None:
    with pytest.raises(StartRefused, match="shared_buffers"):
        EmbeddedPostgres(folder, settings={"shared_buffers": "much"}).start()
    with EmbeddedPostgres(folder) as server:
        assert kept(server) == 1


# Versions ----------------------------------------------------------------------------------------


def test_a_folder_of_a_newer_postgresql_is_refused(folder: Path) -> None:
    (folder / "cluster/PG_VERSION").write_text("99\n")
    with pytest.raises(StartRefused, match="written by PostgreSQL 99"):
        EmbeddedPostgres(folder).start()


def test_a_folder_whose_old_programs_are_missing_is_refused(folder: Path) -> None:
    (folder / "cluster/PG_VERSION").write_text("9\n")
    with pytest.raises(StartRefused, match="PostgreSQL 9, whose programs are not installed"):
        EmbeddedPostgres(folder).start()


def test_an_old_folder_is_upgraded_and_the_old_one_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest, *older = cluster.find_binaries()
    if not older:
        pytest.skip("the wheel brings one major version only")
    folder = tmp_path / "post gres"
    with monkeypatch.context() as then:
        then.setattr(cluster, "find_binaries", lambda: older)
        with start_in_this_process(folder):
            pass
    assert cluster.read_major(folder / "cluster") == older[0].major
    with EmbeddedPostgres(folder) as server:
        assert kept(server) == 1
    assert cluster.read_major(folder / "cluster") == newest.major
    assert cluster.read_major(folder / f"cluster.{older[0].major}") == older[0].major
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["cluster", f"cluster.{older[0].major}", "lock", "log", "run"]
    )


def start_in_this_process(folder: Path) -> EmbeddedPostgres:
    server = EmbeddedPostgres(folder)
    server.start()
    with psycopg.connect(server.owner_url, autocommit=True) as db:
        db.execute("CREATE TABLE kept (n integer)")
        db.execute("INSERT INTO kept VALUES (1)")
    server.stop()
    return server


def test_an_upgrade_killed_between_its_renames_is_finished(folder: Path) -> None:
    (folder / "cluster").rename(folder / "cluster.upgraded")
    shutil.copytree(folder / "cluster.upgraded", folder / "cluster")
    (folder / "cluster/PG_VERSION").write_text("17\n")
    with EmbeddedPostgres(folder) as server:
        assert kept(server) == 1
    assert (folder / "cluster.17").exists()
    assert not (folder / "cluster.upgraded").exists()


# Users -------------------------------------------------------------------------------------------

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="takes root to become somebody else")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="groundplane-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@as_root
def test_root_runs_it_in_a_user_namespace_and_its_files_stay_roots(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        assert psutil.Process(server.pid).uids().real == 0  # seen from outside
        own = Path("/proc/self/ns/user").readlink()
        assert Path(f"/proc/{server.pid}/ns/user").readlink() != own
    assert {path.stat().st_uid for path in folder.rglob("*")} == {0}


@as_root
def test_an_ordinary_user_runs_it_as_itself(open_folder: Path) -> None:
    """With one capability, to read the interpreter where root installed it; none to write."""
    somebody = pwd.getpwnam("daemon")
    os.chown(open_folder, somebody.pw_uid, somebody.pw_gid)
    become = (
        *("setpriv", f"--reuid={somebody.pw_uid}", f"--regid={somebody.pw_gid}"),
        *("--clear-groups", "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"),
    )
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv is not installed")
    folder = open_folder / "post gres"
    with start_holder(folder, *become) as holder:
        pid = server_pid(holder)
        assert psutil.Process(pid).uids().real == somebody.pw_uid
        pids = tree(pid)
        holder.kill()
        wait_until_gone(pids)
    assert {path.stat().st_uid for path in folder.rglob("*")} == {somebody.pw_uid}


def only(way: Way) -> Callable[[Path], list[Way]]:
    def candidates(_: Path) -> list[Way]:
        return [way]

    return candidates


@as_root
def test_where_namespaces_are_forbidden_it_becomes_a_system_user(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody = pwd.getpwnam("daemon")
    monkeypatch.setattr(
        "groundplane.storage.process._candidates",
        only(Way("user", somebody.pw_uid, somebody.pw_gid)),
    )
    with EmbeddedPostgres(open_folder / "postgres") as server:
        assert psutil.Process(server.pid).uids().real == somebody.pw_uid
    monkeypatch.undo()
    with EmbeddedPostgres(open_folder / "postgres") as server:  # stays with that user
        assert psutil.Process(server.pid).uids().real == somebody.pw_uid


@as_root
def test_where_no_way_is_possible_the_sentence_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pytest's folder is closed to the system user, as a home folder would be."""
    somebody = pwd.getpwnam("daemon")
    monkeypatch.setattr(
        "groundplane.storage.process._candidates",
        only(Way("user", somebody.pw_uid, somebody.pw_gid)),
    )
    with pytest.raises(StartRefused, match="useradd --system groundplane"):
        EmbeddedPostgres(tmp_path / "postgres").start()
