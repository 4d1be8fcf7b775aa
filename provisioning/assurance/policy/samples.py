"""Objects that some policy speaks of by itself: each pattern gives the bucket a key of its own. Pure.

A statement on `egress/outbox/E001/*` would be missed by asking about one object of each folder.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from provisioning.assurance.identities import Principal
from provisioning.assurance.policy import acts
from provisioning.assurance.policy.documents import Document, Statement, matches

S3 = "arn:aws:s3:::"
ANY, SIGN = "0any", "0"  # what stands for `*` and `?` in a sample; no real name looks like it
_READS = {action.lower() for action in acts.READ_OBJECTS}
_VARIABLE = re.compile(r"\$\{[^}]*\}")


class Samples:
    """Keys by bucket, from what the policies of principals and buckets allow.

    `readers` are ARNs of roles whose patterns that begin with `apart`, of statements that only read, give no keys.
    """

    def __init__(
        self,
        principals: Iterable[Principal],
        buckets: Iterable[Document],
        readers: Collection[str] = (),
        apart: str = "",
    ) -> None:
        self._by_bucket: dict[str, set[str]] = {}
        self._wide: set[str] = set()
        patterns = {pattern for document in buckets for pattern in _patterns(document)}
        for principal in principals:
            for document in principal.identity:
                patterns |= _patterns(document, apart if principal.arn in readers else "")
        for pattern in patterns:
            bucket, slash, rest = pattern.removeprefix(S3).partition("/")
            if pattern.startswith(S3) and slash and not set(bucket) & set("*?"):
                self._by_bucket.setdefault(bucket, set()).add(rest)
            elif set(pattern) & set("*?"):
                self._wide.add(pattern)

    def keys(self, bucket: str, folders: Iterable[str]) -> list[str]:
        """The keys to ask about beside one of each folder."""
        found = set(self._by_bucket.get(bucket, ()))
        for pattern in self._wide:
            found |= rests(pattern, f"{S3}{bucket}/")
        known = {f"{folder}*" for folder in folders}
        return sorted({sample(rest) for rest in found - known if rest.strip("*")})


def written_abroad(principal: Principal, account: str, buckets: Iterable[str]) -> list[str]:
    """ARNs of objects in buckets that are none of ours, of which the principal's own policies speak by name."""
    ours = set(buckets)
    found: set[str] = set()
    for pattern in {each for document in principal.identity for each in _patterns(document)}:
        bucket = sample(pattern.removeprefix(S3).partition("/")[0])
        # `hic-work-*-<account>` are the names of our own.
        if pattern.startswith(S3) and bucket not in ours and not (f"-{account}" in bucket and bucket[:4] == "hic-"):
            found.add(sample(pattern if "/" in pattern else f"{pattern}/*"))
    return sorted(found)


def _patterns(document: Document, apart: str = "") -> set[str]:
    """What its statements that allow calls on S3 are about; policy variables may stand for anything.

    Without what only those that read say of what begins with `apart`.
    """
    return {
        _VARIABLE.sub("*", pattern)
        for statement in document.statements
        if statement.allows and not statement.not_resources and _of_objects(statement)
        for pattern in statement.resources or ()
        if pattern != "*" and not (apart and pattern.startswith(apart) and _only_reads(statement))
    }


def _only_reads(statement: Statement) -> bool:
    return not statement.not_actions and {action.lower() for action in statement.actions} <= _READS


def _of_objects(statement: Statement) -> bool:
    return any(statement.is_about(action.lower()) for action in acts.OBJECTS)


def sample(pattern: str) -> str:
    """A text that fits a pattern."""
    return pattern.replace("*", ANY).replace("?", SIGN)


def rests(pattern: str, text: str) -> set[str]:
    """What is left of a pattern behind a text: all that may follow fits one of these."""
    at = _beyond_stars(pattern, {0})
    for sign in text:
        after = {p + 1 for p in at if p < len(pattern) and pattern[p] in (sign, "?")}
        stays = {p for p in at if p < len(pattern) and pattern[p] == "*"}
        at = _beyond_stars(pattern, after | stays)
    return {pattern[p:] for p in at}


def _beyond_stars(pattern: str, at: set[int]) -> set[int]:
    found: set[int] = set()
    for place in at:
        beyond = place
        found.add(beyond)
        while beyond < len(pattern) and pattern[beyond] == "*":
            beyond += 1
            found.add(beyond)
    return found


def covers(patterns: Sequence[str], pattern: str) -> bool:
    """Whether all that fits a pattern fits one of some (without `?`): its `*` must fall on one of theirs."""
    return any(matches(each, pattern) for each in patterns)


def overlap(one: str, other: str) -> bool:
    """Whether some text fits both patterns."""
    return witness(one, other) is not None


def witness(one: str, other: str) -> str | None:
    """A text that fits both patterns; None where none does."""
    at = dict.fromkeys(_beyond_pairs(one, other, {(0, 0)}), "")
    seen = dict(at)
    while at:
        if (len(one), len(other)) in at:
            return at[len(one), len(other)]
        after: dict[tuple[int, int], str] = {}
        for (a, b), text in at.items():
            if a < len(one) and b < len(other) and (one[a] in "*?" or other[b] in "*?" or one[a] == other[b]):
                sign = next((each for each in (one[a], other[b]) if each not in "*?"), SIGN)
                for pair in _beyond_pairs(one, other, {(a + (one[a] != "*"), b + (other[b] != "*"))}):
                    if pair not in seen:
                        after[pair] = seen[pair] = text + sign
        at = after
    return None


def _beyond_pairs(one: str, other: str, at: set[tuple[int, int]]) -> set[tuple[int, int]]:
    return {(p, q) for a, b in at for p in _beyond_stars(one, {a}) for q in _beyond_stars(other, {b})}
