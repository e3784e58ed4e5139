"""The shipped register facts: complete, sourced, in both languages, and refused by name when damaged."""

import dataclasses
import re
import shutil
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from gi_data.fact_types import Citation, Figure, PartialDate
from gi_data.facts import REGISTER_FOLDER, FactError, Facts, read_facts
from portal.lib.text import Text

RECORDS_OF_GIS = {
    "zw-zhongning-gouqi", "nx-ningxia-gouqi", "zw-shapotou-pingguo", "zw-haiyuan-xiaohuixiang",
    "zw-haiyuan-malingshu", "zw-haiyuan-huixiu", "zw-xiangshan-yasha-xigua", "zw-xishagua",
    "zw-nanchangtan-dazao", "zw-nanchangtan-ruanlizi", "zw-hanzha-jiucai", "bt-guyang-qiaomai",
    "bt-guyang-huangqi", "bt-guyang-yangrou", "bt-guyang-yanmai", "bt-damao-caoyuanyang",
    "bt-damao-malingshu", "bt-xiaowengong-dasuan", "by-wuyuan-xiangrikui", "by-wuyuan-huangshizi",
    "by-wuyuan-denglonghong", "by-hetao-fanqie", "by-hetao-xiangrikui", "by-hetao-bamei-yang",
    "by-erlangshan", "by-dengkou-hualaishi", "by-sandaoqiao-xigua", "by-xianfeng-gouqi", "xa-dami",
    "xa-xiaomi", "xa-taihe-xiaomi", "xa-zhalaite-dami", "xa-wujiahu-xiaomi", "xa-aershan-buliuke",
    "nm-arbas-yangrou", "nm-zhalantun-heimuer",
}  # fmt: skip
RECORDS_OF_BRANDS = {
    "zw-niunai", "zw-niurou", "zw-damo-xingkong", "zw-shamo-shuicheng", "bt-guyang-babao",
    "bt-jincui-jiuyuan", "by-hetao-xiaomai", "by-tianfu-hetao", "by-shanba-weidao", "xa-niurou",
}  # fmt: skip
CANDIDATES = {"hanzha-jiucai", "guyang-yanmai", "xianfeng-gouqi"}
CONVERTED = {
    "zhongning-gouqi", "shapotou-pingguo", "zhongwei-xishagua", "nanchangtan-dazao", "nanchangtan-ruanlizi",
}  # fmt: skip


@pytest.fixture(scope="module")
def facts() -> Facts:
    return read_facts()


def everything_in(value: object) -> Iterator[object]:
    """The value and all that it holds."""
    yield value
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from everything_in(getattr(value, field.name))
    elif isinstance(value, dict):
        for one in value.values():
            yield from everything_in(one)
    elif isinstance(value, tuple):
        for one in value:
            yield from everything_in(one)


def figures_of(facts: Facts, slug: str, metric: str) -> list[Figure]:
    return [one for one in facts.gis[slug].figures if one.metric == metric]


# What is there


def test_every_researched_record_has_its_own_file(facts):
    assert {gi.record for gi in facts.gis.values()} == RECORDS_OF_GIS
    assert {brand.record for brand in facts.brands.values()} == RECORDS_OF_BRANDS
    assert len(RECORDS_OF_GIS) + len(RECORDS_OF_BRANDS) == 46


def test_every_indicator_of_the_five_plans_is_there(facts):
    counts = {name: len(plan.indicators) for name, plan in facts.plans.items()}
    assert counts == {"baotou": 10, "bayannur": 21, "inner-mongolia": 8, "xingan": 7, "zhongwei": 14}


def test_every_known_contradiction_of_the_plans_is_there(facts):
    assert len(facts.conflicts) == 25


def test_reading_all_facts_takes_less_than_a_second():
    started = time.process_time()
    read_facts()
    assert time.process_time() - started < 1


# Sources and languages


def test_every_fact_names_a_source(facts):
    sourced = [one for one in everything_in(facts) if hasattr(one, "sources") and hasattr(one, "support")]
    assert len(sourced) > 300
    assert [one for one in sourced if not one.sources or one.support not in facts.vocabulary.supports] == []


def test_every_document_carries_a_fact_and_every_address_is_kept(facts):
    cited = {one.document for one in everything_in(facts) if isinstance(one, Citation)}
    # The law is cited by the rules of the portal instead: "which mark is genuine" and the zones.
    laws = {key for key in facts.documents if key.startswith("law-")}
    assert cited == set(facts.documents) - laws
    without = {one.id for one in facts.documents.values() if one.address is None}
    plans = {plan.plan for plan in facts.plans.values()}
    assert without == plans | {"general-knowledge", "law-agri-order-11"}


