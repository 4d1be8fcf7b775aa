"""Which parts an Office package may have: those that are read, and those known to say nothing (FILE-4, IN-2).

Whatever else stands in the package is a file of its own that rides along unread.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable
from typing import Literal

from defusedxml.ElementTree import fromstring

_SHARED = r"""
    \[content_types\]\.xml | _rels/\.rels | docprops/(?:app|core|custom)\.xml | docmetadata/labelinfo\.xml
    | docprops/thumbnail\.(?:jpe?g|png|emf|wmf)
    | customxml/(?:item|itemprops)\d+\.xml | customxml/_rels/item\d+\.xml\.rels
"""
_WORKBOOK = re.compile(
    _SHARED
    + r"""
    | xl/(?:workbook|sharedstrings|styles|calcchain|metadata|connections|volatiledependencies|xmlmaps)\.xml
    | xl/_rels/(?:workbook|metadata)\.xml\.rels
    | xl/(?:worksheets|chartsheets|dialogsheets)/(?:sheet[\w.]*\.xml|_rels/sheet[\w.]*\.xml\.rels)
    | xl/theme/(?:theme\d*\.xml|_rels/theme\d*\.xml\.rels)
    | xl/tables/(?:(?:table|tablesinglecells)\d+\.xml|_rels/table\d+\.xml\.rels)
    | xl/(?:comments\d*|comments/comments?\d*|threadedcomments/threadedcomments?\d*|persons/persons?\d*)\.xml
    | xl/drawings/(?:(?:drawing|vmldrawing|commentsdrawing)\d*\.(?:xml|vml)|_rels/\w+\.(?:xml|vml)\.rels)
    | xl/charts/(?:(?:chart|chartex|style|colors)\d+\.xml|_rels/\w+\.xml\.rels)
    | xl/diagrams/(?:colors|data|drawing|layout|quickstyle)\d+\.xml
    | xl/pivot(?:cache|tables)/(?:pivot\w+\.xml|_rels/pivot\w+\.xml\.rels)
    | xl/externallinks/(?:externallink\d+\.xml|_rels/externallink\d+\.xml\.rels)
    | xl/querytables/querytable\d+\.xml | xl/revisions/\w+\.xml | xl/customproperty\d+\.bin
    | xl/(?:slicers|slicercaches|timelines|timelinecaches|ctrlprops)/\w+\.xml
    | xl/(?:namedsheetviews|richdata|featurepropertybag)/\w+\.xml
    | xl/printersettings/printersettings\d+\.bin
    | xl/media/[\w-]+\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg)
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_DOCUMENT = re.compile(
    _SHARED
    + r"""
    | word/(?:document|styles|styleswitheffects|settings|websettings|fonttable|numbering|people)\.xml
    | word/(?:footnotes|endnotes|header\d*|footer\d*|comments\w*)\.xml
    | word/_rels/\w+\.xml\.rels
    | word/theme/(?:theme\d*\.xml|_rels/theme\d*\.xml\.rels)
    | word/glossary/(?:\w+\.xml|_rels/\w+\.xml\.rels)
    | word/charts/(?:(?:chart|chartex|style|colors)\d+\.xml|_rels/\w+\.xml\.rels)
    | word/diagrams/(?:colors|data|drawing|layout|quickstyle)\d+\.xml
    | word/drawings/(?:drawing\d+\.xml|_rels/\w+\.xml\.rels)
    | word/fonts/[\w-]+\.(?:odttf|ttf|fntdata)
    | word/printersettings/printersettings\d+\.bin
    | word/media/[\w-]+\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg)
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
Folder = Literal["xl", "word"]
_ALLOWED = {"xl": _WORKBOOK, "word": _DOCUMENT}
_TOLD = {
    folder: re.compile(rf"{folder}/(?:vbaproject|embeddings/|activex/|macrosheets/|model/)", re.IGNORECASE)
    for folder in _ALLOWED
}
_SHEET = re.compile(r"xl/(?:work|chart|dialog)sheets/[^/]+\.xml")
# How the bytes of a part must begin that is neither XML nor read: by the ending of its name.
_XML = (b"<", b"\xef\xbb\xbf<")
_BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    "xml": _XML,
    "rels": _XML,
    "vml": _XML,
    "svg": _XML,
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "gif": (b"GIF87a", b"GIF89a"),
    "bmp": (b"BM",),
    "tif": (b"II*\0", b"MM\0*"),
    "tiff": (b"II*\0", b"MM\0*"),
    "emf": (b"\x01\0\0\0",),
    "wmf": (b"\xd7\xcd\xc6\x9a", b"\x01\0\x09\0", b"\x02\0\x09\0"),
}
_BEGINNING = 64


def foreign_parts(package: zipfile.ZipFile, folder: Folder) -> list[str]:
    """The parts that no office program writes: unknown names, and contents that are not what their name says.

    Kinds that have a word of their own (macros, embedded files) are told by it, and are not among them.
    """
    parts = [part.filename for part in package.infolist() if not (part.is_dir() and not part.file_size)]
    allowed, told = _ALLOWED[folder], _TOLD[folder]
    return [
        part for part in parts if not told.match(part) and not (allowed.fullmatch(part) and _is_itself(package, part))
    ]


def _is_itself(package: zipfile.ZipFile, part: str) -> bool:
    """Whether the first bytes of a part agree with the ending of its name; of other endings nothing is known."""
    starts = _BEGINNINGS.get(part.rpartition(".")[2].lower())
    if starts is None:
        return True
    with package.open(part) as stream:
        beginning = stream.read(_BEGINNING)
    return not beginning or beginning.lstrip(b" \t\r\n").startswith(starts)


def listed_sheets(package: zipfile.ZipFile) -> dict[str, str]:
    """The names of the sheets that a workbook lists, by their parts in lower case.

    Raises what parsing broken XML raises.
    """
    parts = {part.lower(): part for part in package.namelist()}
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= parts.keys():
        return {}
    relations = fromstring(package.read(parts["xl/_rels/workbook.xml.rels"]), forbid_dtd=True)
    targets = {relation.get("Id", ""): relation.get("Target", "") for relation in relations}
    names = {}
    for element in fromstring(package.read(parts["xl/workbook.xml"]), forbid_dtd=True).iter():
        if element.tag.rpartition("}")[2] == "sheet":
            target = next((targets.get(v, "") for k, v in element.attrib.items() if k.rpartition("}")[2] == "id"), "")
            part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/").lower()
            names[part] = element.get("name", "")
    return names


def sheets_not_listed(package: zipfile.ZipFile, listed: Iterable[str]) -> list[str]:
    """The sheets that stand in a workbook's package and are on no list of it, so that no program reads them."""
    known = set(listed)
    return [part for part in package.namelist() if _SHEET.fullmatch(part.lower()) and part.lower() not in known]
