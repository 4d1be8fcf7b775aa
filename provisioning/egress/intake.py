"""Checks of files that are to be brought in (HIC-16): what they are, what they unpack to, what hides in them. Pure."""

from __future__ import annotations

import csv
import io
import re
import stat
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from provisioning.disclosure.container import bytes_beside_members
from provisioning.disclosure.model import Finding, Report, cell_name, shown
from provisioning.disclosure.packages import foreign_parts
from provisioning.errors import BadInput, Problem
from provisioning.messages import _

TEXTS = (".csv", ".tsv", ".txt", ".sql", ".md")
ALLOWED = (*TEXTS, ".xlsx", ".zip")
"""Masters and SQL come as these; anything else is refused."""

MOST_FILE_BYTES = 100 << 20
MOST_UNPACKED_BYTES = 256 << 20
MOST_MEMBERS = 1000
MOST_RATIO = 100
RATIO_FROM = 1 << 20
SHOWN_PER_RULE = 20


def _executables() -> dict[bytes, str]:
    """How programs begin, and what they are called."""
    return {
        b"\x7fELF": "ELF",
        b"\xfe\xed\xfa\xce": "Mach-O",
        b"\xfe\xed\xfa\xcf": "Mach-O",
        b"\xce\xfa\xed\xfe": "Mach-O",
        b"\xcf\xfa\xed\xfe": "Mach-O",
        b"\xca\xfe\xba\xbe": "Mach-O / Java",
        b"\x00asm": "WebAssembly",
        b"dex\n": "Android",
        b"#!": _("script"),
        b"L\x00\x00\x00\x01\x14\x02\x00": _("Windows shortcut"),
        b"\xd0\xcf\x11\xe0": _("OLE (old Office, MSI)"),
    }


_SECRETS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
        r"(?i)secret_?access_?key[\"']?\s*[=:]\s*[\"']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])",
        r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----",
        r"\bgh[pousr]_[A-Za-z0-9]{36,}\b",
        r"\b[a-z][a-z0-9+]*://[^\s:/@]+:[^\s@/]{3,}@",
    )
)


def _secret_names() -> tuple[str, ...]:
    """What `_SECRETS` find, in the same order."""
    return (
        _("AWS access key"),
        _("AWS secret key"),
        _("private key"),
        _("GitHub token"),
        _("password in an address"),
    )


def _hidden_parts() -> dict[str, str]:
    """Parts of a workbook that run or reach out: the start or a piece of their names in lower case."""
    return {
        "vbaproject.bin": _("macros"),
        "xl/macrosheets/": _("macros"),
        "xl/activex/": "ActiveX",
        "xl/embeddings/": _("embedded files"),
        "xl/model/": _("a data model"),
        "xl/externallinks/": _("copies of cells of other workbooks"),
        "xl/connections.xml": _("connections to other data"),
        "xl/querytables/": _("connections to other data"),
    }


_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[\d,]*\.?\d+(?:[eE][+-]?\d+)?%?|[-+]")
_FORMULA_PART = re.compile(rb"<f[ >/]")


def check_incoming(files: Iterable[tuple[str, bytes]]) -> Report:
    """The findings on all files, those inside archives included.

    Raises one BadInput that lists every file of a type that is not allowed, that is executable, or
    that unpacks to too much; such files are not even stored for review.
    """
    findings: list[Finding] = []
    problems: list[Problem] = []
    names = []
    for name, content in files:
        names.append(name)
        try:
            findings += _file(name, content)
        except BadInput as error:
            problems.append(Problem(name, error.message, error.fix))
    if problems:
        raise BadInput(_("{count} file(s) cannot be brought in.").format(count=len(problems)), problems=problems)
    return Report(files=tuple(names), tables=0, cells=0, findings=tuple(findings))


def _file(name: str, content: bytes, inside: bool = False) -> Iterator[Finding]:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in ALLOWED or (inside and suffix == ".zip"):
        raise BadInput(
            _("{name} is of a type that may not be brought in.").format(name=name),
            fix=_("Allowed are: {allowed}; no archive inside an archive.").format(allowed=", ".join(ALLOWED)),
        )
    if len(content) > MOST_FILE_BYTES:
        raise BadInput(
            _("{name} is larger than {size} MiB.").format(name=name, size=MOST_FILE_BYTES >> 20), fix=_("Split it.")
        )
    _check_no_program(name, content)
    if suffix == ".zip":
        return _archive(name, content)
    if suffix == ".xlsx":
        return _workbook(name, content)
    return _text(name, suffix, content)


def _check_no_program(name: str, content: bytes) -> None:
    kind = next((kind for magic, kind in _executables().items() if content.startswith(magic)), "")
    if content.startswith(b"MZ") and b"\0" in content[:64]:
        kind = _("Windows program")
    if kind:
        raise BadInput(
            _("{name} is a program or can carry one ({kind}), whatever its name says.").format(name=name, kind=kind),
            fix=_("Only data and SQL may be brought in (HIC-16)."),
        )


