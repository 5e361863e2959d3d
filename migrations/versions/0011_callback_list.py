"""The newest callbacks of a tenant, page by page."""  # noqa: INP001 - Alembic loads it by path

from groundplane.storage.migrate import run_script

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run_script("0011_callback_list.sql")
