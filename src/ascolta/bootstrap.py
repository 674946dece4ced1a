"""The composition root: a brand folder and a few settings become everything that is needed, wired."""

import getpass
import importlib
import importlib.util
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import cast

from ascolta import providers
from ascolta.amending import Rules
from ascolta.core.etiquette import Etiquette
from ascolta.core.journal import Kind, NewEntry
from ascolta.core.mention import Brands
from ascolta.core.post import Batch, Post
from ascolta.core.tier import kernel
from ascolta.core.voices import Voices
from ascolta.desks import heralds, senders
from ascolta.engines import Engine, chosen
from ascolta.errors import AscoltaError
from ascolta.figures import Figures
from ascolta.files.assessments import require
from ascolta.files.brands import load_brands, load_folders
from ascolta.files.etiquette import load_etiquette, stricter
from ascolta.files.routes import load_routes
from ascolta.hooks import Hooks
from ascolta.incidents import Room
from ascolta.labels import DEFAULT, Labelling
from ascolta.labels import labelling as labellers
from ascolta.ports import Journal, Lookups, Provider, Publisher, Speaker, Store
from ascolta.sources import Chance, FileSource, Heard, TwinNetwork, networks
from ascolta.sources.files import BATCH, names
from ascolta.stores.accounts import Accounts
from ascolta.stores.advocates import FILE as ADVOCATES
from ascolta.stores.advocates import Advocates
from ascolta.stores.challenges import FILE as CODES
from ascolta.stores.challenges import Challenges
from ascolta.stores.checkpoints import SecondPlace, kept_signer
from ascolta.stores.etiquettes import Etiquettes
from ascolta.stores.hooks import Followed
from ascolta.stores.incidents import Incidents
from ascolta.stores.journal import FILE as JOURNAL
from ascolta.stores.journal import SqlJournal
from ascolta.stores.ledger import FILE as LEDGER
from ascolta.stores.ledger import MemoryLedger, SqlLedger
from ascolta.stores.memory import MemoryStore
from ascolta.stores.notices import Notices
from ascolta.stores.safe import KEY as SECRETS_KEY
from ascolta.stores.safe import Ring, Safe
from ascolta.stores.statements import Statements
from ascolta.telling import Outside, Queue

STORE = ".ascolta"
"""The folder beside brand.yaml in which a brand's store lies unless another is named."""

CHECKPOINTS = "checkpoints"
"""The file of a store in which checkpoints lie unless another place is named."""

