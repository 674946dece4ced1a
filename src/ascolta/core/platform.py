"""What each network asks of a brand, as data: an etiquette may be stricter, never laxer.

Read from the networks' own policies as they stood in autumn 2026; every term says why, and where that is written. What
no network says but this house holds to anyway is marked `HOUSE`. A network that is not known gets the strictest terms.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from typing import Generic, TypeVar

from ascolta.core.brand import Limits, Retention
from ascolta.core.etiquette import Action, Decision
from ascolta.core.saying import Saying, mark
from ascolta.core.text import fold
from ascolta.errors import AscoltaError

T = TypeVar("T")

NOT_KNOWN = mark(
    "no network that is heard here is called that; known are %(networks)s, and what brand.yaml names as 'networks'"
)
HOUSE = "this house, whatever a network allows"
X_POLICY = "X Developer Policy and Developer Guidelines"
X_AUTOMATION = "X Automation Rules"
META = "Meta Platform Terms"
HASHTAGS = "Instagram Platform, Hashtag Search"
PARTNERS = "Meta Branded Content Policies"
REDDIT = "Reddit Developer Terms and Data API Terms"
BLUESKY = "Bluesky developer guidelines for bots"
YOUTUBE = "YouTube API Services Developer Policies"
PLAY_API = "Google Play Developer API, Reply to Reviews"
PLAY = "Google Play Developer Policy, User Ratings, Reviews, and Installs"
FEP = "FEP-5feb and the custom of the fediverse"
LAW = "GDPR Art. 9 and Art. 17"

BY_LAW = ("health", "politics", "religion", "ethnicity", "sexuality", "union")
"""Of persons these are never derived, on any network."""


@dataclass(frozen=True, slots=True)
class Term(Generic[T]):
    """One thing that a network says: what holds, why in plain words, and where it is written."""

    value: T
    why: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """The terms of one network.

    `unasked`: may a brand answer somebody who did not speak to it. `tagged`: does only who names or answers the account
    speak to it. `care`: may a person help once on a complaint that was not said to us. `one_answer`: at most one answer
    each time somebody speaks to us. `automated`: may an answer go without a person. `summoned`: does it take an answer
    from a program only where the account was named, so that others are written by hand. `needs`: what must be on file
    before anything is heard there; empty: nothing. `names`: may authors of what was not said to us be shown.
    `gone_within`: hours within which a deletion is applied. `keep_hours`: how long a case may be kept at the most.
    `a_person_a_day`: answers to one person in a day at the most. `organised`: may we judge whether talk is organised.
    `never`: what is never derived of a person. `ai_needs`: what must be on file before a machine words an answer.
    `says_bot`: must the account say that it is run with a program. `hashtags`: searches in seven days; 0: no number.
    `rewards`: may somebody get anything for speaking of us.
    """

    name: str
    title: str
    unasked: Term[bool]
    tagged: Term[bool]
    care: Term[bool]
    one_answer: Term[bool]
    automated: Term[bool]
    summoned: Term[bool]
    needs: Term[str]
    names: Term[bool]
    gone_within: Term[float]
    keep_hours: Term[float]
    a_person_a_day: Term[int]
    organised: Term[bool]
    never: Term[tuple[str, ...]]
    ai_needs: Term[str]
    says_bot: Term[bool]
    hashtags: Term[int]
    rewards: Term[bool]


MOST = Retention()

UNKNOWN = Platform(
    name="",
    title="A network that is not known",
    unasked=Term(False, "a brand answers only those who speak to it", HOUSE),
    tagged=Term(False, "who speaks to the brand by its name speaks to it", HOUSE),
    care=Term(False, "nobody is approached unasked where we do not know what is allowed", HOUSE),
    one_answer=Term(True, "a second answer to the same words is pestering", HOUSE),
    automated=Term(False, "a person looks at every answer", HOUSE),
    summoned=Term(True, "a program answers only where it was called", HOUSE),
    needs=Term("", "nothing beside the assessment of the source", HOUSE),
    names=Term(False, "who did not speak to us is nobody's business", HOUSE),
    gone_within=Term(24.0, "what its author takes back, we give up within a day", HOUSE),
    keep_hours=Term(MOST.open_hours, "what is not needed is not kept: thirty days", HOUSE),
    a_person_a_day=Term(1, "we do not know what this network takes for pestering", HOUSE),
    organised=Term(False, "a network's leave is needed to judge what its people do together", HOUSE),
    never=Term(BY_LAW, "the law protects what can be held against people", LAW),
    ai_needs=Term("a person's approval of each answer", "a machine never has the last word", HOUSE),
    says_bot=Term(True, "people may know that a program helps to write", HOUSE),
    hashtags=Term(0, "nothing is searched by hashtag", HOUSE),
    rewards=Term(False, "a friend's word that is paid for is an advertisement", HOUSE),
)

_OPEN = replace(
    UNKNOWN,
    care=Term(True, "a person may help once with a complaint that was said in the open", HOUSE),
    a_person_a_day=Term(3, "more than three answers in a day are a talk for a private channel", HOUSE),
    organised=Term(True, "as a figure about talk, never about an account", HOUSE),
)

X = replace(
    _OPEN,
    name="x",
    title="X",
    unasked=Term(False, "X forbids replies to people who did not engage with the account first", X_AUTOMATION),
    care=Term(True, "on X a person, not a program, may help once somebody who complained in public", X_AUTOMATION),
    one_answer=Term(True, "X allows one automated reply for each time somebody engages", X_AUTOMATION),
    automated=Term(True, "X allows automated answers to people who engaged first, and never by keyword", X_AUTOMATION),
    summoned=Term(
        True, "X takes a program's reply only where its account was named or quoted; other answers are written by hand",
        "X API, changes of 24 February 2026",
    ),
    gone_within=Term(24.0, "X wants what was removed, protected or edited gone within a day", X_POLICY),
    organised=Term(False, "X forbids judging who breaks its rules without its written leave", X_POLICY),
    never=Term((*BY_LAW, "hardship", "crime"), "X forbids to derive or store hardship and crime, too", X_POLICY),
    ai_needs=Term("X's approval of AI-written replies", "X wants to be asked before a machine replies", X_AUTOMATION),
    rewards=Term(False, "X forbids to pay people for posts", X_POLICY),
)  # fmt: skip

INSTAGRAM = replace(
    _OPEN,
    name="instagram",
    title="Instagram",
    care=Term(False, "Instagram forbids commenting on what was found by hashtag", HASHTAGS),
    names=Term(False, "Instagram gives no author for what is found by hashtag", HASHTAGS),
    organised=Term(False, "Meta allows what is public to be used for marketing only as sums without persons", META),
    hashtags=Term(30, "Instagram allows 30 hashtags in seven days", HASHTAGS),
    rewards=Term(True, "Meta allows a reward if the post carries its label for paid partnerships", PARTNERS),
)

FACEBOOK = replace(
    INSTAGRAM,
    name="facebook",
    title="Facebook",
    care=Term(False, "Facebook lets a page answer what is said on it or to it, not what was merely found", META),
    names=Term(False, "Meta allows what is public to be used only as sums without persons", META),
    hashtags=UNKNOWN.hashtags,
)

REDDIT_TERMS = replace(
    UNKNOWN,
    name="reddit",
    title="Reddit",
    care=Term(False, "Reddit lets a brand speak only where it was called", REDDIT),
    needs=Term(
        "Reddit's approval, and for commercial use a contract with it",
        "Reddit allows no access that it did not approve, and commercial use only by contract",
        REDDIT,
    ),
    gone_within=Term(48.0, "Reddit wants deleted content gone within two days, and not kept without names", REDDIT),
    a_person_a_day=Term(1, "what one answer does not settle is for private messages there", HOUSE),
    keep_hours=Term(48.0, "Reddit advises deleting all that was stored of its people every two days", REDDIT),
)

BLUESKY_TERMS = replace(
    _OPEN,
    name="bluesky",
    title="Bluesky",
    unasked=Term(False, "Bluesky lets a brand speak only when it is tagged", BLUESKY),
    tagged=Term(True, "Bluesky lets a brand speak only when it is tagged", BLUESKY),
    care=Term(False, "Bluesky lets a brand speak only when it is tagged", BLUESKY),
    automated=Term(True, "Bluesky allows automated answers to those who tag the account", BLUESKY),
    gone_within=Term(24.0, "Bluesky wants what a person asked to delete deleted", BLUESKY),
    says_bot=Term(True, "Bluesky wants an account that a program helps to run labelled as a bot", BLUESKY),
)

MASTODON = replace(
    _OPEN,
    name="mastodon",
    title="Mastodon",
    care=Term(True, "a person may help once somebody who agreed to be found; a missing `indexable` means no", FEP),
    summoned=Term(True, "the custom there is that a program speaks only when it is named", FEP),
    says_bot=Term(True, "the custom there is that an account run with a program says `bot`", FEP),
)

ACTIVITYPUB = replace(MASTODON, name="activitypub", title="ActivityPub")

YOUTUBE_TERMS = replace(
    _OPEN,
    name="youtube",
    title="YouTube",
    automated=Term(False, "YouTube wants whoever owns a channel to agree to what is done in its name", YOUTUBE),
    gone_within=Term(24.0, "YouTube wants its people's comments shown as they are now, or not at all", YOUTUBE),
    keep_hours=Term(720.0, "YouTube wants what is kept deleted or read anew within 30 days", YOUTUBE),
    organised=Term(False, "YouTube forbids making other figures of what its API tells without its leave", YOUTUBE),
)

GOOGLE_PLAY = replace(
    _OPEN,
    name="googleplay",
    title="Google Play",
    one_answer=Term(True, "Google Play keeps one answer to a review, and another takes its place", PLAY_API),
    a_person_a_day=Term(1, "Google Play keeps one answer to a review, and another takes its place", PLAY_API),
    organised=UNKNOWN.organised,
    rewards=Term(False, "Google Play forbids offering anything for a review, or asking for more stars", PLAY),
)

WORDPRESS = replace(
    _OPEN,
    name="wordpress",
    title="WordPress",
    needs=Term("", "whoever keeps a blog answers for who may comment on it", HOUSE),
)

FILE = replace(
    _OPEN,
    name="file",
    title="A file",
    needs=Term("", "whoever holds the file answers for having it", HOUSE),
    summoned=Term(True, "nothing is sent to a file; answers are written by hand", HOUSE),
)

PLATFORMS: dict[str, Platform] = {
    one.name: one
    for one in (
        X, INSTAGRAM, FACEBOOK, REDDIT_TERMS, BLUESKY_TERMS, MASTODON,
        ACTIVITYPUB, YOUTUBE_TERMS, GOOGLE_PLAY, WORDPRESS, FILE,
    )
}  # fmt: skip
"""The networks whose terms are known, by name."""

ALSO = {"twitter": "x", "fediverse": "activitypub", "isso": "wordpress"}


def platform(network: str) -> Platform:
    """The terms of a network; the strictest for one that is not known."""
    found = PLATFORMS.get(network)
    if found is None:
        name = network.strip().casefold()
        found = PLATFORMS.get(ALSO.get(name, name), UNKNOWN)
    return found


def usual(said: str, heard: Iterable[str] = ()) -> str:
    """The name that posts carry of a network that somebody wrote down. Raises AscoltaError for one that is not known.

    Neither case, accents nor blanks matter; `Google Play` and `googleplay` are one. `heard` are more names than those
    of the networks whose terms are known, and go before the other names of these.
    """
    own = {_bare(name): name for name in heard}
    titles = {_bare(one.title): one.name for one in PLATFORMS.values()}
    known = {**titles, **ALSO, **{name: name for name in PLATFORMS}, **own}
    found = known.get(_bare(said))
    if found is None:
        raise AscoltaError(Saying(NOT_KNOWN, networks=", ".join(sorted({*PLATFORMS, *own.values()}))))
    return found


def _bare(name: str) -> str:
    return "".join(fold(name).split())


def allowed(
    decision: Decision, network: str, *, addressed: bool, complaint: bool = False, approved: bool = False
) -> Decision:
    """A decision as far as the network allows it; where less is done, its `why` says so.

    `addressed`: the author spoke to the brand, in the way that the network asks for; `approved`: what the network wants
    on file is on file. An answer to a complaint that was not said to us becomes help by a person where that is allowed.
    """
    terms = platform(network)
    if decision.action is Action.SILENCE:
        return decision
    if terms.needs.value and not approved:
        return _lowered(decision, Action.SILENCE, terms.needs)
    if addressed or (decision.action is Action.CARE and terms.care.value):
        return decision
    if decision.action is Action.REPLY and complaint and terms.care.value:
        return _lowered(decision, Action.CARE, terms.unasked)
    return _lowered(decision, Action.SILENCE, terms.care if decision.action is Action.CARE else terms.unasked)


def spoken_to(network: str, *, addressed: bool, tagged: Callable[[], bool]) -> bool:
    """Whether a post that is `addressed` by its words speaks to the brand in the way that the network asks for.

    Whether it is `tagged` is asked where the network wants that.
    """
    return addressed and (not platform(network).tagged.value or tagged())


def shortened(retention: Retention, network: str) -> Retention:
    """How long what must be kept is kept of a network's posts: as the brand says, or less where the network does."""
    most = platform(network).keep_hours.value
    kept = (retention.open_hours, retention.resolved_hours, retention.sealed_hours)
    if max(kept) <= most:
        return retention
    opened, resolved, sealed = (min(hours, most) for hours in kept)
    return Retention(open_hours=opened, resolved_hours=resolved, sealed_hours=sealed)


def answers_a_day(limits: Limits, network: str) -> int:
    """How many answers one person may get in a day: as the brand says, or fewer where the network does."""
    return min(limits.a_person_a_day, platform(network).a_person_a_day.value)


def terms_of(one: Platform) -> list[tuple[str, Term[object]]]:
    """A network's terms with their names, in order."""
    return [(field.name, getattr(one, field.name)) for field in fields(one) if field.name not in ("name", "title")]


def _lowered(decision: Decision, action: Action, term: Term[object] | Term[bool] | Term[str]) -> Decision:
    what = "so we keep silent" if action is Action.SILENCE else "so only a person may help, once"
    stop = "" if decision.why.endswith((".", "!", "?", "…")) else "."
    why = f"{decision.why}{stop} But {term.why}, {what}."
    return replace(decision, action=action, why=why, approve=decision.approve if action is Action.CARE else 1)
