"""What a test does when a program it needs is not on this machine: skip loudly, or fail where CI=true."""

import os

import pytest


class NotHere(Exception):
    """A program outside Python that the tests would start is not installed."""


def must_be_complete() -> bool:
    return os.environ.get("CI") == "true"


def give_up(reason: NotHere) -> None:
    """For a fixture that could not start its service."""
    if must_be_complete():
        pytest.fail(f"{reason} (CI=true: nothing may be missing)", pytrace=False)
    pytest.skip(str(reason))
