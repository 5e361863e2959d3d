"""What the editor's checks mean in a project."""  # noqa: INP001 - Alembic loads it by path

from groundplane.storage.migrate import run_script

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    run_script("0024_work_check.sql")
