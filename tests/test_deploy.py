"""What deploy/ holds names only what there is, keeps what its page promises, and does what it says where it can run."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from ascolta import cli, exporting
from ascolta.cli.stopping import REQUESTS_WITHIN, ROUNDS_WITHIN
from ascolta.stores.sql import SqlStore
from ascolta.web.health import PATHS
from tests.cli.running import ACME, Started, started, wait
from tests.conftest import ROOT
from tests.reference import settings
from tests.stores.server import Server
from tests.stores.server import started as served

DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm" / "ascolta"
OURS = DEPLOY / "compose.yaml"
FOREIGN = {"PGPASSFILE", "POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS"}
"""Variables that libpq and PostgreSQL's image read."""
USER = 10001
"""The user as whom all of it runs."""
FILLED = {
    "brands": {"existingClaim": "brands"},
    "desk": {"address": "https://desk.example.com", "trustedProxies": "192.0.2.7"},
    "secrets": {"existing": "tokens"},
    "env": {"ASCOLTA_MATCH": "fast"},
    "checkpoints": {"size": "1Gi", "storageClass": "other"},
}

WRONG: tuple[dict[str, Any], ...] = (
    {"desk": {"address": "http://desk.example.com"}},
    {"desk": {"adress": ""}},
    {"brands": {}},
)


def loaded(path: Path) -> Any:
    """A file of YAML."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def compose() -> dict[str, Any]:
    """The services of the compose file."""
    return dict(loaded(OURS)["services"])


def parsed(words: Sequence[str]) -> dict[str, Any]:
    """The options of a command line of ours as the command itself reads them; it raises on what it does not know."""
    known = typer.main.get_command(cli.app)
    found: Any = known.get_command(None, words[0])  # type: ignore[attr-defined]
    return dict(found.make_context(words[0], list(words[1:])).params)


@pytest.mark.parametrize("service", ["ascolta", "first"])
def test_the_commands_of_the_compose_file_are_ours(service: str) -> None:
    """Each command line is read by the command itself, and what it needs is mounted there."""
    one = compose()[service]
    words = [re.sub(r"\$\{\w+:-(.*?)\}", r"\1", str(word)) for word in one["command"]]
    asked = parsed(words)
    places = {volume.rpartition(":")[2] for volume in one["volumes"]}
    assert {str(asked["folder"]), str(asked["store"]), "/checkpoints"} <= places
    assert (asked["address"].startswith("https://"), asked["host"]) == (
        (True, "0.0.0.0") if service == "ascolta" else (False, "127.0.0.1")  # noqa: S104 - within the container
    )


def test_every_variable_is_read_by_somebody() -> None:
    """What the files set is described in the settings, or is PostgreSQL's own."""
    known = set(settings.words("settings")) | set(settings.words("libraries"))
    stars = tuple(name[:-1] for name in known if name.endswith("*"))
    named = {name for one in compose().values() for name in one.get("environment", {})}
    template = (CHART / "templates" / "statefulset.yaml").read_text(encoding="utf-8")
    named |= set(re.findall(r"name: ([A-Z_]{3,})", template))
    said = "\n".join(path.read_text(encoding="utf-8") for path in (OURS, CHART / "values.yaml"))
    named |= set(re.findall(r"\bASCOLTA_[A-Z_]+[A-Z]\b", said)) - {"ASCOLTA_TOKEN"}
    named -= set(re.findall(r"\$\{(\w+):-", said))
    assert {"ASCOLTA_DATABASE", "ASCOLTA_CHECKPOINTS", "FORWARDED_ALLOW_IPS"} <= named
    assert {name for name in named - known - FOREIGN if not name.startswith(stars)} == set()


def test_whoever_stops_it_waits_long_enough() -> None:
    """Both kinds of stop give requests, rounds and the last traces their time."""
    needs = REQUESTS_WITHIN + ROUNDS_WITHIN + exporting.WITHIN
    values = loaded(CHART / "values.yaml")
    assert {int(compose()[name]["stop_grace_period"][:-1]) > needs for name in ("ascolta", "first")} == {True}
    assert values["terminationGracePeriodSeconds"] > needs


