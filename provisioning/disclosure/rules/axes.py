"""How many things a table is crossed by (PUB-24), and counts of a sample (PUB-27)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from provisioning.disclosure.columns import Understood
from provisioning.disclosure.model import Finding, Kind
from provisioning.disclosure.rules.registry import Pack, finding, heading_place
from provisioning.disclosure.values import folded, in_words
from provisioning.messages import _

MOST_AXES = 3
_AXES = (
    ("sex", re.compile(r"性別|^性$|男|女|(?<![a-z])(?:sex|gender|male|female)(?![a-z])")),
    ("age", re.compile(r"年齢|年代|\d歳|(?<![a-z])age(?![a-z])")),
    (
        "region",
        re.compile(r"都道府県|医療圏|市区町村|市町村|地域|(?<![a-z])(?:pref|prefecture|region|municipality|city)(?![a-z])"),
    ),
    ("time", re.compile(r"年度|診療年|^年$|^月$|年月|\d月$|(?<![a-z])(?:year|month|quarter|period)(?![a-z])")),
    ("insurer", re.compile(r"保険者|保険種別|制度区分|insurer")),
    ("setting", re.compile(r"入院外|外来|診療科|施設種別|病床|(?<![a-z])(?:setting|department|ward)(?![a-z])")),
    ("disease", re.compile(r"傷病|疾患|病名|icd|(?<![a-z])(?:disease|diagnosis)(?![a-z])")),
    ("drug", re.compile(r"医薬品|薬効|薬剤|(?<![a-z])(?:drug|atc)(?![a-z])")),
    ("procedure", re.compile(r"診療行為|手術|処置|(?<![a-z])procedure(?![a-z])")),
    ("severity", re.compile(r"重症度|要介護|ステージ|等級|(?<![a-z])(?:stage|grade|severity)(?![a-z])")),
)  # fmt: skip


def axes_of(read: Understood) -> list[str]:
    """What the table is crossed by: the declared dimensions, else those that its headings name."""
    if read.declared and read.declared.dimensions:
        return list(read.declared.dimensions)
    words = [folded(text) for column in read.table.columns for text in column.path]
    return [name for name, pattern in _AXES if any(pattern.search(word) for word in words)]


def many_axes(read: Understood, pack: Pack) -> Iterator[Finding]:
    """PUB-24: more than three axes are reviewed, once per table."""
    axes = axes_of(read)
    if len(axes) > MOST_AXES:
        reason = _("The table is crossed by more than {most}: {axes}.").format(most=MOST_AXES, axes=", ".join(axes))
        fix = _("See that no combination singles a person out; drop a dimension if one may.")
        inferred = not (read.declared and read.declared.dimensions)
        yield finding(read, "PUB-24", "review", heading_place(read, 0), reason, fix, inferred=inferred)


def sample_counts(read: Understood, pack: Pack) -> Iterator[Finding]:
    """PUB-27: counts of a declared sample are held to the limits as they are; the estimate is told beside."""
    share = read.declared.sample if read.declared else None
    if share is None or share >= 1:
        return
    counts = [
        (value, index)
        for index in read.of_kind(Kind.PATIENTS)
        for _row, value in read.readings(index)
        if isinstance(value, float) and value > 0
    ]
    if counts:
        least, index = min(counts)
        reason = _("Counts of a sample of {share}: the smallest, {least}, stands for about {estimate} persons.").format(
            share=f"{share:.4g}", least=in_words(least), estimate=f"{least / share:,.0f}"
        )
        fix = _("The limit of 10 was applied to the sample's own counts; see that text and title say sample.")
        yield finding(read, "PUB-27", "review", heading_place(read, index), reason, fix)
