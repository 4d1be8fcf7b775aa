"""What a check rests on beside the files: the author's declaration, and the populations. Frozen with the request."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from provisioning.aws.objects import ObjectStore
from provisioning.disclosure.documents import read_file
from provisioning.disclosure.populations import read_populations
from provisioning.disclosure.rules import Pack
from provisioning.egress.freezing import freeze_file, thaw
from provisioning.egress.model import FrozenFile, Request
from provisioning.errors import BadInput
from provisioning.messages import _

Named = tuple[str, bytes]
"""The name of a file and its bytes."""


@dataclass(frozen=True)
class Basis:
    """A `tables.yaml` and a table of populations (PUB-2), each as it was handed in; None where there is none."""

    declaration: Named | None = None
    populations: Named | None = None

    @property
    def declared(self) -> tuple[str, str] | None:
        """The declaration as (name, text). Raises BadInput when it is no UTF-8."""
        return _text(self.declaration) if self.declaration else None

    def pack(self, rules: Pack) -> Pack:
        """The rules with the populations. Raises BadInput that lists every mistake in their table."""
        if self.populations is None:
            return rules
        name, text = _text(self.populations)
        return rules.with_populations(read_populations(text, name))


NOTHING = Basis()


def read_basis(declaration: Path | None, populations: Path | None) -> Basis:
    """Both files as they are now. Raises BadInput when one cannot be read."""
    return Basis(*((path.name, read_file(path)) if path else None for path in (declaration, populations)))


def _text(file: Named) -> tuple[str, str]:
    name, content = file
    try:
        return name, content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            _("{path} is not UTF-8 text.").format(path=name), fix=_("Save the file as UTF-8 and try again.")
        ) from error


def freeze_basis(bucket: ObjectStore, filed: str, request: Request, basis: Basis) -> Request:
    """The request with its basis frozen, in a folder apart from its files."""
    prefix = f"{filed}{request.id}.basis/"

    def frozen(part: str, file: Named | None) -> FrozenFile | None:
        return freeze_file(bucket, f"{prefix}{part}/", *file) if file else None

    return request.model_copy(
        update={
            "declaration": frozen("declaration", basis.declaration),
            "populations": frozen("populations", basis.populations),
        }
    )


def basis_of(bucket: ObjectStore, request: Request) -> Basis:
    """The basis that was frozen with a request. Raises Refused when it is no longer what was frozen."""
    return Basis(
        *((file.name, thaw(bucket, file)) if file else None for file in (request.declaration, request.populations))
    )
