"""Areas: municipalities (PUB-2, PUB-14), postal codes and smaller areas (PUB-15)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from provisioning.disclosure.columns import Understood
from provisioning.disclosure.model import Finding
from provisioning.disclosure.rules.municipal_counts import small_municipalities
from provisioning.disclosure.rules.registry import Pack, cell_place, column_name, finding, heading_place
from provisioning.disclosure.values import folded, in_words
from provisioning.messages import _

_MUNICIPALITY = re.compile(r"市区町村|市町村|自治体|municipalit|(?<![a-z])city(?![a-z])")
_MUNICIPAL_NAME = re.compile(r".+[市区町村]")
_INSURER = re.compile(
    r"保険者(?:種別|区分|類型)|保険種別|制度区分|insurer ?type|国保(?!\S*(?:病院|医院|診療所|センター|クリニック))|"
    r"協会けんぽ|健保組合|組合健保|共済組合|後期高齢者医療"
)
# A cell that names a type of insurer names nothing else: 国保 stands in the names of many hospitals too.
_INSURER_VALUE = re.compile(
    r"(?:(?:市町村|市区町村|退職|一般)?(?:国保|国民健康保険)(?:組合|一般|退職)?|(?:全国健康保険協会|協会けんぽ|協会)(?:健保)?|"
    r"(?:健康保険|健保|組合|共済|国保)(?:組合|健保)|各?種?共済(?:組合)?|船員保険|被用者保険|後期(?:高齢者?)?(?:医療)?(?:制度|広域連合)?)"
    r"(?:[(・/].*)?"
)
_POSTAL = re.compile(r"郵便番号|postal ?code|post ?code|(?<![a-z])zip(?![a-z])")
# The head of the heading is an area: neither メッシュ使用患者数 (a prosthesis) nor 住所地特例 (an insurer's rule).
_SMALL_AREA = re.compile(
    r"(?:町丁(?:目|・?字)?|丁目|字名|大字|小字|番地|メッシュ|住所|(?<![a-z])address)"
    r"(?:名称?|コード|番号|区分|id|code)?(?:$|別|ごと|毎|\(|/)"
)
_POSTAL_VALUE = re.compile(r"〒?\d{3}-\d{4}")
_SMALL_AREA_VALUE = re.compile(r"\d丁目|[一二三四五六七八九十]丁目")
WIDEST_POSTAL_DIGITS = 2


def names_municipalities(texts: list[str]) -> bool:
    """Whether most of the texts are names of municipalities."""
    names = [text for text in dict.fromkeys(texts) if text]
    return len(names) >= 3 and sum(bool(_MUNICIPAL_NAME.fullmatch(name)) for name in names) > 0.8 * len(names)


def municipalities(read: Understood, pack: Pack) -> Iterator[Finding]:
    """PUB-2 and PUB-14, once per table."""
    index = _municipality_column(read)
    if index is None:
        return
    if pack.populations:
        yield from small_municipalities(read, index, pack.populations)
    else:
        yield _without_populations(read, index)
    insurer = _insurer_column(read)
    if insurer is not None:
        yield finding(
            read,
            "PUB-14",
            "fail",
            heading_place(read, insurer),
            _("Municipalities are crossed with types of insurers in '{column}'.").format(
                column=column_name(read, insurer)
            ),
            _("Drop one of the two, unless the insurers agree."),
        )


def _without_populations(read: Understood, index: int) -> Finding:
    return finding(
        read,
        "PUB-2",
        "review",
        heading_place(read, index),
        _("'{column}' names municipalities, and no table of their populations is at hand.").format(
            column=column_name(read, index)
        ),
        _("Below 2,000 people nothing may be shown, below 25,000 no count from 1 to 19: check against the population."),
    )


def _municipality_column(read: Understood) -> int | None:
    for index, column in enumerate(read.table.columns):
        if any(_MUNICIPALITY.search(folded(text)) for text in column.path):
            return index
    for index in read.labels:
        if names_municipalities([in_words(value).strip() for value in read.table.values(index)]):
            return index
    others = [i for i in range(len(read.meanings)) if i not in read.labels]
    if names_municipalities([read.table.columns[i].path[-1] for i in others if read.table.columns[i].path]):
        return others[0]
    return None


def _insurer_column(read: Understood) -> int | None:
    for index, column in enumerate(read.table.columns):
        if any(_INSURER.search(folded(text)) for text in column.path):
            return index
    for index in read.labels:
        if any(
            isinstance(value, str) and _INSURER_VALUE.fullmatch(folded(value)) for value in read.table.values(index)
        ):
            return index
    return None


def small_areas(read: Understood, pack: Pack) -> Iterator[Finding]:
    """PUB-15, once per column."""
    for index, column in enumerate(read.table.columns):
        heading = folded(column.heading)
        row = _first_small_area(read, index, postal=bool(_POSTAL.search(heading)))
        if row is None and any(_SMALL_AREA.search(folded(text)) for text in column.path) and read.table.rows:
            row = 0
        if row is not None:
            yield finding(
                read,
                "PUB-15",
                "fail",
                cell_place(read, row, index),
                _("'{column}' is finer than a municipality.").format(column=column_name(read, index)),
                _("Use the municipality, the secondary medical area, or the first two digits of the postal code."),
            )


def _first_small_area(read: Understood, index: int, *, postal: bool) -> int | None:
    if index not in read.labels and not postal:
        return None
    for row, value in enumerate(read.table.values(index)):
        text = folded(in_words(value)).replace(" ", "")
        if _POSTAL_VALUE.fullmatch(text) or _SMALL_AREA_VALUE.search(text):
            return row
        if postal and len(re.sub(r"\D", "", text)) > WIDEST_POSTAL_DIGITS:
            return row
    return None
