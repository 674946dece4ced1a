"""The query languages of Brandwatch and Talkwalker: their pieces, their fields, and what tells one from the other."""

import re
from dataclasses import dataclass

from ascolta.errors import QueryError

BRANDWATCH, TALKWALKER, AUTO = "brandwatch", "talkwalker", "auto"
DIALECTS = (BRANDWATCH, TALKWALKER, AUTO)

CARRIED: dict[str, tuple[str, ...]] = {
    "words": ("content",),
    "title": ("title",),
    "author": ("author", "authorshort", "blogName", "weblogTitle"),
    "site": (
        "site", "url", "topLevelDomain", "host", "hosturl", "host_url", "domain", "domainurl", "domain_url",
        "rooturl", "root_url",
    ),
    "links": ("links",),
    "lang": ("language", "lang"),
    "mention": ("at_mentions", "mention", "mentions"),
    "hashtag": ("hashtags", "hashtag"),
    "tag": ("tags",),
    "is": ("engagementType", "is"),
    "engaging": ("engagingWith",),
    "hour": ("minuteOfDay",),
    "date": ("published",),
    "subreddit": ("subreddit",),
    "network": ("sourcetype",),
    "raw": ("raw",),
}  # fmt: skip
"""How a field is carried over, and the names that it has in either language."""

LEFT_OUT: dict[str, tuple[str, ...]] = {
    "Ascolta makes no profiles of people, on purpose": (
        "authorGender", "authorVerified", "authorVerifiedType", "authorFollowers", "redditAuthorFlair", "gender",
        "author_gender", "author_id", "authorcountry", "author_country", "authordescription", "author_description",
        "author_followers", "twitter_followers", "demographic", "occupation", "interest", "familystatus", "device",
    ),
    "Ascolta does not keep where a post or its author is": (
        "continent", "country", "region", "state", "county", "city", "location", "latitude", "longitude",
        "sourcecountry", "source_country", "geo",
    ),
    "Ascolta does not look up single posts and channels by their number": (
        "guid", "engagingWithGuid", "parentPostId", "rootPostId", "parentBlogName", "rootBlogName", "channelId",
        "source_id", "channel",
    ),
    "Ascolta does not look at pictures, sound and video": (
        "brandIds", "objects", "imageType", "publisherSubType", "contains", "image", "posttype",
    ),
    "Ascolta does not know how often a post was seen, liked or shared": (
        "engagement", "reach", "impressions", "impact", "likes", "shares", "views", "comments", "facebook_likes",
        "facebook_shares", "twitter_retweets", "twitter_likes", "twitter_shares", "twitter_replies",
        "instagram_likes", "youtube_views", "youtube_likes", "alexa_pageviews", "virality",
    ),
    "How a post sounds is known only once it was found (write polarity:negative in a rule of etiquette.yaml)": (
        "sentiment", "emotion", "emotions",
    ),
    "Posts do not say what kind of page they stand on": (
        "pageType", "pubType", "publication", "itemReview", "rating", "sensitiveContent", "redditPostFlair",
        "redditSpoiler", "subredditNSFW", "subredditTopics", "mediatype",
    ),
    "It asks for a mark that somebody made by hand in the other tool": (
        "score", "customerentity", "custom", "category", "categories", "parentCategory", "topic", "matched_profile",
    ),
}  # fmt: skip
"""Why a field is left out, and the names of such fields."""

FIELDS: dict[str, str] = {name.lower(): kind for kind, names in CARRIED.items() for name in names}
REASONS: dict[str, str] = {name.lower(): why for why, names in LEFT_OUT.items() for name in names}

NETWORKS = {
    "x.com": "x",
    "twitter.com": "x",
    "facebook.com": "facebook",
    "instagram.com": "instagram",
    "linkedin.com": "linkedin",
    "reddit.com": "reddit",
    "tiktok.com": "tiktok",
    "tumblr.com": "tumblr",
    "youtube.com": "youtube",
}
"""Networks by the host names of their sites."""

