"""notice.yaml: who listens and how to reach them, for the listening notice."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ascolta.core.notice import Operator
from ascolta.core.platform import ALSO
from ascolta.core.text import fold
from ascolta.errors import FileError
from ascolta.files.reading import Value, read, write_new

FILE = "notice.yaml"
MAY = ("networks", "address", "officer", "authority", "outside", "public", "recipients", "figures")
TEMPLATE = """\
# Who listens and how to reach them, for the listening notice (`ascolta notice`). The rest of the notice is made from
# the settings in brand.yaml and etiquette.yaml.
controller: {name} # the company that is responsible, by its full name
contact: privacy@example.com # where people write to: an e-mail address or a form
# networks: [x, blog] # where you listen, if the sources in brand.yaml do not say it
# address: 1 Example Street, Exampletown
# officer: privacy-officer@example.com
# authority: the data protection authority that is in charge of you, with its address on the web
# recipients: [a company that runs the desk for you]
# outside: where data go outside of the European Economic Area, and by which safeguards
# public: https://example.com/notice # where people find this page with its opt-out form
# figures: none # if you publish no figures at all
"""
"""A file to begin with."""

LONGEST = 500


def load_operator(folder: Path) -> Operator:
    """Who listens, as a brand's folder says it. Raises FileError, also where the file is not there."""
    path = folder / FILE
    if not path.exists():
        raise FileError(path, None, "there is no such file; `ascolta notice FOLDER --new` writes one to begin with")
    keys = read(path, "the notice").mapping(("controller", "contact"), MAY)
    apart = ("networks", "recipients", "figures")
    said = {name: value.one_line(LONGEST) for name, value in keys.items() if name not in apart}
    if "public" in said and not re.fullmatch(r"https?://[^\s/]+\S*", said["public"]):
        keys["public"].fail("'public' is the whole address of the page, such as https://example.com/notice")
    figures = keys["figures"].one_of(("published", "none")) if "figures" in keys else "published"
    return Operator(
        **said,
        networks=_networks(keys["networks"]) if "networks" in keys else (),
        recipients=keys["recipients"].texts() if "recipients" in keys else (),
        figures=figures == "published",
    )


def load_operators(own: Mapping[str, Path], networks: tuple[str, ...]) -> dict[str, Operator]:
    """Who listens, by the folder of each brand. Where nothing names the networks, these are meant. Raises FileError."""
    found = {}
    for brand, folder in own.items():
        said = load_operator(folder) if (folder / FILE).exists() else Operator()
        found[brand] = said if said.networks else replace(said, networks=networks)
    return found


def new_notice(folder: Path, name: str) -> Path:
    """Write a file to begin with. Raises FileError rather than overwrite."""
    quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return write_new(folder / FILE, TEMPLATE.format(name=quoted))


def _networks(value: Value) -> tuple[str, ...]:
    found = [ALSO.get(name, name) for name in (fold(said).strip() for said in value.texts())]
    for network in found:
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,40}", network):
            value.fail(f"{value.what} are short names of small letters, such as x, bluesky, mastodon, blog")
    if not found:
        value.fail(f"{value.what} is empty; name where you listen")
    return tuple(dict.fromkeys(found))
