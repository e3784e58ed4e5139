"""A document that names a file, a make target or a command names one that exists."""

import re
from pathlib import Path

import click
import pytest

from portal.app import create_app
from tests.architecture.house import ROOT
from tests.conftest import settings_for

DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
# What set-up or a run makes, so that it is named but not in the repository.
MADE = ("portal/static/vendor/", "instance/", ".venv/", "node_modules/")
NAMED_PATH = re.compile(
    r"`((?:portal|gi_data|maps|templates|tests|docs|deploy|\.ci)/[\w./*<>-]*|[\w.-]+\.(?:py|toml|ini|md|txt|in|json))`"
)
MAKE = re.compile(r"`make ([a-z-]+)")
COMMAND = re.compile(r"flask --app wsgi ((?:[a-z-]+ ?){1,2})")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_a_document_names_is_there(document: Path):
    missing = []
    for named in NAMED_PATH.findall(document.read_text(encoding="utf-8")):
        if named.startswith(MADE) or "<" in named:
            continue
        places = [ROOT, document.parent, *(ROOT / f for f in ("portal", "gi_data", "docs"))]
        if not any(list(place.glob(named.rstrip("/"))) for place in places) and not list(
            ROOT.glob(f"portal/*/{named}")
        ):
            missing.append(named)
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_make_target_a_document_names_is_there(document: Path):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(MAKE.findall(document.read_text(encoding="utf-8"))) - targets == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_a_document_names_is_there(document: Path, command_names: set[str]):
    wrong = []
    for named in COMMAND.findall(document.read_text(encoding="utf-8")):
        words = named.split()
        if " ".join(words) not in command_names and words[0] not in command_names:
            wrong.append(named)
    assert wrong == []


@pytest.fixture(scope="module")
def command_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    app = create_app(settings_for(tmp_path_factory.mktemp("commands"), "sqlite://"))
    names = {"run", "shell", "routes", "db"}
    context = click.Context(app.cli)
    for name in app.cli.list_commands(context):
        command = app.cli.get_command(context, name)
        inner = command.list_commands(context) if isinstance(command, click.Group) else []
        names |= {f"{name} {one}" for one in inner} if inner else {name}
    return names


def test_no_word_decided_against_is_used():
    """One word for one thing: docs/words.md lists both columns."""
    table = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
    decided_against = re.findall(r"^\| ~~([\w -]+)~~", table, re.MULTILINE)
    assert decided_against
    wrong = []
    for folder in ("portal", "gi_data", "maps"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8").lower()
            wrong += [
                f"{path.relative_to(ROOT)}: {word}"
                for word in decided_against
                if re.search(rf"\b{word}\b", text)
            ]
    assert wrong == []
