"""What opens a customer's buckets."""  # noqa: INP001 - Alembic loads it by path

from groundplane.storage.migrate import run_script

revision = "0022"
down_revision = "0020"


def upgrade() -> None:
    run_script("0022_bucket_keys.sql")
