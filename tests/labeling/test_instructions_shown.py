"""Instructions on their way to the labeler: pictures, and who saw which version."""

import io
from pathlib import Path

import msgspec
from labeling_rig import ANNA, ready_task
from PIL import Image

from groundplane.annotations.taxonomy import StageConfig
from groundplane.jobs.context import Context
from groundplane.labeling import instructions, queries
from groundplane.labeling.model import Instructions
from groundplane.storage.database import Tenant
from groundplane.tasks import instruction_queries, operations
from groundplane.tasks.instruction_jobs import GIVEN_UP, fetch_pictures, pictures_given_up

EMBED_HOSTS = ("docs.google.com",)


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 40), (10, 120, 200)).save(file, "PNG")
    return file.getvalue()


async def shown(context: Context, tenant: Tenant, task_id: str) -> Instructions | None:
    async with context.database.transaction(tenant) as db:
        task = await operations.get(db, tenant, task_id)
        stage = await queries.stage(db, tenant, task_id)
        assert stage is not None
        config = msgspec.json.decode(stage.config, type=StageConfig)
        return await instructions.shown(
            db, tenant, task, config, secret=context.secret, embed_hosts=EMBED_HOSTS
        )


def ids(tenant: Tenant, task_id: str) -> dict[str, str]:
    return {"account_id": tenant.account_id, "mode": tenant.mode.value, "task_id": task_id}


async def test_pictures_are_fetched_once_and_served_by_us(
    context: Context, tenant: Tenant, tmp_path: Path
) -> None:
    there, gone, text = tmp_path / "car.png", tmp_path / "gone.png", tmp_path / "text.png"
    there.write_bytes(png())
    text.write_text("no picture")
    addresses = [file.as_uri() for file in (there, gone, text)]
    written = "## Car\n" + "\n".join(f"![]({address})" for address in addresses)
    task_id = await ready_task(context, tenant, tmp_path, written)
    before = await shown(context, tenant, task_id)
    assert before is not None
    assert before.pictures == {}

    await fetch_pictures(context, **ids(tenant, task_id))
    there.unlink()
    await fetch_pictures(context, **ids(tenant, task_id))  # twice changes nothing
    found = await shown(context, tenant, task_id)
    assert found is not None
    assert found.text == written
    assert list(found.label_guides) == ["Car"]
    assert found.embed_hosts == EMBED_HOSTS
    kept, missing, unreadable = (found.pictures[address] for address in addresses)
    assert (kept.address or "").startswith("/blobs/")
    assert kept.error is None
    assert missing.address is None
    assert (missing.error or "").startswith("There is no such file")
    assert unreadable.error == "The image is not a PNG, JPEG or WebP file."
    async with context.database.transaction(tenant) as db:
        rows = await instruction_queries.pictures(db, tenant, task_id)
    row = next(one for one in rows if one.sha256 is not None)
    assert row.sha256 is not None
    assert await context.blobs.get(tenant.account_id, row.sha256) == png()


async def test_pictures_that_never_come_are_told(
    context: Context, tenant: Tenant, tmp_path: Path
) -> None:
    task_id = await ready_task(context, tenant, tmp_path, "![](https://docs.example/a.png)")
    async with context.database.transaction(tenant) as db:
        await pictures_given_up(db, context.queue, **ids(tenant, task_id))
    found = await shown(context, tenant, task_id)
    assert found is not None
    assert found.pictures["https://docs.example/a.png"].error == GIVEN_UP


async def test_a_task_without_instructions_has_none(
    context: Context, tenant: Tenant, tmp_path: Path
) -> None:
    task_id = await ready_task(context, tenant, tmp_path, "  \n ")
    assert await shown(context, tenant, task_id) is None


async def test_the_version_that_a_person_saw_is_recorded_once(
    context: Context, tenant: Tenant, tmp_path: Path
) -> None:
    task_id = await ready_task(context, tenant, tmp_path, "Box every car. ")
    async with context.database.transaction(tenant) as db:
        await db.execute(
            "INSERT INTO person (account_id, person_id, email, role) VALUES (%s, %s, %s, %s)",
            (tenant.account_id, ANNA.person_id, ANNA.email, ANNA.role.value),
        )
        assert await instructions.note_seen(db, tenant, ANNA, task_id, "Box every car.")
        assert await instructions.note_seen(db, tenant, ANNA, task_id, "Box every car.")
        assert not await instructions.note_seen(db, tenant, ANNA, task_id, "Box every bus.")
        rows = await instruction_queries.seen(db, tenant, task_id)
        texts = await (await db.execute("SELECT text FROM instruction_text")).fetchall()
    assert [row.email for row in rows] == [ANNA.email]
    assert texts == [("Box every car.",)]