def _opened(name: str, content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise BadInput(
            _("{name} cannot be unpacked: {reason}.").format(name=name, reason=error), fix=_("Pack it again.")
        ) from error


def _check_members(name: str, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members, in bounds by what the archive says of itself; unpacking holds it to that."""
    members = [member for member in archive.infolist() if not member.is_dir()]
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    reason = ""
    if len(members) > MOST_MEMBERS:
        reason = _("it holds more than {most} files").format(most=MOST_MEMBERS)
    elif total > MOST_UNPACKED_BYTES or (total > RATIO_FROM and total > MOST_RATIO * max(packed, 1)):
        reason = _("it unpacks to {size} bytes from {packed}").format(size=total, packed=packed)
    elif len({member.filename for member in members}) < len(members):
        reason = _("two of its files have one name")
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in member.filename:
            reason = _("the path {path} leads out of it").format(path=member.filename)
        elif member.flag_bits & 0x1:
            reason = _("it is encrypted")
        elif stat.S_ISLNK(member.external_attr >> 16):
            reason = _("{path} is a link").format(path=member.filename)
    if reason:
        raise BadInput(
            _("{name} is not unpacked: {reason}.").format(name=name, reason=reason),
            fix=_("Pack the plain files again, without a password, or bring them in one by one."),
        )
    return members


def _unpacked(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(member) as stream:
            return stream.read(member.file_size + 1)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise BadInput(
            _("{name} cannot be unpacked: {reason}.").format(name=name, reason=error), fix=_("Pack it again.")
        ) from error


def _archive(name: str, content: bytes) -> Iterator[Finding]:
    with _opened(name, content) as archive:
        for member in _check_members(name, archive):
            yield from _file(f"{name}/{member.filename}", _unpacked(name, archive, member), inside=True)
        _check_all_bytes(name, content, archive)


def _workbook(name: str, content: bytes) -> Iterator[Finding]:
    with _opened(name, content) as archive:
        members = _check_members(name, archive)
        names = [member.filename for member in members]
        if "xl/workbook.xml" not in names:
            raise BadInput(_("{name} is no workbook.").format(name=name), fix=_("Save it as .xlsx again."))
        carried = [what for part, what in _hidden_parts().items() if any(part in known.lower() for known in names)]
        if foreign := foreign_parts(archive, "xl"):
            carried.append(_("files that no spreadsheet program writes or shows: {parts}").format(parts=shown(foreign)))
        for what in dict.fromkeys(carried):
            reason = _("The workbook carries {what}.").format(what=what)
            yield _finding("IN-2", "fail", name, reason, _("Save its values alone as .csv."))
        for member in members:
            body = _unpacked(name, archive, member)
            _check_no_program(f"{name}/{member.filename}", body)
            if member.filename.lower().startswith("xl/worksheets/") and _FORMULA_PART.search(body):
                reason = _("{sheet} holds formulas.").format(sheet=PurePosixPath(member.filename).name)
                yield _finding("IN-3", "review", name, reason, _("Save its values alone as .csv."))
            if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                yield from _secrets(name, body.decode("utf-8", "replace"))
        _check_all_bytes(name, content, archive)


def _check_all_bytes(name: str, content: bytes, archive: zipfile.ZipFile) -> None:
    """Refuse an archive with bytes that belong to none of its files; its files were unpacked before."""
    if beside := bytes_beside_members(content, archive):
        raise BadInput(
            _("{name} is not unpacked: {reason}.").format(name=name, reason=beside),
            fix=_("Pack the plain files again, without a password, or bring them in one by one."),
        )


def _text(name: str, suffix: str, content: bytes) -> Iterator[Finding]:
    text = _decoded(name, content)
    if suffix in (".csv", ".tsv"):
        yield from _shown(list(_formulas(name, text, "," if suffix == ".csv" else "\t")))
    yield from _shown(list(_secrets(name, text)))


def _decoded(name: str, content: bytes) -> str:
    if b"\0" not in content:
        for encoding in ("utf-8-sig", "cp932"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise BadInput(
        _("{name} is no text in UTF-8 or CP932, whatever its name says.").format(name=name),
        fix=_("Save it as UTF-8 text."),
    )


def _formulas(name: str, text: str, delimiter: str) -> Iterator[Finding]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            for column, cell in enumerate(row, start=1):
                if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell.strip()):
                    line = reader.line_num
                    reason = _("The cell begins like a formula, which a spreadsheet program would run.")
                    fix = _("Put an apostrophe before it, or leave the sign out.")
                    yield _finding("IN-3", "review", name, reason, fix, line, column)
    except csv.Error as error:
        raise BadInput(
            _("{name} cannot be read: {reason}.").format(name=name, reason=error), fix=_("Save it as CSV again.")
        ) from error


def _secrets(name: str, text: str) -> Iterator[Finding]:
    """Where secrets stand; what they are is never repeated."""
    for what, pattern in zip(_secret_names(), _SECRETS, strict=True):
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            reason = _("This looks like a secret: {what}.").format(what=what)
            yield _finding("IN-4", "fail", name, reason, _("Take it out, and have it changed where it is used."), line)


def _finding(rule: str, verdict: str, name: str, reason: str, fix: str, row: int = 1, column: int = 1) -> Finding:
    return Finding(
        rule=rule,
        verdict="fail" if verdict == "fail" else "review",
        file=name,
        sheet="",
        row=row,
        column=column,
        cell=cell_name(row, column),
        reason=reason,
        fix=fix,
        inferred=True,
    )


def _shown(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The first findings of a file; the rest are told in one, by their number."""
    yield from findings[:SHOWN_PER_RULE]
    rest = findings[SHOWN_PER_RULE:]
    if rest:
        verdict = "fail" if any(finding.verdict == "fail" for finding in rest) else "review"
        reason = _("{count} more places like the ones before.").format(count=len(rest))
        yield _finding(rest[0].rule, verdict, rest[0].file, reason, rest[0].fix, rest[0].row, rest[0].column)
