"""Rivers and lakes for orientation; `gi_data/boundaries/README.md` says where they come from."""

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("water.geojson")


def read_water() -> dict[str, Any]:
    """A GeoJSON collection; each feature has `kind` (river, lake), `name` and `name_en` (None if unknown)."""
    return json.loads(FILE.read_text(encoding="utf-8"))
