"""Ask S3 whether this machine's identity may list buckets: `python -m provisioning.aws.probe BUCKET...`.

Run on an analysis server, it prints one line per bucket: its name, a tab, and `N objects`, `denied`, `absent` or
`failed: CODE`. The prefixes are those that an analysis server's role may list.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from botocore.exceptions import ClientError

from provisioning.aws.sessions import DENIED, Aws, aws_errors, error_code
from provisioning.errors import DependencyFailed
from provisioning.settings import read_settings

PREFIXES = ("shareData/", "egress/")
_MISSING = ("NoSuchBucket", "404")


def ask(aws: Aws, bucket: str) -> str:
    """What S3 answers to a listing of that bucket. A bucket is open when any of the prefixes can be listed."""
    answers = [_listed(aws, bucket, prefix) for prefix in PREFIXES]
    counts = [answer for answer in answers if isinstance(answer, int)]
    return f"{sum(counts)} objects" if counts else str(answers[0])


def _listed(aws: Aws, bucket: str, prefix: str) -> int | str:
    passing = (*DENIED, *_MISSING)
    try:
        with aws_errors("", passing=passing):
            found = aws.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1000)
    except ClientError as error:
        return "denied" if error_code(error) in DENIED else "absent"
    except DependencyFailed as error:
        cause = error.__cause__
        return f"failed: {error_code(cause) if isinstance(cause, ClientError) else type(cause).__name__}"
    return int(found["KeyCount"])


def main(buckets: Sequence[str]) -> None:
    """Print an answer for every bucket."""
    settings = read_settings()
    endpoint = settings.service("aws")["endpoint"] if settings.engine == "offline" else None
    aws = Aws(settings.region, endpoint=endpoint)
    for bucket in buckets:
        print(f"{bucket}\t{ask(aws, bucket)}")


if __name__ == "__main__":
    main(sys.argv[1:])
