"""A simulation of workers, drivers and their stores, event by event, from what each step costs.

Everybody is a generator that yields what it waits for: seconds, a server's turn, or a sign. Time is the
simulation's own and chance is seeded, so the same costs always give the same numbers.
"""

import heapq
import math
import random
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

AHEAD = 2
"""Stretches that are asked for before the first is judged, for each worker, as in ascolta.engines.workers."""

FULL = 0.93
"""From this share of its time on, something is what limits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Seconds of one core for one post, by step; bytes that a worker tells of one; seconds until a worker is ready.

    `spread`: the standard deviation of the logarithm of what a stretch costs.
    """

    decode: float
    find: float
    pack: float
    unpack: float
    gather: float
    judge: float
    count: float
    keep: float
    bytes: float
    start: float
    spread: float = 0.0

    @property
    def worker(self) -> float:
        """What a worker does with a post."""
        return self.decode + self.find + self.pack

    @property
    def repeated(self) -> float:
        """What each driver does with every post, found or not: order, repeats, cursor."""
        return self.unpack + self.gather

    @property
    def shared(self) -> float:
        """What the drivers share between them where brands are shared out."""
        return self.judge + self.count

    @property
    def alone(self) -> float:
        """What one program without workers does with a post."""
        return self.decode + self.find + self.judge + self.count + self.keep


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """So many workers, and drivers that share the brands; `stores`: how many writers there can be at a time.

    `cores`: of the one machine that all of it runs on; 0: each has a core of its own. `link`: bytes a second into each
    driver; `latency`: seconds until a message is there. `stretch`: posts of a stretch; `posts` of the whole.
    """

    workers: int
    drivers: int = 1
    stores: int = 1
    cores: int = 0
    link: float = 1.25e9
    latency: float = 0.0005
    stretch: int = 16_000
    posts: int = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a plan; shares of time, of the busiest where there are several."""

    plan: Plan
    seconds: float
    worker: float
    driver: float
    store: float
    link: float

    @property
    def rate(self) -> float:
        """Posts a second."""
        return self.plan.posts / self.seconds

    @property
    def limit(self) -> str:
        """What it waits for."""
        if self.link >= FULL:
            return "the network"
        if self.plan.cores and self.worker * self.plan.workers + self.driver + self.store >= FULL * self.plan.cores:
            return "the machine's cores"
        if self.store >= FULL:
            return "the store's one writer"
        serial = self.driver + self.store / self.plan.drivers * self.plan.stores
        if serial >= max(FULL, self.worker):
            return "the driver: " + ("keeping" if self.store > self.driver else "judging and order")
        return "the workers" if self.worker >= FULL else "the start and the end"


class Server:
    """Something that so many can use at a time, the others in their turn."""

    def __init__(self, clock: "Clock", places: int = 1) -> None:
        self.clock, self.places = clock, places
        self.busy = 0.0
        self.waiting: deque[Step] = deque()

    def take(self, who: "Step") -> None:
        """Go on at once, or when it is one's turn."""
        if self.places:
            self.places -= 1
            self.clock.after(0.0, who)
        else:
            self.waiting.append(who)

    def free(self) -> None:
        """Let the next one go on."""
        if self.waiting:
            self.clock.after(0.0, self.waiting.popleft())
        else:
            self.places += 1


class Sign:
    """Something that happens once; whoever waits for it goes on then."""

    def __init__(self, clock: "Clock") -> None:
        self.clock, self.given = clock, False
        self.waiting: list[Step] = []

    def take(self, who: "Step") -> None:
        """Go on when it is given."""
        if self.given:
            self.clock.after(0.0, who)
        else:
            self.waiting.append(who)

    def give(self) -> None:
        """Now."""
        self.given = True
        for who in self.waiting:
            self.clock.after(0.0, who)
        self.waiting = []


Step = Generator[float | Server | Sign, None, None]


class Clock:
    """The time of a simulation, and who goes on when."""

    def __init__(self) -> None:
        self.now, self._number = 0.0, 0
        self._next: list[tuple[float, int, Step]] = []

    def after(self, seconds: float, who: Step) -> None:
        """Have somebody go on in so many seconds."""
        self._number += 1
        heapq.heappush(self._next, (self.now + seconds, self._number, who))

    def run(self) -> None:
        """Until nobody waits."""
        while self._next:
            self.now, _, who = heapq.heappop(self._next)
            wanted = next(who, None)
            if isinstance(wanted, float):
                self.after(wanted, who)
            elif wanted is not None:
                wanted.take(who)