def test_plans_are_cited_by_their_titles_and_never_by_a_file_name(facts):
    for plan in facts.plans.values():
        assert facts.documents[plan.plan].titled_by == "issuer"
    files = " ".join(path.read_text(encoding="utf-8") for path in REGISTER_FOLDER.rglob("*.yaml"))
    assert re.search(r"00[0-4]_|[Ss]eed (text|file|brief|0)|/work|gi_records", files) is None


def test_every_sentence_is_said_in_both_languages(facts):
    texts = [one for one in everything_in(facts) if isinstance(one, Text)]
    assert len(texts) > 1000
    silent = [one for one in texts if not one.zh.strip() or not one.en.strip()]
    assert silent == []
    chinese = [one for one in texts if re.search("[\u4e00-\u9fff]", one.zh) is None]
    assert {one.zh for one in chinese} == {"%"}


def test_every_summary_has_three_sentences_in_each_language(facts):
    for one in (*facts.gis.values(), *facts.brands.values()):
        assert one.summary.zh.count("。") == 3, one.slug
        assert len(re.findall(r"\.(?: |$)", one.summary.en)) == 3, one.slug


def test_a_quotation_is_short(facts):
    assert all(len(one.quotation) <= 40 for one in facts.conflicts.values() if one.quotation)


def test_initials_are_lower_case_letters_and_one_for_each_character(facts):
    for one in (*facts.gis.values(), *facts.brands.values()):
        characters = re.sub("[^\u4e00-\u9fff]", "", one.name.zh)
        assert re.fullmatch("[a-z]+", one.name.initials) and len(one.name.initials) == len(characters), (
            one.slug
        )


def test_every_open_question_is_said_aloud(facts):
    for one in (*facts.gis.values(), *facts.brands.values()):
        assert one.open_questions, one.slug


def test_a_township_code_lies_in_a_county_the_gi_belongs_to(facts):
    for gi in facts.gis.values():
        counties = {place.code for place in gi.regions.places}
        for unit in gi.area.units if gi.area else ():
            assert unit.code is None or unit.code[:6] in counties, (gi.slug, unit)


# The warnings


def test_a_converted_agricultural_gi_is_never_counted_beside_what_it_became(facts):
    converted = {gi.slug for gi in facts.gis.values() for one in gi.protections if one.status == "converted"}
    assert converted == CONVERTED
    for gi in facts.gis.values():
        in_force = [one.kind for one in gi.protections if one.status == "in_force"]
        assert not {"agri_gi", "gi_product"} <= set(in_force), gi.slug


def test_only_an_agricultural_gi_is_converted_and_only_into_a_gi_product(facts):
    for slug in CONVERTED:
        kinds = {one.key: one.kind for one in facts.gis[slug].protections}
        (one,) = [p for p in facts.gis[slug].protections if p.converted_to]
        assert (one.kind, kinds[one.converted_to]) == ("agri_gi", "gi_product")


def test_a_candidate_holds_nothing_in_force(facts):
    assert {gi.slug for gi in facts.gis.values() if gi.candidate} == CANDIDATES
    for slug in CANDIDATES:
        assert facts.gis[slug].status in ("applied", "unknown")


def test_what_was_only_published_or_reviewed_is_not_in_force(facts):
    assert facts.gis["xinganmeng-xiaomi"].status == "published"
    assert facts.gis["zhalaite-dami"].status == "applied"
    for slug in (
        "xiaowengong-dasuan",
        "aershan-buliuke",
        "taihe-xiaomi",
        "haiyuan-huixiu",
        "haiyuan-xiaohuixiang",
    ):
        assert facts.gis[slug].status == "unknown"


def test_honours_stand_apart_from_protections(facts):
    goji, sunflower = facts.gis["zhongning-gouqi"], facts.gis["wuyuan-xiangrikui"]
    assert [one.kind for one in goji.honours] == ["well_known_mark"]
    assert [one.kind for one in sunflower.honours] == ["zone", "key_contact_list"]
    assert [one.kind for one in sunflower.protections] == ["certification_mark"]


def test_the_four_brand_values_of_zhongning_goji_stand_side_by_side_with_their_dates(facts):
    values = figures_of(facts, "zhongning-gouqi", "brand_value")
    assert [(one.comparator, Decimal(one.value)) for one in values] == [
        ("=", Decimal("172.88")), ("=", Decimal("198")), (">", Decimal("200")), (">", Decimal("205")),
    ]  # fmt: skip
    assert [one.date.text if one.date else None for one in values] == [
        None, "2024-04-12", "2024-07-02", "2025-11-10",
    ]  # fmt: skip
    assert len({one.sources[0].document for one in values}) == 4
    assert [one.support for one in values] == [
        "plan_document", "secondary_page", "official_page", "secondary_page",
    ]  # fmt: skip


