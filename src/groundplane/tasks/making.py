"""How a task is made, whoever asks for it: a customer, a manager, or another task."""

import msgspec

from groundplane.jobs.queue import Queue
from groundplane.storage.blobs import Blobs
from groundplane.storage.database import Connection, Mode, Tenant
from groundplane.tasks import answers, operations
from groundplane.tasks.answers import StoredAnswer
from groundplane.tasks.operations import Dependent, Order
from groundplane.tasks.queries import TaskRow
from groundplane.tasks.sources import find_source
from groundplane.tasks.types.kind import SourceTask


class Maker(msgspec.Struct, frozen=True):
    """What a task needs besides its transaction, and for whom it is made."""

    blobs: Blobs
    queue: Queue
    tenant: Tenant
    public_url: str

    async def source(
        self, db: Connection, order: Order, *, dependent: Dependent | None = None
    ) -> SourceTask | None:
        """In test mode what the answer is made from. Raises: as find_source."""
        if self.tenant.mode is not Mode.TEST:
            return None
        return await find_source(
            db, self.tenant, order.kind, order.own, must_be_completed=dependent is None
        )

    async def stored_answer(self, order: Order, source: SourceTask | None) -> StoredAnswer | None:
        """In test mode the answer: its files are durable before the row that names them."""
        if self.tenant.mode is not Mode.TEST:
            return None
        return await answers.store(self.blobs, self.tenant, order, source)

    async def make(
        self,
        db: Connection,
        order: Order,
        answer: StoredAnswer | None,
        *,
        dependent: Dependent | None = None,
    ) -> TaskRow:
        """Raises: as operations.create and answers.create_answered."""
        if answer is None:
            return await operations.create_and_ingest(
                db, self.queue, self.tenant, order, dependent=dependent
            )
        return await answers.create_answered(
            db, self.blobs, self.tenant, order, answer, self.public_url, dependent=dependent
        )
