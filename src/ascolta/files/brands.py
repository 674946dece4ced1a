"""A brand's folder: brand.yaml, queries.yaml, etiquette.yaml, plans/."""

import re
from pathlib import Path

from ascolta.core.brand import Brand, FileSource, Limits, Retention
from ascolta.core.platform import ALSO
from ascolta.core.text import fold
from ascolta.errors import FileError
from ascolta.files.assessments import assessment_of, stays_inside
from ascolta.files.etiquette import own_etiquette, stricter
from ascolta.files.hours import load_desks, load_quiet
from ascolta.files.live import is_live, live_source
from ascolta.files.plans import load_plans
from ascolta.files.queries import load_queries
from ascolta.files.reading import Value, read
from ascolta.files.risk import load_not_judged, load_risk
from ascolta.files.topics import load_lines, load_topics

KEYS = (
    "names", "handles", "sources", "retention", "limits", "audience", "topics", "labels", "drafts", "desks", "quiet",
    "organised", "competitors", "rising",
)  # fmt: skip
COLUMNS = ("id", "text", "brand", "published", "author", "in_reply_to", "network", "lang", "tags", "url")
MOST = Retention()
_SHORT = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_BRAND = re.compile(rf"^brand *: *([\"']?)(?P<name>{_SHORT.pattern})\1 *(#.*)?$", re.MULTILINE)


def load_brands(folder: Path) -> tuple[Brand, ...]:
    """The brand of a folder, or the brands of its folders, by name. Raises FileError."""
    return tuple(brand for _, brand in load_folders(folder))


def load_folders(folder: Path) -> list[tuple[Path, Brand]]:
    """The brands of a folder or of its folders, each with its own folder. Raises FileError."""
    if not folder.is_dir():
        raise FileError(folder, None, "there is no such folder; `ascolta init FOLDER` makes one")
    if (folder / "brand.yaml").exists():
        return [(folder, load_brand(folder))]
    found: dict[str, tuple[Path, Brand]] = {}
    for inside in sorted(path.parent for path in folder.glob("*/brand.yaml")):
        brand = load_brand(inside)
        if brand.id in found:
            raise FileError(inside / "brand.yaml", 1, f"another folder's brand is called '{brand.id}' too; rename one")
        found[brand.id] = (inside, brand)
    if not found:
        raise FileError(folder, None, "there is no brand.yaml in it; `ascolta init FOLDER` writes one")
    return list(found.values())


def short_names(folder: Path) -> dict[Path, str]:
    """The short names of the brands of a folder or of its folders, whatever else is wrong in their files.

    Empty where a name cannot be read.
    """
    own = folder / "brand.yaml"
    paths = [own] if own.exists() else sorted(folder.glob("*/brand.yaml"))
    return {path: _short_name(path) for path in paths}


