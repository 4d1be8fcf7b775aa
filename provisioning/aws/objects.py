"""The object store: one S3 bucket, with the few calls that the services need."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError

from provisioning.aws.multipart import PART, check_content, upload_parts
from provisioning.aws.sessions import Aws, aws_errors, error_code
from provisioning.errors import DependencyFailed, Refused
from provisioning.messages import _

CHUNK = 1 << 20
_NO_BUCKET = "NoSuchBucket"
RESUMES = 5  # how often in a row a broken stream is taken up again without a byte having come
PAUSE = 0.25  # seconds before the first time, doubled for each further one
_TRANSFER = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART)


@dataclass(frozen=True)
class StoredObject:
    """An object as a listing or a head shows it. `size` in bytes; `version` None if unversioned."""

    key: str
    size: int
    etag: str
    version: str | None = None
    metadata: dict[str, str] | None = None


@dataclass(frozen=True)
class StoredVersion:
    """One version of an object, since `at`; a mark of deletion if `deleted`."""

    key: str
    version: str
    at: datetime
    deleted: bool = False


class ObjectStore:
    """One bucket. `get`-like calls raise DependencyFailed; a missing object is None or False."""

    def __init__(self, aws: Aws, bucket: str) -> None:
        self._aws = aws
        self.bucket = bucket

    def beside(self, bucket: str) -> ObjectStore:
        """Another bucket, in the same session."""
        return ObjectStore(self._aws, bucket)

    @property
    def _client(self) -> Any:
        return self._aws.client("s3")

    def head(self, key: str, version: str | None = None) -> StoredObject | None:
        """The object's facts, or None when there is none."""
        arguments = {"Bucket": self.bucket, "Key": key, **({"VersionId": version} if version else {})}
        absent = ("404", "NoSuchKey", "NoSuchVersion")
        try:
            with self._errors(key, passing=absent):
                answer = self._client.head_object(**arguments)
        except ClientError:
            return None
        return StoredObject(
            key=key,
            size=answer["ContentLength"],
            etag=answer["ETag"].strip('"'),
            version=answer.get("VersionId"),
            metadata=answer.get("Metadata", {}),
        )

    def list(self, prefix: str = "") -> list[StoredObject]:
        """All objects under `prefix`, by key."""
        with self._errors(prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
            return [
                StoredObject(item["Key"], item["Size"], item["ETag"].strip('"'))
                for page in pages
                for item in page.get("Contents", [])
            ]

    def put_bytes(self, key: str, body: bytes, **extra: Any) -> str | None:
        """Store bytes; the version id, if the bucket keeps versions. `extra` goes to put_object."""
        with self._errors(key):
            answer = self._client.put_object(Bucket=self.bucket, Key=key, Body=body, **extra)
        version = answer.get("VersionId")
        return str(version) if version else None

    def put_if_unchanged(self, key: str, body: bytes, etag: str | None, **extra: Any) -> bool:
        """Store bytes if the object still has that etag, or with None if there is none; whether they were stored."""
        condition = {"IfMatch": f'"{etag}"'} if etag else {"IfNoneMatch": "*"}
        changed = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")
        try:
            with self._errors(key, passing=changed):
                self._client.put_object(Bucket=self.bucket, Key=key, Body=body, **condition, **extra)
        except ClientError:
            return False
        return True

    def put_file(
        self,
        key: str,
        path: Path,
        *,
        metadata: dict[str, str] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> StoredObject:
        """Upload a file. `progress` is told the bytes of each step.

        A large file goes in parts. If `metadata` tells the file's `sha256`, an interrupted upload goes on where it
        stopped (see `multipart`), and Refused is raised, before anything shows, when the file has other content.
        """
        told, tell = metadata or {}, progress or (lambda _bytes: None)
        with self._errors(key):
            if "sha256" in told and path.stat().st_size > PART:
                upload_parts(self._client, self.bucket, key, path, told["sha256"], told, tell)
            elif "sha256" in told:
                body = path.read_bytes()
                check_content(path, hashlib.sha256(body).hexdigest(), told["sha256"])
                self._client.put_object(Bucket=self.bucket, Key=key, Body=body, Metadata=told)
                tell(len(body))
            else:
                self._client.upload_file(
                    str(path), self.bucket, key, ExtraArgs={"Metadata": told}, Callback=tell, Config=_TRANSFER
                )
        stored = self.head(key)
        if stored is None:
            raise DependencyFailed(
                _("s3://{bucket}/{key} is not there after its upload.").format(bucket=self.bucket, key=key)
            )
        return stored

    def chunks(self, key: str, version: str | None = None, start: int = 0) -> Iterator[bytes]:
        """The object's bytes from number `start` (less than its size), in pieces of up to 1 MiB.

        A stream that breaks off is taken up again where it stopped, a bounded number of times. Raises
        DependencyFailed when it cannot be, Refused when the object was replaced meanwhile.
        """
        place, failures, etag = start, 0, ""
        while True:
            try:
                answer = self._get_from(key, version, place, etag)
                etag = answer.get("ETag", "")
                with closing(answer["Body"]) as stream:
                    while piece := stream.read(CHUNK):
                        place += len(piece)
                        failures = 0
                        yield piece
                return
            except (ClientError, BotoCoreError) as error:
                failures += 1
                if place == start or failures > RESUMES or not _passing(error):
                    with self._errors(key):
                        raise
            time.sleep(PAUSE * 2**failures)

    def _get_from(self, key: str, version: str | None, place: int, etag: str) -> Any:
        arguments = {"Bucket": self.bucket, "Key": key, **({"VersionId": version} if version else {})}
        if place:
            arguments["Range"] = f"bytes={place}-"
        if etag:
            arguments["IfMatch"] = etag
        try:
            answer = self._client.get_object(**arguments)
        except ClientError as error:
            if error_code(error) not in ("PreconditionFailed", "412"):
                raise
            raise Refused(
                _("s3://{bucket}/{key} was replaced while it was being read.").format(bucket=self.bucket, key=key),
                fix=_("Run the command again when nobody publishes."),
            ) from error
        if place and not answer.get("ContentRange", "").startswith(f"bytes {place}-"):
            answer["Body"].close()
            raise DependencyFailed(
                _("The store sends s3://{bucket}/{key} from its start, though the rest was asked for.").format(
                    bucket=self.bucket, key=key
                )
            )
        return answer

    def read(self, key: str, version: str | None = None) -> bytes:
        """The whole object, for small ones."""
        return b"".join(self.chunks(key, version))

    def copy(self, source: str, target: str, version: str | None = None) -> str | None:
        """Copy inside the bucket, from a fixed version; the new version id."""
        origin = {"Bucket": self.bucket, "Key": source, **({"VersionId": version} if version else {})}
        with self._errors(target):
            answer = self._client.copy_object(Bucket=self.bucket, Key=target, CopySource=origin)
        made = answer.get("VersionId")
        return str(made) if made else None

    def link(self, key: str, version: str, seconds: int) -> str:
        """A URL that hands out one version of an object to whoever holds it, for `seconds` at most."""
        origin = {"Bucket": self.bucket, "Key": key, "VersionId": version}
        with self._errors(key):
            return str(self._client.generate_presigned_url("get_object", Params=origin, ExpiresIn=seconds))

    def delete_version(self, key: str, version: str) -> None:
        """Delete one version for good; one that is gone already is no error."""
        self._delete([{"Key": key, "VersionId": version}])

    def purge(self) -> int:
        """Delete every version of every object; how many. A missing bucket holds nothing."""
        deleted = 0
        try:
            with self._errors("", passing=("NoSuchBucket",)):
                for page in self._client.get_paginator("list_object_versions").paginate(Bucket=self.bucket):
                    versions = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
                    if versions:
                        self._delete([{"Key": v["Key"], "VersionId": v["VersionId"]} for v in versions])
                        deleted += len(versions)
        except ClientError:
            return 0
        return deleted

    def versions(self, prefix: str) -> Iterator[StoredVersion]:
        """Every version and mark of deletion under `prefix`, those of one page by key, newest first."""
        with self._errors(prefix):
            pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=prefix)
            for page in pages:
                for kind in ("Versions", "DeleteMarkers"):
                    for item in page.get(kind, []):
                        at, deleted = item["LastModified"], kind == "DeleteMarkers"
                        yield StoredVersion(item["Key"], item["VersionId"], at, deleted)

    def version_keys(self) -> Iterator[str]:
        """The key of every version and mark, so that a key comes as often as it has such. A missing bucket has none."""
        try:
            with self._errors("", passing=("NoSuchBucket",)):
                for page in self._client.get_paginator("list_object_versions").paginate(Bucket=self.bucket):
                    yield from (v["Key"] for v in [*page.get("Versions", []), *page.get("DeleteMarkers", [])])
        except ClientError:
            return

    def _delete(self, doomed: Sequence[dict[str, str]]) -> None:
        answer = self._client.delete_objects(Bucket=self.bucket, Delete={"Objects": doomed, "Quiet": True})
        if failed := answer.get("Errors"):
            raise DependencyFailed(
                _("{count} objects of s3://{bucket} could not be deleted: {reason}").format(
                    count=len(failed), bucket=self.bucket, reason=failed[0].get("Message", "")
                )
            )

    @contextmanager
    def _errors(self, key: str, passing: Sequence[str] = ()) -> Iterator[None]:
        """`aws_errors`, but a missing bucket names the commands that make one; codes in `passing` go through."""
        try:
            with aws_errors(_("using s3://{bucket}/{key}").format(bucket=self.bucket, key=key), (*passing, _NO_BUCKET)):
                yield
        except ClientError as error:
            if error_code(error) != _NO_BUCKET or _NO_BUCKET in passing:
                raise
            raise DependencyFailed(
                _("There is no bucket {bucket}.").format(bucket=self.bucket),
                fix=_("Build what it belongs to first: hic platform up, hic env up APPROVAL"),
            ) from error


def _passing(error: ClientError | BotoCoreError) -> bool:
    """Whether it may go by itself: the net, or the store being slow or ill, but not a refusal."""
    if isinstance(error, ClientError):
        return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) >= 500
    return True


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
