"""The signals of posts: what a post says about its own use."""

from ascolta.core.consent.accounts import PUBLIC
from ascolta.core.consent.signal import NOT_HEARD, REFUSING_TOKENS, Seen, Signal, Use


def _keeps_us_out(seen: Seen) -> bool:
    """Whether `canReply` leaves us out. Who is named may always answer (GoToSocial), as may who is on the list."""
    may = seen.policy.can_reply
    if may is None or seen.named or PUBLIC in may:
        return False
    return not _related(seen, following="following" in may, followers="followers" in may)


def _is_gated(seen: Seen) -> bool:
    """Whether the thread's gate leaves us out. Lists count as leaving us out: nobody says who is on them.

    Who is named in the post that opens the thread is let in by `mentionRule`; deeper in, we cannot tell.
    """
    gate = seen.policy.threadgate
    if gate is None or ("mentionRule" in gate and seen.named and seen.root):
        return False
    return not _related(seen, following="followingRule" in gate, followers="followerRule" in gate)


def _related(seen: Seen, *, following: bool, followers: bool) -> bool:
    """Whether we are one whom the author follows, or who follows the author, where that lets us in."""
    return (following and seen.actor.followed_by is True) or (followers and seen.actor.following is True)


POSTS = (
    Signal(
        name="visibility",
        where="`visibility` is neither `public` nor `direct` to us; as:Public only in `cc` is quiet public",
        source="Mastodon REST API, Status; ActivityPub",
        missing="public",
        forbids=NOT_HEARD,
        why="the post is not public",
        holds=lambda seen: seen.visibility not in ("public", "direct"),
    ),
    Signal(
        name="unreadable-policy",
        where="a policy of the post or its page that cannot be read",
        source="ours: what cannot be read is taken for a no",
        missing="yes",
        forbids=NOT_HEARD,
        why="what the post says about its use cannot be read",
        holds=lambda seen: seen.policy.unreadable is True or seen.page.unreadable is True,
    ),
    Signal(
        name="searchable-by",
        where="`searchableBy` lacks as:Public",
        source="FEP-268d",
        missing="as the actor says",
        forbids=NOT_HEARD,
        why="the post may not be searched by everybody",
        holds=lambda seen: seen.policy.searchable_by is not None and PUBLIC not in seen.policy.searchable_by,
    ),
    Signal(
        name="sec-gpc-object",
        where="`SPC: 1` or `secGPC: 1`",
        source="FEP-5e53 (draft)",
        missing="yes",
        forbids=NOT_HEARD,
        why="the post carries a privacy signal",
        holds=lambda seen: seen.policy.sec_gpc is True,
    ),
    Signal(
        name="x-robots-tag-object",
        where="`xRobotsTag` with noai, noindex or their kin",
        source="FEP-5e53 (draft)",
        missing="yes",
        forbids=NOT_HEARD,
        why="the post asks robots to keep off",
        holds=lambda seen: not REFUSING_TOKENS.isdisjoint(seen.policy.x_robots_tag),
    ),
    Signal(
        name="can-quote",
        where="`interactionPolicy.canQuote`: as:Public is not in `automaticApproval` (older: `always`)",
        source="FEP-044f; Mastodon REST API 4.5, `quote_approval`",
        missing="anyone",
        forbids=frozenset({Use.QUOTE}),
        why="the post may not be quoted without asking",
        holds=lambda seen: seen.policy.can_quote is not None and PUBLIC not in seen.policy.can_quote,
    ),
    Signal(
        name="can-reply",
        where="`interactionPolicy.canReply`: `automaticApproval` (older: `always`) leaves us out",
        source="GoToSocial, interaction controls",
        missing="anyone",
        forbids=frozenset({Use.APPROACH, Use.REPLY}),
        why="we are not among those who may answer",
        holds=_keeps_us_out,
    ),
    Signal(
        name="threadgate",
        where="`app.bsky.feed.threadgate`: `allow` leaves us out; `viewer.replyDisabled`",
        source="AT Protocol, Bluesky lexicon",
        missing="anyone",
        forbids=frozenset({Use.APPROACH, Use.REPLY}),
        why="the thread's gate leaves us out",
        holds=_is_gated,
    ),
    Signal(
        name="hidden-reply",
        where="`app.bsky.feed.threadgate`: the post is in `hiddenReplies`",
        source="AT Protocol, Bluesky lexicon",
        missing="not hidden",
        forbids=frozenset({Use.SHOW, Use.APPROACH, Use.QUOTE}),
        why="the thread's author hid it",
        holds=lambda seen: seen.policy.hidden is True,
    ),
    Signal(
        name="postgate",
        where="`app.bsky.feed.postgate`: `#disableRule`, or quotes in `detachedEmbeddingUris`",
        source="AT Protocol, Bluesky lexicon",
        missing="anyone",
        forbids=frozenset({Use.QUOTE}),
        why="the post may not be quoted",
        holds=lambda seen: seen.policy.embedding_disabled is True,
    ),
)
