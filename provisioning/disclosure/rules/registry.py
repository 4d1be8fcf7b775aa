"""Every rule that is checked: its id, how certain it is, and what it says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from provisioning.disclosure.columns import Understood
from provisioning.disclosure.model import Certainty, Finding, Verdict, cell_name
from provisioning.disclosure.populations import Populations

RuleSet = Literal["2", "3"]


@dataclass(frozen=True)
class Rule:
    """`certainty`: F read in the NDB guideline, F* in a sibling's, I inferred here, B said but unread."""

    id: str
    certainty: Certainty
    sentence: str


@dataclass(frozen=True)
class Pack:
    """The rules that one approval is held to: the edition of the guideline, and the databases linked."""

    version: RuleSet = "3"
    linked: tuple[str, ...] = ()
    populations: Populations | None = None
    """The pinned table of populations for PUB-2."""

    def with_populations(self, populations: Populations) -> Pack:
        """The same rules with a table of populations."""
        return replace(self, populations=populations)

    @property
    def refuses_few_institutions(self) -> bool:
        """Whether one or two institutions are refused outright (PUB-4-OLD, PUB-4b)."""
        return self.version == "2" or bool(self.linked)

    @property
    def links_disability_welfare(self) -> bool:
        """Whether the 障害福祉DB is linked (PUB-11b)."""
        return any("障害" in name or "disability" in name.lower() for name in self.linked)

    @property
    def links_long_term_care(self) -> bool:
        """Whether the 介護DB is linked (PUB-28, PUB-11c)."""
        return any("介護" in name or "long-term care" in name.lower() for name in self.linked)


RULES: tuple[Rule, ...] = (
    Rule("PUB-1", "F", "No cell counts 1 to 9 patients; 0 is allowed, 10 passes."),
    Rule(
        "PUB-2",
        "F*",
        "Municipalities below 2,000 people show nothing, below 25,000 no 1 to 19; without populations, reviewed.",
    ),
    Rule("PUB-4-OLD", "F*", "Edition 2: no cell counts 1 or 2 institutions or insurers."),
    Rule("PUB-4a", "I", "Edition 3: 1 or 2 institutions are shown only if nobody can be identified; a reviewer looks."),
    Rule("PUB-4b", "I", "With a linked database, no cell counts 1 or 2 institutions or insurers."),
    Rule("PUB-5", "F", "No quantity of drugs is shown where fewer than 10 patients are known to stand behind it."),
    Rule(
        "PUB-6",
        "F",
        "Patients unknown: no quantity below 1,000 (oral, external) or below 400 (injection); 0 passes by inference.",
    ),
    Rule(
        "PUB-7", "F", "No figure of rehabilitation is shown where fewer than 10 patients are known to stand behind it."
    ),
    Rule(
        "PUB-8",
        "I",
        "Figures of rehabilitation without patient counts are refused; the guideline's threshold is not known here.",
    ),
    Rule(
        "PUB-9",
        "I",
        "Materials: quantities below 10 are refused, others reviewed; the guideline's own rule is not known here.",
    ),
    Rule("PUB-10", "F*", "Ages come in groups of 5 years or unions of such groups; 100 and over is one group."),
    Rule("PUB-11", "I", "Finer ages are reviewed below 20 years, and refused from 20 on."),
    Rule(
        "PUB-11c",
        "F*",
        "With the long-term care database, ages below 65 and from 95 on are one group each; a reviewer looks.",
    ),
    Rule(
        "PUB-11b",
        "F*",
        "With the disability welfare database, 15-17 and 18-19 years are its own groups; a reviewer looks.",
    ),
    Rule("PUB-14", "F", "Municipalities are not crossed with types of insurers."),
    Rule("PUB-15", "F", "No postal codes beyond two digits, and no area below a municipality."),
    Rule("PUB-16", "F", "Times of death come in bins of 2 hours or wider."),
    Rule(
        "PUB-17",
        "F",
        "Birth weights come in bins of 100 g or wider, up to 300 g and from 4,000 g as one each.",
    ),
    Rule("PUB-18", "I", "Numbers of siblings are reviewed; the guideline's limit is not known here."),
    Rule("PUB-19", "I", "Other details of deaths and births are reviewed."),
    Rule(
        "PUB-21",
        "I",
        "No two tables, released or to be released, differ by 1 to 9 patients or open each other's masks; a part that "
        "leaves 1 to 9 of its whole is reviewed.",
    ),
    Rule(
        "PUB-22",
        "I",
        "A mask leaves every count from 1 to 9 possible, also beside totals and other tables: a value that can be "
        "worked out is refused, fewer than 5 possible ones are reviewed.",
    ),
    Rule(
        "PUB-23",
        "I",
        "Percentages that give away 1 to 9 persons are refused; others, means and sums are reviewed unless recomputed.",
    ),
    Rule("DATA-13", "I", "Identifiers and rows about single persons never leave."),
    Rule("PUB-24", "I", "Tables crossed by more than three variables are reviewed."),
    Rule("PUB-27", "I", "Counts of a sample are held to the limits as they are; the estimate is told."),
    Rule("DATA-14", "I", "Dates of single days are reviewed, and refused beside rows about persons."),
    Rule(
        "READ-1",
        "I",
        "Cells of a column of counts that are neither number nor mask are reviewed; so are small numbers read as "
        "labels, and tables in which nothing is counted.",
    ),
    Rule("READ-2", "I", "What the author declares is held against the table; differences are reviewed."),
    Rule("READ-3", "I", "Files of more cells than a table may hold are checked piece by piece, and not filed."),
    Rule("TEXT-1", "I", "Numbers in running text are listed for the reviewer."),
    Rule(
        "FILE-1",
        "I",
        "Hidden sheets, rows, columns, texts, names and formats are checked like visible ones, and reported.",
    ),
    Rule("FILE-2", "I", "What a workbook holds beside its cells is not read, and reviewed."),
    Rule("FILE-3", "I", "Workbooks that keep the source rows of a pivot table are refused."),
    Rule("FILE-4", "I", "Macros, scripts, embedded files, and parts that no office program writes never leave."),
    Rule(
        "FILE-5",
        "I",
        "Formulas without a stored value are refused; other formulas, and texts that act like one, are reviewed.",
    ),
)
_BY_ID = {rule.id: rule for rule in RULES}


def rule(rule_id: str) -> Rule:
    """The rule with that id; KeyError for an unknown one."""
    return _BY_ID[rule_id]


def finding(
    read: Understood,
    rule_id: str,
    verdict: Verdict,
    place: tuple[int, int],
    reason: str,
    fix: str,
    *,
    inferred: bool = False,
) -> Finding:
    """A finding at `place` (row and column in the file); inferred also where the rule itself is."""
    row, column = place
    return Finding(
        rule=rule_id,
        verdict=verdict,
        file=read.table.file,
        sheet=read.table.sheet,
        row=row,
        column=column,
        cell=cell_name(row, column),
        reason=reason,
        fix=fix,
        inferred=inferred or rule(rule_id).certainty != "F",
    )


def cell_place(read: Understood, row: int, index: int) -> tuple[int, int]:
    """Where a body cell stands in the file."""
    return read.table.row_numbers[row], read.table.columns[index].number


def heading_place(read: Understood, index: int) -> tuple[int, int]:
    """Where the lowest heading of a column stands in the file."""
    return read.table.header_row, read.table.columns[index].number


def column_name(read: Understood, index: int) -> str:
    """The headings of a column for a sentence, or its letters."""
    column = read.table.columns[index]
    return column.heading or cell_name(read.table.header_row, column.number).rstrip("0123456789")
