"""What leaves the log through the API, field by field."""

from portal.register.models import Entry, Head
from portal.register.queries import leaf_of


def entry_as_json(entry: Entry) -> dict[str, object]:
    return leaf_of(entry) | {"leaf_index": entry.leaf_index, "leaf_hash": entry.leaf_hash}


def head_as_json(head: Head) -> dict[str, object]:
    return {
        "size": head.size,
        "root_hash": head.root_hash,
        "time": head.time,
        "key_id": head.key_id,
        "signature": head.signature,
    }
