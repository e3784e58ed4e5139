"""Batches in the words of EPCIS 2.0 and CBV 2.0 (GS1): the vocabulary both ways share.

What the standard has no word for (the six stages, the stated loss) stands under our own name `gi:`.
"""

from portal.batches.rules import Kind, Result

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
PREFIX = "gi"
MEDIA_TYPE = "application/ld+json"

BIZ_STEPS = {
    Kind.PLANT: "commissioning",
    Kind.TEND: "other",
    Kind.HARVEST: "creating_class_instance",
    Kind.DRY: "commissioning",
    Kind.MOVE: "transporting",
    Kind.STORE: "storing",
    Kind.PROCESS: "commissioning",
    Kind.SPLIT: "repackaging",
    Kind.JOIN: "assembling",
    Kind.PACK: "packing",
    Kind.TEST: "inspecting",
    Kind.RECEIVE: "receiving",
    Kind.SELL: "shipping",
    Kind.LOSE: "destroying",
}
DISPOSITIONS = {
    Kind.HARVEST: "active",
    Kind.MOVE: "in_transit",
    Kind.STORE: "sellable_not_accessible",
    Kind.SELL: "sellable_accessible",
    Kind.LOSE: "destroyed",
}
TEST_DISPOSITIONS = {Result.PASSED: "conformant", Result.FAILED: "non_conformant"}

# Where a document of others does not say our kind, its step does.
KIND_OF_STEP = {
    "commissioning": Kind.PROCESS,
    "creating_class_instance": Kind.HARVEST,
    "transporting": Kind.MOVE,
    "departing": Kind.MOVE,
    "arriving": Kind.MOVE,
    "storing": Kind.STORE,
    "stocking": Kind.STORE,
    "holding": Kind.STORE,
    "repackaging": Kind.SPLIT,
    "disassembling": Kind.SPLIT,
    "unpacking": Kind.SPLIT,
    "assembling": Kind.JOIN,
    "packing": Kind.PACK,
    "inspecting": Kind.TEST,
    "sampling": Kind.TEST,
    "receiving": Kind.RECEIVE,
    "accepting": Kind.RECEIVE,
    "shipping": Kind.SELL,
    "retail_selling": Kind.SELL,
    "consigning": Kind.SELL,
    "destroying": Kind.LOSE,
    "decommissioning": Kind.LOSE,
    "other": Kind.TEND,
}

# UN/ECE Recommendation 20; grams go out, these are understood coming in.
GRAMS_OF_UNIT = {"GRM": 1, "KGM": 1_000, "TNE": 1_000_000}
UNIT = "GRM"


def batch_uri(base: str, code: str) -> str:
    return f"{base}/batches/{code}"


def place_uri(base: str, adcode: str) -> str:
    return f"{base}/api/v1/regions/{adcode}"


def producer_uri(base: str, number: str) -> str:
    return f"{base}/producers/{number}"
