"""What the compose file and the image promise, read from their text; and the commands they call."""

import re
from pathlib import Path

import pytest

from guichet.cli import COMMANDS

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
IMAGE = (ROOT / "Dockerfile").read_text()
SECRETS = ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "GUICHET_SECRET")


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_must_be_given_and_never_has_a_default(name):
    uses = re.findall(r"\$\{" + name + r"(:[-?])?", COMPOSE)
    assert uses and set(uses) == {":?"}


def test_only_the_loopback_of_the_host_is_opened():
    published = re.findall(r'^\s+- "([^"]*:\d+)"$', COMPOSE, re.MULTILINE)
    assert published and all(port.startswith("127.0.0.1:") for port in published)


def test_every_command_it_runs_is_one_of_ours():
    called = re.findall(r'\["guichet", "([a-z][a-z-]*)"', COMPOSE + IMAGE)
    assert {"web", "worker", "beat", "migrate", "mailbox"} <= set(called) <= set(COMMANDS)


def test_the_image_installs_from_the_locks_with_their_hashes():
    installs = [line for line in IMAGE.replace("\\\n", " ").splitlines() if "pip install" in line]
    assert installs and all("--require-hashes" in line or "--editable ." in line for line in installs)
    assert "://" not in IMAGE
