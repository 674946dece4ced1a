"""Posts are looked at again, handles are known beside accounts, and a source remembers when it was heard."""

import sqlalchemy as sa

from ascolta.stores.migrations.adding import add, index

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    """Add the columns that are not there."""
    add("cursors", sa.Column("at", sa.Float, nullable=False, server_default="0"))
    add(
        "cases",
        sa.Column("handle_tag", sa.LargeBinary, nullable=False, server_default=""),
        sa.Column("checked", sa.Float, nullable=False, server_default="0"),
        sa.Column("forbids", sa.String, nullable=False, server_default=""),
    )
    index("cases_by_handle", "cases", "handle_tag")
