"""The ground: the tables as they were when stores were first kept for longer than a day."""

import sqlalchemy as sa
from alembic import op

from ascolta.stores.migrations.adding import index

revision, down_revision = "0001", None


def upgrade() -> None:
    """Make each table and index that is not there."""
    _counted()
    _cases()
    _answers()
    _watched()
    index("cases_by_post", "cases", "post_tag", "brand")
    index("cases_by_author", "cases", "author_tag")
    index("cases_by_expiry", "cases", "expires")
    index("replies_by_state", "replies", "state")


def _counted() -> None:
    op.create_table(
        "cursors",
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("position", sa.Text, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "counts",
        sa.Column("brand", sa.String, primary_key=True),
        sa.Column("stream", sa.String, primary_key=True),
        sa.Column("tick", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("n", sa.Integer, nullable=False),
        if_not_exists=True,
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("ref", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("opened", sa.Float, nullable=False),
        sa.Column("brand", sa.String, nullable=False),
        sa.Column("network", sa.String, nullable=False),
        sa.Column("post_tag", sa.LargeBinary, nullable=False),
        sa.Column("author_tag", sa.LargeBinary, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("desk", sa.String, nullable=False),
        sa.Column("approve", sa.Integer, nullable=False),
        sa.Column("labels", sa.Text, nullable=False),
        sa.Column("sealed", sa.Integer, nullable=False),
        sa.Column("published", sa.Float, nullable=False),
        sa.Column("expires", sa.Float, nullable=False),
        sa.Column("term", sa.Float, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        if_not_exists=True,
        sqlite_autoincrement=True,
    )
    op.create_table(
        "case_events",
        sa.Column("case", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        if_not_exists=True,
    )


def _answers() -> None:
    op.create_table(
        "replies",
        sa.Column("case", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("brand", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("approved", sa.Float, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("not_before", sa.Float, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "people",
        sa.Column("standing", sa.String, primary_key=True),
        sa.Column("brand", sa.String, primary_key=True),
        sa.Column("tag", sa.LargeBinary, primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        if_not_exists=True,
    )


def _watched() -> None:
    op.create_table(
        "vigils",
        sa.Column("brand", sa.String, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("brand", sa.String, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("change", sa.Text, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "switches",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        if_not_exists=True,
    )
