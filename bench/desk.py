"""The desk in browsers: what its first page weighs and how soon it can be used; fifty browsers at once on one core.

The server is `ascolta run` as a process of its own. In the second part it may use one core only, from which the
browsers keep away where there is another. It hears 500 posts a second, of which one is from the example day (some
thirty cases a minute), and serves fifty browsers: each asks for the pulse as desk.js does, loads its page anew when
that changed, and opens another page every ten seconds; three of them are Chromium, in which answers are begun and left
by a colleague.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import ssl
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
from playwright.async_api import Browser, Page, async_playwright
from rich.console import Console
from rich.table import Table
from tests.browser.conftest import DESKTOP, FLAGS
from tests.browser.place import Here, post, running, whole, write
from tests.cli.running import wait

from ascolta.core.people import Role
from ascolta.stores.accounts import Accounts
from ascolta.web.signed import Entrance

BROWSERS, CHROMIUMS, POSTS = 50, 3, 500
POLL, OPEN = 1.25, 10.0
"""Seconds between two questions for the pulse, as desk.js asks, and between two pages that somebody opens."""

PAGES = ("/", "/", "/cases", "/cases", "/risk", "/cases?find=lang:en", "/cases/{}", "/cases/{}")
TALK = "the kettle sings a long song over rain and bread, and nobody minds, {}"
CACHED = "performance.getEntriesByType('navigation')[0].toJSON()"
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Nothing here speaks TLS; one for all, since each of its own takes long to make."""

COOKIE = Entrance().cookie
console = Console()


@dataclass(slots=True)
class Measured:
    """Seconds of each page that was opened, of each pulse, and of each change until another browser shows it."""

    pages: list[float] = field(default_factory=list)
    pulses: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    failed: int = 0


