"""Dovecot, a real IMAP server, on this machine: an instance of its own with its own configuration, users and mails.

Debian's package `dovecot-imapd`, or what the environment variable ASCOLTA_DOVECOT names.
"""

import imaplib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from tests.servers.nats import free_port, missing, until_open

CARE = "care@acme.example"
CONFIG = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
{certificate}
disable_plaintext_auth = no
mail_fsync = never
mail_location = maildir:{folder}/mails/%u
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
auth_mechanisms = plain login
mail_max_userip_connections = 100
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/homes/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {secure_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap {{
  process_min_avail = 1
}}
"""


def program() -> str:
    """Where dovecot is. Skips the test where it is not, but fails it where it must not be missing."""
    found = os.environ.get("ASCOLTA_DOVECOT") or shutil.which("dovecot") or shutil.which("/usr/sbin/dovecot")
    if not found or not Path("/usr/lib/dovecot/imap").is_file():
        missing("dovecot is not here; install Debian's package dovecot-imapd")
    return str(found)


@dataclass
class Dovecot:
    """One server with one mailbox, CARE. It runs as whoever runs the test, or as `nobody` for root."""

    folder: Path
    port: int
    password: str
    certificate: str = ""
    secure_port: int = 0
    running: "subprocess.Popen[bytes] | None" = None
    wire: imaplib.IMAP4 | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"imap://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, with the mails that are there."""
        who = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        group = subprocess.run(["id", "-gn", who.pw_name], check=True, capture_output=True, text=True).stdout.strip()
        for name in ("mails", "homes"):
            (self.folder / name).mkdir(exist_ok=True)
            os.chown(self.folder / name, who.pw_uid, who.pw_gid)
        self.folder.chmod(0o755)
        (self.folder / "users").write_text(f"{CARE}:{{PLAIN}}{self.password}\n", encoding="utf-8")
        (self.folder / "users").chmod(0o644)
        text = CONFIG.format(
            folder=self.folder, user=who.pw_name, group=group, uid=who.pw_uid, gid=who.pw_gid, port=self.port,
            ssl="yes" if self.certificate else "no", certificate=self.certificate, secure_port=self.secure_port,
        )  # fmt: skip
        (self.folder / "dovecot.conf").write_text(text, encoding="utf-8")
        command = [program(), "-F", "-c", str(self.folder / "dovecot.conf")]
        self.running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until_open(self.port, self.running)

    def stop(self) -> None:
        """End it; its children end with it."""
        if self.wire is not None:
            self.wire.shutdown()
            self.wire = None
        if self.running is not None and self.running.poll() is None:
            self.running.terminate()
            try:
                self.running.wait(20)
            except subprocess.TimeoutExpired:
                self.running.kill()
                self.running.wait(20)

    def kill(self) -> None:
        """End it with -9; its children see it and end."""
        if self.wire is not None:
            self.wire.shutdown()
            self.wire = None
        if self.running is not None:
            self.running.kill()
            self.running.wait(20)
            (self.folder / "run" / "master.pid").unlink(missing_ok=True)

    def arrives(self, mail: bytes | EmailMessage, at: float | None = None) -> int:
        """A mail arrives in the mailbox; its number."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        stamp = imaplib.Time2Internaldate(time.time() if at is None else at)
        said = self._asks().append("INBOX", "", stamp, raw)
        assert said[0] == "OK", said
        return int(said[1][0].split()[2].rstrip(b"]"))

    def deletes(self, number: int) -> None:
        """Somebody deletes it for good."""
        wire = self._asks()
        wire.uid("STORE", str(number), "+FLAGS", r"(\Deleted)")
        wire.expunge()

    def marks_deleted(self, number: int) -> None:
        """Somebody marks it to be deleted."""
        self._asks().uid("STORE", str(number), "+FLAGS", r"(\Deleted)")

    def flags(self) -> list[bytes]:
        """The flags of all mails."""
        _, said = self._asks().uid("FETCH", "1:*", "(FLAGS)")
        return [one for one in said if isinstance(one, bytes)]

    def validity(self) -> int:
        """What the folder's numbers are good for."""
        _, said = self._asks().status("INBOX", "(UIDVALIDITY)")
        return int(said[0].split()[-1].rstrip(b")"))

    def numbers_anew(self) -> None:
        """The folder's numbers are given anew, as after a mailbox was moved to another server."""
        self.stop()
        for path in (self.folder / "mails" / CARE).glob("dovecot*"):
            path.unlink()
        self.start()

    def _asks(self) -> imaplib.IMAP4:
        if self.wire is None:
            self.wire = imaplib.IMAP4("127.0.0.1", self.port)
            self.wire.login(CARE, self.password)
            self.wire.select("INBOX")
        return self.wire


@contextmanager
def dovecot(password: str, certificate: str = "", secure: bool = False) -> Iterator[Dovecot]:
    """A server of its own until the block ends. `certificate` holds the lines of its configuration for TLS."""
    with tempfile.TemporaryDirectory(prefix="imap", ignore_cleanup_errors=True) as folder:
        made = Dovecot(Path(folder), free_port(), password, certificate, free_port() if secure else 0)
        try:
            made.start()
            yield made
        finally:
            made.kill()


def mail(who: str, text: str, **head: str) -> EmailMessage:
    """A mail as a person writes one; further lines of its head with _ for -."""
    made = EmailMessage()
    made["From"], made["To"] = f"{who.title()} Canary <{who}@people.example>", f"Acme <{CARE}>"
    made["Message-ID"] = f"<{abs(hash((who, text, time.time_ns())))}@people.example>"
    for name, value in head.items():
        del made[name.replace("_", "-")]
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def raw(lines: Sequence[str]) -> bytes:
    """A mail as it is, line by line."""
    return "\r\n".join(lines).encode("utf-8", "surrogateescape")
