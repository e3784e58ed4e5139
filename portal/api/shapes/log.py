"""What the log answers."""

from portal.api.shapes import HASH, TIME, anything, fields, list_of, many, text, whole

LEAF_FIELDS = {
    "n": whole("number of the entry; those in between may be private", minimum=1),
    "time": TIME,
    "actor": text("the office, firm or portal that did it; never a person"),
    "verb": text("what was done"),
    "subject": text("what it was done to, kind and key", examples=["gi:zhongning-gouqi"]),
    "changes": {
        "type": "object",
        "description": "field by field, what it was and what it is",
        "additionalProperties": {
            "type": "object",
            "properties": {"from": anything("before"), "to": anything("after")},
        },
    },
    "digest": HASH,
    "previous": HASH,
}
LEAF = fields("the public part of the entry; its RFC 8785 form is what the tree holds", **LEAF_FIELDS)
ENTRY = fields(
    **LEAF_FIELDS,
    leaf_index=whole("place among the public entries, from 0", minimum=0),
    leaf_hash=HASH,
)
ENTRY_WITH_LEAF = fields(
    **LEAF_FIELDS,
    leaf_index=whole("place among the public entries, from 0", minimum=0),
    leaf_hash=HASH,
    leaf=LEAF,
)
ENTRIES = list_of(ENTRY, next_after=whole("what to give as `after` to go on", minimum=0))
HEAD = fields(
    size=whole("public entries in the tree", minimum=1),
    root_hash=HASH,
    time=TIME,
    key_id=text("which key of /.well-known/jwks.json signed"),
    signature=text("base64url, Ed25519, over the RFC 8785 form of {root_hash, size, time}"),
)
PROOF = fields(
    leaf_index=whole(minimum=0),
    size=whole(minimum=1),
    leaf_hash=HASH,
    path=many(HASH, "lowest first"),
)
CONSISTENCY = fields(**{"from": whole(minimum=1), "to": whole(minimum=1), "path": many(HASH)})
