"""What the steps up to 0004 share: stores from before there were versions may have taken some of them already."""

from typing import Any

import sqlalchemy as sa
from alembic import op


def add(table: str, *columns: sa.Column[Any]) -> None:
    """Add the columns that a table lacks."""
    there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}
    for column in columns:
        if column.name not in there:
            op.add_column(table, column)


def index(name: str, table: str, *columns: str) -> None:
    """Make an index if there is none of this name."""
    op.create_index(name, table, list(columns), if_not_exists=True)
