"""What PostgreSQL says when it refuses, in one sentence of ours.

None of its own words are passed on: they may hold a part of the URL, a value that was to be kept, or be in the server's
language. Codes are those of the PostgreSQL manual, appendix A.
"""

import re

import sqlalchemy as sa

_AGAIN = "nothing was kept by halves, run again"
_BY_CODE = {
    "53100": "the disk of the database server is full; free some space there and run again: the cursor has not moved",
    "53300": "the database server has no connection left; raise its max_connections, or stop another program",
    "55P03": "the store is busy in another process; stop that one or wait",
    "57014": f"the database server took too long and gave up (see its statement_timeout); {_AGAIN}",
    "42501": "the role may not do this in its database; give it a schema of its own (see docs/operator/postgresql.md)",
    "25006": "the database server only reads, as a replica does; name the primary in ASCOLTA_DATABASE",
    "3D000": "the database that ASCOLTA_DATABASE names is not there; create it",
    "28": "the database server does not accept the role or its password; look at ASCOLTA_DATABASE",
    "40": f"another process was in the way; {_AGAIN}",
    "57P": f"the database server is stopping or starting; {_AGAIN}",
    "08": f"the connection to the database server broke; {_AGAIN}",
}
_BY_WORDS = {
    r"closed the connection|closed unexpectedly|connection (is|was) (lost|closed)|terminating": _BY_CODE["08"],
    r"password authentication failed|no password supplied|role \".*\" does not exist": _BY_CODE["28"],
    r"database \".*\" does not exist": _BY_CODE["3D000"],
    r"no pg_hba\.conf entry": (
        "the database server has no rule that lets this role in from this machine; add one to its pg_hba.conf"
    ),
    r"ssl error|support ssl|sslmode|certificate|gssapi": (
        "no safe connection to the database server came about; look at sslmode and sslrootcert in ASCOLTA_DATABASE"
    ),
    r"connection slots|too many (clients|connections)": _BY_CODE["53300"],
    r"(starting up|shutting down)": _BY_CODE["57P"],
    r"invalid (uri|connection option|integer|port)|invalid .* value": (
        "ASCOLTA_DATABASE has an option that PostgreSQL does not know; look at what follows the question mark"
    ),
    r"refused|translate host|resolve|no such file|timeout|timed out|unreachable|no route": (
        "the database server cannot be reached; look at host and port in ASCOLTA_DATABASE, and whether it runs"
    ),
}
_OTHERWISE = "the database server does not let us in; its own log says why"


def said(error: sa.exc.DBAPIError) -> str:
    """An error of PostgreSQL in one sentence."""
    code = getattr(error.orig, "sqlstate", None)
    if code is None:
        words = str(error.orig).lower()
        broke = _BY_CODE["08"] if error.connection_invalidated else _OTHERWISE
        return next((ours for theirs, ours in _BY_WORDS.items() if re.search(theirs, words)), broke)
    found = next((ours for start, ours in _BY_CODE.items() if code.startswith(start)), None)
    return found or f"the database server refused (code {code}, {type(error.orig).__name__}); {_AGAIN}"


def is_in_the_way(error: sa.exc.DBAPIError) -> bool:
    """Whether somebody else held a lock for too long."""
    return getattr(error.orig, "sqlstate", None) == "55P03"
