"""Mail has a limit per address and hour."""  # noqa: INP001 - Alembic loads it by path

from groundplane.storage.migrate import run_script

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    run_script("0016_mail_sent.sql")
