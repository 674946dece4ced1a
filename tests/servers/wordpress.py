"""WordPress on this machine: Debian's packages with a database and a web server of their own, started for tests.

It needs `wordpress`, `mariadb-server`, `php-cli` and `php-mysql`. The database answers at a socket only, PHP at a port
of 127.0.0.1, and both end with the test.
"""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.servers.snac import wait

SOURCE = Path("/usr/share/wordpress")
PROGRAMS = ("php", "mariadbd", "mariadb", "mariadb-install-db")
COMMENTS = "/wp-json/wp/v2/comments"

PATIENCE = 120
"""Seconds that one thing done may take on a busy machine."""

CONFIG = """<?php
define('DB_NAME', 'blog'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_HOME', '{url}'); define('WP_SITEURL', '{url}');
define('WP_ENVIRONMENT_TYPE', 'local'); define('WP_HTTP_BLOCK_EXTERNAL', true); define('WP_DEBUG', false);
define('DISABLE_WP_CRON', true); define('AUTOMATIC_UPDATER_DISABLED', true);
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY',
          'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'] as $one) define($one, "test-$one");
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""

INSTALL = """<?php
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = '127.0.0.1';
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('pre_wp_mail', '__return_true');
wp_install('Acme Air', 'admin', 'admin@example.com', true, '', wp_generate_password());
update_option('permalink_structure', '/%postname%/');
update_option('comment_moderation', 0);
update_option('comment_previously_approved', 0);
update_option('comment_registration', 0);
wp_delete_comment(1, true);
switch_theme('twentytwentythree');
$told = [];
foreach (['admin' => 'administrator', 'acme_air' => 'editor'] as $name => $role) {
    $user = get_user_by('login', $name);
    $number = $user ? $user->ID : wp_insert_user([
        'user_login' => $name, 'user_pass' => wp_generate_password(), 'user_email' => "$name@example.com",
        'display_name' => ucwords(str_replace('_', ' ', $name)), 'role' => $role,
    ]);
    $told[$name] = WP_Application_Passwords::create_new_application_password($number, ['name' => 'test'])[0];
}
echo json_encode($told);
"""

ROUTER = """<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$file = $_SERVER['DOCUMENT_ROOT'] . $path;
if ($path !== '/' && is_file($file)) return false;
$_SERVER['SCRIPT_NAME'] = '/index.php';
require $_SERVER['DOCUMENT_ROOT'] . '/index.php';
"""


@dataclass
class WordPress:
    """One blog, by its address, with the application passwords of those who have an account there; its files."""

    url: str
    site: Path
    passwords: dict[str, str] = field(default_factory=dict)
    readers: int = 0

    def page(self, title: str, status: str = "publish") -> int:
        """A page of the blog that is written today; its number."""
        said = self.asks("POST", "/wp-json/wp/v2/posts", "admin", title=title, content=title, status=status)
        return int(said["id"])

    def says(self, name: str, page: int, text: str, to: int = 0) -> int:
        """A reader, who has no account, fills in the form under a page; the number of the comment.

        Each from an address of their own on this machine, since two comments of one in 15 seconds are refused.
        """
        self.readers += 1
        form = {
            "author": name, "email": f"reader{self.readers}@example.com", "comment": text,
            "comment_post_ID": str(page), "comment_parent": str(to),
        }  # fmt: skip
        transport = httpx2.HTTPTransport(local_address=f"127.1.{self.readers // 250}.{self.readers % 250 + 2}")
        with httpx2.Client(base_url=self.url, trust_env=False, timeout=20, transport=transport) as client:
            sent = client.post("/wp-comments-post.php", data=form)
        assert sent.status_code == 302, sent.text
        return int(sent.headers["location"].rpartition("#comment-")[2])

    def asks_to_wait(self, *, on: bool) -> None:
        """Whether comments are held back until somebody lets them in, from now on."""
        run_php(self.site, f"update_option('comment_moderation', {int(on)});")

    def sets(self, number: int, **fields: str) -> None:
        """The blog's administrator changes a comment."""
        self.asks("POST", f"{COMMENTS}/{number}", "admin", **fields)

    def deletes(self, number: int) -> None:
        """The blog's administrator deletes a comment for its author, who cannot."""
        self.asks("DELETE", f"{COMMENTS}/{number}?force=true", "admin")

    def clears(self) -> None:
        """All comments are deleted, whoever wrote them."""
        run_php(self.site, "foreach (get_comments(['fields' => 'ids']) as $one) wp_delete_comment($one, true);")

    def shown(self, page: int) -> str:
        """A page as everybody sees it."""
        with httpx2.Client(base_url=self.url, trust_env=False, timeout=20, follow_redirects=True) as client:
            return client.get(f"/?p={page}").text

    def asks(self, method: str, path: str, who: str, **fields: str) -> Any:
        """What it says to somebody, in JSON."""
        given = (who, self.passwords[who])
        with httpx2.Client(base_url=self.url, trust_env=False, timeout=20) as client:
            answer = client.request(method, path, auth=given, data=fields or None)
        assert answer.status_code in (200, 201), (method, path, answer.status_code, answer.text)
        return answer.json()