def _short_name(path: Path) -> str:
    try:
        found = _BRAND.search(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ""
    return found["name"] if found else ""


def load_brand(folder: Path) -> Brand:
    """The brand of one folder. Raises FileError."""
    keys = read(folder / "brand.yaml", "the brand").mapping(("brand", "name"), KEYS)
    brand = keys["brand"].text()
    if not _SHORT.fullmatch(brand):
        keys["brand"].fail("'brand' is a short name of small letters, digits and hyphens, such as acme-air")
    over_55 = _audience(keys["audience"]) if "audience" in keys else ()
    handles = _handles(keys["handles"]) if "handles" in keys else ()
    etiquette = own_etiquette(folder, keys["name"].text(), handles[0] if handles else brand)
    return Brand(
        id=brand,
        name=keys["name"].text(),
        names=keys["names"].texts() if "names" in keys else (),
        handles=handles,
        queries=load_queries(folder / "queries.yaml"),
        etiquette=stricter(etiquette, over_55),
        plans=load_plans(folder / "plans"),
        sources=tuple(_source(item) for item in keys["sources"].items()) if "sources" in keys else (),
        retention=_retention(keys["retention"]) if "retention" in keys else Retention(),
        limits=_limits(keys["limits"]) if "limits" in keys else Limits(),
        over_55=over_55,
        topics=load_topics(keys["topics"]) if "topics" in keys else (),
        lines=load_lines(keys["labels"]) if "labels" in keys else (),
        desks=load_desks(keys["desks"]) if "desks" in keys else (),
        quiet=load_quiet(keys.get("quiet")),
        grading=load_risk(folder),
        not_judged=load_not_judged(keys["organised"]) if "organised" in keys else frozenset(),
        competitors=_competitors(keys["competitors"], brand) if "competitors" in keys else (),
        rising="rising" in keys and keys["rising"].yes(),
    )


def _handles(value: Value) -> tuple[str, ...]:
    found = []
    for handle in value.texts():
        name = fold(handle).lstrip("@")
        if not re.fullmatch(r"\w[\w.\-]*(@[\w.\-]+)?", name):
            value.fail(f"{value.what}, '{handle}' is no account; write it as in '@acmeair' (with quotation marks)")
        found.append(name)
    return tuple(found)


def _source(item: Value) -> FileSource:
    if is_live(item):
        return live_source(item)
    keys = item.mapping(("file",), ("columns", "networks", "assessment", "rehearsal", "approval"))
    columns = keys["columns"].mapping((), COLUMNS) if "columns" in keys else {}
    path = keys["file"].text()
    if "assessment" in keys and not stays_inside(keys["assessment"].text()):
        keys["assessment"].fail("'assessment' names a file of this folder, such as assessments/posts.md")
    return FileSource(
        path=path,
        columns=tuple((key, value.text()) for key, value in columns.items()),
        line=item.line,
        networks=_networks(keys["networks"]) if "networks" in keys else (),
        assessment=keys["assessment"].text() if "assessment" in keys else assessment_of(path),
        rehearsal="rehearsal" in keys and keys["rehearsal"].one_of(("true", "false")) == "true",
        approval=keys["approval"].text() if "approval" in keys else "",
    )


def _competitors(value: Value, own: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(value.texts()))
    for name in found:
        if not _SHORT.fullmatch(name) or name == own:
            value.fail(f"'competitors' are short names of other brands' folders here, such as [globex], not '{name}'")
    return found


def _networks(value: Value) -> tuple[str, ...]:
    names = tuple(fold(name) for name in value.texts())
    for name in names:
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,40}", name):
            value.fail(f"{value.what} are short names, such as [x, bluesky, mastodon]")
    return tuple(dict.fromkeys(ALSO.get(name, name) for name in names))


def _retention(value: Value) -> Retention:
    keys = value.mapping((), ("open", "resolved", "sealed"))
    most = {"open": MOST.open_hours, "resolved": MOST.resolved_hours, "sealed": MOST.sealed_hours}
    hours = dict(most)
    for name, said in keys.items():
        hours[name] = said.seconds() / 3600
        if not 0 < hours[name] <= most[name]:
            said.fail(f"'{name}' can be {most[name]:g} hours at the most: what is not needed is not kept")
    return Retention(open_hours=hours["open"], resolved_hours=hours["resolved"], sealed_hours=hours["sealed"])


def _limits(value: Value) -> Limits:
    keys = value.mapping((), ("an_hour", "a_person_a_day"))
    default = Limits()
    return Limits(
        an_hour=int(keys["an_hour"].number(1, 10_000)) if "an_hour" in keys else default.an_hour,
        a_person_a_day=int(keys["a_person_a_day"].number(1, 20))
        if "a_person_a_day" in keys
        else default.a_person_a_day,
    )


def _audience(value: Value) -> tuple[tuple[str, float], ...]:
    if not hasattr(value.node, "value") or not isinstance(value.node.value, list):
        value.fail("'audience' must say for each network the share of people 55 and over, such as x: {\"55+\": 0.6}")
    networks = tuple(str(key.value) for key, _ in value.node.value)
    found = []
    for network, shares in value.mapping((), networks).items():
        ages = shares.mapping((), ("18-24", "25-34", "35-44", "45-54", "55+"))
        if "55+" in ages:
            found.append((fold(network), ages["55+"].number(0, 1)))
    return tuple(found)
