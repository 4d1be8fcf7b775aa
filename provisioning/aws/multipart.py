"""Large files to S3 in parts, going on where an interrupted upload stopped, and shown only if all is what was meant.

What was sent is noted beside the file, in `.NAME.upload`: the upload's id, each part's ETag and checksum. The
note counts only for the same content, key and bucket. S3 keeps the parts of an unfinished upload until it is aborted,
or until the bucket's lifecycle rule ends it.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from provisioning.aws.sessions import error_code
from provisioning.errors import Refused
from provisioning.messages import _

PART = 32 << 20  # bytes, held in memory AT_ONCE times; S3 takes at most 10,000 parts: 320 GB
AT_ONCE = 4
_CHECKSUM = "SHA256"  # S3 compares each part with it, and wants all of them again at the end
_GONE = ("NoSuchUpload", "404")
_Sent = tuple[int, dict[str, str]]


@dataclass
class _Note:
    """What is known of an upload that is under way. `sha256` is that of the file; `parts` are those sent, by number."""

    bucket: str
    key: str
    sha256: str
    size: int
    part: int
    upload: str
    parts: dict[str, dict[str, str]] = field(default_factory=dict)

    def same_as(self, other: _Note) -> bool:
        mine = (self.bucket, self.key, self.sha256, self.size, self.part)
        return mine == (other.bucket, other.key, other.sha256, other.size, other.part)


def upload_parts(
    client: Any,
    bucket: str,
    key: str,
    path: Path,
    sha256: str,
    metadata: dict[str, str],
    progress: Callable[[int], None],
    part: int = PART,
) -> None:
    """Upload a file of known sha256 in parts. `progress` is told the bytes, those sent before included.

    Raises what boto3 raises; then another call goes on from the parts that were sent. Raises Refused when the file
    is not, or not any more, what `sha256` says; then the upload is given up, and no object was made.
    """
    place = path.with_name(f".{path.name}.upload")
    wanted = _Note(bucket, key, sha256, path.stat().st_size, part, upload="")
    note = _read(place)
    if note is not None and note.same_as(wanted):
        try:
            _send(client, path, note, place, progress)
            return
        except ClientError as error:
            if error_code(error) not in _GONE:
                raise
            progress(-_bytes_sent(note))
    elif note is not None:
        _abort(client, note)
    answer = client.create_multipart_upload(Bucket=bucket, Key=key, Metadata=metadata, ChecksumAlgorithm=_CHECKSUM)
    wanted.upload = answer["UploadId"]
    _send(client, path, wanted, place, progress)


def _abort(client: Any, note: _Note) -> None:
    """Give up the upload of other content, whose parts would be kept, and paid for."""
    try:
        client.abort_multipart_upload(Bucket=note.bucket, Key=note.key, UploadId=note.upload)
    except ClientError as error:
        if error_code(error) not in _GONE:
            raise


def _send(client: Any, path: Path, note: _Note, place: Path, progress: Callable[[int], None]) -> None:
    count = -(-note.size // note.part)
    _write(place, note)
    progress(_bytes_sent(note))

    def one(number: int) -> _Sent:
        with path.open("rb") as stream:
            stream.seek((number - 1) * note.part)
            body = stream.read(note.part)
        answer = client.upload_part(
            Bucket=note.bucket,
            Key=note.key,
            UploadId=note.upload,
            PartNumber=number,
            Body=body,
            ChecksumAlgorithm=_CHECKSUM,
        )
        return number, {name: str(answer[name]) for name in ("ETag", f"Checksum{_CHECKSUM}")}

    missing = [number for number in range(1, count + 1) if str(number) not in note.parts]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number, part in _in_turn(pool, one, missing):
            note.parts[str(number)] = part
            _write(place, note)
            progress(_length(note, number))
    try:
        _check_parts(path, note)
    except Refused:
        _abort(client, note)
        place.unlink(missing_ok=True)
        raise
    parts = [{"PartNumber": number, **note.parts[str(number)]} for number in range(1, count + 1)]
    client.complete_multipart_upload(
        Bucket=note.bucket, Key=note.key, UploadId=note.upload, MultipartUpload={"Parts": parts}
    )
    place.unlink(missing_ok=True)


def _check_parts(path: Path, note: _Note) -> None:
    """Raise Refused unless every part that was sent is one of the file, and the file the one that was meant."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        for number in range(1, len(note.parts) + 1):
            body = stream.read(note.part)
            digest.update(body)
            sent = note.parts[str(number)][f"Checksum{_CHECKSUM}"]
            check_content(path, b64encode(hashlib.sha256(body).digest()).decode("ascii"), sent)
        rest = bool(stream.read(1))
    check_content(path, digest.hexdigest() if not rest else "", note.sha256)


def check_content(path: Path, found: str, wanted: str) -> None:
    """Raise Refused unless what was read of a file is what it should be, both as digests."""
    if found != wanted:
        raise Refused(
            _("{path} was changed while it was being sent.").format(path=path),
            fix=_("Nothing of it shows; repeat the command when nobody writes to the file."),
        )


def _in_turn(pool: ThreadPoolExecutor, one: Callable[[int], _Sent], numbers: Iterable[int]) -> Iterable[_Sent]:
    """Results as they come. After the first error no more is begun, but what was under way still counts."""
    left = iter(numbers)
    running: set[Future[_Sent]] = {pool.submit(one, number) for number in islice(left, AT_ONCE)}
    failed: BaseException | None = None
    while running:
        done, running = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            if (error := future.exception()) is not None:
                failed = failed or error
                continue
            yield future.result()
            if failed is None and (number := next(left, None)) is not None:
                running.add(pool.submit(one, number))
    if failed is not None:
        raise failed


def _length(note: _Note, number: int) -> int:
    return min(note.part, note.size - (number - 1) * note.part)


def _bytes_sent(note: _Note) -> int:
    return sum(_length(note, int(number)) for number in note.parts)


def _read(place: Path) -> _Note | None:
    try:
        return _Note(**json.loads(place.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None  # none, or one that was damaged: the upload begins anew


def _write(place: Path, note: _Note) -> None:
    """Keep the note; in a folder that cannot be written to, an interrupted upload begins anew."""
    unfinished = place.with_name(place.name + ".new")
    try:
        unfinished.write_text(json.dumps(asdict(note)), encoding="utf-8")
        unfinished.replace(place)
    except OSError:
        return
