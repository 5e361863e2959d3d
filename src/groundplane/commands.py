"""The commands that work on an instance, beside a running `serve` or without one."""

import asyncio
import os
import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec
from cyclopts import App, Parameter

from groundplane import demo as demo_scene
from groundplane import worker as workers
from groundplane.accounts import operations as accounts
from groundplane.accounts.known_keys import KNOWN_FOR_S
from groundplane.accounts.model import Role
from groundplane.annotation_options import AnnotationOptions
from groundplane.command_parts import DataFolder, fail, say, with_database
from groundplane.drive_options import DriveOptions
from groundplane.errors import AttachmentUnreadable
from groundplane.logs import configure_logs
from groundplane.scale_client import SCALE, ScaleAccount
from groundplane.scale_import import Import
from groundplane.settings import (
    Settings,
    read_settings,
    scale_api_key,
)
from groundplane.storage.database import Database, Mode, Tenant
from groundplane.wire.values import timestamp
from groundplane.work_classes import WORK_CLASSES

T = TypeVar("T")
_USUAL_DRIVE = DriveOptions()
_USUAL_ANNOTATIONS = AnnotationOptions()
_EXIT_CODES = {"error": 1, "warning": 3}

keys = App(name="keys", help="API keys.")
users = App(name="users", help="People.")


def worker(
    *, data: DataFolder = Path("data"), work: Literal["ingest", "callbacks", "housekeeping"]
) -> None:
    """Serve one class of work from any machine that reaches the database and the blobs.

    Needs GROUNDPLANE_DATABASE_URL, GROUNDPLANE_BLOBS_URL, GROUNDPLANE_PUBLIC_URL, and a copy of
    the instance's secret.key in the data folder.

    Args:
        data: folder that holds secret.key.
        work: what to serve.
    """
    configure_logs(f"worker {work}")
    settings = read_settings(data)
    if settings.database_url is None:
        fail("A worker of its own needs GROUNDPLANE_DATABASE_URL.")
    asyncio.run(workers.run(settings, WORK_CLASSES[work]))


@keys.command(name="create")
def create_key(*, data: DataFolder = Path("data"), mode: Literal["live", "test"]) -> None:
    """Make an API key and print it, alone, on standard output. It is shown only now.

    Args:
        data: folder of the instance.
        mode: live, or test: two separate worlds.
    """

    async def create(database: Database, _settings: Settings) -> str:
        async with database.transaction() as db:
            tenant = Tenant(await accounts.first_account(db), Mode(mode))
        async with database.transaction(tenant) as db:
            return await accounts.create_key(db, tenant)

    say(with_database(data, create))


@keys.command(name="list")
def list_keys(*, data: DataFolder = Path("data")) -> None:
    """Print a line a key: its id, how it begins and ends, since when, and whether it is revoked.

    Args:
        data: folder of the instance.
    """

    async def read(database: Database, _settings: Settings) -> list[str]:
        lines: list[str] = []
        for tenant in await _worlds(database):
            async with database.transaction(tenant) as db:
                shown = await accounts.shown_keys(db, tenant)
            for key in shown:
                end = f"  revoked {timestamp(key.revoked_at)}" if key.revoked_at else ""
                lines.append(f"{key.key_id}  {key.hint}  made {timestamp(key.created_at)}{end}")
        return lines or ["There are no keys. Make one with: groundplane keys create"]

    say("\n".join(with_database(data, read)))


@keys.command(name="revoke")
def revoke_key(key_id: str, /, *, data: DataFolder = Path("data")) -> None:
    """Refuse a key from now on: when this has ended, no process answers it any more.

    Args:
        key_id: from `groundplane keys list`.
        data: folder of the instance.
    """

    async def revoke(database: Database, _settings: Settings) -> bool:
        done = False
        for tenant in await _worlds(database):
            async with database.transaction(tenant) as db:
                done = await accounts.revoke_key(db, tenant, key_id) or done
        await asyncio.sleep(KNOWN_FOR_S if done else 0)
        return done

    if not with_database(data, revoke):
        fail(f"There is no key {key_id}. `groundplane keys list` shows all.")
    say(f"The key {key_id} is revoked.")


