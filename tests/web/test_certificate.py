"""The certificate, read back by programs that are not ours."""

import subprocess
from datetime import timedelta
from pathlib import Path
from shutil import which

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import select

from portal.authorisation.models import Licence
from portal.db import db
from portal.lib.clock import now
from portal.verification.drawing_font import fonts_of
from portal.verification.rules import code_of
from tests.services.needed import NotHere, give_up
from tests.setting_authorisation import draft, prepare, walk_to_licence


def program(name: str) -> str:
    found = which(name)
    if found is None:
        give_up(NotHere(f"{name} is not installed"))
    return found


def output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def certificate(client, tmp_path: Path) -> tuple[Path, str]:
    setting, before = prepare(), now() - timedelta(days=10)
    walk_to_licence(setting, draft(setting, now=before), now=before)
    number = db.session.scalars(select(Licence.number)).one()
    answer = client.get(f"/licences/{number}/certificate.pdf")
    assert answer.mimetype == "application/pdf"
    (tmp_path / "certificate.pdf").write_bytes(answer.data)
    return tmp_path / "certificate.pdf", number


def test_zbarimg_reads_the_code_and_it_leads_to_the_licence(client, certificate, tmp_path):
    path, number = certificate
    output(program("pdftoppm"), "-r", "150", "-png", str(path), str(tmp_path / "page"))
    read = output(program("zbarimg"), "--quiet", "--raw", str(next(tmp_path.glob("page*.png")))).strip()
    assert read.startswith(f"http://127.0.0.1:8000/v/{code_of(number)}#eyJ")
    page = client.get(read.partition("#")[0].removeprefix("http://127.0.0.1:8000"))
    assert "授权有效" in page.get_data(as_text=True)
    signed = client.get("/verify", query_string={"q": read.partition("#")[2]}).get_data(as_text=True)
    assert "签名有效" in signed


def test_the_chinese_font_is_embedded_and_the_words_can_be_copied(certificate):
    path, number = certificate
    fonts = output(program("pdffonts"), str(path)).splitlines()[2:]
    assert fonts
    assert all("yes yes yes" in line for line in fonts), fonts
    # In the order in which they are drawn, as they are copied; -layout guesses at columns and rows.
    words = output(program("pdftotext"), "-raw", str(path), "-")
    for wanted in ("地理标志用标授权证书", "中宁枸杞", "中宁一号枸杞公司（演示）", number, "演示数据"):
        assert wanted in words


def drawn(text: str, path: Path) -> str:
    """The text that another program reads from a paper on which only this stands."""
    with fonts_of({"serif": text}) as fonts:
        canvas = Canvas(str(path), initialFontName=fonts["serif"])
        canvas.setFont(fonts["serif"], 12)
        canvas.drawString(40, 40, text)
        canvas.save()
    return output(program("pdftotext"), "-raw", str(path), "-").strip()


def test_each_paper_of_a_worker_has_its_own_characters(tmp_path):
    known = set(pdfmetrics._fonts)
    with fonts_of({"serif": "标签", "sans": "报告"}):
        assert drawn("标签", tmp_path / "same.pdf") == "标签"
        assert drawn("授权证书", tmp_path / "other.pdf") == "授权证书"
        assert set(pdfmetrics._fonts) > known
    assert drawn("枸杞", tmp_path / "later.pdf") == "枸杞"
    assert set(pdfmetrics._fonts) == known
