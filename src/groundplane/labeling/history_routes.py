"""/app/tasks/{id}/history, /app/tasks/{id}/revisions/{seq}: what the log says of the past."""

from groundplane.annotations.document import to_parts
from groundplane.errors import NotFound
from groundplane.labeling import documents, queries
from groundplane.labeling.model import History, Revision
from groundplane.storage.database import Database, Tenant
from groundplane.wire.pages import Query
from groundplane.wire.routing import FromPath, NamedDependency, get

MOST_SEQ = 2**53 - 1


@get("/app/tasks/{task_id:str}/history")
async def history(
    task_id: FromPath[str],
    asked: NamedDependency[Query],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> History:
    """Transactions of a task from the newest on (`before` a sequence number), `limit` at a time."""
    before = asked.integer("before", least=1, most=MOST_SEQ, default=MOST_SEQ)
    async with database.transaction(tenant) as db:
        document = await queries.document(db, tenant, task_id)
        if document is None:
            raise NotFound("Task with that ID")
        logged = await documents.log_before(
            db, tenant, document.document_id, before=before, most=asked.limit()
        )
    return History(logged, more=bool(logged) and logged[-1].seq > 1)


@get("/app/tasks/{task_id:str}/revisions/{seq:int}")
async def revision(
    task_id: FromPath[str],
    seq: FromPath[int],
    tenant: NamedDependency[Tenant],
    database: NamedDependency[Database],
) -> Revision:
    """The document as it was after transaction `seq`; 0 is before the first."""
    async with database.transaction(tenant) as db:
        document = await queries.document(db, tenant, task_id)
        if document is None:
            raise NotFound("Task with that ID")
        if not 0 <= seq <= document.seq:
            raise NotFound("Revision with that number")
        was = await documents.read_revision(db, tenant, document.document_id, seq)
    return Revision(seq, to_parts(was))


ROUTES = (history, revision)
