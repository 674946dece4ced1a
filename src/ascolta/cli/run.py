"""`ascolta run`: listen, watch, send, and serve the desk."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from ascolta import bootstrap, renewing, serving
from ascolta.afresh import EVERY, after_outage, look_again
from ascolta.cli.entrance import Where, entrance, link
from ascolta.cli.hooked import following
from ascolta.cli.listen import StoreFolder
from ascolta.cli.logs import Form, set_up
from ascolta.cli.rounds import Rounds, hearing, live, rung
from ascolta.cli.show import Json, out, say_json, tell
from ascolta.cli.stopping import Stop, listening_to_signals, until
from ascolta.cli.weekly import weekly
from ascolta.core.days import DAY
from ascolta.core.incident import lowered
from ascolta.core.journal import Kind
from ascolta.core.mention import Brands, Heard
from ascolta.core.routing import Ongoing
from ascolta.core.survey import month_of
from ascolta.errors import AscoltaError
from ascolta.figures import Figures
from ascolta.files.notice import load_operators
from ascolta.helping import heed, note_asked
from ascolta.incidents import Room, tick
from ascolta.listen import listen
from ascolta.outbox import send, settle
from ascolta.ports import Lookups, Speaker, Store
from ascolta.sources import Heard as Source
from ascolta.sources import Live, TwinNetwork
from ascolta.sources.pushed import inlets
from ascolta.stores.accounts import Accounts
from ascolta.stores.advocates import Advocates
from ascolta.stores.challenges import Challenges
from ascolta.stores.etiquettes import Etiquettes
from ascolta.stores.survey import Surveys
from ascolta.telling import Outside, deliver, gather, hand_over, tell_stopped
from ascolta.tracing import traced_to
from ascolta.watch import Around, watch
from ascolta.web.app import Desk, create
from ascolta.web.notice import Public

app = typer.Typer(add_completion=False)

LISTEN_EVERY = 1.0
SEND_EVERY = 2.0
SETTLE_AFTER = 60.0
SWEEP_EVERY = 30.0
TELL_EVERY = 5.0
PULSE_FOR = 0.3
Beside = tuple[Figures, Challenges, Advocates, Outside, Room]
"""What is told of each batch beside the store."""

LOOK_EVERY = 3_600.0
SIGN_EVERY = 600.0


@app.command()
def run(
    folder: Annotated[Path, typer.Argument(help="A folder with brand.yaml, or a folder of such folders.")] = Path(),
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the desk listens.")] = 8020,
    store: StoreFolder = None,
    host: Annotated[str, typer.Option(help="Where the desk binds; other than this machine only with --address.")] = (
        "127.0.0.1"
    ),
    address: Annotated[
        str,
        typer.Option(help="The https:// address under which browsers find the desk, behind a proxy.", metavar="URL"),
    ] = "",
    form: Annotated[
        Form | None, typer.Option("--log", help="Log each request and round on standard error, as text or JSON lines.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Run everything for a brand on this machine: listen, watch, send, and the desk in the browser.

    The desk binds to this machine only and opens by the link printed here, once; who has a password logs in. With
    --address other machines reach it, for which an admin needs a second factor. Answers and statements go out
    by the accounts of brand.yaml; where a network has none there, to a twin that nobody reads. End it with Ctrl-C or
    SIGTERM: what was begun is finished first; a second time it ends at once.
    """
    stop = Stop()
    set_up(form)
    with listening_to_signals(stop):
        _run(folder, store or folder / bootstrap.STORE, stop, (Where(host=host, port=port, address=address), as_json))


def _run(folder: Path, place: Path, stop: Stop, shown: tuple[Where, bool]) -> None:
    """`shown`: where the desk is, and whether its link is printed as JSON."""
    where, as_json = shown
    found, bell = bootstrap.found(folder), rung(LISTEN_EVERY)
    brands, own = found.brands, found.own
    sources = bootstrap.sources(found, [], bootstrap.Reading(clock=time.time, tell=tell, bell=bell.rung))
    speeches, kept = renewing.Speeches(own, tell), bootstrap.store(place)
    way_in = entrance(place, kept.journal, where)
    health = serving.health(place, kept, os.environ.get("ASCOLTA_METRICS_TOKEN", "").strip())
    health.follow(sources)
    figures = bootstrap.figures(place, kept.journal)
    lookups = until(stop, bootstrap.lookups(sources))
    codes, advocates = bootstrap.codes(place), Advocates(place, kept.journal)
    outside = bootstrap.outside(own, place, kept.journal)
    room = bootstrap.room(own, place, kept, (advocates, lookups, outside), sources)
    rules, surveying = bootstrap.rules(found, kept, place), serving.surveying(found, place)
    speakers = bootstrap.speakers(sources)
    desk = Desk(
        brands=brands,
        store=kept,
        lookups=lookups,
        speeches=speeches,
        advocates=advocates,
        ledger=figures.ledger,
        public=_public(found, kept, (codes, advocates)),
        surveying=surveying,
        room=room,
        rules=rules,
        inlets=inlets(sources),
        health=health,
        setup=serving.setup(own, place, outside),
        entrance=way_in,
        pulse_for=PULSE_FOR,
        unread=lambda network: isinstance(speakers.get(network), TwinNetwork),
    )
    with ExitStack() as opened, traced_to(os.environ):
        for one in (way_in.accounts, kept, outside.notices, room.statements, room.incidents, advocates, codes, figures):
            opened.callback(one.close)
        opened.callback(rules.kept.close)
        opened.callback(surveying.kept.close)
        bootstrap.note(kept, Kind.STARTED, time.time())
        opened.callback(lambda: bootstrap.note(kept, Kind.STOPPED, time.time()))
        _catch_up(sources, (kept, lookups, brands), opened)
        _say_where(link(way_in, where), as_json=as_json)
        renewal, running = renewing.Renewal(brands, own), (stop, health)
        beside = (figures, codes, advocates, outside, room)
        loops = [(hearing(_hearer(renewal, kept, sources, beside), sources, running, bell), 0.0)]
        loops += _hearing(brands, kept, beside) + _living(room, brands) + _forgetting(way_in.accounts, rules.kept)
        loops += _keeping(brands, kept, lookups, speakers, outside) + _surveying(surveying.kept)
        loops += following(outside, kept, place, health, opened) + weekly(brands, (kept, figures.ledger), outside)
        live(create(desk), (where.host, where.port), loops, running)


