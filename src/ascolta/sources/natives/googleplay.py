"""The Google Play Developer API v3: reviews of an app as it gives them (resource `Review`).

A person writes one review of an app and can but rewrite it, and their account is not told: so the review's id stands
for its author. Neither stars nor device are read; they are no words.
"""

from typing import Any
from urllib.parse import quote

from ascolta.core.post import Actor, Post
from ascolta.sources.natives.reading import UnreadableError, each, known, text

NETWORK = "googleplay"
MOST_WORDS = 20_000


def review(said: Any, app: str) -> Post:
    """What a person wrote of an app, with the app in its id. Raises UnreadableError if it holds nothing of theirs."""
    found = known(said)
    number, wrote = text(found.get("reviewId")), last(found, "userComment")
    if not number or wrote is None:
        raise UnreadableError("the review has no id, or nothing that its author wrote")
    content = text(wrote.get("originalText")) or text(wrote.get("text"))
    return Post(
        id=f"{app}/{number}",
        content=content.replace("\t", "\n", 1).strip()[:MOST_WORDS],
        network=NETWORK,
        published=modified(wrote),
        attributed_to=_author(found, number),
        url=f"https://play.google.com/store/apps/details?id={quote(app)}&reviewId={quote(number, safe='')}",
    )


def last(found: dict[str, Any], kind: str) -> dict[str, Any] | None:
    """The last word of its author (`userComment`) or ours (`developerComment`), if any. Raises UnreadableError."""
    said = [known(one)[kind] for one in each(found.get("comments")) if known(one).get(kind) is not None]
    return known(said[-1]) if said else None


def modified(wrote: dict[str, Any]) -> float | None:
    """When it was written last; None if it does not say."""
    stamp = wrote.get("lastModified")
    seconds = stamp.get("seconds") if isinstance(stamp, dict) else None
    nanos = stamp.get("nanos") if isinstance(stamp, dict) else None
    written = str(seconds) if isinstance(seconds, str | int) else ""
    if not (written.isascii() and written.isdigit() and len(written) < 12):
        return None
    return int(written) + (nanos / 1e9 if isinstance(nanos, int) and 0 <= nanos < 10**9 else 0.0)


def _author(found: dict[str, Any], number: str) -> Actor:
    try:
        return Actor(id=number, name=text(found.get("authorName")))
    except UnreadableError:
        return Actor(id=number, unreadable=True)