def test_containers_may_do_little() -> None:
    """None writes to its own files or gains rights; the desk is on this machine only, the database on no network."""
    for name, one in compose().items():
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert one["security_opt"] == ["no-new-privileges:true"]
        assert name == "database" or one["user"] == f"{USER}:{USER}"
    assert compose()["ascolta"]["ports"] == ["127.0.0.1:8020:8020"]
    assert (compose()["database"]["network_mode"], "ports" in compose()["database"]) == ("none", False)
    assert "listen_addresses=" in compose()["database"]["command"]


def test_secrets_are_files_or_variables() -> None:
    """Every secret is a file that no commit takes along, and no file of ours holds a password in the clear."""
    whole = loaded(OURS)
    used = {secret for one in whole["services"].values() for secret in one["secrets"]}
    assert used == set(whole["secrets"])
    assert all(secret["file"] == f"secrets/{name}" for name, secret in whole["secrets"].items())
    assert "/secrets/" in (DEPLOY / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert not re.search(r"://\w+:[^@/$]+@", OURS.read_text(encoding="utf-8"))


def test_the_image_is_built_from_what_there_is() -> None:
    """What the Dockerfile copies is there and let through to it; the extras it names exist; it does not end as root."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    let_through = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    copied = [word for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE) for word in line.split()]
    assert {"src", "examples", "pyproject.toml"} <= set(copied)
    assert [name for name in copied if not (ROOT / name).exists() or f"!{name}" not in let_through] == []
    extras = re.findall(r"^ARG EXTRAS=(\S+)$", text, re.MULTILINE)[0].split(",")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(extras) <= set(project["optional-dependencies"])
    assert re.findall(r"^USER (\S+)$", text, re.MULTILINE) == [f"{USER}:{USER}"]
    assert re.findall(r"^ENTRYPOINT (.+)$", text, re.MULTILINE) == ['["ascolta"]']
    assert (set(project["scripts"]), project["readme"]) == ({"ascolta"}, "README.md")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Started]:
    """A desk that runs."""
    folder = tmp_path / "acme"
    shutil.copytree(ACME, folder)
    with started(Started, folder) as made:
        yield made


def test_the_health_checks_tell_who_lives_from_who_does_not(desk: Started) -> None:
    """The very commands of the compose file and the chart succeed while the desk runs, and fail once it is gone."""
    (chart,) = re.findall(r"- (import urllib.+)", (CHART / "templates" / "_helpers.tpl").read_text(encoding="utf-8"))
    chart = chart.replace("{{ .root.Values.desk.port }}", "8020").replace("{{ .path }}", "/healthz")
    check = compose()["ascolta"]["healthcheck"]["test"]
    assert check[:3] == ["CMD", "python", "-c"]
    asks = [[sys.executable, "-c", said.replace(":8020", f":{desk.port}")] for said in (check[3], chart)]
    wait(lambda: desk.answers("/healthz"))
    assert [subprocess.run(ask, capture_output=True, timeout=60).returncode for ask in asks] == [0, 0]
    desk.program.kill()
    desk.program.wait()
    assert [subprocess.run(ask, capture_output=True, timeout=60).returncode for ask in asks] == [1, 1]


def test_the_database_is_set_up_as_the_page_says(tmp_path: Path) -> None:
    """database.sh makes a role that owns its database and nothing else, by the password of a file; the store opens."""
    server = served()
    try:
        server.run("DROP ROLE ascolta")
        _set_up(server, tmp_path)
        [(can_login, is_super, may_create, password)] = server.run(
            "SELECT rolcanlogin, rolsuper, rolcreatedb OR rolcreaterole, rolpassword FROM pg_authid"
            " WHERE rolname = 'ascolta'"
        )
        assert (can_login, is_super, may_create) == (True, False, False)
        assert password.startswith("SCRAM-SHA-256$")
        [(others,)] = server.run("SELECT has_database_privilege('pg_monitor', 'ascolta', 'CONNECT')")
        assert others is False
        said = compose()["ascolta"]["environment"]["ASCOLTA_DATABASE"]
        store = SqlStore(tmp_path, url=said.replace("/var/run/postgresql", _socket(server)))
        assert store.cases() == []
        store.close()
    finally:
        server.close()


def test_every_value_of_the_chart_is_used_and_described() -> None:
    """What templates ask of the values is there and in the schema, and no value is left over."""
    templates = "\n".join(path.read_text(encoding="utf-8") for path in (CHART / "templates").iterdir())
    used = set(re.findall(r"\.Values\.([A-Za-z]+(?:\.[A-Za-z]+)*)", templates))
    values, schema = loaded(CHART / "values.yaml"), json.loads((CHART / "values.schema.json").read_text("utf-8"))
    there = set(_paths(values))
    assert {one for one in used if one not in there} == set()
    taken = {one for one in there if any(one == said or one.startswith(f"{said}.") for said in used)}
    assert {one for one in there - taken if not any(said.startswith(f"{one}.") for said in used)} == set()
    assert [one for one in there if not _described(schema, one.split("."))] == []


def test_the_chart_keeps_to_one_pod() -> None:
    """There is one replica and no value that would make two; what lives is asked on paths that the desk has."""
    template = (CHART / "templates" / "statefulset.yaml").read_text(encoding="utf-8")
    assert re.findall(r"replicas: (.+)", template) == ["1"]
    assert set(re.findall(r'"path" "(/\w+)"', template)) | {loaded(CHART / "values.yaml")["probes"]["readiness"]} <= {
        *PATHS
    }
    words = re.findall(r"^            - (--[a-z]+)$", template, re.MULTILINE)
    assert {word.removeprefix("--") for word in words} <= {"log", *parsed(["run"])}


@pytest.mark.parametrize(
    "values", [{"brands": {"configMap": "acme", "items": [{"key": "b", "path": "brand.yaml"}]}}, FILLED]
)
def test_the_chart_makes_what_a_cluster_takes(values: Mapping[str, Any]) -> None:
    """Rendered by Helm's own library, with few values and with many, each document fits Kubernetes' schema."""
    helm: Any = pytest.importorskip("helm_python", reason="helm-python-sdk is not installed")
    valid: Any = pytest.importorskip("kubernetes_validate", reason="kubernetes-validate is not installed")
    with helm.Chart.load(str(CHART)) as chart:
        made = chart.render(dict(values), name="acme", namespace="listening")
    documents = [
        one for name, text in made.items() if name.endswith(".yaml") for one in yaml.safe_load_all(text) if one
    ]
    for one in documents:
        valid.validate(one, "1.30", strict=True)
    (pod,) = [one["spec"]["template"]["spec"] for one in documents if one["kind"] == "StatefulSet"]
    asked = parsed(pod["containers"][0]["args"])
    assert asked["address"] == values.get("desk", {}).get("address", "")
    assert pod["containers"][0]["securityContext"]["readOnlyRootFilesystem"] is True


def test_the_chart_refuses_what_cannot_be() -> None:
    """An address without TLS, a key nobody knows, and no brands at all are told before anything is installed."""
    helm: Any = pytest.importorskip("helm_python", reason="helm-python-sdk is not installed")
    with helm.Chart.load(str(CHART)) as chart:
        for wrong in WRONG:
            with pytest.raises(helm.HelmError):
                chart.render(wrong, name="acme", namespace="listening")


def _set_up(server: Server, folder: Path) -> None:
    [(programs,)] = server.run("SELECT setting FROM pg_config WHERE name = 'BINDIR'")
    (folder / "role").write_text("it's a pass@word", encoding="utf-8")
    told = {
        "ROLE_PASSWORD_FILE": str(folder / "role"),
        "PGHOST": _socket(server),
        "PATH": os.pathsep.join(os.get_exec_path()),
    }
    told["PATH"] = f"{programs}:{told['PATH']}"
    done = subprocess.run(["sh", DEPLOY / "database.sh"], env=told, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def _socket(server: Server) -> str:
    return str(server.run("SHOW unix_socket_directories")[0][0])


def _paths(values: Mapping[str, Any], before: str = "") -> Iterator[str]:
    for name, value in values.items():
        yield f"{before}{name}"
        if isinstance(value, dict):
            yield from _paths(value, f"{before}{name}.")


def _described(schema: Mapping[str, Any], way: Sequence[str], at: Mapping[str, Any] | None = None) -> bool:
    here = schema if at is None else at
    if "$ref" in here:
        here = schema["definitions"][here["$ref"].rpartition("/")[2]]
    if not way or (here.get("type") == "object" and "properties" not in here):
        return True
    return way[0] in here["properties"] and _described(schema, way[1:], here["properties"][way[0]])