@users.command(name="create")
def create_user(
    *,
    data: DataFolder = Path("data"),
    email: str,
    role: Literal["labeler", "reviewer", "manager"],
) -> None:
    """Invite a person, or give one a new role or a new link; prints a sign-in link.

    Args:
        data: folder of the instance.
        email: the person's address.
        role: what the person may do.
    """

    async def create(database: Database, settings: Settings) -> str:
        async with database.transaction() as db:
            account_id = await accounts.first_account(db)
            person = await accounts.create_person(db, account_id, email, Role(role))
            token = await accounts.create_sign_in_link(db, person)
            return accounts.sign_in_url(settings.public_url, token)

    say(with_database(data, create))


def demo(
    *,
    data: DataFolder = Path("data"),
    out: Path | None = None,
    image_base: str | None = None,
    drive: Annotated[DriveOptions, Parameter(name="*")] = _USUAL_DRIVE,
) -> None:
    """Add the project Demo with a scene to label; or, with --out, write a scene to a folder.

    The demo's own files lie in the data folder; `serve --demo` (or GROUNDPLANE_FILES_ROOT) lets
    them be read. Everything but --data is for --out. The same numbers write the same files.

    Args:
        data: folder of the instance.
        out: folder for a scene of frames, images and truth; made when missing, else empty.
        image_base: the address of the folder as the server will see it; file:// if not given.
        drive: what is driven, and with which sensors.
    """
    if out is not None:
        _write_scene(out, image_base, drive)
        return

    async def create(database: Database, settings: Settings) -> str:
        await demo_scene.create_once(database, settings)
        return f"The project {demo_scene.PROJECT} is in the task list."

    say(with_database(data, create))


def inspect(
    file: Path,
    /,
    *,
    json: bool = False,
    doctor: bool = False,
    pictures: Path | None = None,
    meters_per_unit: float = 1.0,
) -> None:
    """Say what is in a scene, a frame, annotations, a response of a lidar task, or a picture.

    Ends with 1 when something is wrong; everything that is wrong or odd is said. With --doctor, the
    scene is examined as well: axes, units, time, motion, calibration, pictures. It then ends with 1
    when an error was found, and with 3 when there are warnings and no error.

    Args:
        file: .sfs, .sfa, a folder of frames, a frame, a response, scene.json, a picture.
        json: one object, for scripts.
        doctor: look for what is wrong with the scene, and say what to do.
        pictures: folder for pictures of what the doctor found: the points over the image.
        meters_per_unit: how the numbers of the scene become metres, for the doctor.
    """
    # It imports the compiler: half a second that no other command should pay.
    from groundplane.scenes.formats.summary import summarise  # noqa: PLC0415

    if doctor:
        _examine(file, pictures, meters_per_unit, as_json=json)
        return
    try:
        found = summarise(file)
    except (AttachmentUnreadable, ValueError, OSError) as error:
        fail(_sentence(error))
    say(msgspec.json.encode(found).decode() if json else "\n".join(found.lines()))
    if found.errors:
        raise SystemExit(1)


def _examine(file: Path, pictures: Path | None, meters_per_unit: float, *, as_json: bool) -> None:
    # As for inspect.
    from groundplane.scenes.doctor.checkup import check  # noqa: PLC0415

    if meters_per_unit <= 0:
        fail("--meters-per-unit must be greater than 0.")
    try:
        found = check(
            file, pictures=pictures, meters_per_unit=meters_per_unit, progress=_show_progress
        )
    except (AttachmentUnreadable, ValueError, OSError) as error:
        fail(_sentence(error))
    say(msgspec.json.encode(found).decode() if as_json else "\n".join(found.lines()))
    if found.worst in _EXIT_CODES:
        raise SystemExit(_EXIT_CODES[found.worst])


