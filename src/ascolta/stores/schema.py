"""The tables. No column holds a text, a name, a handle or a post id in the clear."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text

meta = MetaData()

cursors = Table(
    "cursors",
    meta,
    Column("source", String, primary_key=True),
    Column("position", Text, nullable=False),
)

counts = Table(
    "counts",
    meta,
    Column("brand", String, primary_key=True),
    Column("stream", String, primary_key=True),
    Column("tick", BigInteger, primary_key=True, autoincrement=False),
    Column("n", Integer, nullable=False),
)

cases = Table(
    "cases",
    meta,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("ref", LargeBinary, nullable=False, unique=True),
    Column("brand", String, nullable=False),
    Column("network", String, nullable=False),
    Column("post_tag", LargeBinary, nullable=False),
    Column("author_tag", LargeBinary, nullable=False),
    Column("action", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("desk", String, nullable=False),
    Column("approve", Integer, nullable=False),
    Column("labels", Text, nullable=False),
    Column("sealed", Integer, nullable=False),
    Column("published", Float, nullable=False),
    Column("opened", Float, nullable=False),
    Column("expires", Float, nullable=False),
    Column("term", Float, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index("cases_by_post", "post_tag", "brand"),
    Index("cases_by_author", "author_tag"),
    Index("cases_by_expiry", "expires"),
    sqlite_autoincrement=True,
)

case_events = Table(
    "case_events",
    meta,
    Column("case", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("at", Float, nullable=False),
    Column("by", String, nullable=False),
    Column("note", LargeBinary, nullable=False),
)

replies = Table(
    "replies",
    meta,
    Column("case", Integer, primary_key=True, autoincrement=False),
    Column("brand", String, nullable=False),
    Column("state", String, nullable=False),
    Column("approved", Float, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("not_before", Float, nullable=False),
    Column("at", Float, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Index("replies_by_state", "state"),
)

people = Table(
    "people",
    meta,
    Column("standing", String, primary_key=True),
    Column("brand", String, primary_key=True),
    Column("tag", LargeBinary, primary_key=True),
    Column("at", Float, nullable=False),
)
"""Keyed tags only. `standing` is refused, stopped (brand empty in both) or answered."""

vigils = Table(
    "vigils",
    meta,
    Column("brand", String, primary_key=True),
    Column("state", Text, nullable=False),
)

alerts = Table(
    "alerts",
    meta,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("brand", String, nullable=False),
    Column("at", Float, nullable=False),
    Column("change", Text, nullable=False),
)

switches = Table(
    "switches",
    meta,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)
