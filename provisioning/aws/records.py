"""The record store: one DynamoDB table, every transition a conditional transaction.

A record is JSON under a partition key `pk` and a sort key `sk`, with a version that every
write moves on by one. Records of one approval share the key `APPROVAL#<id>`, so that a
leading-key condition can show a researcher's role its own approval alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from provisioning.aws.sessions import Aws, aws_errors, error_code
from provisioning.errors import Conflict, DependencyFailed
from provisioning.messages import _

TABLE = "hic-records"
MOST_KEYS = 100  # of one call, set by DynamoDB
ATTEMPTS = 8


@dataclass(frozen=True)
class Record:
    """What is stored under one key. `version` is 1 after the first write."""

    pk: str
    sk: str
    data: dict[str, Any]
    version: int


@dataclass(frozen=True)
class Put:
    """A write that holds only if the stored version is `expected` (0: nothing stored yet)."""

    pk: str
    sk: str
    data: dict[str, Any]
    expected: int = 0

    @classmethod
    def over(cls, record: Record, data: dict[str, Any]) -> Put:
        """The write that replaces `record`, as it was read."""
        return cls(record.pk, record.sk, data, record.version)


class RecordStore:
    """Reads are strongly consistent; writes go through or leave everything as it was."""

    def __init__(self, aws: Aws, table: str = TABLE) -> None:
        self._aws = aws
        self._table = table

    def exists(self) -> bool:
        """Whether the table stands."""
        try:
            with aws_errors(_("looking at the record table"), passing=("ResourceNotFoundException",)):
                self._client.describe_table(TableName=self._table)
        except ClientError:
            return False
        return True

    def get(self, pk: str, sk: str) -> Record | None:
        """The record, or None."""
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        with _table_errors(_("reading the record table")):
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return _record(answer["Item"]) if "Item" in answer else None

    def list(self, pk: str, prefix: str = "") -> list[Record]:
        """Records of one partition whose sort key starts with `prefix`, in key order."""
        condition, values = "pk = :pk", {":pk": {"S": pk}}
        if prefix:
            condition += " AND begins_with(sk, :sk)"
            values[":sk"] = {"S": prefix}
        with _table_errors(_("reading the record table")):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression=condition,
                ExpressionAttributeValues=values,
                ConsistentRead=True,
            )
            return [_record(item) for page in pages for item in page["Items"]]

    def get_many(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Record]:
        """The records of these (pk, sk) that exist, a hundred by one call; in no order that means anything."""
        wanted = list(dict.fromkeys(keys))
        found = {}
        for start in range(0, len(wanted), MOST_KEYS):
            for item in self._batch(wanted[start : start + MOST_KEYS]):
                record = _record(item)
                found[record.pk, record.sk] = record
        return found

    def _batch(self, keys: Sequence[tuple[str, str]]) -> Iterator[dict[str, Any]]:
        """Items of up to a hundred keys; what a busy table leaves out is asked for again, a bounded number of times."""
        left: dict[str, Any] = {"Keys": [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in keys], "ConsistentRead": True}
        for _attempt in range(ATTEMPTS):
            with _table_errors(_("reading the record table")):
                answer = self._client.batch_get_item(RequestItems={self._table: left})
            yield from answer["Responses"].get(self._table, [])
            if not (left := answer.get("UnprocessedKeys", {}).get(self._table, {})):
                return
        raise DependencyFailed(_("The record table is too busy."), fix=_("Repeat the command in a moment."))

    def write(self, puts: Sequence[Put]) -> None:
        """Write all or nothing. Raises Conflict, with the keys, when a version has moved on."""
        items = [{"Put": self._put(put)} for put in puts]
        try:
            with _table_errors(_("writing the record table"), passing="TransactionCanceledException"):
                self._client.transact_write_items(TransactItems=items)
        except ClientError as error:
            reasons = error.response.get("CancellationReasons", [])
            failed = [p for p, r in zip(puts, reasons, strict=False) if r.get("Code") not in (None, "None")]
            raise RecordConflict(failed or list(puts)) from error

    @property
    def _client(self) -> Any:
        return self._aws.client("dynamodb")

    def _put(self, put: Put) -> dict[str, Any]:
        item = {
            "pk": {"S": put.pk},
            "sk": {"S": put.sk},
            "version": {"N": str(put.expected + 1)},
            "data": {"S": json.dumps(put.data, ensure_ascii=False, sort_keys=True)},
        }
        write: dict[str, Any] = {"TableName": self._table, "Item": item}
        if put.expected:
            write["ConditionExpression"] = "#version = :expected"
            write["ExpressionAttributeNames"] = {"#version": "version"}
            write["ExpressionAttributeValues"] = {":expected": {"N": str(put.expected)}}
        else:
            write["ConditionExpression"] = "attribute_not_exists(pk)"
        return write


class RecordConflict(Conflict):
    """A conditional write did not hold; `puts` are the ones that failed."""

    def __init__(self, puts: Sequence[Put]) -> None:
        keys = ", ".join(f"{p.pk}/{p.sk}" for p in puts)
        super().__init__(
            _("The record changed in the meantime: {keys}.").format(keys=keys),
            fix=_("Look at it again, then repeat the command."),
        )
        self.puts = tuple(puts)


@contextmanager
def _table_errors(doing: str, passing: str = "") -> Iterator[None]:
    """`aws_errors`, but a missing table names the command that makes it; `passing` goes through."""
    try:
        with aws_errors(doing, passing=("ResourceNotFoundException", passing)):
            yield
    except ClientError as error:
        if error_code(error) == "ResourceNotFoundException":
            raise DependencyFailed(
                _("There is no record table yet."), fix=_("Build the platform first: hic platform up")
            ) from error
        raise


def _record(item: dict[str, Any]) -> Record:
    return Record(
        pk=item["pk"]["S"], sk=item["sk"]["S"], data=json.loads(item["data"]["S"]), version=int(item["version"]["N"])
    )
