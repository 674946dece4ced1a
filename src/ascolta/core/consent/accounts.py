"""The signals of accounts: what a profile says about everything its owner writes."""

from ascolta.core.consent.signal import EVERYTHING, NOT_HEARD, Seen, Signal, Use, is_bluesky

PUBLIC = "public"
"""as:Public, as the sources write it in lists of who may."""

MASTODON = "Mastodon REST API 4.3, Account"
FEDIVERSE = "Mastodon REST API 4.3, Account; ActivityPub actor"
NOBOT = "#nobot specification 0.2.5 (elizafox) and its kin"
NOT_ANY_MORE = "Mastodon REST API 4.3, Account; AT Protocol account events"

TAGS = ("nobot", "nobots", "noindex", "nosearch", "noarchive", "nobridge", "noai")
"""Hashtags by which a profile refuses."""


def _unread_messages(seen: Seen) -> bool:
    """Whether the account takes no messages from us; on Bluesky a missing declaration means `following`."""
    allowed = seen.actor.allow_incoming
    if allowed is None:
        allowed = "following" if is_bluesky(seen.network) else "all"
    return not (allowed == "all" or (allowed == "following" and seen.actor.followed_by is True))


ACCOUNTS = (
    Signal(
        name="unreadable",
        where="the profile itself",
        source="ours: what cannot be read is taken for a no",
        missing="yes",
        forbids=NOT_HEARD,
        why="the profile cannot be read",
        holds=lambda seen: seen.actor.unreadable is True or not seen.whole,
    ),
    Signal(
        name="stale",
        where="the time at which the profile was read",
        source="ours: a profile counts for 24 hours",
        missing="it came with the post",
        forbids=NOT_HEARD,
        why="the profile was read too long ago",
        holds=lambda seen: seen.late,
    ),
    Signal(
        name="deleted",
        where="`Tombstone`, `Delete`; `account` event with `status: deleted`",
        source="ActivityStreams 2.0; AT Protocol sync",
        missing="no",
        forbids=EVERYTHING,
        why="the account is gone",
        holds=lambda seen: seen.actor.deleted is True,
    ),
    Signal(
        name="indexable",
        where="`indexable` is false",
        source="FEP-5feb; " + FEDIVERSE,
        missing="see `indexable-missing`",
        forbids=NOT_HEARD,
        why="indexable is off",
        holds=lambda seen: seen.actor.indexable is False,
    ),
    Signal(
        name="indexable-missing",
        where="no `indexable` on the fediverse",
        source="FEP-5feb: missing SHOULD be false",
        missing="no",
        forbids=NOT_HEARD,
        why="the network's custom is opt-in and nothing says yes",
        holds=lambda seen: seen.actor.indexable is None and seen.opt_in,
    ),
    Signal(
        name="discoverable",
        where="`discoverable` is false, or not there on the fediverse",
        source=FEDIVERSE,
        missing="no on the fediverse, yes elsewhere",
        forbids=frozenset({Use.SHOW}),
        why="it asks not to be listed or shown",
        holds=lambda seen: seen.actor.discoverable is False or (seen.actor.discoverable is None and seen.opt_in),
    ),
    Signal(
        name="noindex",
        where="`noindex` is true",
        source="Mastodon REST API 4.0, Account",
        missing="yes",
        forbids=NOT_HEARD,
        why="noindex is on",
        holds=lambda seen: seen.actor.noindex is True,
    ),
    Signal(
        name="locked",
        where="`locked` or `manuallyApprovesFollowers` is true",
        source=FEDIVERSE,
        missing="yes",
        forbids=NOT_HEARD,
        why="the account is private",
        holds=lambda seen: seen.actor.locked is True,
    ),
    Signal(
        name="memorial",
        where="`memorial` is true",
        source=FEDIVERSE,
        missing="yes",
        forbids=EVERYTHING,
        why="the account is a memorial",
        holds=lambda seen: seen.actor.memorial is True,
    ),
    Signal(
        name="suspended",
        where="`suspended` is true; `account` event with `active: false`",
        source=NOT_ANY_MORE,
        missing="yes",
        forbids=EVERYTHING,
        why="the account is suspended",
        holds=lambda seen: seen.actor.suspended is True,
    ),
    Signal(
        name="limited",
        where="`limited` is true",
        source=MASTODON,
        missing="yes",
        forbids=EVERYTHING,
        why="the account is limited",
        holds=lambda seen: seen.actor.limited is True,
    ),
    Signal(
        name="moved",
        where="`moved`, `movedTo`",
        source=FEDIVERSE,
        missing="yes",
        forbids=EVERYTHING,
        why="the account has moved",
        holds=lambda seen: seen.actor.moved is True,
    ),
    Signal(
        name="bot",
        where="`bot` is true; actor type `Service` or `Application`",
        source=FEDIVERSE,
        missing="it is a person's",
        forbids=frozenset({Use.AUTHOR}),
        why="the account is a bot's, and no person who talks",
        holds=lambda seen: seen.actor.bot is True or seen.actor.type in ("Service", "Application"),
    ),
    Signal(
        name="searchable-by-account",
        where="`searchableBy` of the actor lacks as:Public, and the post does not say",
        source="FEP-268d",
        missing="as `indexable` says",
        forbids=NOT_HEARD,
        why="its posts may not be searched by everybody",
        holds=lambda seen: (
            seen.actor.searchable_by is not None
            and seen.policy.searchable_by is None
            and PUBLIC not in seen.actor.searchable_by
        ),
    ),
    *(
        Signal(
            name=f"tag-{tag}",
            where=f"`#{tag}` in display name, bio or profile fields",
            source=NOBOT,
            missing="yes",
            forbids=NOT_HEARD,
            why=f"the profile says #{tag}",
            holds=lambda seen, tag=tag: tag in seen.tags,  # type: ignore[misc]
        )
        for tag in TAGS
    ),
    Signal(
        name="no-unauthenticated",
        where="self label `!no-unauthenticated` on `app.bsky.actor.profile/self`",
        source="AT Protocol, com.atproto.label.defs#selfLabels",
        missing="yes",
        forbids=NOT_HEARD,
        why="it asks not to be shown without log-in",
        holds=lambda seen: "!no-unauthenticated" in seen.actor.labels,
    ),
    Signal(
        name="hide-from-recommendations",
        where="`app.bsky.actor.contentVisibilityDeclaration`: `hideFromAlgorithmicRecommendations` is true",
        source="AT Protocol, Bluesky lexicon of August 2026",
        missing="yes",
        forbids=NOT_HEARD,
        why="it asks not to be recommended",
        holds=lambda seen: seen.actor.hide_from_algorithmic_recommendations is True,
    ),
    Signal(
        name="block",
        where="`app.bsky.graph.block` on us; `viewer.blockedBy`, `blocking`, `blockingByList`; `blocked_by`",
        source="AT Protocol, Bluesky lexicon; Mastodon REST API, Relationship",
        missing="yes",
        forbids=EVERYTHING,
        why="one of us blocks the other",
        holds=lambda seen: seen.actor.blocked_by is True,
        for_good=True,
    ),
    Signal(
        name="allow-incoming",
        where="`chat.bsky.actor.declaration`: `allowIncoming` is none, or following and they do not follow us",
        source="AT Protocol, Bluesky chat lexicon",
        missing="following",
        forbids=frozenset({Use.MESSAGE}),
        why="it takes no private messages from us",
        holds=_unread_messages,
    ),
    Signal(
        name="synthetic-content-generation",
        where="`org.user-intents.declaration`: `syntheticContentGeneration` with `allow: false`",
        source="AT Protocol proposal 0008 (draft)",
        missing="undefined: yes",
        forbids=frozenset({Use.MODEL}),
        why="it may not be sent to a language model",
        holds=lambda seen: "syntheticContentGeneration" in seen.actor.denied_intents,
    ),
    Signal(
        name="public-access-archive",
        where="`org.user-intents.declaration`: `publicAccessArchive` with `allow: false`",
        source="AT Protocol proposal 0008 (draft)",
        missing="undefined: yes",
        forbids=frozenset({Use.SHOW}),
        why="it may not be kept where everybody sees it",
        holds=lambda seen: "publicAccessArchive" in seen.actor.denied_intents,
    ),
)
