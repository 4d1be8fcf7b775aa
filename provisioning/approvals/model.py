"""An approval (承諾) as an operator writes it down: the whole of what one environment rests on."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from provisioning.approvals.data_sets import TRIAL_MONTHS, fits_a_policy
from provisioning.approvals.periods import add_months
from provisioning.approvals.specs import SPECS, Kind, Spec, SpecName
from provisioning.errors import Mistaken, Problem
from provisioning.messages import _

MOST_MONTHS = 6  # LIFE-1, HIC-23
MOST_EXTENSION_MONTHS = 24  # LIFE-3 iv
LONGEST_PATTERN = 24  # the longest name of a table without its prefix has 13
WIDEST_PREFIX = 24  # our own bound: an approved place is a building, not a provider


class Result(StrEnum):
    """The outcome of the committee's review (FLOW-5)."""

    UNCONDITIONAL = "無条件承諾"
    WITH_OPINION = "意見付承諾"
    CONDITIONAL = "条件付承諾"
    CONTINUED = "審査継続"
    REJECTED = "不承諾"


def _mistake(what: str, fix: str) -> Mistaken:
    return Mistaken(Problem("", what, fix))


def _email(value: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", value):
        raise _mistake(_("'{value}' is no e-mail address").format(value=value), _("write it like name@univ.example.jp"))
    return value


def _cidr(value: str) -> str:
    try:
        network = ipaddress.ip_network(value)
    except ValueError:
        raise _mistake(_("'{value}' is no network").format(value=value), _("write it like 203.0.113.16/28")) from None
    if network.version == 4 and network.prefixlen < WIDEST_PREFIX:
        text = _("'{value}' is wider than /{widest}").format(value=value, widest=WIDEST_PREFIX)
        raise _mistake(text, _("name the place's own addresses"))
    return str(network)


def _trial_month(value: str) -> str:
    if not re.fullmatch(r"20\d{2}(0[1-9]|1[0-2])", value) or value[4:] not in TRIAL_MONTHS:
        text = _("'{value}' is no trial month").format(value=value)
        raise _mistake(text, _("write YYYYMM with month 01, 04, 07 or 10"))
    return value


def _table_pattern(value: str) -> str:
    """Patterns become parts of policies, which know `*` and `?` alone."""
    pattern = value.strip().upper().removeprefix("TRIAL_").removeprefix("PANEL_")
    if len(pattern) > LONGEST_PATTERN or not re.fullmatch(r"[A-Z0-9_*?]+", pattern):
        text = _("'{value}' is no pattern of table names").format(value=value)
        raise _mistake(text, _("write one name or pattern with * and ? for each, such as DPC_*"))
    return pattern


def _japan(value: object) -> object:
    if value != "JP":
        text = _("'{value}' is not Japan; places of use lie in Japan only (HIC-1)").format(value=value)
        raise _mistake(text, _("leave the place out, or correct it to country: JP"))
    return value


Day = date
Japan = Annotated[Literal["JP"], BeforeValidator(_japan)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,19}$")]
ApprovalId = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{2,23}$")]
Email = Annotated[str, AfterValidator(_email)]
Cidr = Annotated[str, AfterValidator(_cidr)]
TrialMonth = Annotated[str, AfterValidator(_trial_month)]
TablePattern = Annotated[str, AfterValidator(_table_pattern)]


class Part(BaseModel):
    """The base of every part: frozen, and unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Decision(Part):
    """The committee's result; a conditional one needs the chair's later confirmation (FLOW-5)."""

    result: Result
    date: Day
    chair_confirmed: Day | None = None


class Applicant(Part):
    """The 提供申出者."""

    organisation: Text


class Place(Part):
    """A 利用場所: declared beforehand, in Japan only (HIC-1)."""

    id: Slug
    name: Text
    address: Text
    country: Japan = "JP"
    cidrs: Annotated[tuple[Cidr, ...], Field(min_length=1)]


class Handler(Part):
    """A 取扱者; `files_requests` marks the 手続担当者 or 代理人, who alone may file (REV-3)."""

    id: Slug
    name: Text
    email: Email
    place: Slug
    full_time: bool = True
    files_requests: bool = False


class TrialData(Part):
    """Trial months; `tables` are patterns without the TRIAL_ prefix."""

    kind: Literal["trial"]
    months: Annotated[tuple[TrialMonth, ...], Field(min_length=1)]
    tables: Annotated[tuple[TablePattern, ...], Field(min_length=1)] = ("*",)


class PanelData(Part):
    """Annual panel years (DATA-9)."""

    kind: Literal["panel"]
    years: Annotated[tuple[int, ...], Field(min_length=1)]
    variant: Literal["all", "inpatient"] = "all"
    tables: Annotated[tuple[TablePattern, ...], Field(min_length=1)] = ("*",)


class ExtractedData(Part):
    """Data extracted for this application alone (特別抽出)."""

    kind: Literal["extracted"]
    description: Text


DataSet = Annotated[TrialData | PanelData | ExtractedData, Field(discriminator="kind")]


class Options(Part):
    """Paid options (FEE-7): counts of users, and started TB."""

    full_reference: bool = False
    software_users: Annotated[int, Field(ge=0)] = 0
    extension_tb: Annotated[int, Field(ge=0)] = 0
    storage_tb: Annotated[int, Field(ge=0)] = 0


class Environment(Part):
    """What is to be built (ENV-2, ENV-3, FEE-5)."""

    kind: Kind
    spec: SpecName
    os: Literal["windows", "ubuntu"]
    options: Options = Options()


class Extension(Part):
    """A longer period while nothing but the publication is awaited; `evidence` names the paper (LIFE-3 iv)."""

    until: Day
    evidence: Text


class Period(Part):
    """First and last day of use. While an extension runs, the environment can be read only."""

    start: date
    end: date
    extension: Extension | None = None

    @property
    def last_day(self) -> date:
        """The last day on which the environment may stand."""
        return self.extension.until if self.extension else self.end


class Publication(Part):
    """A planned publication (REV-11)."""

    venue: Text
    form: Text
    planned: Text


class FeeTerms(Part):
    """What the fee is reckoned from beside the environment (FEE-1..4, FEE-9)."""

    application: Literal["new", "change", "minor"] = "new"
    coordination_hours: Annotated[float, Field(ge=0)] = 0
    extraction_hours: Annotated[float, Field(ge=0)] = 0
    volume_gb: Annotated[float, Field(ge=0)] = 0
    reduction: Literal["none", "public_body", "granted_project"] = "none"


class Approval(Part):
    """One approved application (VOC-6). Raises pydantic's ValidationError with every mistake."""

    id: ApprovalId
    title: Text
    decision: Decision
    applicant: Applicant
    handlers: Annotated[tuple[Handler, ...], Field(min_length=1)]
    places: Annotated[tuple[Place, ...], Field(min_length=1)]
    datasets: Annotated[tuple[DataSet, ...], Field(min_length=1)]
    environment: Environment
    period: Period
    pledges_accepted: bool
    linked_databases: tuple[Text, ...] = ()
    publications: Annotated[tuple[Publication, ...], Field(min_length=1)]
    rules: Literal["2", "3"] = "3"
    fee: FeeTerms = FeeTerms()

    @property
    def spec(self) -> Spec:
        """The machine and price table of this environment."""
        return SPECS[self.environment.kind, self.environment.spec]

    def handler(self, handler_id: str) -> Handler | None:
        """The handler with that id, or None."""
        return next((h for h in self.handlers if h.id == handler_id), None)

    @model_validator(mode="after")
    def _consistent(self) -> Approval:
        if mistakes := _inconsistencies(self):
            raise Mistaken(*mistakes)
        return self


def _inconsistencies(approval: Approval) -> list[Problem]:
    """Mistakes that only show when parts are held against each other, each with its field's path."""
    return [*_people(approval), *_addresses(approval), *_data(approval), *_machine(approval), *_time(approval)]


def _people(approval: Approval) -> list[Problem]:
    found = []
    places = {place.id for place in approval.places}
    for number, handler in enumerate(approval.handlers):
        if handler.place not in places:
            text = _("'{place}' is none of the approved places (HIC-1)").format(place=handler.place)
            fix = _("use one of: {places}").format(places=", ".join(sorted(places)))
            found.append(Problem(f"handlers.{number}.place", text, fix))
    for field, ids in (("handlers", [h.id for h in approval.handlers]), ("places", [p.id for p in approval.places])):
        for name in sorted({i for i in ids if ids.count(i) > 1}):
            text = _("the id '{name}' is given twice; ids are personal (HIC-4)").format(name=name)
            found.append(Problem(field, text, _("give each an id of its own")))
    if not any(handler.full_time for handler in approval.handlers):
        text = _("at least one handler must be full-time (VOC-4a)")
        found.append(Problem("handlers", text, _("write full_time: true, or leave it out, for whoever is")))
    if not any(handler.files_requests for handler in approval.handlers):
        text = _("at least one handler must be marked files_requests: true (REV-3)")
        found.append(Problem("handlers", text, _("mark the one who files requests for the group")))
    return found


def _addresses(approval: Approval) -> Iterator[Problem]:
    """Whoever connects is at one place: no two places have the same addresses (HIC-1)."""
    known = [
        (f"places.{number}.cidrs.{index}", place.id, cidr, ipaddress.ip_network(cidr))
        for number, place in enumerate(approval.places)
        for index, cidr in enumerate(place.cidrs)
    ]
    for place, (where, other, second, network) in enumerate(known):
        for _where, one, cidr, earlier in known[:place]:
            if one != other and earlier.version == network.version and earlier.overlaps(network):
                text = _("{second} of {other} overlaps {cidr} of {one} (HIC-1)")
                fix = _("give each place its own addresses, or name both as one place")
                yield Problem(where, text.format(second=second, other=other, cidr=cidr, one=one), fix)
                break  # the first is enough to mend it


def _data(approval: Approval) -> Iterator[Problem]:
    """The server's role names every approved month with every pattern, and AWS bounds its length."""
    if not fits_a_policy(approval.datasets):
        text = _("the months and patterns of tables are more than a policy of AWS can name")
        yield Problem("datasets", text, _("name whole years (months 01, 04, 07 and 10), or fewer and wider patterns"))


def _machine(approval: Approval) -> list[Problem]:
    environment = approval.environment
    spec = SPECS.get((environment.kind, environment.spec))
    if spec is None:
        offered = ", ".join(str(name) for kind, name in SPECS if kind == environment.kind)
        text = _("spec {spec} is not offered for {kind} use (FEE-5)")
        fix = _("use one of: {offered}").format(offered=offered)
        return [Problem("environment.spec", text.format(spec=environment.spec, kind=environment.kind), fix)]
    found = []
    if len(approval.handlers) > spec.most_persons:
        text = _("{count} handlers, but spec {spec} takes at most {most} (ENV-6)")
        text = text.format(count=len(approval.handlers), spec=environment.spec, most=spec.most_persons)
        found.append(Problem("handlers", text, _larger(environment.kind, len(approval.handlers), spec.most_persons)))
    if environment.options.software_users and spec.software_yen is None:
        text = _("statistics software is priced for 甲 and 乙 only (FEE-7)")
        found.append(Problem("environment.options.software_users", text, _("leave it out, or take such a spec")))
    if environment.kind is Kind.EXPLORATORY:
        for number, data in enumerate(approval.datasets):
            if data.kind == "extracted":
                text = _("exploratory use offers trial and panel data only (ENV-2)")
                fix = _("leave it out, or apply for special use: kind: special")
                found.append(Problem(f"datasets.{number}.kind", text, fix))
    return found


def _larger(kind: Kind, persons: int, most: int) -> str:
    """What to do with more handlers than a spec takes."""
    fitting = [str(spec) for (use, spec), row in SPECS.items() if use is kind and row.most_persons >= persons]
    if fitting:
        return _("take a spec for more persons: {specs}; or name at most {most} handlers").format(
            specs=", ".join(fitting), most=most
        )
    return _("name at most {most} handlers").format(most=most)


def _time(approval: Approval) -> list[Problem]:
    found = []
    period, decision = approval.period, approval.decision
    last = date.fromordinal(add_months(period.start, MOST_MONTHS).toordinal() - 1)
    if period.end < period.start:
        text = _("the period ends before it starts")
        found.append(Problem("period.end", text, _("correct the start or the end")))
    elif period.end > last:
        text = _("the period is longer than {months} months (LIFE-1)").format(months=MOST_MONTHS)
        found.append(Problem("period.end", text, _("the last possible day is {day}").format(day=last)))
    if period.extension:
        until, latest = period.extension.until, add_months(period.end, MOST_EXTENSION_MONTHS)
        if not period.end < until <= latest:
            text = _("the extension to {day} is not possible (LIFE-3)").format(day=until)
            fix = _("it must end after {first} and not after {last}").format(first=period.end, last=latest)
            found.append(Problem("period.extension.until", text, fix))
    if period.start < decision.date:
        text = _("the period starts before the decision of {day}").format(day=decision.date)
        found.append(Problem("period.start", text, _("let it start on that day or later")))
    if decision.chair_confirmed and decision.result is not Result.CONDITIONAL:
        text = _("only a 条件付承諾 is confirmed by the chair (FLOW-5)")
        found.append(Problem("decision.chair_confirmed", text, _("leave chair_confirmed out, or correct the result")))
    return found
