"""Cases have a list, kept in the order in which they are due, and searches can be saved."""

import sqlalchemy as sa
from alembic import op

from ascolta.stores.migrations.adding import add, index

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    """Add what is not there; where each case stands is written down when the store was opened (stores/listed.py)."""
    add(
        "cases",
        sa.Column("status", sa.String, nullable=False, server_default=""),
        sa.Column("pile", sa.String, nullable=False, server_default=""),
        sa.Column("since", sa.Float, nullable=False, server_default="0"),
        sa.Column("turn", sa.Float),
        sa.Column("assigned", sa.String, nullable=False, server_default=""),
    )
    index("cases_by_turn", "cases", "pile", "turn", "id")
    index("cases_by_writer", "cases", "writer_until")
    op.create_table(
        "saved_views",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("desk", sa.String, primary_key=True),
        sa.Column("find", sa.Text, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        if_not_exists=True,
    )
