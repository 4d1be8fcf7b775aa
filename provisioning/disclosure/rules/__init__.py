"""The publication rules: one small function per rule, and the list of them all (`RULES`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from provisioning.disclosure.columns import Understood
from provisioning.disclosure.model import Finding
from provisioning.disclosure.rules.ages import age_groups
from provisioning.disclosure.rules.axes import many_axes, sample_counts
from provisioning.disclosure.rules.bins import bins_of_deaths
from provisioning.disclosure.rules.declared import declarations
from provisioning.disclosure.rules.institutions import few_institutions
from provisioning.disclosure.rules.patients import (
    narrow_masks,
    numbered_labels,
    persons_in_text,
    small_counts,
    small_counts_in_text,
    unreadable_counts,
)
from provisioning.disclosure.rules.quantities import drugs, materials, rehabilitation
from provisioning.disclosure.rules.ratios import percentages
from provisioning.disclosure.rules.records import deaths, identifiers
from provisioning.disclosure.rules.regions import municipalities, small_areas
from provisioning.disclosure.rules.registry import RULES, Pack, Rule, RuleSet
from provisioning.disclosure.rules.rows import days, rows_about_persons, texts_that_act
from provisioning.disclosure.rules.statistics import statistics

TableRule = Callable[[Understood, Pack], Iterable[Finding]]

TABLE_RULES: tuple[TableRule, ...] = (
    small_counts,
    small_counts_in_text,
    persons_in_text,
    few_institutions,
    drugs,
    rehabilitation,
    materials,
    age_groups,
    municipalities,
    small_areas,
    identifiers,
    rows_about_persons,
    days,
    deaths,
    bins_of_deaths,
    narrow_masks,
    percentages,
    statistics,
    many_axes,
    sample_counts,
    texts_that_act,
    unreadable_counts,
    numbered_labels,
    declarations,
)
"""What is asked of each table. Rules that need several tables at once take their place beside these."""


def check_table(read: Understood, pack: Pack) -> Iterator[Finding]:
    """All findings of one table."""
    for rule in TABLE_RULES:
        yield from rule(read, pack)


__all__ = ["RULES", "TABLE_RULES", "Pack", "Rule", "RuleSet", "check_table"]
