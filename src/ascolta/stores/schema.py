"""The tables. Each column says what it holds, what for and how long; no post's words, author or id is in the clear."""

from functools import partial

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text

from ascolta.core.inventory import Kind, Term, stored

meta = MetaData()
of_a_case = partial(stored, term=Term.CASE, kind=Kind.ABOUT)
lasting = partial(stored, term=Term.STORE)

cursors = Table(
    "cursors",
    meta,
    Column("source", String, primary_key=True, info=lasting("the name of a source", "to know which source was heard")),
    Column(
        "position",
        Text,
        nullable=False,
        info=stored("how far it was heard", "to go on there, without loss or repeat", term=Term.REPLACED),
    ),
    Column(
        "at",
        Float,
        nullable=False,
        server_default="0",
        info=stored("when it was heard last", "to look at all posts again after a long outage", term=Term.REPLACED),
    ),
)

counts = Table(
    "counts",
    meta,
    Column("brand", String, primary_key=True, info=lasting("a brand", "to count for it")),
    Column(
        "stream",
        String,
        primary_key=True,
        info=lasting("what is counted: all, an action, complaints and the like", "to see which of them rises"),
    ),
    Column(
        "tick",
        BigInteger,
        primary_key=True,
        autoincrement=False,
        info=lasting("the start of five minutes", "to see when it rises"),
    ),
    Column(
        "n",
        Integer,
        nullable=False,
        info=lasting("how many mentions: exact, internal, never published", "for the early warning"),
    ),
)

cases = Table(
    "cases",
    meta,
    Column(
        "id",
        Integer,
        primary_key=True,
        autoincrement=True,
        info=of_a_case("the case's number", "to speak of the case, also in the journal"),
    ),
    Column(
        "ref",
        LargeBinary,
        nullable=False,
        unique=True,
        info=of_a_case("a random name of the case's key", "to find its key"),
    ),
    Column(
        "brand",
        String,
        nullable=False,
        info=of_a_case("the brand that was spoken of", "so that each brand sees its own cases"),
    ),
    Column(
        "network",
        String,
        nullable=False,
        info=of_a_case("the network of the post", "to answer there and keep its rules"),
    ),
    Column(
        "post_tag",
        LargeBinary,
        nullable=False,
        info=stored(
            "network and post id", "to find the case when the post is removed or edited", term=Term.CASE, kind=Kind.TAG
        ),
    ),
    Column(
        "author_tag",
        LargeBinary,
        nullable=False,
        info=stored(
            "network and account", "to find the cases of a person who opts out or asks", term=Term.CASE, kind=Kind.TAG
        ),
    ),
    Column(
        "handle_tag",
        LargeBinary,
        nullable=False,
        server_default="",
        info=stored(
            "network and handle", "to find the same where only the handle is known", term=Term.CASE, kind=Kind.TAG
        ),
    ),
    Column("action", String, nullable=False, info=of_a_case("what the etiquette decided", "to keep to it")),
    Column("rule", String, nullable=False, info=of_a_case("the name of the rule that decided", "to say why")),
    Column("why", Text, nullable=False, info=of_a_case("the rule's reason, from the brand's files", "to say why")),
    Column("desk", String, nullable=False, info=of_a_case("the desk that looks after it", "to hand it over there")),
    Column(
        "approve", Integer, nullable=False, info=of_a_case("how many people must approve an answer", "for four eyes")
    ),
    Column(
        "labels",
        Text,
        nullable=False,
        info=of_a_case(
            "names and values of labels, such as topic and polarity, and the region of the post's language tag",
            "for the desk, and to answer at a decent hour; few of them are all there is to see while it is sealed",
        ),
    ),
    Column("sealed", Integer, nullable=False, info=of_a_case("whether it opened sealed", "to hide its words")),
    Column("published", Float, nullable=False, info=of_a_case("when the post was published", "to answer in time")),
    Column("opened", Float, nullable=False, info=of_a_case("when the case was opened", "to answer in time")),
    Column("expires", Float, nullable=False, info=of_a_case("the date on which the case goes", "so that it goes")),
    Column(
        "term",
        Float,
        nullable=False,
        info=of_a_case("how long it stays after the last act on it", "to set that date anew"),
    ),
    Column(
        "content",
        LargeBinary,
        nullable=False,
        info=stored(
            "the post's words with personal data masked, its id, author and links; of a sealed case the id only",
            "so that a person can read and answer it",
            term=Term.CASE,
            kind=Kind.SEALED,
            parts=("text", "masked", "post_id", "author", "author_key", "url", "in_reply_to"),
        ),
    ),
    Column(
        "checked",
        Float,
        nullable=False,
        server_default="0",
        info=stored(
            "when the post was last seen to stand", "to look again within a day", term=Term.CASE, kind=Kind.ABOUT
        ),
    ),
    Column(
        "forbids",
        String,
        nullable=False,
        server_default="",
        info=stored("what post or profile forbid, such as quoting", "to heed it", term=Term.CASE, kind=Kind.ABOUT),
    ),
    Column(
        "writer",
        String,
        nullable=False,
        server_default="",
        info=stored(
            "who of the desk is writing an answer", "so that no two people answer", term=Term.CASE, kind=Kind.STAFF
        ),
    ),
    Column(
        "writer_until",
        Float,
        nullable=False,
        server_default="0",
        info=of_a_case("until when they have it alone", "so that a desk left open locks nobody out"),
    ),
    Column("status", String, nullable=False, server_default="", info=of_a_case("where it stands", "to list it")),
    Column("pile", String, nullable=False, server_default="", info=of_a_case("whether it waits", "to list it")),
    Column("since", Float, nullable=False, server_default="0", info=of_a_case("when it was opened last", "to list it")),
    Column("turn", Float, info=of_a_case("when it is due, or its place after what is", "to list it in that order")),
    Column(
        "assigned",
        String,
        nullable=False,
        server_default="",
        info=stored("whose case it is, of the desk", "to list one's own cases", term=Term.CASE, kind=Kind.STAFF),
    ),
    Index("cases_by_turn", "pile", "turn", "id"),
    Index("cases_by_writer", "writer_until"),
    Index("cases_by_post", "post_tag", "brand"),
    Index("cases_by_author", "author_tag"),
    Index("cases_by_handle", "handle_tag"),
    Index("cases_by_expiry", "expires"),
    sqlite_autoincrement=True,
)

