"""The foundation: tenants, people, keys, tasks, scenes, documents, delivery."""  # noqa: INP001 - Alembic loads it by path

from alembic import op

from groundplane.storage.migrate import run_script

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_script("0001_foundation.sql")
    # Granted with all other tables; which schema this is, the application may only read.
    op.execute("REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM groundplane_app")
