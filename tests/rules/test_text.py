"""Sentences in both languages: what stands in their places speaks the language of the sentence."""

from datetime import UTC, date, datetime

import pytest

from portal.lib.text import Text, day_words

SAID = Text("{day}前由{who}答复", "{who} answers by {day}")


def test_a_day_and_a_text_are_said_in_the_language_of_the_sentence():
    said = SAID.format(day=date(2026, 12, 1), who=Text("县里", "the county"))
    assert (said.zh, said.en) == ("2026年12月1日前由县里答复", "the county answers by 1 Dec 2026")


def test_an_instant_is_not_taken_for_a_day():
    at = datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert SAID.format(day=at, who="X").en == f"X answers by {at}"


@pytest.mark.parametrize(
    "iso, zh, en",
    [
        ("2026-12-01", "2026年12月1日", "1 Dec 2026"),
        ("2026-12", "2026年12月", "Dec 2026"),
        ("2026", "2026年", "2026"),
        ("未知", "未知", "未知"),
    ],
)
def test_a_day_known_in_part_is_said_in_part(iso, zh, en):
    assert day_words(iso) == Text(zh, en)


@pytest.mark.parametrize(
    ("n", "said"),
    [(1, "1 plot waits"), ("1", "1 plot waits"), (0, "0 plots wait"), ("1,001", "1,001 plots wait")],
)
def test_english_speaks_of_one_as_of_one(n, said):
    assert Text("{n} 块地", "{n} [n:plot waits|plots wait]").format(n=n).en == said
