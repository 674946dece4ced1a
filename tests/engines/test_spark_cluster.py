"""A Spark of two workers with a program each: the example's day is what one process makes of it, on each database.

What becomes of it when its parts are killed is in test_spark_kill.py.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ascolta.core.cells import Published
from ascolta.core.mention import Brands, Tally
from ascolta.engines import with_spark
from ascolta.figures import Figures
from ascolta.listen import listen
from ascolta.ports import Store
from ascolta.sources import FileSource
from ascolta.stores.ledger import MemoryLedger
from ascolta.stores.memory import MemoryStore
from ascolta.stores.sql import SqlStore
from tests.conftest import NOW
from tests.engines.sparking import require_spark
from tests.engines.test_engines import SMALL
from tests.engines.test_spark import DAY, told
from tests.stores.server import started

MIDNIGHT = NOW // 86_400 * 86_400
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::ResourceWarning")]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two workers of one core and a gigabyte each."""
    require_spark()
    engine = with_spark("spark").Spark("local-cluster[2,1,1024]", size=SMALL * 20)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def alone(brands: Brands) -> Any:
    """What one process makes of the day."""
    return heard(brands, MemoryStore())


@pytest.fixture(params=["sqlite", "the wheel's PostgreSQL", "Debian's PostgreSQL"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store in a file or on a server; Debian's is an older one."""
    if request.param == "sqlite":
        store = SqlStore(tmp_path)
        yield store
        store.close()
        return
    server = started(debian="Debian" in request.param)
    store = SqlStore(tmp_path, url=server.empty())
    yield store
    store.close()
    server.close()


def heard(brands: Brands, store: Store, elsewhere: Any = None) -> tuple[Tally, Any, list[Published]]:
    """What is made of the day: the tally, what is kept, and the figures as they are published, with known noise."""
    source = FileSource(str(DAY), clock=lambda: MIDNIGHT, elsewhere=elsewhere)
    figures = Figures(MemoryLedger(bits=lambda count: 1 << count >> 1), None, run=b"r" * 16, draw_key=lambda: b"k" * 32)
    tally = sum((one.tally for one in listen(source, brands, store, figures)), Tally())
    published = figures.tick(MIDNIGHT + 86_400, [])
    return tally, told(store), published


def test_the_day_is_the_same_on_each_database(brands: Brands, cluster: Any, kept: Store, alone: Any) -> None:
    """Tallies, cases, counts and noised figures are those of one process with a store in memory, to the letter."""
    assert heard(brands, kept, cluster.find) == alone
    assert [one.value for one in alone[2] if one.value]
