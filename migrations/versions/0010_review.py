"""Who is given which task, and review before delivery."""  # noqa: INP001 - Alembic loads it by path

from groundplane.storage.migrate import run_script

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run_script("0010_review.sql")
