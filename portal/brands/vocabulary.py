"""What a reader sees for the words that facts use as keys: metrics, units, categories."""

from portal.catalogue.vocabulary import vocabulary
from portal.lib.text import Text


def word(group: str, key: str | None) -> Text | None:
    """The word for a key; the key itself where an official typed one that is not in the vocabulary."""
    if key is None:
        return None
    said = getattr(vocabulary(), group).get(key)
    return Text(said.zh, said.en) if said else Text(key, key)


def definition(metric: str) -> Text | None:
    said = vocabulary().metrics.get(metric)
    return Text(said.definition.zh, said.definition.en) if said and said.definition else None
