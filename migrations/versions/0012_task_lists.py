"""Lists of tasks by project and by state."""  # noqa: INP001 - Alembic loads it by path

from groundplane.storage.migrate import run_script

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    run_script("0012_task_lists.sql")