@contextmanager
def wordpress(folder: Path) -> Iterator[WordPress]:
    """A blog of its own until the block ends. Skips the test where it is not there, but fails it in CI."""
    require()
    with ExitStack() as stack:
        where = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wp")))
        stack.enter_context(_database(where, folder))
        made = WordPress(f"http://127.0.0.1:{_free_port()}", folder / "site")
        _lay_out(made, where / "s")
        made.passwords = json.loads(_run("php", str(folder / "install.php"), str(made.site)))
        stack.enter_context(_served(made, folder))
        yield made


def require() -> None:
    """Skip the test where its parts are not there, but fail it where they must not be missing."""
    missing = [name for name in PROGRAMS if not _program(name)] + ([] if SOURCE.is_dir() else [str(SOURCE)])
    if missing:
        why = f"{', '.join(missing)} is not here; install wordpress, mariadb-server, php-cli and php-mysql"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)


def run_php(site: Path, code: str) -> str:
    """Something done within the blog."""
    begin = f"$_SERVER['HTTP_HOST'] = '127.0.0.1'; require '{site}/wp-load.php';"
    return _run("php", "-r", f"{begin} {code}")


def _program(name: str) -> str:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin") or ""


def _run(name: str, *arguments: str) -> str:
    done = subprocess.run([_program(name), *arguments], check=True, capture_output=True, text=True, timeout=PATIENCE)
    return done.stdout


@contextmanager
def _database(where: Path, folder: Path) -> Iterator[None]:
    """A database server in a folder, at a socket only.

    Its temporary tables are there too: one that starts deletes what it finds in their place, of others as well.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data, at, me = where / "data", where / "s", pwd.getpwuid(os.getuid()).pw_name
    temporary = f"--tmpdir={where / 'tmp'}"
    (where / "tmp").mkdir()
    _run(
        "mariadb-install-db", "--no-defaults", f"--user={me}", f"--datadir={data}", "--skip-test-db",
        "--auth-root-authentication-method=normal", temporary,
    )  # fmt: skip
    asked = [
        _program("mariadbd"), "--no-defaults", f"--user={me}", f"--datadir={data}", f"--socket={at}", temporary,
        f"--pid-file={where / 'pid'}", "--skip-networking", "--innodb-flush-log-at-trx-commit=0",
        "--innodb-buffer-pool-size=64M", "--skip-log-bin",
    ]  # fmt: skip
    with (folder / "database.log").open("wb") as log:
        running = subprocess.Popen(asked, stdout=log, stderr=log)
        try:
            begin = [_program("mariadb"), "--no-defaults", "-S", str(at), "-u", "root", "-e", "create database blog"]
            wait(lambda: subprocess.run(begin, check=False, capture_output=True).returncode == 0)
            yield
        finally:
            running.terminate()
            running.wait(30)


def _lay_out(made: WordPress, at: Path) -> None:
    """Its files, a copy: WordPress looks for its configuration beside them."""
    shutil.copytree(SOURCE, made.site, ignore=shutil.ignore_patterns("wp-config.php", ".htaccess"))
    config = CONFIG.replace("{socket}", str(at)).replace("{url}", made.url)
    (made.site / "wp-config.php").write_text(config, encoding="utf-8")
    (made.site / "wp-content" / "uploads").mkdir(exist_ok=True)
    (made.site.parent / "install.php").write_text(INSTALL, encoding="utf-8")
    (made.site.parent / "router.php").write_text(ROUTER, encoding="utf-8")


@contextmanager
def _served(made: WordPress, folder: Path) -> Iterator[None]:
    """PHP's own web server with its workers, which end as a group: they outlive the one that started them."""
    asked = [_program("php"), "-S", made.url.removeprefix("http://"), "-t", str(made.site), str(folder / "router.php")]
    with (folder / "php.log").open("wb") as log:
        running = subprocess.Popen(
            asked, stdout=log, stderr=log, start_new_session=True, env={**os.environ, "PHP_CLI_SERVER_WORKERS": "3"}
        )
        try:
            wait(lambda: _answers(made))
            yield
        finally:
            os.killpg(running.pid, signal.SIGTERM)
            running.wait(30)


def _answers(made: WordPress) -> bool:
    try:
        with httpx2.Client(base_url=made.url, trust_env=False, timeout=20) as client:
            return client.get("/wp-json/").status_code == 200
    except httpx2.HTTPError:
        return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
