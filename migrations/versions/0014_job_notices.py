"""Only what wakes an idle worker is a notice."""  # noqa: INP001 - Alembic loads it by path

from groundplane.storage.migrate import run_script

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    run_script("0014_job_notices.sql")
