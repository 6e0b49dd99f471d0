"""script/server, as a person meets it: real processes, real signals."""

import signal
import stat
import subprocess
import time

import psutil
import pytest

from tests.config.serving import Server, free_port

# One after the other, in one worker: each starts a dozen processes.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("server")]


REMEMBER = """
from django.contrib.sessions.models import Session
Session.objects.create(session_key="kept", expire_date="2099-01-01T00:00Z")
"""
RECALL = """
from django.contrib.sessions.models import Session
print(list(Session.objects.values_list("session_key", flat=True)))
"""


@pytest.fixture
def serve():
    """Makes servers, and ends those that a failed test left."""
    made = []

    def make(**choices):
        made.append(Server(**choices))
        return made[-1]

    yield make
    for server in made:
        server.end()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A running server with its data in a path with a space; tests leave it as they found it."""
    running = Server(var=tmp_path_factory.mktemp("the house") / "var of mine")
    try:
        running.start()
        yield running
    finally:
        running.end()


def test_it_says_where_the_site_is(server):
    assert f"Duban is ready: http://localhost:{server.port}/" in server.said()


def test_the_site_answers(server):
    assert server.health()["database"] == "ok"
    # On a busy machine Redis may take longer than the second it is given.
    server.until(lambda: server.health()["broker"] == "ok", seconds=30)


def test_the_sweep_ticks(server):
    server.until(lambda: not server.health()["sweep"]["late"], seconds=60)
    assert server.health()["status"] == "ok"


def test_manage_finds_the_servers(server):
    people = "from departments.models import User; print(User.objects.count())"
    assert int(server.manage("shell", "--verbosity", "0", "--command", people)) >= 0


def test_its_folders_are_private(server):
    kinds = {path.name: stat.S_IMODE(path.stat().st_mode) for path in server.var.iterdir()}
    assert set(kinds.values()) == {0o700}
    assert {"attachments", "log", "mail", "postgres18", "redis", "run", "secrets"} <= set(kinds)


def test_a_second_instance_is_refused(serve, server):
    second = serve(var=server.var, port=free_port())
    assert second.refusal() == (
        "duban: Duban already runs from this data folder: "
        f"process {server.process.pid}, http://localhost:{server.port}.\n"
    )
    assert server.health()["database"] == "ok"


def test_a_taken_port_is_told(serve, server, tmp_path):
    other = serve(var=tmp_path / "var", port=server.port)
    refusal = other.refusal()
    assert refusal.startswith(f"duban: Port {server.port} is taken by another program: choose")
    assert not (tmp_path / "var" / "postgres18").exists()


def test_given_servers_are_used(serve, server, tmp_path):
    """Last of those that share it: with both addresses given, no server of ours is started."""
    given = server.addresses()
    other = serve(var=tmp_path / "var", DATABASE_URL=given["database"], REDIS_URL=given["redis"])
    other.start()
    assert other.health()["database"] == "ok"
    other.stop()
    assert not (tmp_path / "var" / "postgres18").exists()
    assert not (tmp_path / "var" / "redis").exists()
    # On a busy machine Redis may take longer than the second it is given.
    server.until(lambda: server.health()["broker"] == "ok", seconds=30)


def test_a_first_start_that_is_interrupted_again_and_again(serve, tmp_path):
    """Killed while it makes the database, stopped while it fills it: the next one goes on."""
    var = tmp_path / "var"
    for number, after in [(signal.SIGKILL, 0.3), (signal.SIGKILL, 2), (signal.SIGTERM, 6)]:
        first = serve(var=var, DUBAN_DEMO="yes")
        first.spawn()
        first.until((var / "run" / "server.lock").exists, seconds=30)
        time.sleep(after)
        family = first.family()
        first.process.send_signal(number)
        assert not psutil.wait_procs(family, timeout=20)[1], "nothing outlives it"
    again = serve(var=var, DUBAN_DEMO="yes")
    again.start()
    assert again.health()["database"] == "ok"
    assert "Password of all of them: duban-demo" in again.said()
    assert "kefu1" in again.said()


def test_ctrl_c_stops_its_own_and_keeps_the_data(serve, tmp_path):
    first = serve(var=tmp_path / "var")
    first.start()
    first.manage("shell", "--command", REMEMBER)
    with subprocess.Popen(["sleep", "600"]) as bystander:
        family = first.family()
        assert len(family) > 8
        assert first.stop(signal.SIGINT) == 0
        assert first.said().endswith("Stopped.\n")
        assert not [process for process in family if process.is_running()]
        assert bystander.poll() is None, "nothing else was stopped"
        bystander.kill()

    again = serve(var=tmp_path / "var")
    again.start()
    assert again.manage("shell", "--verbosity", "0", "--command", RECALL) == "['kept']\n"
    family = again.family()
    again.process.kill()
    assert not psutil.wait_procs(family, timeout=20)[1], "killed, it takes them along"


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"DUBAN_VAR": "/proc/nowhere"}, "The data folder /proc/nowhere cannot be written"),
        ({"PORT": "http"}, "PORT: Not a valid integer."),
        ({"DATABASE_URL": "sqlite:///db"}, "DATABASE_URL: must be an address such as"),
    ],
)
def test_wrong_choices_are_a_sentence(serve, tmp_path, variables, words):
    refused = serve(var=tmp_path / "var", **variables).refusal()
    assert words in refused
    assert refused.count("\n") == 1


def test_servers_that_do_not_answer_are_a_sentence(serve, tmp_path):
    nowhere = f"postgresql://duban@127.0.0.1:{free_port()}/duban"
    refused = serve(var=tmp_path / "var", DATABASE_URL=nowhere, REDIS_URL="redis://127.0.0.1:1")
    assert "duban: The database that DATABASE_URL names does not answer" in refused.refusal()
