"""ZIP files: what is in them, refused when it could fill the memory, climb out of a folder, or hide."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from provisioning.disclosure.container import bytes_beside_members
from provisioning.disclosure.reading import broken
from provisioning.errors import BadInput
from provisioning.messages import _

MOST_BYTES = 256 << 20
"""What an archive or a workbook may unpack to."""
MOST_MEMBERS = 500
MOST_DEPTH = 2
UTF8_NAME = 0x800
CHUNK = 1 << 20
_ERRORS = (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError, zlib.error)


def unpack(name: str, content: bytes, depth: int = 1) -> list[tuple[str, bytes]]:
    """The files of an archive as (archive/member, bytes); archives inside are unpacked one level deep.

    Raises BadInput for a broken, encrypted, huge or hostile archive: names that climb out of the
    folder, symbolic links, names given twice, archives in archives in archives.
    """
    budget = [MOST_BYTES]
    files = list(_unpack(name, content, depth, budget))
    if not files:
        raise _refused(name, _("it is empty"))
    return files


def _unpack(name: str, content: bytes, depth: int, budget: list[int]) -> Iterator[tuple[str, bytes]]:
    if depth > MOST_DEPTH:
        raise _refused(name, _("it is an archive in an archive in an archive"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _check_members(name, members)
            for member in members:
                inner = f"{name}/{_member_name(member)}"
                data = _read(name, archive, member, budget)
                if inner.lower().endswith(".zip"):
                    yield from _unpack(inner, data, depth + 1, budget)
                else:
                    yield inner, data
            if beside := bytes_beside_members(content, archive):
                raise _refused(name, beside)
    except _ERRORS as error:
        raise _refused(name, str(error)) from error


def _check_members(name: str, members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise _refused(name, _("it holds more than {count} files").format(count=MOST_MEMBERS))
    if sum(member.file_size for member in members) > MOST_BYTES:
        raise _too_large(name)
    seen: set[str] = set()
    for member in members:
        path = _member_name(member)
        parts = PurePosixPath(path.replace("\\", "/")).parts
        if path.startswith(("/", "\\")) or ".." in parts or ":" in path or "\0" in member.orig_filename:
            raise _refused(name, _("the name {member} leads out of the folder").format(member=repr(path)))
        if stat.S_ISLNK(member.external_attr >> 16):
            raise _refused(name, _("{member} is a symbolic link").format(member=path))
        if member.flag_bits & 1:
            raise _refused(name, _("{member} is encrypted").format(member=path))
        if path.casefold() in seen:
            raise _refused(name, _("{member} is in it twice").format(member=path))
        seen.add(path.casefold())


def _member_name(member: zipfile.ZipInfo) -> str:
    """The name; Windows in Japan writes CP932, which Python takes for CP437."""
    if member.flag_bits & UTF8_NAME:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("cp932")
    except UnicodeError:
        return member.filename


def _read(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: list[int]) -> bytes:
    """The bytes of a member, counted while they come: archives in the archive share one budget."""
    out = bytearray()
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            budget[0] -= len(chunk)
            if budget[0] < 0:
                raise _too_large(name)
            out += chunk
    return bytes(out)


def _too_large(name: str) -> BadInput:
    return _refused(name, _("it unpacks to more than {size} MiB").format(size=MOST_BYTES >> 20))


def _refused(name: str, reason: str) -> BadInput:
    return broken(name, _("an archive"), reason, _("File the tables one by one, or pack them into a plain .zip."))


def check_package(name: str, content: bytes, kind: str, fix: str) -> list[str]:
    """The names of the parts of an Office file, each of them unpacked once within the limits.

    Raises BadInput when a part is damaged, larger than it says, or declares XML entities, when two parts have
    one name, and when bytes of the file belong to no part.
    """
    left = MOST_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for part in package.infolist():
                tail = b""
                with package.open(part) as stream:
                    while chunk := stream.read(CHUNK):
                        left -= len(chunk)
                        if left < 0:
                            size = MOST_BYTES >> 20
                            raise broken(name, kind, _("it unpacks to more than {size} MiB").format(size=size), fix)
                        if part.filename.endswith((".xml", ".rels", ".vml")):
                            _check_xml(name, part.filename, tail + chunk, kind, fix)
                        tail = chunk[-16:]
            parts = [part.filename for part in package.infolist() if not (part.is_dir() and not part.file_size)]
            if len({part.casefold() for part in parts}) < len(parts):
                raise broken(name, kind, _("two of its parts have one name"), fix)
            if beside := bytes_beside_members(content, package):
                raise broken(name, kind, beside, fix)
            return parts
    except _ERRORS as error:
        raise broken(name, kind, str(error), fix) from error


def _check_xml(name: str, part: str, xml: bytes, kind: str, fix: str) -> None:
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise broken(name, kind, _("its part {part} declares XML entities").format(part=part), fix)
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise broken(name, kind, _("its part {part} is not in UTF-8").format(part=part), fix)
