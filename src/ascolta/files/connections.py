"""Which keys a source of brand.yaml has that is a network: by network, what each key is, and what it is for."""

from collections.abc import Mapping
from dataclasses import dataclass

WEB = ("https", "http")
"""Schemes of addresses, the safe one first."""

EVERYWHERE = ("every", "assessment", "rehearsal", "approval")
"""Keys that every network has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key. `says` is what stands behind it, `usual` what holds without it; without `usual` it has to be there.

    `is_address` with its `schemes`, the name of the `variable` that holds a secret, `tags`, `names` of networks, one
    `of` several words, or
    any text without a space in it.
    """

    says: str
    usual: str | None = None
    schemes: tuple[str, ...] = ()
    variable: bool = False
    tags: bool = False
    names: bool = False
    of: tuple[str, ...] = ()
    spaces: bool = False

    @property
    def needed(self) -> bool:
        """Whether it has to be there."""
        return self.usual is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The keys of one network. `where` is the one that holds its address, `named` the one by which it is called.

    `address` is where everybody's is, unless `where` says otherwise; None: `where` has to say it. `within`: the key of
    what is heard there, where one address has several.
    """

    where: str
    named: str
    keys: Mapping[str, Key]
    address: str | None = None
    within: str = ""


_TOKEN = Key(variable=True, says="The environment variable that holds the account's token, `ASCOLTA_TOKEN_…`.")
_TAGS = Key(tags=True, usual="none", says="Hashtags that are followed, 10 at the most.")

_PRIVATE = {
    "private": Key(usual="no", of=("yes", "no"), says="Whether it may lie in a network that is not public."),
    "at_once": Key(
        usual="yes", of=("yes", "no"), says="Whether a connection waits there, so that all is heard at once."
    ),
}
_PIPELINE = {
    **_PRIVATE,
    "from": Key(
        usual="day", of=("day", "start"), says="How far back it is heard the first time: a day, or from its start."
    ),
    "networks": Key(names=True, usual="not said", says="Of which networks it brings posts, such as `[x, bluesky]`."),
}
"""What streams have that a pipeline of one's own fills."""


def _server(what: str, schemes: tuple[str, ...] = WEB, usual: str | None = None) -> Key:
    return Key(schemes=schemes, usual=usual, says=what)


