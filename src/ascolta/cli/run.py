"""`ascolta run`: listen, watch, send, and serve the desk."""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from ascolta import bootstrap
from ascolta.afresh import EVERY, after_outage, look_again
from ascolta.cli.listen import StoreFolder
from ascolta.cli.show import Json, err, out, say_json, tell
from ascolta.core.incident import lowered
from ascolta.core.journal import Kind
from ascolta.core.mention import Brands
from ascolta.core.routing import Ongoing
from ascolta.errors import AscoltaError, SourceError
from ascolta.figures import Figures
from ascolta.files.notice import load_operators
from ascolta.helping import heed, note_asked
from ascolta.incidents import Room, tick
from ascolta.listen import listen
from ascolta.outbox import send, settle
from ascolta.ports import Lookups, Speaker, Store
from ascolta.sources import FileSource
from ascolta.stores.advocates import Advocates
from ascolta.stores.challenges import Challenges
from ascolta.telling import Outside, deliver, gather, hand_over, tell_stopped
from ascolta.watch import Around, watch
from ascolta.web.app import Desk, create
from ascolta.web.notice import Public

app = typer.Typer(add_completion=False)

LISTEN_EVERY = 5.0
SEND_EVERY = 2.0
SETTLE_AFTER = 60.0
SWEEP_EVERY = 30.0
TELL_EVERY = 5.0
Beside = tuple[Figures, Challenges, Advocates, Outside, Room]
"""What is told of each batch beside the store."""

Loops = list[tuple[Callable[[], None], float]]
"""What is done again and again, and how often, in seconds."""

LOOK_EVERY = 3_600.0
SIGN_EVERY = 600.0


@app.command()
def run(
    folder: Annotated[Path, typer.Argument(help="A folder with brand.yaml, or a folder of such folders.")] = Path(),
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the desk listens.")] = 8020,
    store: StoreFolder = None,
    as_json: Json = False,
) -> None:
    """Run everything for a brand on this machine: listen, watch, send, and the desk in the browser.

    The desk binds to this machine only and opens by the link printed here. Answers go to a twin network that nobody
    reads. End it with Ctrl-C.
    """
    brands = bootstrap.brands(folder)
    sources = bootstrap.sources(brands, folder, [], bootstrap.Reading(clock=time.time, tell=tell))
    speeches = bootstrap.Speeches(folder, brands, tell)
    place = store or folder / bootstrap.STORE
    kept = bootstrap.store(place)
    figures = bootstrap.figures(place, kept.journal)
    lookups = bootstrap.lookups(sources)
    operators = load_operators(folder, tuple(name for name in bootstrap.NETWORKS if name != "file"))
    codes, advocates = bootstrap.codes(place), Advocates(place, kept.journal)
    public = Public(
        brands=brands, store=kept, operators=operators, challenges=codes, clock=time.time, advocates=advocates
    )
    outside = bootstrap.outside(folder, brands, place, kept.journal)
    room = bootstrap.room(folder, place, kept, (advocates, lookups, outside))
    desk = Desk(
        brands=brands,
        store=kept,
        lookups=lookups,
        speeches=speeches,
        advocates=advocates,
        ledger=figures.ledger,
        public=public,
        room=room,
    )
    speakers = bootstrap.speakers()
    with ExitStack() as opened:
        for one in (kept, outside.notices, room.statements, room.incidents, advocates, codes, figures):
            opened.callback(one.close)
        bootstrap.note(kept, Kind.STARTED, time.time())
        opened.callback(lambda: bootstrap.note(kept, Kind.STOPPED, time.time()))
        settle(kept, speakers, time.time())
        for source in sources:
            after_outage(kept, source, lookups, brands.by_id, time.time())
        link = f"http://127.0.0.1:{port}/enter/{desk.key}"
        say_json({"desk": link}) if as_json else out.print(f"The desk: {link}", markup=False, soft_wrap=True)
        loops = _hearing(bootstrap.Renewal(folder, brands), kept, sources, (figures, codes, advocates, outside, room))
        loops += _keeping(brands, kept, lookups, speakers, outside) + _living(room, brands)
        _live(desk, port, loops)


def _live(desk: Desk, port: int, loops: Loops) -> None:
    """Serve the desk while everything else is done again and again beside it."""
    over = threading.Event()
    threads = [threading.Thread(target=_again, args=(over, act, every), name=act.__name__) for act, every in loops]
    try:
        for thread in threads:
            thread.start()
        _serve(desk, port)
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _serve(desk: Desk, port: int) -> None:
    try:
        uvicorn.run(
            create(desk), host="127.0.0.1", port=port, log_level="warning", access_log=False, server_header=False
        )
    except SystemExit as ended:
        if ended.code:
            raise AscoltaError(f"port {port} cannot be used, perhaps by another desk; choose one with --port") from None


def _hearing(renewal: bootstrap.Renewal, store: Store, sources: list[FileSource], beside: Beside) -> Loops:
    """What is heard again and again beside the desk, and how often, in seconds."""
    brands, (figures, codes, advocates, outside, room) = renewal.brands, beside
    voices = bootstrap.voices()
    around = Around(voices=voices, brands=brands)

    def hear() -> None:
        try:
            for name, count in renewal.heed().items():
                tell(f"{name}: {count} queries changed and are heard from now on")
        except AscoltaError as error:
            tell(f"{error}; the queries of before are heard on")
        for source in sources:
            for heard in listen(source, brands, store, figures, codes):
                heed(advocates, heard, brands.by_id)
                voices.hear(heard, brands.by_id)
                hand_over(outside, heard, brands.by_id, time.time(), tell)
                for brand in brands:
                    lower = lowered(room.incidents.open(brand.id))
                    watch(store, brand, heard.newest, once_in_days=lower, around=around)

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

    return [(hear, LISTEN_EVERY), (publish, SWEEP_EVERY), (expire, SWEEP_EVERY), (tell_people, TELL_EVERY)]


def _keeping(brands: Brands, store: Store, lookups: Lookups, speakers: dict[str, Speaker], outside: Outside) -> Loops:
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


def _living(room: Room, brands: Brands) -> Loops:
    """What incidents need again and again: late steps are told, and what is due is said."""

    def live() -> None:
        tick(room, brands, time.time())

    return [(live, SEND_EVERY)]


def _again(over: threading.Event, act: Callable[[], None], every: float) -> None:
    while not over.is_set():
        try:
            act()
        except SourceError as error:
            err.print(str(error), markup=False)
            if not error.retry:
                return
        except AscoltaError as error:
            err.print(str(error), markup=False)
        over.wait(every)
