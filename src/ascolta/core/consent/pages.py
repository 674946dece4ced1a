"""The signals of web pages, and of people who speak to us or visit our own pages."""

from ascolta.core.consent.signal import EVERYTHING, NOT_HEARD, REFUSING_TOKENS, Signal, Use

AI_TOKENS = frozenset({"noai", "noimageai"})
MODEL_KEYS = ("train-ai", "train-genai", "ai-train", "ai-input", "ai-use", "ai", "bots", "unreadable")
"""Keys of Content-Usage and Content-Signal of which a no keeps a page from language models."""

SOURCE_OF_USAGE = "IETF aipref drafts (lapsed in 2026), RFC 9651 dictionary"
SOURCE_OF_SIGNAL = "Content Signals (Cloudflare, 2025)"
ROBOTS_TAG = "Robots meta tag and X-Robots-Tag; DeviantArt's noai"


def _denies(said: tuple[str, ...], keys: tuple[str, ...]) -> bool:
    return bool(said) and any(f"{key}=n" in said for key in keys)


PAGES = (
    Signal(
        name="robots-txt",
        where="`robots.txt`, for our product token or `*`",
        source="RFC 9309",
        missing="allow; if it cannot be reached, disallow",
        forbids=frozenset({Use.FETCH, Use.PREVIEW}),
        why="robots.txt keeps us off the page",
        holds=lambda seen: seen.page.disallowed is True,
    ),
    Signal(
        name="robots-tag",
        where="`X-Robots-Tag` or meta `robots`: noindex, none, noarchive, nosnippet, noai, noimageai",
        source=ROBOTS_TAG,
        missing="allow",
        forbids=frozenset({Use.FETCH, Use.PREVIEW}),
        why="the page asks robots to keep off",
        holds=lambda seen: not REFUSING_TOKENS.isdisjoint(seen.page.robots),
    ),
    Signal(
        name="robots-tag-noai",
        where="`X-Robots-Tag` or meta `robots`: noai, noimageai",
        source=ROBOTS_TAG,
        missing="allow",
        forbids=frozenset({Use.FETCH, Use.PREVIEW, Use.MODEL}),
        why="the page keeps off language models",
        holds=lambda seen: not AI_TOKENS.isdisjoint(seen.page.robots),
    ),
    Signal(
        name="content-usage",
        where="`Content-Usage`: `train-ai=n` and its kin, in a header or robots.txt",
        source=SOURCE_OF_USAGE,
        missing="unknown: yes",
        forbids=frozenset({Use.MODEL}),
        why="the page may not be sent to a language model",
        holds=lambda seen: _denies(seen.page.content_usage, MODEL_KEYS),
    ),
    Signal(
        name="content-usage-search",
        where="`Content-Usage`: `search=n`",
        source=SOURCE_OF_USAGE,
        missing="unknown: yes",
        forbids=frozenset({Use.SHOW, Use.PREVIEW}),
        why="the page may not be shown in a search",
        holds=lambda seen: _denies(seen.page.content_usage, ("search",)),
    ),
    Signal(
        name="content-signal",
        where="`Content-Signal`: `ai-input=no` or `ai-train=no`",
        source=SOURCE_OF_SIGNAL,
        missing="unknown: yes",
        forbids=frozenset({Use.MODEL}),
        why="the site keeps its pages from language models",
        holds=lambda seen: _denies(seen.page.content_signal, MODEL_KEYS),
    ),
    Signal(
        name="content-signal-search",
        where="`Content-Signal`: `search=no`",
        source=SOURCE_OF_SIGNAL,
        missing="unknown: yes",
        forbids=frozenset({Use.SHOW, Use.PREVIEW}),
        why="the site keeps its pages out of searches",
        holds=lambda seen: _denies(seen.page.content_signal, ("search",)),
    ),
    Signal(
        name="tdm-reservation",
        where="`tdm-reservation: 1` in a header, a meta tag or `/.well-known/tdmrep.json`",
        source="TDM Reservation Protocol (W3C Community Group, 2024)",
        missing="0",
        forbids=NOT_HEARD,
        why="text and data mining is reserved",
        holds=lambda seen: seen.page.tdm_reservation is True,
    ),
    Signal(
        name="rsl",
        where="`License:` in robots.txt, `Link: rel=license`, or an `<rsl>` document",
        source="Really Simple Licensing 1.0 (10 December 2025)",
        missing="none",
        forbids=NOT_HEARD,
        why="its use is under licence, and so reserved",
        holds=lambda seen: seen.page.licensed is True,
    ),
)

OURS = (
    Signal(
        name="stop",
        where='a reply or message to us that says "stop" and no more, in seven languages',
        source="X Automation Rules; ours on every network",
        missing="yes",
        forbids=EVERYTHING,
        why="the person asked us to stop",
        holds=lambda seen: seen.told,
        for_good=True,
    ),
    Signal(
        name="stopped-before",
        where="our own list: stop, block, web form",
        source="GDPR Art. 21",
        missing="yes",
        forbids=NOT_HEARD,
        why="the person asked us to stop before",
        holds=lambda seen: seen.stopped,
        for_good=True,
    ),
    Signal(
        name="refused-before",
        where="our own list: a profile that refused when we last heard of it",
        source="FEP-5feb, on change",
        missing="yes",
        forbids=NOT_HEARD,
        why="the profile refused when it was last read",
        holds=lambda seen: seen.refused,
    ),
    Signal(
        name="gpc",
        where="`Sec-GPC: 1` or `DNT: 1` from the browser of our own pages",
        source="Global Privacy Control (W3C)",
        missing="the same: our pages measure nobody",
        forbids=frozenset({Use.MEASURE}),
        why="the visitor asks not to be followed",
        holds=lambda seen: ("sec-gpc", "1") in seen.headers or ("dnt", "1") in seen.headers,
    ),
)
