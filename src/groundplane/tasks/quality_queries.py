"""Statements on evaluation and training tasks: one function each."""

import msgspec

from groundplane.storage.database import Connection, Tenant, execute


class NewQualityTask(msgspec.Struct, frozen=True):
    """The two responses are JSON text."""

    quality_task_id: str
    purpose: str
    type: str
    project_id: str
    instruction: str | None
    params_zstd: bytes
    expected_response: str
    initial_response: str | None


async def insert(db: Connection, tenant: Tenant, new: NewQualityTask) -> None:
    await execute(
        db,
        """
        INSERT INTO quality_task (account_id, mode, quality_task_id, purpose, type, project_id,
                                  instruction, params_zstd, expected_response, initial_response)
        VALUES (%(account_id)s, %(mode)s, %(quality_task_id)s, %(purpose)s, %(type)s,
                %(project_id)s, %(instruction)s, %(params_zstd)s, %(expected_response)s::json,
                %(initial_response)s::json)
        """,
        account_id=tenant.account_id,
        mode=tenant.mode.value,
        quality_task_id=new.quality_task_id,
        purpose=new.purpose,
        type=new.type,
        project_id=new.project_id,
        instruction=new.instruction,
        params_zstd=new.params_zstd,
        expected_response=new.expected_response,
        initial_response=new.initial_response,
    )
