"""What a brand's folder becomes."""

from pathlib import Path

import pytest

from ascolta.core.etiquette import Action
from ascolta.core.label import Topic
from ascolta.core.match import Matcher
from ascolta.core.post import Batch, Post
from ascolta.errors import AscoltaError, FileError
from ascolta.files import init as laying
from ascolta.files.brands import load_brands
from ascolta.files.check import check
from ascolta.files.init import new_brand
from ascolta.labels import label
from tests.cli.running import ACME
from tests.conftest import ROOT
from tests.files.test_broken import BRAND, QUERIES, folder


def test_the_example_brand_is_sound() -> None:
    """examples/acme has nothing to find fault with, and several plans."""
    report = check(ACME, label)
    assert report.problems == ()
    assert report.examples >= 15
    [acme] = load_brands(ACME)
    assert [plan.name for plan in acme.plans] == [
        "conduct", "data-breach", "misinformation", "outage", "own-post", "product-safety",
    ]  # fmt: skip


def test_the_shipped_etiquette_is_sound_for_any_brand(tmp_path: Path) -> None:
    """Without an etiquette.yaml the shipped one holds, with the brand's own name in its examples."""
    report = check(folder(tmp_path, {"etiquette.yaml": None}), label)
    assert report.problems == ()
    assert report.rules >= 10
    [brand] = load_brands(tmp_path)
    for percent in ("64 %", "58 %", "51 %", "43 %"):
        assert any(percent in rule.why for rule in brand.etiquette.rules)


def test_init_makes_a_sound_brand(tmp_path: Path) -> None:
    """A new brand checks clean, a dry run writes nothing, and nothing is ever overwritten."""
    assert len(new_brand(tmp_path / "b", 'Ümläut & "Co": 7', "@Umlaut", dry=True)) == 7
    assert not (tmp_path / "b").exists()
    new_brand(tmp_path / "b", 'Ümläut & "Co": 7', "@Umlaut")
    assert [p.message for p in check(tmp_path / "b", label).problems] == []
    with pytest.raises(FileError, match="not overwritten"):
        new_brand(tmp_path / "b", "X", "@x")
    with pytest.raises(AscoltaError, match="needs a name"):
        new_brand(tmp_path / "c", "!!!", "@x")


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("x" * 45, "x" * 41),
        ("a very long name of a company that sells bicycles and bread", "a-very-long-name-of-a-company-that-sells"),
        ("Acme\nAir\t\x1b", "acme-air"),
        ("東京電力", "folder"),
        ("🍕", "folder"),
    ],
)
def test_init_takes_any_name(tmp_path: Path, name: str, short: str) -> None:
    """A short name is made of every name; where it has no letters for it, the folder gives it."""
    new_brand(tmp_path / "folder", name, "@acme")
    assert [p.message for p in check(tmp_path / "folder", label).problems] == []
    [brand] = load_brands(tmp_path / "folder")
    assert brand.id == short
    assert brand.name == " ".join(name.replace("\x1b", " ").split())


def test_an_init_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written before a failure is taken away again; what stood there before stays."""
    with pytest.raises(AscoltaError, match="100 characters"):
        new_brand(tmp_path / "long", "x" * 101, "@x")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "posts.csv").write_text("id,text\n", encoding="utf-8")

    def full(folder: Path, source: str) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(laying, "new_assessment", full)
    for made in ("b", "deep/er"):
        with pytest.raises(OSError, match="No space"):
            new_brand(tmp_path / made, "Acme", "@acme")
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == ["b", "b/posts.csv"]


def test_a_folder_of_brands_is_all_of_them() -> None:
    """bench/airlines holds six brands; each is loaded, by name."""
    names = [brand.id for brand in load_brands(ROOT / "bench" / "airlines")]
    assert names == ["american", "delta", "southwest", "united", "us-airways", "virgin-america"]


def test_one_name_belongs_to_one_brand(tmp_path: Path) -> None:
    """Two folders whose brands have the same short name are refused."""
    for name in ("one", "two"):
        folder(tmp_path / name, {})
    with pytest.raises(FileError, match="another folder's brand is called 'acme' too"):
        load_brands(tmp_path)


@pytest.mark.parametrize(("share", "action"), [(0.58, Action.SILENCE), (0.4, Action.CARE)])
def test_where_most_are_55_and_over_the_stricter_default_holds(tmp_path: Path, share: float, action: Action) -> None:
    """On a network most of whose audience is 55 or older, help is not even offered unasked."""
    audience = f'audience: {{mastodon: {{"55+": {share}}}}}\n'
    folder(tmp_path, {"brand.yaml": BRAND + audience, "etiquette.yaml": None})
    [brand] = load_brands(tmp_path)
    rules = brand.etiquette.rules
    first = next(rule for rule in rules if "mastodon" in str(rule.when) or rule.then is Action.CARE)
    assert first.then is action


def test_the_example_queries_spare_the_other_acmes() -> None:
    """Bread, bands, anvils and the acme of a career are not the airline."""
    [acme] = load_brands(ACME)
    matcher = Matcher({query.name: query.find for query in acme.queries})
    others = ["Acme Bread is out of rye", "the acme of her career", "Acme Looney live tonight", "dropped an acme anvil"]
    ours = [
        "acme air lost my bag",
        "flying Acme tomorrow",
        "@acmeair hi",
        "mit Acme geflogen, Koffer weg",
        "love the skylounge",
    ]
    found = {row for row, _, _ in matcher.match(Batch.of([Post(id=t, content=t) for t in [*others, *ours]]))}
    assert found == set(range(len(others), len(others) + len(ours)))


def test_columns_and_limits_are_read(tmp_path: Path) -> None:
    """Sources with their columns, retention and limits come out as they were written."""
    more = "sources:\n  - file: a.csv\n    columns: {text: body}\n"
    more += "retention: {open: 7 d, sealed: 12 h}\nlimits: {an_hour: 5}\n"
    [brand] = load_brands(folder(tmp_path, {"brand.yaml": BRAND + more, "queries.yaml": QUERIES}))
    assert (brand.sources[0].path, brand.sources[0].columns) == ("a.csv", (("text", "body"),))
    assert (brand.retention.open_hours, brand.retention.sealed_hours, brand.limits.an_hour) == (168, 12, 5)


def test_a_brand_has_topics_of_its_own_and_says_how_sure_to_be(tmp_path: Path) -> None:
    """Topics with words and examples, and the lines of labels, are read as they stand."""
    said = "topics:\n  - name: refunds\n    words: [refund*, money back]\n    like: [I want it all back]\n"
    [brand] = load_brands(folder(tmp_path, {"brand.yaml": BRAND + said + "labels: {addressed: 0.7}\n"}))
    assert brand.topics == (Topic(name="refunds", words=("refund*", "money back"), like=("I want it all back",)),)
    assert brand.lines == (("addressed", 0.7),)
