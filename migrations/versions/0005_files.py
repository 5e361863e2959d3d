"""Files that were uploaded, to be named as attachments."""  # noqa: INP001 - Alembic loads it by path

from groundplane.storage.migrate import run_script

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run_script("0005_files.sql")
