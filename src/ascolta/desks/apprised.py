"""A desk reached through Apprise: mail, Slack, Teams, ntfy and many more, each by one address.

Apprise says only whether a message was accepted, so every failure is tried again. Its words are never passed on: they
may hold the address, and an address holds secrets. For the same reason it logs nothing, nor does what it is built on.
"""

import logging

import apprise

from ascolta.errors import AscoltaError, SourceError

SECONDS = 20.0
"""For one message, everything together."""

STEP = 10.0
"""For one step of it, such as an answer of a mail server: a thread that hangs ends within this time."""

for _name in ("apprise", "urllib3", "requests", "requests_oauthlib", "oauthlib"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


class Apprised:
    """One address. Raises AscoltaError if Apprise does not know its kind."""

    def __init__(self, address: str, seconds: float = SECONDS) -> None:
        made = None if any(char.isspace() for char in address) else _service(address, seconds)
        if made is None:
            raise AscoltaError("this is no address that Apprise knows; it looks like mailtos://… or slack://…")
        self._seconds, self._service = seconds, made

    @property
    def kind(self) -> str:
        """What sort of service it is, such as `Slack`."""
        return str(getattr(self._service, "service_name", ""))

    def tell(self, desk: str, subject: str, body: str, key: str) -> None:
        """Hand a message over, within seconds. The key is not used: these services know none."""
        sender = apprise.Apprise(asset=_asset(self._seconds))
        sender.add(self._service)
        try:
            told = sender.notify(body=body, title=subject, body_format=apprise.NotifyFormat.TEXT, timeout=self._seconds)
        except Exception as error:  # noqa: BLE001 - a service's file may raise anything, and may say the address
            raise SourceError(f"desk '{desk}': its service failed ({type(error).__name__})", retry=True) from None
        if not told:
            raise SourceError(f"desk '{desk}': its service did not accept the message within time", retry=True)


def _service(address: str, seconds: float) -> apprise.NotifyBase | None:
    """The service at an address, which waits between messages no longer than we do; None if there is none."""
    try:
        made = apprise.Apprise.instantiate(address, asset=_asset(seconds))
    except Exception:  # noqa: BLE001 - whatever it says may hold the address
        return None
    if made is not None:
        made.socket_connect_timeout = min(made.socket_connect_timeout, STEP, seconds)
        made.socket_read_timeout = min(made.socket_read_timeout, STEP, seconds)
        made.request_rate_per_sec = 0
    return made


def _asset(seconds: float) -> apprise.AppriseAsset:
    """Nothing on disk, no redirects, no pictures from elsewhere, no templates, no tries of its own."""
    return apprise.AppriseAsset(
        app_id="Ascolta",
        app_desc="Ascolta",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        http_redirects=False,
        pgp_autogen=False,
        pem_autogen=False,
        async_mode=False,
        interpret_emojis=False,
        default_service_retry=0,
        allow_templates=False,
        service_timeout=seconds,
    )
