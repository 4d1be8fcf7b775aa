"""An approval (承諾) as an operator writes it down: the whole of what one environment rests on."""

from __future__ import annotations

import ipaddress
import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from provisioning.approvals.periods import add_months
from provisioning.approvals.specs import SPECS, Kind, Spec, SpecName
from provisioning.messages import _

MOST_MONTHS = 6  # LIFE-1, HIC-23
MOST_EXTENSION_MONTHS = 24  # LIFE-3 iv
TRIAL_MONTHS = ("01", "04", "07", "10")  # DATA-2
WIDEST_PREFIX = 24  # our own bound: an approved place is a building, not a provider


class Result(StrEnum):
    """The outcome of the committee's review (FLOW-5)."""

    UNCONDITIONAL = "無条件承諾"
    WITH_OPINION = "意見付承諾"
    CONDITIONAL = "条件付承諾"
    CONTINUED = "審査継続"
    REJECTED = "不承諾"


def _email(value: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", value):
        raise ValueError(_("'{value}' is no e-mail address").format(value=value))
    return value


def _cidr(value: str) -> str:
    try:
        network = ipaddress.ip_network(value)
    except ValueError:
        raise ValueError(_("'{value}' is no network; write it like 203.0.113.16/28").format(value=value)) from None
    if network.version == 4 and network.prefixlen < WIDEST_PREFIX:
        raise ValueError(
            _("'{value}' is wider than /{widest}; name the place's own addresses").format(
                value=value, widest=WIDEST_PREFIX
            )
        )
    return str(network)


def _trial_month(value: str) -> str:
    if not re.fullmatch(r"20\d{2}(0[1-9]|1[0-2])", value) or value[4:] not in TRIAL_MONTHS:
        raise ValueError(_("'{value}' is no trial month; write YYYYMM with month 01, 04, 07 or 10").format(value=value))
    return value


def _japan(value: object) -> object:
    if value != "JP":
        raise ValueError(_("'{value}' is not Japan; places of use lie in Japan only: JP (HIC-1)").format(value=value))
    return value


Day = date
Japan = Annotated[Literal["JP"], BeforeValidator(_japan)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,19}$")]
ApprovalId = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{2,23}$")]
Email = Annotated[str, AfterValidator(_email)]
Cidr = Annotated[str, AfterValidator(_cidr)]
TrialMonth = Annotated[str, AfterValidator(_trial_month)]


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
    tables: tuple[Text, ...] = ("*",)


class PanelData(Part):
    """Annual panel years (DATA-9)."""

    kind: Literal["panel"]
    years: Annotated[tuple[int, ...], Field(min_length=1)]
    variant: Literal["all", "inpatient"] = "all"
    tables: tuple[Text, ...] = ("*",)


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
        mistakes = list(_inconsistencies(self))
        if mistakes:
            raise ValueError("\n".join(f"{where}\t{what}" for where, what in mistakes))
        return self


def _inconsistencies(approval: Approval) -> list[tuple[str, str]]:
    """Mistakes that only show when parts are held against each other: (field path, text)."""
    return [*_people(approval), *_machine(approval), *_time(approval)]


def _people(approval: Approval) -> list[tuple[str, str]]:
    found = []
    places = {place.id for place in approval.places}
    for number, handler in enumerate(approval.handlers):
        if handler.place not in places:
            text = _("'{place}' is none of the approved places; use one of: {places} (HIC-1)")
            found.append(
                (f"handlers.{number}.place", text.format(place=handler.place, places=", ".join(sorted(places))))
            )
    for field, ids in (("handlers", [h.id for h in approval.handlers]), ("places", [p.id for p in approval.places])):
        for name in sorted({i for i in ids if ids.count(i) > 1}):
            found.append((field, _("the id '{name}' is given twice; ids are personal (HIC-4)").format(name=name)))
    if not any(handler.full_time for handler in approval.handlers):
        found.append(("handlers", _("at least one handler must be full-time (VOC-4a)")))
    if not any(handler.files_requests for handler in approval.handlers):
        found.append(("handlers", _("at least one handler must be marked files_requests: true (REV-3)")))
    return found


def _machine(approval: Approval) -> list[tuple[str, str]]:
    environment = approval.environment
    spec = SPECS.get((environment.kind, environment.spec))
    if spec is None:
        offered = ", ".join(str(name) for kind, name in SPECS if kind == environment.kind)
        text = _("spec {spec} is not offered for {kind} use; use one of: {offered} (FEE-5)")
        return [("environment.spec", text.format(spec=environment.spec, kind=environment.kind, offered=offered))]
    found = []
    if len(approval.handlers) > spec.most_persons:
        text = _("{count} handlers, but spec {spec} takes at most {most} (ENV-6)")
        found.append(
            ("handlers", text.format(count=len(approval.handlers), spec=environment.spec, most=spec.most_persons))
        )
    if environment.options.software_users and spec.software_yen is None:
        found.append(
            ("environment.options.software_users", _("statistics software is priced for 甲 and 乙 only (FEE-7)"))
        )
    if environment.kind is Kind.EXPLORATORY:
        for number, data in enumerate(approval.datasets):
            if data.kind == "extracted":
                text = _("exploratory use offers trial and panel data only (ENV-2)")
                found.append((f"datasets.{number}.kind", text))
    return found


def _time(approval: Approval) -> list[tuple[str, str]]:
    found = []
    period, decision = approval.period, approval.decision
    if period.end < period.start:
        found.append(("period.end", _("the period ends before it starts")))
    elif period.end >= add_months(period.start, MOST_MONTHS):
        text = _("the period is longer than {months} months; the last possible day is {day} (LIFE-1)")
        last = add_months(period.start, MOST_MONTHS).toordinal() - 1
        found.append(("period.end", text.format(months=MOST_MONTHS, day=date.fromordinal(last))))
    if period.extension:
        until, latest = period.extension.until, add_months(period.end, MOST_EXTENSION_MONTHS)
        if not period.end < until <= latest:
            text = _("the extension must end after {first} and not after {last} (LIFE-3)")
            found.append(("period.extension.until", text.format(first=period.end, last=latest)))
    if period.start < decision.date:
        found.append(("period.start", _("the period starts before the decision of {day}").format(day=decision.date)))
    if decision.chair_confirmed and decision.result is not Result.CONDITIONAL:
        found.append(("decision.chair_confirmed", _("only a 条件付承諾 is confirmed by the chair (FLOW-5)")))
    return found
