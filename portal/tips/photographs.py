"""Pictures that came with a tip: judged by their content, and freed of what a camera writes into them."""

from hashlib import sha256
from io import BytesIO

from portal.lib.text import Text
from portal.papers.files import MEDIA, Paper, read_paper, refusal

LONGEST_SIDE = 2400
NOT_A_PICTURE = Text("这里只收照片（JPEG、PNG）", "Only pictures (JPEG, PNG) are taken here")
NAME = "photograph.jpg"


def read_photograph(content: bytes) -> Paper:
    """Place, time and device in the picture's header, and the name of the file, could tell who took it: only
    the pixels are kept."""
    paper = read_paper(NAME, content)
    if paper.media_type == MEDIA["PDF"]:
        raise refusal(NOT_A_PICTURE)
    from PIL import Image, ImageOps

    with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = Image.frombytes("RGB", upright.size, upright.tobytes())
    kept = BytesIO()
    bare.save(kept, "JPEG", quality=85)
    plain = kept.getvalue()
    return Paper(NAME, MEDIA["JPEG"], plain, sha256(plain).hexdigest())