_META = {
    "token": _TOKEN,
    "secret": Key(variable=True, says="The variable with the app's secret, by which pushes and calls are signed."),
    "verify": Key(variable=True, says="The variable with the word that shows Meta that the address is ours."),
    "graph": _server("Where the Graph API is.", usual="https://graph.facebook.com"),
    "version": Key(usual="v26.0", says="The version of the Graph API."),
}
CONNECTIONS: dict[str, Keys] = {
    "bluesky": Keys(
        where="server",
        named="account",
        address="https://bsky.social",
        keys={
            "account": Key(says="The brand's account, such as `acme.example` or a `did:`."),
            "server": _server(
                "The server (PDS) on which that account is.", usual="https://bsky.social"
            ),
            "token": Key(
                variable=True, usual="nobody is answered",
                says="The environment variable that holds an app password of the account, `ASCOLTA_TOKEN_…`.",
            ),
            "form": Key(
                usual="jetstream2", of=("jetstream2", "jetstream", "firehose"),
                says="What kind of stream is heard: `network.bsky.jetstream.subscribeEvents`, Jetstream's older "
                "`/subscribe`, or `com.atproto.sync.subscribeRepos` of a server or relay.",
            ),
            "streaming": _server(
                "The server of that stream, such as `wss://jetstream.example`.", ("wss", "ws"), "a public one"
            ),
            "views": Key(
                schemes=WEB, usual="yes", of=("yes", "no"),
                says="Whether the network's own view of people is read beside what they say of themselves, which tells "
                "who blocks us: with `yes` by the account's server, or by another address.",
            ),
            "directory": _server(
                "The directory of identifiers (PLC).", usual="https://plc.directory"
            ),
        },
    ),
    "mastodon": Keys(
        where="server",
        named="server",
        keys={
            "server": _server("The server of the brand's account, such as `https://social.example`."),
            "token": _TOKEN,
            "tags": _TAGS,
            "streaming": Key(
                schemes=WEB, usual="no", of=("yes", "no"),
                says="Whether its streams are read as well, at the server or at another address.",
            ),
        },
    ),
    "rss": Keys(
        where="feed",
        named="feed",
        keys={"feed": _server("Where the feed is (RSS or Atom), such as `https://blog.example/feed`.")},
    ),
    "wordpress": Keys(
        where="site",
        named="site",
        keys={
            "site": _server("The brand's blog, such as `https://blog.example`."),
            "account": Key(spaces=True, says="The name by which the brand's account enters there."),
            "token": Key(
                variable=True,
                says="The environment variable that holds an application password of the account, `ASCOLTA_TOKEN_…`.",
            ),
        },
    ),
    "isso": Keys(
        where="server",
        named="server",
        keys={
            "server": _server("Where Isso is, such as `https://comments.example`."),
            "account": Key(spaces=True, says="The name by which the brand answers there."),
        },
    ),
    "googleplay": Keys(
        where="server",
        named="app",
        address="https://androidpublisher.googleapis.com",
        keys={
            "app": Key(says="The package name of the brand's app, such as `com.acme.app`."),
            "token": Key(
                variable=True,
                says="The environment variable that holds the key of a service account (the whole JSON file) that may "
                "reply to reviews, or a token, `ASCOLTA_TOKEN_…`.",
            ),
            "server": _server("Where Google's API is asked.", usual="https://androidpublisher.googleapis.com"),
        },
    ),
    "youtube": Keys(
        where="server",
        named="channel",
        address="https://youtube.googleapis.com",
        keys={
            "channel": Key(says="The id of the brand's channel, `UC…`."),
            "token": Key(
                variable=True, usual="none",
                says="The environment variable that holds the channel's access (OAuth 2.0), `ASCOLTA_TOKEN_…`; without "
                "it nobody is answered.",
            ),
            "key": Key(
                variable=True, usual="none",
                says="The environment variable that holds an API key, which can hear but not answer; not used beside a "
                "token.",
            ),
            "units": Key(usual="10000", says="How many units of quota a day the project has."),
            "server": _server("Where Google's API is asked.", usual="https://youtube.googleapis.com"),
        },
    ),
    "x": Keys(
        where="server",
        named="account",
        address="https://api.x.com",
        keys={
            "account": Key(says="The brand's account there, without @; the token is for it."),
            "token": Key(
                variable=True,
                says="The environment variable that holds the account's access (OAuth 2.0 with `tweet.read`, "
                "`users.read`, `tweet.write`, `offline.access`), `ASCOLTA_TOKEN_…`.",
            ),
            "search": Key(
                spaces=True, usual="nothing is searched",
                says="What is searched for beside the mentions, in X's own words, such as `\"acme air\" -is:retweet`.",
            ),
            "server": _server("Where X's API is asked.", usual="https://api.x.com"),
        },
    ),
    "reddit": Keys(
        where="server",
        named="account",
        address="https://oauth.reddit.com",
        keys={
            "account": Key(says="The brand's account there, without u/; the token is for it."),
            "token": Key(
                variable=True,
                says="The environment variable that holds the account's access (OAuth 2.0 with `identity`, `read`, "
                "`privatemessages`, `history`, `submit`), `ASCOLTA_TOKEN_…`.",
            ),
            "subreddits": Key(usual="none", says="The brand's own subreddits, as in `acme` or `acme+acmeair`."),
            "server": _server("Where Reddit's API is asked.", usual="https://oauth.reddit.com"),
        },
    ),
    "nats": Keys(
        where="server",
        named="server",
        within="stream",
        keys={
            "server": _server("The NATS server, such as `tls://nats.example:4222`.", ("tls", "nats")),
            "stream": Key(says="The name of the stream (JetStream), whose retention is by limits."),
            "subject": Key(usual="all", says="Which of its subjects is heard, such as `posts.x`."),
            "user": Key(
                usual="none", says="The name for a password; without it the secret is a token, a seed or creds."
            ),
            "token": Key(
                variable=True, usual="none",
                says="The environment variable that holds the password, the token, the seed of an NKEY or what a "
                "`.creds` file holds, `ASCOLTA_TOKEN_…`.",
            ),
            **_PIPELINE,
        },
    ),
    "redis": Keys(
        where="server",
        named="server",
        within="stream",
        keys={
            "server": _server(
                "The Redis server, with the number of its database, such as `rediss://redis.example:6379/0`.",
                ("rediss", "redis"),
            ),
            "stream": Key(says="The key of the stream; the field `post` of each entry is heard."),
            "user": Key(usual="none", says="The user of its access list (ACL)."),
            "token": Key(
                variable=True, usual="none",
                says="The environment variable that holds the password, `ASCOLTA_TOKEN_…`.",
            ),
            **_PIPELINE,
        },
    ),
    "mail": Keys(
        where="server",
        named="account",
        within="folder",
        keys={
            "server": _server("The IMAP server, such as `imaps://imap.example`.", ("imaps", "imap")),
            "account": Key(says="The name by which one enters the mailbox, mostly its address."),
            "token": Key(
                variable=True,
                says="The environment variable that holds the password, or with `by: oauth` the access (OAuth 2.0), "
                "`ASCOLTA_TOKEN_…`.",
            ),
            "by": Key(usual="password", of=("password", "oauth"), says="How one is let in."),
            "folder": Key(usual="INBOX", spaces=True, says="The folder that is heard; mails have to stay in it."),
            "own": Key(
                usual="the account",
                says="Addresses of the brand, with commas between, or domains as in `@acme.example`: their mails are "
                "ours.",
            ),
            "forwards": Key(
                usual="none",
                says="Addresses, with commas between, whose mails pass on what was said elsewhere; it is talk, not "
                "said to the brand.",
            ),
            **_PRIVATE,
        },
    ),
    "webhook": Keys(
        where="",
        named="name",
        address="",
        keys={
            "name": Key(says="Where it is pushed to, `/in/NAME`: letters, digits, - and _."),
            "secret": Key(variable=True, says="The variable that holds its secrets, `whsec_…`, parted by spaces."),
            "networks": _PIPELINE["networks"],
        },
    ),
    "facebook": Keys(
        where="graph",
        named="page",
        address="https://graph.facebook.com",
        keys={
            "page": Key(says="The number of the brand's Page."),
            "name": Key(says="Where Meta pushes to, `/in/NAME`: letters, digits, - and _."),
            **_META,
        },
    ),
    "instagram": Keys(
        where="graph",
        named="account",
        address="https://graph.facebook.com",
        keys={
            "account": Key(says="The number of the brand's professional account, as the Graph API has it."),
            "name": Key(says="Where Meta pushes to, `/in/NAME`: letters, digits, - and _."),
            **_META,
            "tags": _TAGS,
        },
    ),
}  # fmt: skip
"""What can be heard live. A network is a line here, and one in sources/networks.py."""