def test_malformed_coordinates_are_kept_as_text_and_not_drawn(facts):
    chives = facts.gis["hanzha-jiucai"].area
    assert "805″" in chives.coordinates_text and not chives.coordinates_usable and chives.bbox is None
    drawable = {gi.slug for gi in facts.gis.values() if gi.area and gi.area.bbox}
    assert drawable == {"hetao-fanqie", "hetao-bamei-rouyang"}


def test_xiangshan_watermelon_is_protected_while_its_production_has_ended(facts):
    melon = facts.gis["xiangshan-yasha-xigua"]
    assert (melon.status, melon.production.status, melon.production.date.text) == (
        "in_force",
        "ended",
        "2021-07-06",
    )


def test_the_eight_marks_of_guyang_are_eight_unknowns(facts):
    members = facts.brands["guyang-babao"].members
    assert len(members) == 8
    assert all(one.name is None and one.gi is None and one.kind == "certification_mark" for one in members)
    assert all(link.standing == "unconfirmed" for gi in facts.gis.values() for link in gi.brands)


def test_an_unnamed_holder_or_owner_stays_unknown(facts):
    assert all(one.holder is None for one in facts.gis["zhongning-gouqi"].protections)
    assert all(brand.owner is None and brand.trade_marks == () for brand in facts.brands.values())


def test_a_year_alone_stays_a_year(facts):
    mark = facts.gis["zhongning-gouqi"].protections[0]
    assert mark.date == PartialDate("2001", 2001)
    assert mark.date.precision == "year"


def test_a_renamed_township_keeps_its_old_name(facts):
    (change,) = facts.gis["wujiahu-xiaomi"].area.history
    assert (change.kind, change.before, change.after) == ("renamed", "好力保乡", "好力保镇")


# The plans


def test_an_empty_cell_of_a_plan_is_unknown_and_not_zero(facts):
    path = facts.indicators["bayannur-pilot-counties"].path
    assert [one.value for one in path] == [None, None, "1", "1", "2"]


def test_numbers_are_kept_as_printed(facts):
    assert [one.value for one in facts.indicators["bayannur-trade-marks"].path] == [
        "2.1",
        "2.4",
        "2.7",
        "3.0",
        "3.3",
    ]
    assert facts.indicators["xingan-high-value-patents"].target.comparator == ">"


def test_the_counties_of_a_split_target_add_up(facts):
    for indicator in facts.indicators.values():
        if indicator.parts:
            assert sum(Decimal(one.value) for one in indicator.parts) == Decimal(indicator.target.value)


def test_a_contradiction_stands_beside_each_figure_it_touches(facts):
    marks = facts.indicators["zhongwei-certification-marks"]
    assert marks.target.value == "5"
    assert [one.value for one in marks.also_stated] == ["4"]
    assert "zhongwei-gi-counts" in marks.conflicts
    touched = {name for one in facts.conflicts.values() for name in one.indicators}
    assert touched == {one.id for one in facts.indicators.values() if one.conflicts}


def test_the_kinds_a_plan_counts_are_stated_only_where_it_defines_them(facts):
    assert facts.indicators["baotou-gis"].counted_kinds == ()
    assert set(facts.indicators["bayannur-gis"].counted_kinds) >= {"agri_gi", "gi_product"}
    assert "agri_gi" not in facts.indicators["inner-mongolia-gis"].counted_kinds


def test_only_the_named_parties_have_agreed_to_recognise_results(facts):
    parties = {one.code for pact in facts.agreements.values() for one in pact.parties}
    assert {"640500", "152200"}.isdisjoint(parties)
    assert {one.place.code for one in facts.outsiders} == {"640500", "152200"}
    assert len(facts.agreements["five-cities"].parties) == 5


# Damaged files


