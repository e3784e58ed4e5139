"""The register as shipped with the whole demonstration in it: what `setup` makes of an empty database."""

from portal.cli.demo import load_demonstration
from portal.cli.loading import load_register
from tests.services.kept_states import once


def show_demonstration() -> None:
    once(_load)


def _load() -> None:
    load_register()
    load_demonstration()
