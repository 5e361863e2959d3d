"""The wire's status of a task as text, for lists."""  # noqa: INP001 - Alembic loads it by path

from groundplane.storage.migrate import run_script

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    run_script("0013_task_status.sql")