case_events = Table(
    "case_events",
    meta,
    Column(
        "case",
        Integer,
        primary_key=True,
        autoincrement=False,
        info=of_a_case("the number of a case", "to tell whose event it is"),
    ),
    Column(
        "seq",
        Integer,
        primary_key=True,
        autoincrement=False,
        info=of_a_case("its place among the events of the case", "for their order"),
    ),
    Column(
        "kind",
        String,
        nullable=False,
        info=of_a_case("what was done, such as drafted or approved", "for the state of the case"),
    ),
    Column("at", Float, nullable=False, info=of_a_case("when", "for the state of the case")),
    Column(
        "by",
        String,
        nullable=False,
        info=stored("who of the desk did it", "so that two different people approve", term=Term.CASE, kind=Kind.STAFF),
    ),
    Column(
        "note",
        LargeBinary,
        nullable=False,
        info=stored(
            "the draft, or the reason", "to send the draft, to show the reason", term=Term.CASE, kind=Kind.SEALED
        ),
    ),
    Column(
        "template",
        String,
        nullable=False,
        server_default="",
        info=of_a_case("the template that a draft began with", "so that none is used twice in a row"),
    ),
    Column(
        "overrides",
        String,
        nullable=False,
        server_default="",
        info=of_a_case("rules of the check that an approval goes against", "so that a second person approves"),
    ),
)

replies = Table(
    "replies",
    meta,
    Column(
        "case",
        Integer,
        primary_key=True,
        autoincrement=False,
        info=of_a_case("the number of a case", "one answer a case, ever"),
    ),
    Column("brand", String, nullable=False, info=of_a_case("the brand that answers", "for its limits")),
    Column(
        "state",
        String,
        nullable=False,
        info=of_a_case("approved, sending, sent or failed", "so that nothing is said twice"),
    ),
    Column("approved", Float, nullable=False, info=of_a_case("when it was approved", "for the order of sending")),
    Column("tries", Integer, nullable=False, info=of_a_case("how often sending was tried", "to give up in time")),
    Column(
        "not_before", Float, nullable=False, info=of_a_case("when it may be tried again", "to wait as the network asks")
    ),
    Column("at", Float, nullable=False, info=of_a_case("when its state changed", "for the limits an hour and a day")),
    Column(
        "note",
        LargeBinary,
        nullable=False,
        info=stored(
            "the id of the published answer, or why it failed",
            "to settle it after a crash",
            term=Term.CASE,
            kind=Kind.SEALED,
        ),
    ),
    Index("replies_by_state", "state"),
)

people = Table(
    "people",
    meta,
    Column(
        "standing",
        String,
        primary_key=True,
        info=stored(
            "refused, stopped or answered",
            "to keep silent, or not to answer twice",
            term=Term.STANDING,
            kind=Kind.ABOUT,
        ),
    ),
    Column(
        "brand",
        String,
        primary_key=True,
        info=stored(
            "the brand that answered; empty otherwise",
            "a refusal counts for all brands",
            term=Term.STANDING,
            kind=Kind.ABOUT,
        ),
    ),
    Column(
        "tag",
        LargeBinary,
        primary_key=True,
        info=stored(
            "network and account",
            "to know the person again without keeping who it is",
            term=Term.STANDING,
            kind=Kind.TAG,
        ),
    ),
    Column(
        "at",
        Float,
        nullable=False,
        info=stored("when", "to forget an answer in time", term=Term.STANDING, kind=Kind.ABOUT),
    ),
)
"""Keyed tags only. `standing` is refused, stopped (brand empty in both) or answered."""

vigils = Table(
    "vigils",
    meta,
    Column("brand", String, primary_key=True, info=lasting("a brand", "to watch over it")),
    Column(
        "state",
        Text,
        nullable=False,
        info=stored(
            "what the detector learned of counts, as figures",
            "for the early warning",
            term=Term.REPLACED,
            parts=("seen", "vigil"),
        ),
    ),
)

alerts = Table(
    "alerts",
    meta,
    Column("id", Integer, primary_key=True, autoincrement=True, info=lasting("a number", "for the order")),
    Column("brand", String, nullable=False, info=lasting("a brand", "to tell whose alert it is")),
    Column("at", Float, nullable=False, info=lasting("when", "to show it")),
    Column(
        "change",
        Text,
        nullable=False,
        info=lasting(
            "the change and why, in figures",
            "to show what was alarmed, and when it calmed",
            parts=("brand", "stream", "old", "new", "at", "score", "once_in_days", "why", "risk"),
        ),
    ),
)

switches = Table(
    "switches",
    meta,
    Column("name", String, primary_key=True, info=lasting("what is switched", "to find it")),
    Column(
        "value",
        Text,
        nullable=False,
        info=stored(
            "how it stands; why a brand does not speak, as the desk wrote it",
            "to stop all speaking at once",
            term=Term.REPLACED,
            kind=Kind.STAFF,
        ),
    ),
)
