"""Unpacks a zipped Shapefile without trusting it: few files, a bound on the bytes, no names with paths."""

import zipfile
import zlib
from io import BytesIO
from pathlib import Path, PurePosixPath

from gi_data.outlines.findings import MAX_FILES_IN_ZIP, MAX_UNPACKED_BYTES, refusal

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
NEEDED = (".shp", ".shx", ".dbf")
CHUNK = 64 * 1024


def unpack_shapefile(content: bytes, folder: Path) -> Path:
    """Write the parts of the one Shapefile in the zip into `folder` under names of ours; its .shp."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = _parts(packed)
            room = MAX_UNPACKED_BYTES
            for suffix, member in parts.items():
                room = _write(packed, member, folder / f"outline{suffix}", room)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise refusal("bad_zip") from error
    return folder / "outline.shp"


def _parts(packed: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    members = [member for member in packed.infolist() if not member.is_dir() and not _is_litter(member)]
    if len(members) > MAX_FILES_IN_ZIP:
        raise refusal("zip_too_many_files", count=len(members), limit=MAX_FILES_IN_ZIP)
    shapes = [member for member in members if _suffix(member) == ".shp"]
    if not shapes:
        raise refusal("no_shapefile")
    if len(shapes) > 1:
        names = ", ".join(PurePosixPath(member.filename).name for member in shapes)
        raise refusal("many_shapefiles", names=names)
    stem = PurePosixPath(shapes[0].filename).with_suffix("")
    parts = {
        _suffix(member): member
        for member in members
        if PurePosixPath(member.filename).with_suffix("") == stem and _suffix(member) in PARTS
    }
    missing = [suffix for suffix in NEEDED if suffix not in parts]
    if missing:
        raise refusal("shapefile_incomplete", names=", ".join(missing))
    return parts


def _write(packed: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, room: int) -> int:
    """Unpack one member; the bytes that may still come, counted as they come, not as the zip claims."""
    with packed.open(member) as source, target.open("wb") as sink:
        while chunk := source.read(CHUNK):
            room -= len(chunk)
            if room < 0:
                raise refusal("zip_too_large", limit=MAX_UNPACKED_BYTES)
            sink.write(chunk)
    return room


def _suffix(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename).suffix.lower()


def _is_litter(member: zipfile.ZipInfo) -> bool:
    """What macOS puts beside every file."""
    return member.filename.startswith("__MACOSX/") or PurePosixPath(member.filename).name.startswith("._")