def convert(
    source: Path,
    target: Path,
    /,
    *,
    to: Literal["json", "protobuf"] = "json",
    image_base: str | None = None,
    parents: Literal["relative", "absolute"] = "relative",
    distortion_order: Literal["current", "pre_0_4"] = "current",
    coordinates: Literal["world", "ego"] = "world",
    annotations: Annotated[AnnotationOptions, Parameter(name="*")] = _USUAL_ANNOTATIONS,
) -> None:
    """Write a scene or annotations in another format; prints as JSON what that cannot hold.

    A scene is an .sfs file, or frames (Frame JSON or protobuf): a folder with pictures beside them,
    or one. Annotations are an .sfa file or the response of a lidar task.

    Args:
        source: the scene or the annotations.
        target: .sfs, .sfa, .json or .pb by suffix, else a folder; not there yet, or empty.
        to: the format of frames in a folder.
        image_base: the folder's address as the server will see it; file:// if not given.
        parents: poses of an .sfs sensor with a parent are in the parent's frame, or in the world.
        distortion_order: how .sfs files list distortion: as now, or as before version 0.4.
        coordinates: what protobuf frames are in: the world's, or the device's.
        annotations: what neither an .sfa file nor a response says.
    """
    # As for inspect.
    from groundplane.scenes.formats.conversion import ConvertOptions  # noqa: PLC0415
    from groundplane.scenes.formats.conversion import convert as write  # noqa: PLC0415
    from groundplane.scenes.formats.sfs_frames import FrameOptions  # noqa: PLC0415
    from groundplane.scenes.responses.conversion import ResponseOptions  # noqa: PLC0415

    options = ConvertOptions(
        to=to,
        scene=FrameOptions(distortion_order, parents),
        image_base=image_base,
        coordinates=coordinates,
        annotations=ResponseOptions(
            annotations.scene, annotations.rate, annotations.angles, annotations.response
        ),
    )
    try:
        done = write(source, target, options)
    except (AttachmentUnreadable, ValueError, OSError) as error:
        fail(_sentence(error))
    say(done.report().decode())


def import_scale(
    *,
    data: DataFolder = Path("data"),
    mode: Literal["live", "test"] = "live",
    source: str = SCALE,
    project: str | None = None,
    dry_run: bool = False,
) -> None:
    """Take over projects, batches, tasks, responses and audits of an account at Scale.

    The account's API key is read from SCALE_API_KEY, or asked for. Nothing is fetched, labeled
    or called back; a second run takes over what is new, and nothing twice.

    Args:
        data: folder of the instance.
        mode: the world here that it becomes a part of.
        source: base address of the API, with its /v1; another server of the dialect may be it.
        project: only this project, with its batches and tasks.
        dry_run: read everything, write nothing, and say what would be taken over.
    """
    account = ScaleAccount(_source_key(), source)

    async def take_over(database: Database, _settings: Settings) -> str:
        async with database.transaction() as db:
            tenant = Tenant(await accounts.first_account(db), Mode(mode))
        taking = Import(database, tenant, account, project, dry_run, _show_counts)
        return "\n".join((await taking.run()).lines(dry=dry_run))

    say(with_database(data, take_over))


def _source_key() -> str:
    """Never an argument: those are in the list of processes and in the shell's history."""
    key = scale_api_key()
    if key is None and sys.stdin.isatty():
        key = getpass("API key of the account to import: ")
    return key or fail("Set SCALE_API_KEY to the API key of the account to import.")


def _show_counts(kind: str, done: int, of: int) -> None:
    _show(f"{kind.capitalize()}: {done} of {of}", is_last=done == of)


def _write_scene(out: Path, image_base: str | None, options: DriveOptions) -> None:
    # The simulator imports the compiler: half a second that no other command should pay.
    from groundplane.simulator.scene import write_scene  # noqa: PLC0415

    out = out.absolute()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        fail(f"{out} is not an empty folder; name one that is empty or not there yet.")
    try:
        planned = options.scenario()
        out.mkdir(parents=True, exist_ok=True)
        threads, base = os.cpu_count() or 1, image_base or out.as_uri()
        write_scene(out, planned, image_base=base, threads=threads, progress=_show_progress)
    except (ValueError, OSError) as error:
        fail(str(error))
    say(f"{out} holds {options.frames} frames; what is true of them is in truth.json.")


def _show_progress(done: int, of: int) -> None:
    _show(f"Frame {done} of {of}", is_last=done == of)


def _show(line: str, *, is_last: bool) -> None:
    if sys.stderr.isatty() or is_last:
        print(line, end="\n" if is_last else "\r", file=sys.stderr, flush=True)


async def _worlds(database: Database) -> list[Tenant]:
    async with database.transaction() as db:
        account_id = await accounts.first_account(db)
    return [Tenant(account_id, mode) for mode in Mode]


def _sentence(error: Exception) -> str:
    """Of the system's own errors the file and what is wrong, without their number."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}."
    return str(error)
