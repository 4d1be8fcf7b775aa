"""What AWS refuses of the data sets, in words that say why: a server reads what its approval names, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from provisioning.aws.objects import ObjectStore
from provisioning.errors import AccessDenied
from provisioning.messages import _


@contextmanager
def denials_explained(what: str) -> Iterator[None]:
    """Tell of an AccessDenied in here what a data set is opened by (LIFE-4); other errors go through."""
    try:
        yield
    except AccessDenied as denied:
        raise AccessDenied(
            _("AWS does not let you read {what}: {reason}").format(what=what, reason=denied.message),
            fix=_(
                "A server reads the data sets of its own approval alone. More needs a change application (LIFE-4): ask "
                "the secretariat. If it was approved already, they have not yet run: hic env up APPROVAL"
            ),
        ) from denied


def chunks_of(share: ObjectStore, key: str) -> Iterator[bytes]:
    """The bytes of an object of the share. Raises what `ObjectStore.chunks` raises, a denial with its reason."""
    with denials_explained(key):
        yield from share.chunks(key)
