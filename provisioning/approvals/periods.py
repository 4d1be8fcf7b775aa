"""Calendar arithmetic for periods of use."""

from __future__ import annotations

import calendar
from datetime import date


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def started_months(start: date, end: date) -> int:
    """How many months a period of use (both days included) has started."""
    months = 1
    while add_months(start, months) <= end:
        months += 1
    return months
