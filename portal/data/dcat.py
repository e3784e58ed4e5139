"""The data as a DCAT catalogue (JSON-LD), for data portals that harvest others."""

from collections.abc import Iterable

from portal.data.bulk import AREA_ENDINGS, AREAS_ABOUT, AREAS_TITLE, MEDIA, TABLE_ENDINGS, UNKNOWN_LICENCE
from portal.data.files import Table
from portal.lib.text import Text

Json = dict[str, object]
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "adms": "http://www.w3.org/ns/adms#",
}
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


def catalogue(tables: Iterable[Table], base: str, licence: str | None, day: str, version: int) -> Json:
    sets = [_dataset(table.name, table.title, table.about, TABLE_ENDINGS, base, licence) for table in tables]
    sets.append(_dataset("areas", AREAS_TITLE, AREAS_ABOUT, AREA_ENDINGS, base, licence))
    return {
        "@context": CONTEXT,
        "@id": f"{base}/data/",
        "@type": "dcat:Catalog",
        "dct:title": said(Text("地理标志登记簿的数据", "Data of the GI register")),
        "dct:description": said(
            Text("地理标志、区域公用品牌及其指标", "Geographical indications, brands and their targets")
        ),
        "dct:language": ["zh", "en"],
        "dct:modified": {"@value": day, "@type": "xsd:date"},
        "adms:version": str(version),
        "foaf:homepage": {"@id": f"{base}/"},
        **_licence(licence),
        "dcat:dataset": sets,
        "dcat:service": [
            _service("api", Text("接口", "API"), base, "/api/v1", "/api/openapi.json"),
            _service("ogc", Text("OGC API 要素", "OGC API Features"), base, "/ogc/", "/ogc/api"),
        ],
    }  # fmt: skip


def _dataset(
    name: str, title: Text, about: Text, endings: Iterable[str], base: str, licence: str | None
) -> Json:
    return {
        "@id": f"{base}/data/#{name}",
        "@type": "dcat:Dataset",
        "dct:identifier": name,
        "dct:title": said(title),
        "dct:description": said(about),
        **_licence(licence),
        "dcat:landingPage": {"@id": f"{base}/data/#{name}"},
        "dcat:distribution": [
            {
                "@id": f"{base}/data/{name}.{ending}",
                "@type": "dcat:Distribution",
                "dct:title": said(Text(f"{title.zh}（{ending}）", f"{title.en} ({ending})")),
                "dcat:downloadURL": {"@id": f"{base}/data/{name}.{ending}"},
                "dcat:accessURL": {"@id": f"{base}/data/"},
                "dcat:mediaType": {"@id": MEDIA_TYPES + MEDIA[ending].split(";")[0]},
                **_licence(licence),
            }
            for ending in endings
        ],
    }


def _service(name: str, title: Text, base: str, address: str, description: str) -> Json:
    return {
        "@id": f"{base}/data/#service-{name}",
        "@type": "dcat:DataService",
        "dct:title": said(title),
        "dcat:endpointURL": {"@id": base + address},
        "dcat:endpointDescription": {"@id": base + description},
    }


def _licence(licence: str | None) -> Json:
    """No licence is named until the operator has chosen one; that none is, is said."""
    return {"dct:license": {"@id": licence}} if licence else {"dct:rights": said(UNKNOWN_LICENCE)}


def said(text: Text) -> list[Json]:
    return [{"@value": text.zh, "@language": "zh"}, {"@value": text.en, "@language": "en"}]