def _catch_up(sources: list[Source], kept: tuple[Store, Lookups, Brands], opened: ExitStack) -> None:
    """What happened on the networks meanwhile; what stays open to hear them is closed at the end."""
    store, lookups, brands = kept
    for source in sources:
        if isinstance(source, Live):
            opened.callback(source.close)
        after_outage(store, source, lookups, brands.by_id, time.time())


def _public(found: bootstrap.Found, kept: Store, beside: tuple[Challenges, Advocates]) -> Public:
    """What the public pages need."""
    operators = load_operators(found.own, tuple(name for name in bootstrap.NETWORKS if name != "file"))
    codes, advocates = beside
    return Public(
        brands=found.brands, store=kept, operators=operators, challenges=codes, clock=time.time, advocates=advocates
    )


def _say_where(opens: str, *, as_json: bool) -> None:
    """Say by which address the desk opens."""
    say_json({"desk": opens}) if as_json else out.print(f"The desk: {opens}", markup=False, soft_wrap=True)


def _hearer(
    renewal: renewing.Renewal, store: Store, sources: list[Source], beside: Beside
) -> Callable[[Source], Iterator[Heard]]:
    """What hears a source: a batch is yielded once it is kept and everybody was told of it."""
    brands, (figures, codes, advocates, outside, room) = renewal.brands, beside
    voices = bootstrap.voices()
    around = Around(voices=voices, brands=brands)

    def hear(source: Source) -> Iterator[Heard]:
        if source is sources[0]:
            _renew(renewal)
        for heard in listen(source, brands, store, figures, codes):
            heed(advocates, heard, brands.by_id)
            voices.hear(heard, brands.by_id)
            hand_over(outside, heard, brands.by_id, time.time(), tell)
            incidents = room.incidents.open()
            for brand in brands:
                lower = lowered([one for one in incidents if one.brand == brand.id])
                watch(store, brand, heard.newest, once_in_days=lower, around=around)
            yield heard

    return hear


def _renew(renewal: renewing.Renewal) -> None:
    try:
        for name, new in renewal.heed().items():
            if new.queries:
                tell(f"{name}: {new.queries} queries changed and are heard from now on")
            if new.etiquette:
                tell(f"{name}: the etiquette changed and decides from now on")
    except AscoltaError as error:
        tell(f"{error}; the queries and rules of before are heeded on")


def _hearing(brands: Brands, store: Store, beside: Beside) -> Rounds:
    """What is done again and again beside the listening, and how often, in seconds."""
    figures, codes, advocates, outside, room = beside

    def publish() -> None:
        figures.tick(time.time(), brands)

    def expire() -> None:
        codes.sweep(time.time())
        note_asked(store, advocates)
        advocates.sweep(time.time())
        room.incidents.sweep(time.time())
        outside.notices.sweep(time.time())

    def tell_people() -> None:
        now = time.time()
        gather(outside, store, brands, now)
        deliver(outside, now, [Ongoing(brand=one.brand, number=one.number) for one in room.incidents.open()])

    return [(publish, SWEEP_EVERY), (expire, SWEEP_EVERY), (tell_people, TELL_EVERY)]


def _keeping(brands: Brands, store: Store, lookups: Lookups, speakers: dict[str, Speaker], outside: Outside) -> Rounds:
    """What is done again and again with what is kept, and how often, in seconds."""

    def speak() -> None:
        settle(store, speakers, time.time(), after=SETTLE_AFTER)
        done = send(store, speakers, brands.by_id, time.time(), lookups)
        tell_stopped(outside, store, done.stopped, time.time(), tell)

    def sweep() -> None:
        store.sweep(time.time())

    def look() -> None:
        now = time.time()
        look_again(store, lookups, brands.by_id, now, now - EVERY)

    def sign() -> None:
        if store.journal is not None:
            store.journal.checkpoint(int(time.time()))

    return [(speak, SEND_EVERY), (sweep, SWEEP_EVERY), (look, LOOK_EVERY), (sign, SIGN_EVERY)]


def _forgetting(accounts: Accounts, drafts: Etiquettes) -> Rounds:
    """Sessions, links and accounts go when their time is over, and drafts of rules on which nobody wrote for long."""

    def forget() -> None:
        accounts.sweep(time.time())
        drafts.sweep(time.time())

    return [(forget, SWEEP_EVERY)]


def _surveying(kept: Surveys) -> Rounds:
    """Answers to the survey go when their time is over."""

    def drop_old() -> None:
        kept.sweep(month_of(int(time.time() // DAY)))

    return [(drop_old, LOOK_EVERY)]


def _living(room: Room, brands: Brands) -> Rounds:
    """What incidents need again and again: late steps are told, and what is due is said."""

    def tend() -> None:
        tick(room, brands, time.time())

    return [(tend, SEND_EVERY)]
