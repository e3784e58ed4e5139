"""The files of a report, kept outside the web root under their digest as all documents are."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from portal.lib.problems import NotFound
from portal.lib.text import Text
from portal.papers.files import Paper, keep, path_of
from portal.reports.models import AnnualReport

WORD, PDF = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/pdf"
MEDIA = {"docx": WORD, "pdf": PDF, "zip": "application/zip", "en.docx": WORD, "en.pdf": PDF}

ENDING_NAMES = {
    "docx": Text("Word", "Word, Chinese"),
    "pdf": Text("PDF", "PDF, Chinese"),
    "zip": Text("数据包", "Data pack"),
    "en.docx": Text("英文 Word", "Word, English"),
    "en.pdf": Text("英文 PDF", "PDF, English"),
}


def ending_in(language: str, ending: str) -> str:
    """The Chinese files are the report; the English ones beside them are named so."""
    return ending if language == "zh" else f"{language}.{ending}"


@dataclass(frozen=True)
class Kept:
    digest: str
    size: int


def keep_files(folder: Path, made: dict[str, bytes]) -> dict[str, Kept]:
    kept = {}
    for ending, content in made.items():
        paper = Paper(f"report.{ending}", MEDIA[ending], content, sha256(content).hexdigest())
        keep(folder, paper)
        kept[ending] = Kept(paper.digest, paper.size)
    return kept


def file_of(folder: Path, report: AnnualReport, ending: str) -> Path:
    """Where the bytes lie; what was never made is not found."""
    known = (report.files or {}).get(ending)
    path = path_of(folder, known["digest"]) if known else None
    if path is None or not path.is_file():
        raise NotFound(Text("没有这个文件", "There is no such file"))
    return path


def name_of(report: AnnualReport, ending: str) -> str:
    """A name that a file system of any age takes."""
    edition = f"-{report.edition}" if report.edition > 1 else ""
    return f"report-{report.key}-{report.year}{edition}.{ending}"
