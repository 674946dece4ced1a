"""The listening notice in public: read in seven languages, and opted out of by a code that the account itself posts.

These pages need no key, set no cookie and run no script. Whoever asks learns nothing of an account: the answer is the
same whether or not anything is held of it.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from urllib.parse import parse_qs

from fastapi import FastAPI, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from ascolta.core.brand import Brand
from ascolta.core.bucket import Bucket
from ascolta.core.challenge import BYTES, LASTS, LONGEST, SHOWED_THE_CODE, asked, names, networks, spelled
from ascolta.core.days import DAY
from ascolta.core.mention import Brands, Effect, Removal
from ascolta.core.notice import Notice, Operator, Settings, heard_on, language, notice
from ascolta.core.text import shown
from ascolta.core.wording import WORDINGS
from ascolta.ports import Store
from ascolta.stores.advocates import Advocates
from ascolta.stores.alike import ANSWERED_FOR
from ascolta.stores.challenges import Challenges
from ascolta.web import pages, say
from ascolta.web.attempts import address, remember

PATH = "/notice"
MOST_BYTES = 8_192
"""A form that is longer than this is not read."""

EACH = (5, 60.0)
ALL = (60, 1.0)
"""Codes at once, and seconds until the next: for one address of a client, and for all together.

With the second, no more codes are ever kept than a day has seconds.
"""


class Gate:
    """How many codes may be asked for: by one client, and by all together. Nothing of it is written anywhere."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._each: OrderedDict[str, Bucket] = OrderedDict()
        self._all: Bucket | None = None

    def lets(self, client: str, at: float) -> bool:
        """Whether one more may be asked for now; if so, it is counted."""
        with self._one_at_a_time:
            each = (self._each.get(client) or Bucket.full(*EACH, at)).take(at)
            everybody = (self._all or Bucket.full(*ALL, at)).take(at)
            if each is None or everybody is None:
                return False
            remember(self._each, client, each)
            self._all = everybody
            return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Public:
    """What the public pages need: who listens, by brand, and the codes that were given out."""

    brands: Brands
    store: Store
    operators: Mapping[str, Operator]
    challenges: Challenges
    clock: Callable[[], float]
    advocates: Advocates | None = None
    draw: Callable[[int], bytes] = secrets.token_bytes
    gate: Gate = field(default_factory=Gate)

    @property
    def networks(self) -> list[str]:
        """The networks on which somebody may have been heard."""
        named = [name for brand in self.brands for name in heard_on(brand, self.operators[brand.id])]
        return list(dict.fromkeys(named))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person wrote into the form."""

    network: str = ""
    account: str = ""


def add_notice(app: FastAPI, public: Public) -> None:
    """Add the notice pages to the desk. What stands before all its pages (host, forms, headers) stands before these."""

    @app.get(PATH)
    def show_first(request: Request, lang: str = "") -> Response:
        found = list(public.brands)
        return _list(public, request, lang) if len(found) > 1 else _show(public, request, found[0], lang)

    @app.get(PATH + "/{brand}")
    def show_notice(request: Request, brand: str, lang: str = "") -> Response:
        known = public.brands.by_id.get(brand)
        if known is None:
            raise HTTPException(404)
        return _show(public, request, known, lang)

    @app.post(PATH + "/{brand}")
    async def give_code(request: Request, brand: str, lang: str = "") -> Response:
        known = public.brands.by_id.get(brand)
        said = await _form(request)
        if known is None or said is None:
            return PlainTextResponse("This form cannot be read.", 404 if known is None else 413)
        return await run_in_threadpool(_give, public, request, (known, lang), said)


def confirm(public: Public, said: Said, code: str) -> int | None:
    """Opt an account out by its code, as a person at the desk was sent it; how many cases went.

    None for a code that is wrong, used, or no longer good: which of these is not told.
    """
    at = public.clock()
    known = public.store.known()
    pairs = asked(known.key, code, said.network, said.account)
    if not pairs & public.challenges.good(at):
        return None
    gone = 0
    for network, name in product(networks(said.network), names(said.account)):
        act = Removal(network=network, actor=name, why=SHOWED_THE_CODE, effect=Effect.STOP)
        gone += public.store.forget(act, at)
        if public.advocates is not None:
            public.advocates.withdraw(network, name, at)
    public.challenges.spend({tag for _, tag in pairs})
    return gone


def made(brand: Brand, operator: Operator, lang: str, at: float) -> Notice:
    """The notice of a brand as of a time."""
    return notice(Settings(brand=brand, operator=operator, day=int(at // DAY), answered=ANSWERED_FOR), lang)


def _show(public: Public, request: Request, brand: Brand, lang: str, **form: object) -> Response:
    """The notice; with `wrong` also what is wrong with the form, and with `status` the status of the answer."""
    found = made(
        brand, public.operators[brand.id], language(request.headers.get("accept-language", ""), lang), public.clock()
    )
    status = int(str(form.pop("status", 200)))
    values = {"said": Said(), "wrong": "", **form}
    return _page("notice.html", found.lang, status, **values, **_of(public, brand, found))


def _list(public: Public, request: Request, lang: str) -> Response:
    chosen = language(request.headers.get("accept-language", ""), lang)
    titles = [(b.id, made(b, public.operators[b.id], chosen, public.clock()).title) for b in public.brands]
    links = _links(PATH)
    return _page("notice_list.html", chosen, 200, titles=titles, words=WORDINGS[chosen].words, links=links)


def _give(public: Public, request: Request, where: tuple[Brand, str], said: Said) -> Response:
    """Give out a code, or say what is wrong with the form."""
    brand, lang = where
    at = public.clock()
    if wrong := _wrong(heard_on(brand, public.operators[brand.id]), said):
        return _show(public, request, brand, lang, said=said, wrong=wrong, status=400)
    if not public.gate.lets(address(request), at):
        return _show(public, request, brand, lang, said=said, wrong="wrong.often", status=429)
    code = spelled(public.draw(BYTES))
    public.challenges.give(asked(public.store.known().key, code, said.network, said.account), at, at + LASTS)
    found = made(brand, public.operators[brand.id], language(request.headers.get("accept-language", ""), lang), at)
    until = f"{WORDINGS[found.lang].day(int((at + LASTS) // DAY))}, {say.clock(at + LASTS)} UTC"
    values = {
        "code": code,
        "posted": pages.filled(
            found.words["code.said"], account=said.account, network=dict(found.networks)[said.network]
        ),
        "once": found.words["code.once"].format(until=until),
    }
    return _page("notice_code.html", found.lang, 200, **values, **_of(public, brand, found))


def _wrong(known: Sequence[str], said: Said) -> str:
    """The key of the sentence that says what is wrong with a form; empty if nothing is."""
    if said.network not in known:
        return "wrong.network"
    fits = names(said.account) and len(said.account) <= LONGEST and shown(said.account) == said.account
    return "" if fits else "wrong.account"


def _of(public: Public, brand: Brand, found: Notice) -> dict[str, object]:
    """What every page about one brand shows."""
    operator = public.operators[brand.id]
    return {
        "notice": found,
        "words": found.words,
        "brand": brand,
        "operator": operator,
        "links": _links(f"{PATH}/{brand.id}"),
    }


def _links(path: str) -> list[tuple[str, str, str]]:
    return [(lang, wording.words["language"], f"{path}?lang={lang}") for lang, wording in WORDINGS.items()]


def _page(name: str, lang: str, status: int, **values: object) -> Response:
    headers = {"Content-Language": lang, "Vary": "Accept-Language"}
    return HTMLResponse(pages.page(name, lang=lang, **values), status, headers)


async def _form(request: Request) -> Said | None:
    """What the form says; None if it is longer than any honest one."""
    found = await fields(request)
    return None if found is None else Said(network=found.get("network", ""), account=found.get("account", ""))


async def fields(request: Request) -> dict[str, str] | None:
    """The fields of a form, of doubled ones the first; None if it is longer than any honest one."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    found = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=None)
    return {name: said[0].strip() for name, said in found.items()}
