"""The bytes of a ZIP file: every one of them belongs to a member, or the file is refused."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator

from provisioning.messages import _

_LOCAL = struct.Struct("<4s5H3L2H")
_END = b"PK\x05\x06"
_END_SIZE = 22
_END_64 = struct.Struct("<4sQ")
_LOCATOR_SIZE = 20
# Times, owners, sizes beyond 4 GiB and names in Unicode; 0xA220 is the room that Office leaves to grow.
_EXTRAS = frozenset({0x0001, 0x000A, 0x5455, 0x5855, 0x7855, 0x7875, 0x7075, 0xCAFE, 0xA220})
_MOST_EXTRA = 4096
_CHUNK = 1 << 20


def bytes_beside_members(content: bytes, archive: zipfile.ZipFile) -> str:
    """What of the file belongs to no member, for a sentence; empty when all does.

    No program shows what stands before, between or behind the members, nor a member's own comment; it would
    leave unread. The members must have been unpacked within limits before: their ends are found by unpacking.
    """
    if archive.comment or any(member.comment for member in archive.infolist()):
        return _("it carries a comment that no program shows")
    place = 0
    try:
        for member in sorted(archive.infolist(), key=lambda member: member.header_offset):
            if member.header_offset != place:
                return _unseen(place)
            start, extra = _data_of(content, place)
            if not _is_plain(extra) or not _is_plain(member.extra):
                return _("{member} carries data that no program shows").format(member=member.filename)
            place = start + member.compress_size
            if member.compress_type == zipfile.ZIP_DEFLATED and not _ends(content, start, place):
                return _("{member} carries data that no program shows").format(member=member.filename)
            if member.flag_bits & 0x8:
                rest = content[place : place + 24]
                place += next((len(d) for d in _descriptors(member) if rest.startswith(d)), 0)
    except (struct.error, zlib.error) as error:
        return str(error)
    if place != archive.start_dir or _end_of(content) != len(content):
        return _unseen(place)
    return ""


def _unseen(place: int) -> str:
    return _("bytes stand in it that belong to none of its files (from byte {place})").format(place=place)


def _data_of(content: bytes, place: int) -> tuple[int, bytes]:
    """Where the data of the member at `place` begin, and the extra field before them."""
    header = _LOCAL.unpack_from(content, place)
    name, extra = header[-2], header[-1]
    begin = place + _LOCAL.size + name
    return begin + extra, content[begin : begin + extra]


def _is_plain(extra: bytes) -> bool:
    """Whether an extra field holds only what programs write into it, and no more than they do."""
    place = 0
    while place + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, place)
        body = extra[place + 4 : place + 4 + size]
        if kind not in _EXTRAS or size > _MOST_EXTRA or (kind == 0xA220 and body[4:].strip(b"\0")):
            return False
        if kind not in (0xA220, 0x7075) and size > 40:
            return False
        place += 4 + size
    return not extra[place:].strip(b"\0")


def _ends(content: bytes, start: int, stop: int) -> bool:
    """Whether the packed data end where the member ends."""
    unpacker = zlib.decompressobj(-15)
    for place in range(start, stop, _CHUNK):
        data = content[place : min(place + _CHUNK, stop)]
        if unpacker.eof:
            return False
        while data and not unpacker.eof:
            unpacker.decompress(data, _CHUNK)
            data = unpacker.unconsumed_tail
    while not unpacker.eof and unpacker.decompress(b"", _CHUNK):
        continue
    return unpacker.eof and not unpacker.unused_data


def _descriptors(member: zipfile.ZipInfo) -> Iterator[bytes]:
    """What may follow the data of a member that was written as a stream; the longest first."""
    sizes = (member.CRC, member.compress_size, member.file_size)
    for form in ("<LQQ", "<LLL"):
        if form == "<LLL" and max(sizes) >= 1 << 32:
            continue
        plain = struct.pack(form, *sizes)
        yield from (b"PK\x07\x08" + plain, plain)


def _end_of(content: bytes) -> int:
    """Where the list of the members ends, by its own count: -1 where the list does not follow itself."""
    end = content.rfind(_END)
    size, start = struct.unpack_from("<LL", content, end + 12)
    if max(size, start) == 0xFFFFFFFF or content[end - _LOCATOR_SIZE : end].startswith(b"PK\x06\x07"):
        return _end_64(content, end)
    return end + _END_SIZE if start + size == end else -1


def _end_64(content: bytes, end: int) -> int:
    """The same for the longer form: the list, its own end, and the place of that end stand in one row."""
    locator = end - _LOCATOR_SIZE
    (record,) = struct.unpack_from("<Q", content, locator + 8)
    mark, length = _END_64.unpack_from(content, record)
    size, start = struct.unpack_from("<QQ", content, record + 40)
    in_row = mark == b"PK\x06\x06" and start + size == record and record + 12 + length == locator and length == 44
    return end + _END_SIZE if in_row else -1
