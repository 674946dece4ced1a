"""The tables of the accounts, and what each of their fields is for."""

from ascolta.core.inventory import Kind, Tables, Term, declared
from ascolta.stores import identities, tokens

TABLES = """
CREATE TABLE IF NOT EXISTS members (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, key TEXT, role TEXT NOT NULL, state TEXT NOT NULL,
    since REAL NOT NULL, goes REAL, password TEXT NOT NULL DEFAULT '', factor TEXT NOT NULL DEFAULT 'none',
    secret TEXT NOT NULL DEFAULT '', step INTEGER NOT NULL DEFAULT 0, UNIQUE (key));
CREATE TABLE IF NOT EXISTS codes (member INTEGER, code BLOB, PRIMARY KEY (member, code)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS links (
    token BLOB PRIMARY KEY, member INTEGER NOT NULL, kind TEXT NOT NULL, goes REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions (
    token BLOB PRIMARY KEY, member INTEGER NOT NULL, since REAL NOT NULL, seen REAL NOT NULL) WITHOUT ROWID;
"""
DECLARED: Tables = {
    "members": {
        **declared(
            Term.ACCOUNT,
            id=("a number", "to tell one from another; the journal knows people by it"),
            role=("viewer, agent, lead, privacy officer or admin", "to let them do what is theirs to do"),
            state=("invited, active or suspended", "to let in those who work here"),
            since=("when they were invited", "to know how long"),
            goes=("when all of it goes; empty while they are not suspended", "so that it does"),
            factor=("whether a second factor is set up", "to ask for it"),
            step=("the last 30 seconds whose code was used", "so that no code is good twice"),
        ),
        **declared(
            Term.ACCOUNT,
            Kind.STAFF,
            name=("the name with which they sign", "so that others know who did what"),
            key=("the same in small letters", "so that no two people sign alike"),
        ),
        **declared(Term.ACCOUNT, Kind.PROOF, password=("a password", "to know them again")),
        **declared(Term.ACCOUNT, Kind.KEY, secret=("160 random bits of a second factor", "to check its codes")),
    },
    "codes": {
        **declared(Term.ACCOUNT, member=("a number", "to tell whose it is")),
        **declared(Term.ACCOUNT, Kind.PROOF, code=("a code to recover with", "to let in who lost the second factor")),
    },
    "links": {
        **declared(
            Term.LINK,
            member=("a number", "to tell whom it lets in"),
            kind=("enter, invited or reset", "to do no more than that"),
            goes=("when it is good no more", "so that it goes"),
        ),
        **declared(Term.LINK, Kind.PROOF, token=("a link that is good once", "to know it again when it is opened")),
    },
    "sessions": {
        **declared(
            Term.SESSION,
            member=("a number", "to tell who is signed in"),
            since=("when they signed in", "to end it in time"),
            seen=("when it was last used", "to end it in time"),
        ),
        **declared(Term.SESSION, Kind.PROOF, token=("what the browser was given", "to know the browser again")),
    },
    **tokens.DECLARED,
    **identities.DECLARED,
    "sqlite_sequence": declared(
        Term.STORE,
        name=("the name of a table", "SQLite's own"),
        seq=("the highest number given", "so that no number is given twice"),
    ),
}
"""What the file holds."""
