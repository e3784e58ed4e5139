"""Who told, sealed with a key made from SECRET_KEY, so that a copy of the database names nobody."""

import json
from collections.abc import Sequence

from portal.accounts import sealing

FIELDS = ("name", "phone", "address")


def seal(sender: dict[str, str], tip_id: int, key: str) -> str:
    kept = {name: sender[name].strip() for name in FIELDS if sender.get(name, "").strip()}
    return sealing.seal(json.dumps(kept, ensure_ascii=False), -tip_id, key)


def sealed_anew(sealed: str, tip_id: int, keys: Sequence[str]) -> str | None:
    return sealing.sealed_anew(sealed, -tip_id, keys)


def unseal(sealed: str, tip_id: int, *keys: str) -> dict[str, str]:
    return json.loads(sealing.unseal(sealed, -tip_id, *keys))
