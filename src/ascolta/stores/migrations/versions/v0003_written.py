"""One writer at a time, and drafts that know their template and what was overridden."""

import sqlalchemy as sa

from ascolta.stores.migrations.adding import add

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    """Add the columns that are not there."""
    add(
        "cases",
        sa.Column("writer", sa.String, nullable=False, server_default=""),
        sa.Column("writer_until", sa.Float, nullable=False, server_default="0"),
    )
    add(
        "case_events",
        sa.Column("template", sa.String, nullable=False, server_default=""),
        sa.Column("overrides", sa.String, nullable=False, server_default=""),
    )
