"""The papers: their terms lead to the glossary, each once, and each term leads on."""

import re

import pytest
from flask.testing import FlaskClient

from portal.about.glossary import TERMS, link_terms

PAPERS = ("check", "map", "apply", "method", "officials", "developers", "log")


def main_of(text: str) -> str:
    return f'<title>用标率</title><main id="content">{text}</main><p>用标率</p>'


def test_the_first_place_of_a_term_leads_to_the_glossary_and_no_other():
    linked = link_terms(main_of("<h2>用标率</h2><p>用标率与用标率</p><a href='/x'>名录</a>"), "zh")
    assert linked.count('<a class="term"') == 1
    assert "<h2>用标率</h2>" in linked and "<p>用标率</p>" in linked
    assert '<p><a class="term" href="/about/glossary#users-share">用标率</a>与用标率</p>' in linked


def test_the_longest_term_wins_and_nothing_is_linked_inside_it():
    linked = link_terms(main_of("<p>年度产值申报，生产者名录，生产者</p>"), "zh")
    assert re.findall(r"#([\w-]+)", linked) == ["return", "roster", "producer"]


def test_english_terms_are_whole_words():
    linked = link_terms(main_of("<p>Rosters, enrosterment, licences.</p>"), "en")
    assert re.findall(r"#([\w-]+)\">(\w+)", linked) == [("roster", "Rosters"), ("licence", "licences")]


def test_what_is_no_text_stays_as_it_is():
    page = main_of('<p title="用标率">a &lt;b&gt;</p><pre>名录</pre><code>申请</code>')
    assert link_terms(page, "zh") == page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_paper_has_its_terms_and_every_term_its_place(client: FlaskClient, language: str):
    linked = set()
    for name in PAPERS:
        page = client.get(f"/about/{name}?lang={language}").text
        linked |= set(re.findall(r'class="term" href="/about/glossary#([\w-]+)"', page))
        assert not re.search(r"<a[^>]*>[^<]*<a", page), name
    glossary = client.get(f"/about/glossary?lang={language}").text
    assert len(linked) > 8
    for term in TERMS:
        assert f'id="{term.key}"' in glossary
        if f'<a href="{term.url}"' in glossary:
            assert client.get(term.url.partition("#")[0]).status_code == 200, term.url
