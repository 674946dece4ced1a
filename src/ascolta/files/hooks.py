"""`hooks` in routes.yaml: which programs outside are told of which events. Their addresses stand in the environment."""

import re

from ascolta.core.hooks import GROUPS, TYPES, Hook, odd
from ascolta.core.terms import hint
from ascolta.files.reading import Value

PREFIX = "ASCOLTA_HOOK_"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")


def load_hooks(value: Value) -> tuple[Hook, ...]:
    """The hooks of a brand. Raises FileError."""
    found: dict[str, Hook] = {}
    for item in value.items():
        hook = _hook(item)
        if hook.name in found:
            item.fail(f"another hook is called '{hook.name}' too; give one another name")
        found[hook.name] = hook
    return tuple(found.values())


def _hook(item: Value) -> Hook:
    keys = item.mapping(("hook", "to", "secret"), ("on", "private"))
    name = keys["hook"].text()
    if not NAME.fullmatch(name):
        keys["hook"].fail("a hook has a short name of small letters, digits and hyphens, such as helpdesk")
    return Hook(
        name=name,
        to=_variable(keys["to"]),
        secret=_variable(keys["secret"]),
        on=_on(keys["on"]) if "on" in keys else GROUPS,
        private=keys["private"].yes() if "private" in keys else False,
        line=item.line,
    )


def _on(value: Value) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(value.texts())) if isinstance(value.node.value, list) else (value.text(),)
    if not named:
        value.fail(f"'on' is empty; name events, such as {', '.join(GROUPS)}")
    if unknown := odd(named):
        known = (*GROUPS, *TYPES)
        value.fail(f"there is no event '{unknown}'{hint(unknown, known)}; there are {', '.join(known)}")
    return named


def _variable(value: Value) -> str:
    """The name of a variable; what is none is never repeated, for it may be the address itself."""
    said = value.text()
    if not re.fullmatch(PREFIX + "[A-Z0-9_]{1,60}", said):
        value.fail(
            f"{value.what} names the environment variable that holds it, such as {PREFIX}HELPDESK; an address and a "
            "secret do not stand in a file"
        )
    return said
