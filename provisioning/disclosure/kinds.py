"""Which kinds of files are read, and what to do about those that are not: refused unless on the list."""

from __future__ import annotations

from pathlib import PurePath

from provisioning.errors import BadInput
from provisioning.messages import _

TABLES = (".csv", ".tsv", ".xlsx")
DOCUMENTS = (".md", ".txt", ".tex", ".html", ".htm", ".docx", ".pdf")
SUFFIXES = (*TABLES, *DOCUMENTS, ".zip")
"""The allow-list (HIC-16, REV-9): whatever is not on it is refused."""

_MAGIC = (
    (b"\x89PNG", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"GIF8", ".gif"),
    (b"\x7fELF", ".exe"),
    (b"MZ\x90", ".exe"),
    (b"\x1f\x8b", ".gz"),
    (b"BZh", ".gz"),
    (b"\xfd7zXZ", ".gz"),
    (b"RDX", ".rds"),
    (b"RDA", ".rds"),
    (b"\x80\x02", ".pkl"),
    (b"\x80\x03", ".pkl"),
    (b"\x80\x04", ".pkl"),
    (b"\x80\x05", ".pkl"),
    (b"PAR1", ".parquet"),
    (b"SQLite format 3", ".db"),
    (b"%PDF", ".pdf"),
    (b"PK\x03\x04", ".zip"),
    (b"\xd0\xcf\x11\xe0", ".xls"),
)
_FAMILIES = (
    ("macro", (".xlsm", ".xlsb", ".xltm", ".docm", ".dotm", ".pptm", ".xlam")),
    ("old", (".xls", ".doc", ".ppt", ".rtf", ".ods", ".odt", ".pptx")),
    (
        "model",
        (".rds", ".rdata", ".rda", ".pkl", ".pickle", ".joblib", ".h5", ".hdf5", ".onnx", ".pt", ".pth", ".model"),
    ),
    ("data", (".parquet", ".feather", ".sav", ".dta", ".sas7bdat", ".db", ".sqlite", ".jsonl", ".xpt", ".npy", ".npz")),
    ("picture", (".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".bmp", ".svg", ".eps", ".gph", ".webp", ".emf")),
    (
        "program",
        (".exe", ".dll", ".so", ".py", ".r", ".rmd", ".sql", ".sh", ".bat", ".ps1", ".js", ".ipynb", ".do", ".sas"),
    ),
    ("packed", (".gz", ".7z", ".rar", ".tar", ".bz2", ".xz", ".tgz", ".lzh", ".zst")),
)


def suffix_of(name: str) -> str:
    """The ending of a file name in lower case, with its dot."""
    return PurePath(name).suffix.lower()


def check_kind(name: str, content: bytes) -> str:
    """The suffix of a file whose kind is on the list and whose first bytes agree with it.

    Raises BadInput that says what to do instead.
    """
    suffix = suffix_of(name)
    if suffix not in SUFFIXES:
        raise BadInput(_("{name} is of a type that cannot be checked.").format(name=name), fix=_advice(suffix))
    real = next((kind for magic, kind in _MAGIC if content.startswith(magic)), "")
    if suffix in (".csv", ".tsv", ".md", ".txt", ".tex", ".html", ".htm") and real:
        raise BadInput(
            _("{name} is not text in UTF-8 or CP932 (Shift_JIS): its content is that of a {kind} file.").format(
                name=name, kind=real
            ),
            fix=_advice(real),
        )
    return suffix


def _advice(suffix: str) -> str:
    family = next((family for family, suffixes in _FAMILIES if suffix in suffixes), "")
    known = ", ".join(SUFFIXES)
    return {
        "macro": _("Macros never leave. Save it as .xlsx or .docx without macros."),
        "old": _("Open it and save it as .xlsx, .docx or .pdf."),
        "model": _(
            "Models and saved objects can hold the rows they came from. Write the coefficients or the table as .csv."
        ),
        "data": _("Write the aggregated table as .csv; data files do not leave."),
        "picture": _("Pictures cannot be checked. File the numbers behind the figure as .csv, and draw it outside."),
        "program": _("Programs without data need no review of results; file none here."),
        "packed": _("Pack the files as .zip without a password, or file them one by one."),
    }.get(family, _("Save the tables as one of: {suffixes}.").format(suffixes=known))
