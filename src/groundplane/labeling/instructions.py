"""What a labeler is told: the text, its pictures, and what it says about each label."""

from collections.abc import Iterator, Sequence

from groundplane.accounts.model import Person
from groundplane.annotations.taxonomy import StageConfig, leaf_choices
from groundplane.labeling import addresses
from groundplane.labeling.model import Instructions, Picture
from groundplane.scenes.model import BlobRef
from groundplane.storage.database import Connection, Tenant
from groundplane.storage.secrets import InstanceSecret
from groundplane.tasks import instruction_queries
from groundplane.tasks import operations as tasks
from groundplane.tasks.instruction_queries import PictureRow
from groundplane.tasks.instructions import label_guides
from groundplane.tasks.queries import TaskRow


async def shown(
    db: Connection,
    tenant: Tenant,
    task: TaskRow,
    config: StageConfig,
    *,
    secret: InstanceSecret,
    embed_hosts: Sequence[str],
) -> Instructions | None:
    """The instructions of a task as a workstation shows them; None when there are none."""
    text = (task.instruction or "").strip()
    if not text:
        return None
    rows = await instruction_queries.pictures(db, tenant, task.task_id)
    urls = await addresses.grant(
        db, tenant, task.task_id, _blobs(rows), secret=secret, public_url=""
    )
    leaves = leaf_choices(config.labels)
    names = {leaf.display: leaf.choice for leaf in leaves} | {
        leaf.choice: leaf.choice for leaf in leaves
    }
    return Instructions(
        text=text,
        pictures={row.url: Picture(urls.get(row.sha256 or ""), row.error) for row in rows},
        label_guides=label_guides(text, names),
        embed_hosts=embed_hosts,
    )


async def note_seen(
    db: Connection, tenant: Tenant, person: Person, task_id: str, text: str
) -> bool:
    """Record the version that a person saw; False when it is none of this task's (any more)."""
    task = await tasks.get(db, tenant, task_id)
    if text != (task.instruction or "").strip():
        return False
    await instruction_queries.insert_seen(db, tenant, task_id, person.person_id, text)
    return True


def _blobs(rows: Sequence[PictureRow]) -> Iterator[BlobRef]:
    for row in rows:
        if row.sha256 is not None and row.size_bytes is not None and row.content_type is not None:
            yield BlobRef(row.sha256, row.size_bytes, row.content_type, content_encoding=None)