def main() -> None:
    """Print two tables."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--seconds", type=float, default=60.0, help="how long the fifty browsers are there")
    wanted.add_argument("--core", default="0", help="the core on which the server runs")
    said = wanted.parse_args()
    with tempfile.TemporaryDirectory(prefix="ascolta-bench-") as folder:
        own = whole(Path(folder) / "acme", time.time())
        keys = _sessions(own)
        with running(own) as here:
            wait(lambda: _cases(here, keys[0]) > 0)
            asyncio.run(_first(here, keys[0]))
        with running(own, cores=said.core) as here:
            others = os.sched_getaffinity(0) - {int(said.core)}
            os.sched_setaffinity(0, others or {int(said.core)})
            wait(lambda: _cases(here, keys[0]) > 0)
            asyncio.run(_many(here, keys, said.seconds))


def _sessions(folder: Path) -> Sequence[str]:
    """The sessions of so many people who work at the desk."""
    accounts, made, now = Accounts(folder / ".ascolta"), [], time.time()
    for number in range(BROWSERS):
        _, link = accounts.invite(f"Agent {number}", Role.LEAD, now)
        made.append(str(accounts.join(link, "", now)))
    accounts.close()
    return made


def _cookies(key: str) -> dict[str, str]:
    return {COOKIE: key, f"{COOKIE}-zone": "UTC"}


def _cases(here: Here, key: str) -> int:
    page = httpx2.get(f"{here.home}/cases", cookies=_cookies(key), timeout=60)
    return page.text.count("data-case=") if page.status_code == 200 else 0


@contextmanager
def _rows(title: str) -> Iterator[Table]:
    table = Table(title=title)
    table.add_column("what")
    table.add_column("measured", justify="right")
    yield table
    console.print(table)


async def _first(here: Here, key: str) -> None:
    """Bytes by file of Today, cold, and the milliseconds until it can be used, the median of seven."""
    usable: list[float] = []
    sizes: dict[str, int] = {}
    async with _browser() as browser:
        for _ in range(7):
            sizes, ms = await _cold(browser, here, key)
            usable.append(ms)
    with _rows("The first page, cold") as table:
        for name, size in sizes.items():
            table.add_row(name, f"{size / 1_000:,.1f} kB")
        table.add_row("in all", f"{sum(sizes.values()) / 1_000:,.1f} kB")
        table.add_row("can be used after (median of 7)", f"{statistics.median(usable):,.0f} ms")
        table.add_row("slowest", f"{max(usable):,.0f} ms")


@asynccontextmanager
async def _browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        await browser.close()


@asynccontextmanager
async def _page(browser: Browser, here: Here, key: str, **more: Any) -> AsyncIterator[Page]:
    """A page in a browser of somebody who is signed in."""
    context = await browser.new_context(**more)
    await context.add_cookies(
        [{"name": name, "value": value, "url": here.home} for name, value in _cookies(key).items()]
    )
    yield await context.new_page()
    await context.close()


async def _cold(browser: Browser, here: Here, key: str) -> tuple[dict[str, int], float]:
    sizes: dict[str, int] = {}
    paths: dict[str, str] = {}
    async with _page(browser, here, key, viewport=DESKTOP) as page:
        devtools = await page.context.new_cdp_session(page)
        devtools.on("Network.responseReceived", lambda one: paths.update({one["requestId"]: one["response"]["url"]}))
        devtools.on("Network.loadingFinished", lambda one: _size(sizes, here, paths, one))
        await devtools.send("Network.enable")
        await page.goto(here.home, wait_until="networkidle")
        told = await page.evaluate(CACHED)
    return dict(sizes), float(told["domContentLoadedEventEnd"])


def _size(sizes: dict[str, int], here: Here, paths: dict[str, str], one: dict[str, object]) -> None:
    path = paths.get(str(one["requestId"]), "").removeprefix(here.home)
    if path and "pulse" not in path:
        sizes[path] = int(float(str(one["encodedDataLength"])))


async def _many(here: Here, keys: Sequence[str], seconds: float) -> None:
    """Fifty browsers at once, while 500 posts a second are heard."""
    measured, end = Measured(), time.monotonic() + seconds
    async with _browser() as browser:
        talk = asyncio.create_task(_talk(here, end))
        await asyncio.sleep(6)
        before, used = _memory(here), _cpu(here)
        began = time.monotonic()
        clients = [_client(here, key, measured, end) for key in keys[: BROWSERS - CHROMIUMS]]
        real = [_chromium(browser, here, key, measured, end) for key in keys[BROWSERS - CHROMIUMS :]]
        await asyncio.gather(*clients, *real)
        busy, after = (_cpu(here) - used) / (time.monotonic() - began), _memory(here)
        posts = await talk
    _tell(measured, (before, after, busy), posts / seconds)


def _tell(measured: Measured, server: tuple[float, float, float], posts: float) -> None:
    before, after, busy = server
    with _rows(f"{BROWSERS} browsers at once, {posts:,.0f} posts a second, the server on one core") as table:
        table.add_row(f"page, median of {len(measured.pages):,}", f"{_part(measured.pages, 50) * 1_000:,.0f} ms")
        table.add_row("page, 95 of 100 within", f"{_part(measured.pages, 95) * 1_000:,.0f} ms")
        table.add_row(f"pulse, 95 of 100 of {len(measured.pulses):,}", f"{_part(measured.pulses, 95) * 1_000:,.0f} ms")
        table.add_row(f"live, median of {len(measured.shown):,}", f"{_part(measured.shown, 50):,.2f} s")
        table.add_row("live, 95 of 100 within", f"{_part(measured.shown, 95):,.2f} s")
        table.add_row("answers that were no answers", f"{measured.failed:,}")
        table.add_row("the core is busy", f"{busy:.0%}")
        table.add_row("memory before", f"{before:,.0f} MiB")
        table.add_row("memory for each browser", f"{(after - before) * 1_024 / BROWSERS:,.0f} KiB")


def _part(values: Sequence[float], percent: int) -> float:
    found = sorted(values) or [float("nan")]
    return found[min(len(found) - 1, len(found) * percent // 100)]


async def _client(here: Here, key: str, measured: Measured, end: float) -> None:
    """One browser: the pulse again and again, its page anew when that changed, another page every few seconds."""
    chance = random.Random(key)
    await asyncio.sleep(chance.random() * OPEN)
    async with httpx2.AsyncClient(base_url=here.home, cookies=_cookies(key), timeout=60, verify=PLAIN) as client:
        path, opened, pulse = "/", 0.0, ""
        while time.monotonic() < end:
            if time.monotonic() - opened > OPEN:
                path, opened, pulse = chance.choice(PAGES).format(chance.randint(1, 30)), time.monotonic(), ""
                await _open(client, path, measured)
            began = time.monotonic()
            answer = await client.get("/cases/pulse" if path.startswith("/cases") else "/pulse")
            measured.pulses.append(time.monotonic() - began)
            measured.failed += answer.status_code != 200
            now = str(answer.json().get("pulse"))
            if pulse and now != pulse and "/cases/" not in path:
                await _open(client, path, measured)
            pulse = now
            await asyncio.sleep(POLL * (0.9 + 0.2 * chance.random()))


async def _open(client: httpx2.AsyncClient, path: str, measured: Measured) -> None:
    began = time.monotonic()
    answer = await client.get(path)
    measured.pages.append(time.monotonic() - began)
    measured.failed += answer.status_code not in (200, 404)


async def _chromium(browser: Browser, here: Here, key: str, measured: Measured, end: float) -> None:
    """A real browser with Today open; a colleague begins to write an answer, and here that is seen by itself."""
    async with (
        _page(browser, here, key) as page,
        httpx2.AsyncClient(
            base_url=here.home, cookies=_cookies(key), headers={"origin": here.home}, timeout=60, verify=PLAIN
        ) as colleague,
    ):
        await page.goto(here.home)
        first = str(await page.locator("ol.cases a").first.get_attribute("href"))
        while time.monotonic() < end - 5:
            for act, state in (("write", "attached"), ("leave", "detached")):
                await asyncio.sleep(1 + random.random() * 2)
                await colleague.post(f"{first}/{act}")
                began = time.monotonic()
                chip = page.locator(f'a[href="{first}"] .chip.who')
                await chip.wait_for(state=state, timeout=30_000)  # type: ignore[arg-type]
                measured.shown.append(time.monotonic() - began)


async def _talk(here: Here, end: float) -> int:
    """Posts come in, so many a second; how many came."""
    day = [one for one in (here.folder / "day.jsonl").read_text(encoding="utf-8").splitlines() if '"text"' in one]
    numbers, posts = count(), 0
    while time.monotonic() < end:
        began, now = time.monotonic(), time.time()
        lines = [post(f"n{number}", TALK.format(number), now) for number, _ in zip(numbers, range(POSTS), strict=False)]
        lines[0] |= {"text": _said(day[posts // POSTS * 7 % len(day)], posts), "author": f"a{posts}"}
        write(here.folder, *lines)
        posts += POSTS
        await asyncio.sleep(max(0.0, 1 - (time.monotonic() - began)))
    return posts


def _said(line: str, number: int) -> str:
    """A post of the example day, told from the others by a number."""
    return f"{json.loads(line)['text']} {number}"


def _memory(here: Here) -> float:
    """MiB that the server holds."""
    status = Path(f"/proc/{here.program.pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1_024


def _cpu(here: Here) -> float:
    """Seconds of a core that the server has used."""
    told = Path(f"/proc/{here.program.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
