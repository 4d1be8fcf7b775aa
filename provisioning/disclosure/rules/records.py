"""What is never in a table: identifiers and rows about persons (DATA-13); details of deaths (PUB-18, PUB-19)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from provisioning.disclosure.columns import Understood
from provisioning.disclosure.model import Finding
from provisioning.disclosure.rules.registry import Pack, cell_place, column_name, finding, heading_place
from provisioning.disclosure.values import folded
from provisioning.messages import _

_IDENTIFIER = re.compile(
    r"^id[0-5]n?$|通番|^seq ?\d*[_ ]?no$|匿名化(?:id|コード|番号)|ハッシュ|(?<![a-z])hash|"
    r"(?:患者|受診者|個人|被保険者|加入者|利用者|レセプト|対象者)(?:id|番号|識別|コード|key|キー)|"
    r"^(?:patient|person|subject|member|receipt|claim)s?[_ ]?(?:id|no|number|key)$|^kojin[_ ]?id$|被保険者証|記号番号"
)
_HASH = re.compile(
    r"[0-9a-f]{16,}|[0-9A-F]{16,}|(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])(?=[A-Za-z0-9+/]*\d)[A-Za-z0-9+/]{22,}={0,2}"
)
_BIRTH = re.compile(r"生年月日|birth ?date|date of birth|^dob$")
_DEATH = (
    ("PUB-18", re.compile(r"同胞|siblings?")),
    (
        "PUB-19",
        re.compile(
            r"死亡年?月日|死亡日|死亡場所|原死因|死因|外因死|妊娠週数|解剖|手術年月日|配偶|"
            r"date of death|place of death|cause of death"
        ),
    ),
)


def identifiers(read: Understood, pack: Pack) -> Iterator[Finding]:
    """DATA-13: columns of identifiers, of hash-like values, or of dates of birth; once per column."""
    for index, column in enumerate(read.table.columns):
        heading = folded(column.path[-1]) if column.path else ""
        if _IDENTIFIER.search(heading) or _BIRTH.search(heading) or _looks_hashed(read, index):
            yield finding(
                read,
                "DATA-13",
                "fail",
                cell_place(read, 0, index) if read.table.rows else heading_place(read, index),
                _("'{column}' identifies persons or receipts; such rows are no result.").format(
                    column=column_name(read, index)
                ),
                _("Aggregate the rows, and leave the column out."),
            )


def _looks_hashed(read: Understood, index: int) -> bool:
    texts = [value.strip() for value in read.table.values(index) if isinstance(value, str)]
    hashed = sum(bool(_HASH.fullmatch(text)) for text in texts)
    return hashed > 0 and 2 * hashed >= len(texts)


def deaths(read: Understood, pack: Pack) -> Iterator[Finding]:
    """PUB-18 and PUB-19: columns about deaths and births, each rule once per table."""
    told: set[str] = set()
    for index, column in enumerate(read.table.columns):
        heading = folded(column.heading)
        rule = next((rule for rule, pattern in _DEATH if pattern.search(heading)), None)
        if rule and rule not in told:
            told.add(rule)
            yield finding(
                read,
                rule,
                "review",
                heading_place(read, index),
                _("'{column}' is about deaths or births, which are published in wide groups only.").format(
                    column=column_name(read, index)
                ),
                _("Compare the groups with the guideline's."),
            )
