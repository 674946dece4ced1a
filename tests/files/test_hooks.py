"""`hooks` in routes.yaml: what can be said, and how what cannot is refused."""

from pathlib import Path

import pytest

from ascolta.core.hooks import GROUPS
from ascolta.errors import FileError
from ascolta.files.routes import load_routes

SOUND = """desks: {}
routes: []
hooks:
  - hook: helpdesk
    to: ASCOLTA_HOOK_HELPDESK
    secret: ASCOLTA_HOOK_HELPDESK_SECRET
    on: [case.sent, incident]
    private: yes
  - {hook: pager, to: ASCOLTA_HOOK_PAGER, secret: ASCOLTA_HOOK_PAGER_SECRET}
"""


def loaded(folder: Path, text: str) -> None:
    """The file is read."""
    (folder / "routes.yaml").write_text(text, encoding="utf-8")
    load_routes(folder, "acme")


def test_a_hook_says_where_and_of_what(tmp_path: Path) -> None:
    """Its events by name or by group, everything if it says nothing; public networks only, if it says nothing."""
    (tmp_path / "routes.yaml").write_text(SOUND, encoding="utf-8")
    routes = load_routes(tmp_path, "acme")
    assert routes is not None
    one, other = routes.hooks
    assert (one.name, one.on, one.private) == ("helpdesk", ("case.sent", "incident"), True)
    assert (one.wants("case.sent"), one.wants("case.opened"), one.wants("incident.stepped")) == (True, False, True)
    assert (other.on, other.private) == (GROUPS, False)


@pytest.mark.parametrize(("old", "new", "said"), [
    ("case.sent", "case.snet", "did you mean 'case.sent'"),
    ("case.sent, incident", "", "'on' is empty"),
    ("hook: pager", "hook: helpdesk", "another hook is called 'helpdesk' too"),
    ("hook: pager", "hook: Pager 1", "a short name of small letters"),
    ("to: ASCOLTA_HOOK_PAGER", "to: https://canary.example/x", "names the environment variable"),
    ("secret: ASCOLTA_HOOK_PAGER_SECRET", "secret: whsec_canary", "names the environment variable"),
    ("private: yes", "private: perhaps", "yes"),
    ("private: yes", "publick: yes", "unknown key 'publick'"),
])  # fmt: skip
def test_what_cannot_be_is_said_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    """One sentence with file and line; an address or a secret that stands there is not repeated."""
    with pytest.raises(FileError) as found:
        loaded(tmp_path, SOUND.replace(old, new, 1))
    assert said in str(found.value)
    assert "routes.yaml:" in str(found.value)
    assert "canary" not in str(found.value)
