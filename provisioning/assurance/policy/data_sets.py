"""That a server reads the data sets of its approval and no others: by its role, by its way to S3, by the bucket. Pure.

What role and endpoint say is compared pattern by pattern with what was approved. What the share bucket itself says is
asked: an object of each pattern that any policy has, and some that nobody named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from provisioning.approvals import names
from provisioning.approvals.data_sets import FOLDERS, FOR_EVERYBODY
from provisioning.assurance.claims import N_, Claim, Verdict, judge
from provisioning.assurance.policy import acts
from provisioning.assurance.policy.cells import Court
from provisioning.assurance.policy.contexts import ANYHOW
from provisioning.assurance.policy.documents import Document, Statement, Undecidable, any_matches
from provisioning.assurance.policy.samples import covers, overlap, sample
from provisioning.assurance.policy.things import Thing, policy_of
from provisioning.assurance.stand import PLATFORM
from provisioning.messages import _

DATA_SETS = Claim("P6", N_("The server reads the approved data sets, and no others"), ("1.5.04", "3.1.13", "3.2.03"))
# Of these nobody's data are: editions that cannot be, and a table of no name.
NOBODYS = (f"{FOLDERS['trial']}/200002/TRIAL_0.csv", f"{FOLDERS['panel']}/2000/all/PANEL_0.csv", "shareData/0")


def data_sets_verdict(court: Court, approval: str, share_keys: Collection[str] | None) -> Verdict:
    """Hold what the servers of an approval may read in the share against `share_keys`; None: nothing is registered."""
    if share_keys is None:
        text = _("{approval} is not registered here, so that nobody can tell what was approved")
        return judge(DATA_SETS, 0, [text.format(approval=approval)])
    share = f"arn:aws:s3:::{names.share_bucket(court.stand.account)}"
    wanted = [f"{share}/{key}" for key in share_keys]
    try:
        documents = list(_documents(court, approval))
        against = [text for one in documents for text in _differences(*one, share, wanted)]
        asked = _outside(court, share, wanted)
        allowed = [text for thing in asked for text in _read(court, approval, thing)]
    except Undecidable as unknown:
        return judge(DATA_SETS, 1, [unknown.message])
    evidence = len(documents) * len(wanted) + len(asked) * len(court.researchers.get(approval, ()))
    return judge(DATA_SETS, evidence, [*against, *allowed])


def _documents(court: Court, approval: str) -> Iterator[tuple[str, Sequence[Document], Document | None]]:
    """The policies that open the share to a server, by whose they are, and the bounds of roles."""
    for role in court.researchers.get(approval, ()):
        yield role.name, role.identity, role.boundary
    for vpc in court.stand.network.of_approval(approval):
        for endpoint, document in court.endpoints.get((vpc.id, "s3"), ()):
            yield endpoint.id, (document,), None


def _differences(
    whose: str, documents: Sequence[Document], bounds: Document | None, share: str, wanted: Sequence[str]
) -> Iterator[str]:
    opened = [pair for document in documents for pair in _reading(document) if _of_share(pair[1], share)]
    for statement, pattern in opened:
        if not _within(pattern, wanted) and not _withheld(pattern, bounds):
            yield _("{whose} opens {pattern}, which is not approved <- {statement}").format(
                whose=whose, pattern=pattern, statement=statement.label
            )
    patterns = [pattern for _statement, pattern in opened]
    for one in wanted:
        if not _within(one, patterns):
            yield _("{whose} does not open {pattern}, which is approved").format(whose=whose, pattern=one)


def _within(pattern: str, patterns: Sequence[str]) -> bool:
    """Whether one of the patterns covers it: `?` stands for one sign of a name and for no wildcard."""
    return pattern in patterns or covers([each for each in patterns if "?" not in each], pattern)


def _of_share(pattern: str, share: str) -> bool:
    """Whether a pattern speaks of objects of the share; what it says of other buckets is not asked here."""
    return pattern.startswith(f"{share}/") or overlap(pattern, f"{share}/*")


def _withheld(pattern: str, bounds: Document | None) -> bool:
    """Whether the bounds of a role let nothing of it be read."""
    return bounds is not None and not any(overlap(each, pattern) for _statement, each in _reading(bounds))


def _reading(document: Document) -> Iterator[tuple[Statement, str]]:
    for statement in document.statements:
        if statement.allows and any(statement.is_about(action.lower()) for action in acts.READ_OBJECTS):
            patterns = ("*",) if statement.not_resources else statement.resources or ("*",)
            yield from ((statement, pattern) for pattern in patterns)


def _outside(court: Court, share: str, wanted: Sequence[str]) -> list[Thing]:
    """Objects of the share that the approval does not open."""
    item = court.stand.one("share bucket", PLATFORM)
    if item is None:
        return []
    known = {thing.arn for thing in court.things[PLATFORM] if thing.arn.startswith(f"{share}/")}
    beside = {f"{one.rpartition('/')[0]}/0.csv" for one in wanted if not one.endswith(FOR_EVERYBODY)}
    arns = {*known, *(f"{share}/{key}" for key in NOBODYS), *map(sample, beside)}
    policy, account = policy_of(item), court.stand.account
    return [
        Thing("share", arn, account, policy, PLATFORM) for arn in sorted(arns) if not any_matches(tuple(wanted), arn)
    ]


def _read(court: Court, approval: str, thing: Thing) -> Iterator[str]:
    for role in court.researchers.get(approval, ()):
        for action in acts.READ_OBJECTS:
            if by := court.may(role, action, thing, ANYHOW):
                yield f"{role.name}: {action} {thing.arn} <- {by}"