_PIECES = re.compile(
    r"""(?P<space>\s+)
    |<<<(?P<comment>(?:.|\n)*?)>>>
    |(?P<open>\()
    |(?P<close>\))(?:~(?P<around>\d+))?
    |(?P<near>O?NEAR)(?:/(?P<apart>\d+)(?P<forward>f?))?(?![^\s()"{])
    |(?P<sentence>O?SENTENCE)(?![^\s()"{])
    |(?P<op>AND|OR|NOT)(?![^\s()"{])
    |(?P<minus>-)(?=[\w"(@\#{])
    |(?P<plus>\+{1,2})(?:"(?P<exactly>(?:[^"\\]|\\(?:.|\n))*)"|(?P<exact>[^\s()"{}+]+))
    |\{(?P<case>[^{}]*)\}(?:~(?P<far>\d+))?
    |"(?P<quote>(?:[^"\\]|\\(?:.|\n))*)"(?:~(?P<slop>\d*))?
    |(?P<word>(?:(?!<<<)(?:\\.|[^\s()"{}\\]))+|\\)""",
    re.VERBOSE,
)
_FIELD = re.compile(r"(?P<name>[A-Za-z_][\w.]*):\s*(?P<range>\[[^\]]*\]|[<>]=?\s*-?[\w.:-]+)?", re.ASCII)
_SMART = str.maketrans("“”„‟″", '"""""')
_TELLING = {
    BRANDWATCH: re.compile(
        r"<<<|\{\w|NEAR/\d+f\b|\)~\d|\b(?:author(?:Gender|Verified\w*|Followers)|engag\w+|at_mentions|language|site|links"
        r"|country|region|continent|city|minuteOfDay|topLevelDomain|subreddit\w*|blogName|weblogTitle|tags|rating):"
    ),
    TALKWALKER: re.compile(
        r"ONEAR|SENTENCE|(?<!\S)\+{1,2}[\"\w]|AND NOT\b|\b(?:lang|sourcetype|sourcecountry|authorcountry|authorshort"
        r"|domain_?url|host_?url|root_?url|host|content|is|contains|published|engagement|reach|mention|hashtag|gender"
        r"|posttype|device|demographic|custom(?:\.\w+)?):"
    ),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a foreign query: what kind, its value, where it begins (from 1), and how it was written.

    `number` is a distance: of NEAR, after ~, None where none was given; `ordered` tells that order matters.
    """

    kind: str
    value: str
    column: int
    said: str
    number: int | None = None
    ordered: bool = False


def pieces(source: str) -> list[Piece]:
    """The pieces of a foreign query and an end. Raises QueryError."""
    text = source.translate(_SMART)
    found: list[Piece] = []
    place = 0
    while place < len(text):
        spoken = _FIELD.match(text, place)
        if spoken is not None and is_field(spoken["name"]):
            found.append(_field(spoken, source))
            place = spoken.end()
            continue
        match = _PIECES.match(text, place)
        if match is None:
            raise QueryError(_unclosed(text[place]), query=source, column=place + 1)
        if not match["space"]:
            found.append(_piece(match, source))
        place = match.end()
    return [*found, Piece("end", "", len(text) + 1, "")]


def is_field(name: str) -> bool:
    """Whether one of the two languages has a field of this name."""
    first = name.lower().partition(".")[0]
    return name.lower() in FIELDS or first in REASONS


def is_simple(piece: Piece) -> bool:
    """Whether a piece is a word and no more, as Talkwalker sees it."""
    return piece.kind == "word" and not set("*?~:@#$").intersection(piece.value)


def is_shouted(text: str) -> bool:
    """Whether a word is in capital letters only, as Talkwalker sees it."""
    letters = [char for char in text if char not in "+-&"]
    return bool(letters) and all(char.isalpha() and char.isupper() for char in letters)


def guess(source: str) -> tuple[str, bool]:
    """Which of the two languages a query is written in, and whether anything in it tells."""
    signs = {dialect: len(telling.findall(source.translate(_SMART))) for dialect, telling in _TELLING.items()}
    if signs[BRANDWATCH] == signs[TALKWALKER]:
        return BRANDWATCH, False
    return max(signs, key=lambda dialect: signs[dialect]), True


def _field(match: re.Match[str], source: str) -> Piece:
    said = source[match.start() : match.end()]
    if match["range"] is not None:
        return Piece("range", f"{match['name']}:{match['range']}", match.start() + 1, said)
    return Piece("field", match["name"], match.start() + 1, said.strip())


def _piece(match: re.Match[str], source: str) -> Piece:
    column, said = match.start() + 1, source[match.start() : match.end()]
    if match["near"]:
        ordered = match["near"] == "ONEAR" or match["forward"] == "f"
        return Piece("NEAR", "", column, said, _number(match["apart"]), ordered)
    if match["sentence"]:
        return Piece("SENTENCE", "", column, said, ordered=match["sentence"] == "OSENTENCE")
    if match["close"]:
        return Piece("close", "", column, said, _number(match["around"]))
    if match["plus"]:
        return Piece(match["plus"], _plain(match["exactly"] or match["exact"] or ""), column, said)
    if match["quote"] is not None:
        slop = match["slop"]
        return Piece("quote", _plain(match["quote"]), column, said, -1 if slop == "" else _number(slop))
    if match["case"] is not None:
        return Piece("case", _plain(match["case"]), column, said, _number(match["far"]))
    if match["word"]:
        return Piece("word", re.sub(r"\\(.)", r"\1", match["word"]), column, said)
    kind = str(match.lastgroup)
    return Piece(said if kind == "op" else kind, _plain(match[kind]), column, said)


def _number(digits: str | None) -> int | None:
    """A distance; everything beyond 999 is as far."""
    return None if digits is None else int(digits) if len(digits) < 4 else 999


def _plain(quoted: str) -> str:
    return " ".join(re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL).split())


def _unclosed(char: str) -> str:
    if char == '"':
        return 'the quotation mark " is never closed; add one'
    if char == "<":
        return "the comment is never closed; add >>>"
    if char == "{":
        return "the brace { is never closed; expected upper case words between { and }"
    return "'}' closes a brace that was never opened; take it out or add '{'"
