"""/app/tasks/{id}/…: the workstation's requests."""

import msgspec

from groundplane.accounts.model import Person
from groundplane.annotations.taxonomy import StageConfig
from groundplane.errors import Conflict, InvalidParameter, NotFound
from groundplane.jobs.queue import Queue
from groundplane.labeling import (
    addresses,
    assignment,
    documents,
    fixing_queries,
    instructions,
    queries,
    queue_queries,
    stages,
    work_checks,
)
from groundplane.labeling.blob_routes import read_blob
from groundplane.labeling.fixing_routes import ROUTES as FIXING_ROUTES
from groundplane.labeling.history_routes import ROUTES as HISTORY_ROUTES
from groundplane.labeling.model import (
    AskedOps,
    Claim,
    ClaimedLease,
    InstructionsSeen,
    KnownOps,
    LeaseKey,
    Left,
    News,
    Noted,
    OpenWindow,
    Received,
    Released,
    SentTransactions,
    Submission,
    Submitted,
    Work,
)
from groundplane.labeling.presence import Presence
from groundplane.labeling.queue_model import Review
from groundplane.labeling.queue_routes import ROUTES as QUEUE_ROUTES
from groundplane.scenes.model import BlobRef, Scene
from groundplane.storage.database import Database, Tenant
from groundplane.storage.secrets import InstanceSecret
from groundplane.tasks import operations as tasks
from groundplane.tasks.lifecycle import State
from groundplane.tasks.model import is_demo
from groundplane.wire.pages import Query
from groundplane.wire.routing import FromPath, JSONBody, NamedDependency, get, post

MOST_TRANSACTIONS = 200
MOST_SEQ = 2**53 - 1
MOST_WINDOW_NAME = 36


@get("/app/tasks/{task_id:str}/work")
async def open_work(
    task_id: FromPath[str],
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
    secret: NamedDependency[InstanceSecret],
    embed_hosts: NamedDependency[tuple[str, ...]],
) -> Work:
    """All that an editor needs to open a task."""
    async with database.transaction(tenant) as db:
        task = await tasks.get(db, tenant, task_id)
        manifest = await queries.scene_manifest(db, tenant, task_id)
        stage = await queries.stage(db, tenant, task_id)
        # Its lock: no transaction slips in between the sequence number and the parts.
        document = await queries.document(db, tenant, task_id, for_update=True)
        if manifest is None or stage is None or document is None:
            raise Conflict(f"There is nothing to label: the task is {task.state}.")
        scene = msgspec.json.decode(manifest, type=Scene)
        config = msgspec.json.decode(stage.config, type=StageConfig)
        fix = await fixing_queries.open_fix(db, tenant, task_id)
        reviews = await queue_queries.reviews(db, tenant, task_id)
        urls = await addresses.grant(
            db, tenant, task_id, blobs_of(scene), secret=secret, public_url=""
        )
        return Work(
            task_id=task_id,
            type=task.type,
            state=State(task.state),
            project=task.project,
            instructions=await instructions.shown(
                db, tenant, task, config, secret=secret, embed_hosts=embed_hosts
            ),
            config=config,
            checks=await work_checks.of_task(db, tenant, task_id),
            scene=scene,
            # Relative: the page's own origin, by whatever name the labeler reached it.
            urls=urls,
            document_id=document.document_id,
            seq=document.seq,
            parts=await documents.parts_of(db, tenant, document.document_id),
            lease=assignment.shown(stage, person),
            takes_edits=assignment.takes_edits(stage, State(task.state), person),
            in_review=stage.state == "in_review",
            fixing=stage.state == "fixing",
            delivered_seq=None if fix is None else fix.base_revision,
            reviews=[Review(**msgspec.structs.asdict(row)) for row in reviews],
            is_demo=is_demo(task.unique_id),
        )


@post("/app/tasks/{task_id:str}/claim")
async def claim(
    task_id: FromPath[str],
    data: JSONBody[Claim],
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
) -> ClaimedLease:
    """Take a task to work on; 409 when another window has it, unless it is to be taken over."""
    async with database.transaction(tenant) as db:
        return await assignment.claim(db, tenant, person, task_id, data)


@post("/app/tasks/{task_id:str}/lease")
async def renew_lease(
    task_id: FromPath[str],
    data: JSONBody[LeaseKey],
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
) -> ClaimedLease:
    """Keep a task; 409 when somebody else has it now."""
    async with database.transaction(tenant) as db:
        return await assignment.renew(db, tenant, person, task_id, data)


