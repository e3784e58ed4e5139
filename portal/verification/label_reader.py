"""A program of its own: a picture on standard input, the words and codes on it as JSON on standard output.

It runs apart from the web worker, under limits of time and memory: recognition takes some hundreds of
megabytes for a second or two, and the picture comes from anyone. Models come with the package; nothing is
fetched. Started by `label_photo.read_picture`.
"""

import json
import logging
import resource
import sys

SECONDS = 40
THREADS = 2
SURE_ENOUGH = 0.6


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    import cv2
    import numpy

    picture = cv2.imdecode(numpy.frombuffer(sys.stdin.buffer.read(), numpy.uint8), cv2.IMREAD_COLOR)
    json.dump({"lines": words_on(picture), "codes": codes_on(picture)}, sys.stdout)


def words_on(picture: object) -> list[str]:
    """Line by line from the top, those that were read with some certainty."""
    logging.disable(logging.CRITICAL)
    from rapidocr import RapidOCR

    reader = RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    found = reader(picture)
    if found.txts is None:
        return []
    return [text for text, sure in zip(found.txts, found.scores, strict=True) if sure >= SURE_ENOUGH]


def codes_on(picture: object) -> list[str]:
    """What the QR codes and bar codes say."""
    import cv2

    said: list[str] = []
    for detector in (cv2.QRCodeDetector(), cv2.barcode.BarcodeDetector()):
        try:
            texts = detector.detectAndDecodeMulti(picture)[1]
        except cv2.error:
            continue
        said += [text for text in texts if text]
    return said


if __name__ == "__main__":
    main()
