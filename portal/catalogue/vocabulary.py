"""The words of the shipped vocabulary, read once: categories, honours, metrics, units."""

from collections.abc import Mapping
from functools import lru_cache

from gi_data.fact_reading import Shaper, load_yaml
from gi_data.fact_types import Metric, Vocabulary
from gi_data.facts import REGISTER_FOLDER
from portal.lib.text import Text


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    return Shaper("vocabulary.yaml").build(Vocabulary, load_yaml(REGISTER_FOLDER, "vocabulary.yaml"))


def choices(words: Mapping[str, Text | Metric]) -> list[tuple[str, Text]]:
    return [(key, Text(one.zh, one.en)) for key, one in words.items()]