@post("/app/tasks/{task_id:str}/release")
async def release_lease(
    task_id: FromPath[str],
    data: JSONBody[LeaseKey],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> Released:
    """Let others have the task at once."""
    async with database.transaction(tenant) as db:
        return Released(await assignment.release(db, tenant, task_id, data))


@post("/app/tasks/{task_id:str}/transactions")
async def send_transactions(
    task_id: FromPath[str],
    data: JSONBody[SentTransactions],
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
) -> Received:
    """Edits for the log; each is durable when it is acknowledged, or refused whole."""
    if len(data.transactions) > MOST_TRANSACTIONS:
        raise InvalidParameter("transactions", f"must be at most {MOST_TRANSACTIONS}")
    async with database.transaction(tenant) as db:
        stage = await assignment.held_stage(
            db, tenant, person, task_id, LeaseKey(data.lease_id, data.fence)
        )
        return await documents.accept(
            db, tenant, task_id, stage, data.transactions, actor=person.person_id
        )


@post("/app/tasks/{task_id:str}/transactions/known")
async def known_transactions(
    task_id: FromPath[str],
    data: JSONBody[AskedOps],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> KnownOps:
    """Which edits, whose answer an editor never got, are in the log: needs no lease."""
    if len(data.op_ids) > MOST_TRANSACTIONS:
        raise InvalidParameter("op_ids", f"must be at most {MOST_TRANSACTIONS}")
    async with database.transaction(tenant) as db:
        document = await queries.document(db, tenant, task_id)
        if document is None:
            raise NotFound("Task with that ID")
        return KnownOps(await documents.known_among(db, tenant, document.document_id, data.op_ids))


@get("/app/tasks/{task_id:str}/transactions")
async def news(
    task_id: FromPath[str],
    asked: NamedDependency[Query],
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
    presence: NamedDependency[Presence],
) -> News:
    """What others did after a sequence number (`after`), and who works on the task.

    A `window` that asks is itself seen by the others until it leaves.
    """
    after = asked.integer("after", least=0, most=MOST_SEQ, default=0)
    async with database.transaction(tenant) as db:
        task = await tasks.get(db, tenant, task_id)
        stage = await queries.stage(db, tenant, task_id)
        document = await queries.document(db, tenant, task_id)
        if stage is None or document is None:
            raise NotFound("Task with that ID")
        logged = await documents.log_after(db, tenant, document, after)
    window = asked.text("window")
    if window is not None:
        presence.see(tenant, task_id, person, window[:MOST_WINDOW_NAME])
    return News(
        transactions=logged,
        seq=logged[-1].seq if logged else after,
        state=State(task.state),
        lease=assignment.shown(stage, person),
        takes_edits=assignment.takes_edits(stage, State(task.state), person),
        in_review=stage.state == "in_review",
        people=presence.people(tenant, task_id, person),
    )


@post("/app/tasks/{task_id:str}/instructions/seen")
async def note_instructions_seen(
    task_id: FromPath[str],
    data: JSONBody[InstructionsSeen],
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
) -> Noted:
    """Record which version of the instructions a person worked by."""
    async with database.transaction(tenant) as db:
        return Noted(await instructions.note_seen(db, tenant, person, task_id, data.text))


@post("/app/tasks/{task_id:str}/leave")
async def leave(
    task_id: FromPath[str],
    data: JSONBody[OpenWindow],
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    presence: NamedDependency[Presence],
) -> Left:
    """A window does not show the task any more; its lease is another matter."""
    presence.leave(tenant, task_id, person, data.window)
    return Left(left=True)


@post("/app/tasks/{task_id:str}/submit")
async def submit(
    task_id: FromPath[str],
    data: JSONBody[Submission],
    tenant: NamedDependency[Tenant],
    person: NamedDependency[Person],
    database: NamedDependency[Database],
    queue: NamedDependency[Queue],
) -> Submitted:
    """Hand in exactly what the labeler sees; it is delivered from that revision."""
    async with database.transaction(tenant) as db:
        return Submitted(await stages.submit(db, tenant, person, task_id, data, queue))


def blobs_of(scene: Scene) -> list[BlobRef]:
    """What an editor fetches: the points for the screen and the images."""
    return [
        blob
        for frame in scene.frames
        for blob in (frame.points.blob, *(image.image for image in frame.images))
    ]


ROUTES = (
    open_work,
    claim,
    renew_lease,
    release_lease,
    send_transactions,
    known_transactions,
    news,
    note_instructions_seen,
    leave,
    submit,
    read_blob,
    *FIXING_ROUTES,
    *HISTORY_ROUTES,
    *QUEUE_ROUTES,
)
