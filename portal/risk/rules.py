"""What looks odd, kind by kind: pure judgements over plain numbers and words, each with its reasoning.

A finding accuses nobody. It says what was compared with what, and a person decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.accounts.rules import Role
from portal.lib.said import Said, Worded
from portal.lib.text import Text

KEEPERS = frozenset({Role.COUNTY, Role.CITY, Role.PROVINCE})
READERS = KEEPERS | {Role.INSPECTOR, Role.AUDITOR}
REASON_SHORTEST, REASON_LONGEST = 6, 500


class FindingKind(Worded):
    OUTPUT_LAND = "output_land", Text("产量超过地里能产的", "More than the land yields")
    LABELS_OUTPUT = "labels_output", Text("标签多于产量", "More labels than output")
    MARK_EXPIRED = "mark_expired", Text("授权结束后仍用标", "Mark used without a licence in force")
    SCANS_FAR = "scans_far", Text("扫码地点远离市场", "Scanned far from any market")
    SCANS_MANY = "scans_many", Text("同一个码扫得太多", "One code scanned far too often")
    ONE_ADDRESS = "one_address", Text("几家生产者同一地址", "Several producers at one address")
    NEAR_NAME = "near_name", Text("名称与地理标志相近", "A name close to a GI")


class FindingState(Said):
    OPEN = "open", Text("待人查看", "For a person to look at"), "waiting"
    DISMISSED = "dismissed", Text("已看过，不成问题", "Looked at, no problem"), "ended"
    TAKEN_UP = "taken_up", Text("已办理", "Taken up"), "positive"


class TakenAs(Worded):
    """What comes of a finding."""

    CASE = "case", Text("案件", "case")
    CHECK = "check", Text("抽查", "check by lot")
    NEW_CHECK = "new_check", Text("新的抽查", "new check by lot")
    TIP = "tip", Text("举报", "tip")


def may_reopen(state: FindingState, taken_as: str | None) -> bool:
    return state is FindingState.DISMISSED or (
        state is FindingState.TAKEN_UP and taken_as in (TakenAs.CHECK, TakenAs.TIP)
    )


@dataclass(frozen=True)
class Raised:
    """What a finder answers. `severity` 1 to 3; `reasoning`: one line a step, figures first."""

    kind: FindingKind
    key: str
    adcode: str
    title: Text
    reasoning: tuple[Text, ...]
    severity: int = 2
    producer_id: int | None = None
    indication_id: int | None = None


# ---- output and land

# A yield this many times that of the neighbours is out of the question, not only unusual (returns flag 3).
BEYOND_NEIGHBOURS = 3


def yields_too_much(grams: int | None, square_metres: int | None, usual_grams_per_m2: int | None) -> bool:
    if not grams or not square_metres or not usual_grams_per_m2:
        return False
    return grams > square_metres * usual_grams_per_m2 * BEYOND_NEIGHBOURS


def labels_exceed(labels: int | None, label_grams: int | None, grams: int | None) -> bool:
    """Labels stand for more goods than there were; five in a hundred may be spoilt."""
    if not labels or not label_grams or grams is None:
        return False
    return labels * label_grams * 100 > grams * 105


# ---- names


def edits_between(one: str, other: str, most: int) -> int:
    """How many characters must be changed, added or taken away; `most` + 1 if it is more than that."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for place, character in enumerate(one, 1):
        before, row[0] = row[0], place
        for at, against in enumerate(other, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (character != against))
        if min(row) > most:
            return most + 1
    return row[-1]


class Likeness(Worded):
    SAME_SOUND = "same_sound", Text("读音相同、字不同", "sounds the same, written otherwise")
    ONE_CHARACTER = "one_character", Text("只差一个字", "differs by one character")
    SAME_CHARACTERS = "same_characters", Text("字相同、次序不同", "the same characters in another order")


SHORTEST_NAME = 3


def likeness_in(
    words: str, name: str, sounds: Mapping[str, frozenset[str]], allowed: Iterable[str] = ()
) -> tuple[Likeness, str] | None:
    """The part of some words that is close to a GI's name without being it, and in what way.

    `sounds` gives the readings of a character. The name itself inside the words is no likeness: whether its
    use is lawful is another question. `allowed` are names that may stand there, such as those of other GIs.
    """
    if len(name) < SHORTEST_NAME or name in words:
        return None
    parts = [words[at : at + len(name)] for at in range(len(words) - len(name) + 1)]
    parts = [part for part in parts if not any(one in words and _overlap(part, one) for one in allowed)]
    for part in parts:
        if _same_sound(part, name, sounds):
            return Likeness.SAME_SOUND, part
    for part in parts:
        if sorted(part) == sorted(name):
            return Likeness.SAME_CHARACTERS, part
    for part in parts:
        # A different product of the same place shares its first characters by right; only a changed place or
        # a changed character inside the name is a likeness.
        if len(name) > SHORTEST_NAME and edits_between(part, name, 1) == 1 and part[-2:] == name[-2:]:
            return Likeness.ONE_CHARACTER, part
    return None


def _overlap(part: str, allowed: str) -> bool:
    return len(set(part) & set(allowed)) >= len(part) - 1


def _same_sound(part: str, name: str, sounds: Mapping[str, frozenset[str]]) -> bool:
    return len(part) == len(name) and all(
        a == b or sounds.get(a, frozenset()) & sounds.get(b, frozenset())
        for a, b in zip(part, name, strict=True)
    )


# ---- addresses

FEWEST_AT_ONE_ADDRESS = 3


def crowded(count: int) -> bool:
    return count >= FEWEST_AT_ONE_ADDRESS