NETWORKS = ("x", "bluesky", "mastodon", "facebook", "blog", "file")

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a file of posts is read: its columns, its clock (None: the posts' own), who is told what was set aside."""

    columns: Mapping[str, str] | None = None
    clock: Callable[[], float] | None = None
    tell: Tell = lambda said: None
    batch: int = BATCH
    engine: Engine | None = None
    bell: threading.Event = field(default_factory=threading.Event)

    def source(self, path: str, name: str = "") -> FileSource:
        """The source for one path, called by its file's name unless it has another."""
        made = FileSource(
            path,
            columns=self.columns,
            clock=self.clock,
            tell=self.tell,
            batch=self.batch,
            elsewhere=self.engine.find if self.engine is not None else None,
        )
        made.name = name or made.name
        return made


def example() -> Path:
    """The folder of the example brand: beside the code when installed, in the repository otherwise."""
    here = Path(__file__).parent
    installed = here / "acme"
    return installed if installed.is_dir() else here.parents[1] / "examples" / "acme"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a folder holds, read once: its brands, ready to hear, and the folder of each by its id."""

    folder: Path
    brands: Brands
    own: Mapping[str, Path]

    def beside(self, brand: str, path: str) -> Path:
        """What a brand's file names: within the brand's own folder, or else within the folder of all."""
        inside = self.own[brand] / path
        return inside if inside.exists() else self.folder / path

    def named(self, more: Sequence[str] = ()) -> dict[str, str]:
        """What the files that the brands name, and `more`, are called in the store, by their absolute paths."""
        declared = [
            (str(self.beside(brand.id, item.path)), item.path)
            for brand in self.brands
            for item in brand.sources
            if item.live is None
        ]
        both = [(absolute(path), said) for path, said in (*declared, *zip(more, more, strict=True))]
        return names((path, self._written(path, said)) for path, said in both)

    def _written(self, path: str, said: str) -> str:
        """A path from this folder on, or as it was said if it leads elsewhere."""
        folder = self.folder.absolute()
        return str(Path(path).relative_to(folder)) if Path(path).is_relative_to(folder) else said


def found(folder: Path) -> Found:
    """The brands of a folder or of its folders, each with its own. Raises FileError."""
    read = load_folders(folder)
    heard = Brands([brand for _, brand in read], labelling(), tier())
    return Found(folder=folder, brands=heard, own={brand.id: own for own, brand in read})


def brands(folder: Path, etiquette: Path | None = None) -> Brands:
    """The brands of a folder, ready to hear; `etiquette` replaces that of each. Raises FileError."""
    if etiquette is None:
        return found(folder).brands
    other: Etiquette = load_etiquette(etiquette)
    read = [replace(brand, etiquette=stricter(other, brand.over_55)) for brand in load_brands(folder)]
    return Brands(read, labelling(), tier())


def tier() -> str | None:
    """How queries are matched, as the environment variable ASCOLTA_MATCH says. Raises AscoltaError."""
    said = os.environ.get("ASCOLTA_MATCH") or None
    try:
        kernel(said)
    except ValueError as error:
        raise AscoltaError(f"ASCOLTA_MATCH: {error}") from None
    return said


def labelling(said: str = "") -> Labelling:
    """Who labels: as said, or as the environment variable ASCOLTA_LABELS says. Raises AscoltaError."""
    wanted = said or os.environ.get("ASCOLTA_LABELS", "")
    try:
        return labellers(wanted) if wanted else labellers()
    except (ValueError, OSError) as error:
        where = "--labels" if said else "ASCOLTA_LABELS"
        raise AscoltaError(f"{where}: {error}") from None


def store(folder: Path | None, url: str | None = None) -> Store:
    """The store in a folder, with its journal; None: in memory, nothing at rest.

    Its tables are in PostgreSQL if `url` names it, by default as `database()` says.
    """
    if folder is None:
        return MemoryStore()
    address = database() if url is None else url
    # only here, for who keeps nothing need not read SQLAlchemy
    made: Store = importlib.import_module("ascolta.stores.sql").SqlStore(folder, journal(folder), address)
    return made


def database() -> str:
    """The URL of a PostgreSQL database in the environment variable ASCOLTA_DATABASE; empty: SQLite.

    It may hold a password, so no option names it: options stand in lists of programs and in a shell's history.
    """
    return os.environ.get("ASCOLTA_DATABASE", "").strip()


def journal(folder: Path) -> SqlJournal:
    """The journal of a store. Its checkpoints go where the environment variable ASCOLTA_CHECKPOINTS says."""
    return SqlJournal(folder / JOURNAL, kept_signer(folder), SecondPlace(second_place(folder)))


def second_place(folder: Path) -> Path:
    """Where checkpoints lie: beside the journal, where they guard against accidents only, unless another is named."""
    return Path(os.environ.get("ASCOLTA_CHECKPOINTS") or folder / CHECKPOINTS)


def note(kept: Store, kind: Kind, at: float) -> None:
    """Write down that the program started or stopped, and sign what stands in the journal."""
    if kept.journal is not None:
        kept.journal.append([NewEntry(at=int(at), kind=kind)])
        kept.journal.checkpoint(int(at))


def accounts(folder: Path | None, journal: Journal | None = None) -> Accounts:
    """Who works at the desk of a store; None: in memory."""
    return Accounts(folder, journal)


def provider() -> Provider | None:
    """Who else says who somebody is, as the environment names it. Raises AscoltaError."""
    return providers.provider(os.environ)


def codes(folder: Path | None) -> Challenges:
    """The opt-out codes that lie with a store; None: in memory."""
    return Challenges(None if folder is None else folder / CODES)


def advocates(folder: Path | None, journal: Journal | None = None) -> Advocates | None:
    """The advocates that lie with a store; None if nobody was ever asked there."""
    return Advocates(folder, journal) if folder is not None and (folder / ADVOCATES).is_file() else None


def figures(folder: Path | None, journal: Journal | None = None) -> Figures:
    """What is counted for publishing; `folder` None publishes nowhere but in memory."""
    ledger = MemoryLedger() if folder is None else SqlLedger(folder / LEDGER)
    return Figures(ledger, journal, run=secrets.token_bytes(16), draw_key=lambda: secrets.token_bytes(32))


def voices() -> Voices:
    """Who speaks of the brands, in this run only: the key is drawn now and never written."""
    return Voices(secrets.token_bytes(32))


def outside(own: Mapping[str, Path], place: Path | None, journal: Journal | None = None) -> Outside:
    """Who outside the desk is told of what: as the brands' files say, at the addresses that the environment holds."""
    read = {brand: load_routes(folder, brand) for brand, folder in own.items()}
    routes = {brand: found for brand, found in read.items() if found is not None}
    return Outside(notices=Notices(place, journal), routes=routes, heralds=heralds(routes, os.environ, time.time))


def hooks(outside: Outside, place: Path | None) -> Hooks:
    """Which programs outside are told of events, and how far they were told."""
    named = {brand: found.hooks for brand, found in outside.routes.items()}
    return Hooks(followed=Followed(place), hooks=named, senders=senders(outside.routes, os.environ, time.time))


def log(place: Path) -> SqlJournal:
    """The journal of a store, for reading what stands in it while others write."""
    return SqlJournal(place / JOURNAL)


def lookups(sources: Sequence[Heard]) -> Lookups:
    """Who is asked again how a post stands: the networks and files that it was heard from."""
    return networks.lookups(sources)


def sources(found: Found, paths: Sequence[str], reading: Reading) -> list[Heard]:
    """The sources at `paths`, or those that the brands' files name. Raises AscoltaError if there is none.

    What the brands' files name is heard again and again, so each of them needs an assessment. Raises FileError without.
    """
    called = found.named(paths)
    if paths:
        return [reading.source(path, called[absolute(path)]) for path in paths]
    named = [(brand.id, item) for brand in found.brands for item in brand.sources]
    for brand, item in named:
        require(found.own[brand], item, date.today())
    if not named:
        said = "brand.yaml names no sources; add them there or name files on the command line"
        raise AscoltaError(f"{found.folder}: {said}")
    files = [(item, str(found.beside(brand, item.path))) for brand, item in named if item.live is None]
    return networks.connected(named, lambda brand: safe(found.own[brand]), chance(reading.bell, found.brands)) + [
        replace(reading, columns=dict(item.columns) or reading.columns).source(path, called[absolute(path)])
        for item, path in files
    ]


def absolute(path: str) -> str:
    """A path as `Found.named` knows it."""
    return path if path == "-" else str(Path(path).absolute())


def safe(folder: Path, passphrase: Callable[[], str] | None = None) -> Safe:
    """The secrets of a brand's folder: of the environment, the system's keyring, or a file in its usual store."""
    return Safe(
        folder=folder / STORE,
        environ=os.environ,
        passphrase=passphrase or _passphrase,
        keyring=partial(_keyring, f"ascolta {folder.resolve()}"),
    )


def _passphrase() -> str:
    """The passphrase of files of secrets, asked for once on a terminal; empty if nobody gives it."""
    return os.environ.get(SECRETS_KEY, "") or (_typed() if sys.stdin.isatty() else "")


@cache
def _typed() -> str:
    return getpass.getpass("Passphrase of the networks' secrets: ")


@cache
def _keyring(service: str) -> Ring | None:
    """The system's keyring, where the extra `keyring` is installed and there is one."""
    if importlib.util.find_spec("keyring") is None:
        return None
    made = importlib.import_module("ascolta.stores.ring").SystemRing(service)
    return cast(Ring, made) if made.is_there else None


def chance(bell: threading.Event, brands: Brands | None = None) -> Chance:
    """The time and the chance of this machine, the bell that its sources ring, and which posts concern the brands."""
    concerns = None if brands is None else partial(_concerning, brands)
    return Chance(clock=time.time, draw=secrets.SystemRandom().random, bell=bell, concerns=concerns)


def _concerning(brands: Brands, posts: Sequence[Post]) -> set[int]:
    """The rows of those that a query of a brand finds."""
    return {row for row, _, _ in brands.matcher.match(Batch.of(posts))}


def engine(count: int, master: str = "") -> Engine | None:
    """Who looks through files, with the labels of this process; None: this process. Raises AscoltaError."""
    return chosen(count, master, labels())


def labels() -> str:
    """Who labels, as the environment says it."""
    return os.environ.get("ASCOLTA_LABELS", "").strip() or DEFAULT


def batches(source: Heard) -> Iterator[Batch]:
    """Everything in a source, from the start."""
    return source.batches("")


def room(
    own: Mapping[str, Path],
    place: Path,
    kept: Store,
    beside: tuple[Advocates, Lookups, Outside],
    heard: Sequence[Heard] = (),
) -> Room:
    """What the steps of incidents act through: posts by the brands' accounts that are heard, messages by twins yet."""
    people, asked, outside = beside
    return Room(
        store=kept,
        incidents=Incidents(place, kept.journal),
        statements=Statements(place, kept.journal),
        advocates=people,
        publishers=publishers(heard),
        messengers=twins(),
        folders=own,
        accounts=posting(heard),
        lookups=asked,
        heralds={brand: Queue(outside, brand, time.time) for brand in outside.routes},
    )


def rules(found: Found, kept: Store, place: Path | None) -> Rules:
    """Where the etiquettes of a folder's brands are changed; `place` None keeps drafts in memory."""
    return Rules(brands=found.brands, store=kept, folders=found.own, kept=Etiquettes(place, kept.journal))


def speakers(sources: Sequence[Heard]) -> dict[str, Speaker]:
    """Who can answer, by network: the brands' accounts where they are heard live, else a twin that nobody reads."""
    return networks.speakers(sources, twins())


def publishers(sources: Sequence[Heard]) -> dict[str, Publisher]:
    """Who posts, by network: the brands' accounts where they are heard live, else a twin that nobody reads."""
    return networks.publishers(sources, twins())


def posting(sources: Sequence[Heard]) -> dict[str, frozenset[str]]:
    """The networks on which each brand's own accounts post."""
    return networks.accounts(sources)


def channels(folder: Path) -> list[Heard]:
    """The accounts that a folder's brands name, to post by; none where they name none. Raises AscoltaError."""
    read = found(folder)
    is_live = any(item.live is not None for brand in read.brands for item in brand.sources)
    return sources(read, [], Reading()) if is_live else []


def twins() -> dict[str, TwinNetwork]:
    """For each network a twin that nobody reads."""
    return {network: TwinNetwork(network) for network in NETWORKS}