DAMAGES = [
    ("gis/guyang-qiaomai.yaml", "status: in_force\nsupport", "status: fine\nsupport", "status"),
    ("gis/guyang-qiaomai.yaml", "date: 2018-07-03", "date: 2018-02-30", "protections[0].date"),
    ("gis/guyang-qiaomai.yaml", "date: 2018-07-03", "date: July 2018", "protections[0].date"),
    ("gis/guyang-qiaomai.yaml", "number: AGI02382", "numbr: AGI02382", "protections[0].numbr"),
    ("gis/guyang-qiaomai.yaml", "[guyang-buckwheat-page]", "[no-such-page]", "regions.sources[0]"),
    ("gis/guyang-qiaomai.yaml", "[guyang-buckwheat-page]", "[]", "regions.sources"),
    ("gis/guyang-qiaomai.yaml", "brand: guyang-babao", "brand: no-such-brand", "brands[0].brand"),
    ("gis/guyang-qiaomai.yaml", "category: grain_tuber", "category: cake", "category"),
    ("gis/guyang-qiaomai.yaml", "record: bt-guyang-qiaomai", "record: bt-guyang-huangqi", "record"),
    ("gis/guyang-qiaomai.yaml", "record: bt-guyang-qiaomai\n", "", "record"),
    ("gis/guyang-qiaomai.yaml", "scope: inside\n", "scope: inside\nscope: reference\n", "line 8"),
    ("gis/guyang-qiaomai.yaml", "scope: inside\n", "scope: inside\nslug: other\n", "slug"),
    ("gis/guyang-qiaomai.yaml", "scope: inside\n", "scope: inside\ncandidate: true\n", "candidate"),
    ("gis/guyang-qiaomai.yaml", "scope: inside\n", "scope: inside\ncandidate: perhaps\n", "candidate"),
    ("gis/guyang-qiaomai.yaml", "aliases: [", "aliases: {", "line 4"),
    ("gis/zhongning-gouqi.yaml", "to: product", "to: mark", "protections[1].converted_to"),
    ("gis/zhongning-gouqi.yaml", "  converted_to: product\n", "", "protections[1]"),
    ("gis/zhongning-gouqi.yaml", "key: agri\n", "key: mark\n", "protections"),
    ("gis/zhongning-gouqi.yaml", "value: 172.88", "value: about 170", "figures[0].value"),
    ("gis/zhongning-gouqi.yaml", "value: 172.88", "value: nan", "figures[0].value"),
    ("gis/zhongning-gouqi.yaml", "metric: total_output", "metric: turnover", "figures[4].metric"),
    ("gis/zhongning-gouqi.yaml", "gi: ningxia-gouqi", "gi: ningxia", "related[0].gi"),
    ("gis/zhongning-gouqi.yaml", "zhongwei-ip-plan/box5-2", "zhongwei-ip-plan/box9", "notes[1].sources[0]"),
    ("gis/zhongning-gouqi.yaml", "kind: well_known_mark", "kind: fame", "honours[0].kind"),
    ("gis/hanzha-jiucai.yaml", "coordinates_usable: false", "bbox: [1, 2, 3, 4]", "area.bbox"),
    ("brands/tianfu-hetao.yaml", "    en: It covers ten industries.\n", "", "notes[0].text.en"),
    ("brands/tianfu-hetao.yaml", "en: It covers ten industries.", "en: ''", "notes[0].text.en"),
    ("conflicts.yaml", "- id: zhongwei-two-counties", "- id: zhongwei-gi-counts", "[2].id"),
    ("conflicts.yaml", "gis: [zhongning-gouqi]", "gis: [goji]", "gis"),
    ("conflicts.yaml", "s: [baotou-gis]", "s: [baotou-gis, baotou-staff]", "baotou-gi-definition.indicators"),
    ("indicators/baotou.yaml", "[baotou-percentage-points]", "[x]", "baotou-trade-marks.conflicts"),
    ("indicators/baotou.yaml", "plan: baotou-ip-plan", "plan: baotou", "plan"),
    ("indicators/baotou.yaml", "id: baotou-patents", "id: baotou-gis", "id"),
    ("programmes.yaml", "gis: [wuyuan-xiangrikui]", "gis: [sunflower]", "gis"),
    ("agreements.yaml", "- id: three-leagues", "- id: five-cities", "[1].id"),
    ("documents.yaml", "kind: plan_document", "kind: hearsay", "[0].kind"),
]  # fmt: skip


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return shutil.copytree(REGISTER_FOLDER, tmp_path / "register")


@pytest.mark.parametrize(("file", "before", "after", "key"), DAMAGES)
def test_a_damaged_file_is_refused_by_file_and_key(
    copied: Path, file: str, before: str, after: str, key: str
):
    path = copied / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(FactError) as refusal:
        read_facts(copied)
    assert (refusal.value.file, refusal.value.key) == (file, key)
    assert refusal.value.message.zh and refusal.value.message.en
    assert file in str(refusal.value)


def test_a_missing_file_is_refused_by_name(copied: Path):
    (copied / "conflicts.yaml").unlink()
    with pytest.raises(FactError) as refusal:
        read_facts(copied)
    assert refusal.value.file == "conflicts.yaml"


def test_a_file_in_another_encoding_is_refused_by_name(copied: Path):
    path = copied / "not_found.yaml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    with pytest.raises(FactError) as refusal:
        read_facts(copied)
    assert refusal.value.file == "not_found.yaml"


def test_a_tag_that_would_run_code_is_refused(copied: Path):
    path = copied / "gis/guyang-qiaomai.yaml"
    path.write_text("record: !!python/object/apply:os.system ['true']\n", encoding="utf-8")
    with pytest.raises(FactError) as refusal:
        read_facts(copied)
    assert refusal.value.file == "gis/guyang-qiaomai.yaml"