class Cluster:
    """Workers, drivers and stores at work on one stream."""

    def __init__(self, costs: Costs, plan: Plan, seed: int = 7) -> None:
        self.costs, self.plan, self.clock = costs, plan, Clock()
        self.chance = random.Random(seed)
        self.left: deque[int] = deque(range(math.ceil(plan.posts / plan.stretch)))
        self.found = [[Sign(self.clock) for _ in self.left] for _ in range(plan.drivers)]
        self.taken = [0] * len(self.left)
        self.asked: deque[int] = deque()
        self.idle: deque[Sign] = deque()
        self.cores = Server(self.clock, plan.cores or plan.workers + plan.drivers)
        self.links = [Server(self.clock) for _ in range(plan.drivers)]
        self.stores = [Server(self.clock) for _ in range(plan.stores)]
        self.spent = dict.fromkeys(("worker", "driver"), 0.0)

    def run(self) -> Outcome:
        """Until all is kept."""
        for _ in range(self.plan.workers * AHEAD):
            self._ask()
        for _ in range(self.plan.workers):
            self.clock.after(0.0, self._work())
        for number in range(self.plan.drivers):
            self.clock.after(0.0, self._drive(number))
        self.clock.run()
        took = self.clock.now
        return Outcome(
            plan=self.plan,
            seconds=took,
            worker=self.spent["worker"] / took / self.plan.workers,
            driver=self.spent["driver"] / took / self.plan.drivers,
            store=max(store.busy for store in self.stores) / took,
            link=max(link.busy for link in self.links) / took,
        )

    def _ask(self) -> None:
        """Have the next stretch looked through."""
        if self.left:
            self.asked.append(self.left.popleft())
            if self.idle:
                self.idle.popleft().give()

    def _work(self) -> Step:
        yield self.costs.start
        while self.left or self.asked:
            while not self.asked:
                if not self.left:
                    return
                self.idle.append(sign := Sign(self.clock))
                yield sign
            number = self.asked.popleft()
            spread = self.costs.spread
            cost = self.costs.worker * self.plan.stretch * self.chance.lognormvariate(-spread * spread / 2, spread)
            yield from self._busy(self.cores, cost)
            self.spent["worker"] += cost
            for driver in range(self.plan.drivers):
                self.clock.after(0.0, self._send(number, driver))

    def _send(self, number: int, driver: int) -> Step:
        """A driver is told of every line, and of what was found for its own brands."""
        yield from self._busy(self.links[driver], self.costs.bytes * self.plan.stretch / self.plan.link)
        yield self.plan.latency
        self.found[driver][number].give()

    def _drive(self, driver: int) -> Step:
        """Stretch by stretch, in their order: judge, then keep, which is waited for."""
        posts, drivers = self.plan.stretch, self.plan.drivers
        judging = (self.costs.repeated + self.costs.shared / drivers) * posts
        store = self.stores[driver % self.plan.stores]
        for number, sign in enumerate(self.found[driver]):
            yield sign
            yield from self._busy(self.cores, judging)
            self.spent["driver"] += judging
            yield from self._busy(store, self.costs.keep * posts / drivers)
            self.taken[number] += 1
            if self.taken[number] == drivers:
                self._ask()

    def _busy(self, server: Server, seconds: float) -> Iterator[float | Server | Sign]:
        yield server
        yield seconds
        server.busy += seconds
        server.free()


def simulated(costs: Costs, plan: Plan) -> Outcome:
    """What comes of a plan."""
    return Cluster(costs, plan).run()


def most(costs: Costs, plan: Plan) -> float:
    """Posts a second that no number of workers can exceed: what each driver does, and what one store does."""
    each = costs.repeated + (costs.shared + costs.keep) / plan.drivers
    return min(1 / each, plan.stores / costs.keep if costs.keep else math.inf)


def bend(costs: Costs, plan: Plan) -> float:
    """Workers from which on more of them are no use: as many as make what drivers and stores can take (Amdahl 1967)."""
    return most(costs, plan) * costs.worker


def grown(costs: Costs, plan: Plan, workers: tuple[int, ...]) -> list[Outcome]:
    """A plan with each number of workers."""
    return [simulated(costs, replace(plan, workers=count)) for count in workers]
