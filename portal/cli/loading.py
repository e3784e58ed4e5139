"""Bringing the register facts that the product ships into the database, each change an entry."""


def load_register() -> None:
    """Filled by the rooms that hold facts, lowest first."""
