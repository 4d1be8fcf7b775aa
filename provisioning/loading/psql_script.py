"""DDL scripts as psql reads them: variables put in, statements told apart, meta-commands refused.

psql replaces `:NAME`, `:'NAME'` and `:"NAME"` outside quotes and comments, and leaves variables that
were not set as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from provisioning.errors import BadInput, Problem
from provisioning.messages import _

# In the order in which psql's scanner would find them at one place.
_TOKEN = re.compile(
    r"""
      (?P<line_comment> --[^\n]* )
    | (?P<block_comment> /\* )
    | (?P<escape_string> (?<![A-Za-z0-9_$\x80-\U0010ffff]) [eE]'(?:[^'\\]|\\.|'')*(?:'|\Z) )
    | (?P<string> '(?:[^']|'')*(?:'|\Z) )
    | (?P<identifier> "(?:[^"]|"")*(?:"|\Z) )
    | (?P<dollar> (?<![A-Za-z0-9_$\x80-\U0010ffff]) \$(?P<tag>[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_\x80-\U0010ffff]*)?\$ )
    | (?P<cast> :: | := )
    | (?P<literal_variable> :'(?P<literal_name>[A-Za-z0-9_\x80-\U0010ffff]+)' )
    | (?P<identifier_variable> :"(?P<identifier_name>[A-Za-z0-9_\x80-\U0010ffff]+)" )
    | (?P<plain_variable> :(?P<plain_name>[A-Za-z0-9_\x80-\U0010ffff]+) )
    | (?P<meta> \\[^\s]* )
    | (?P<end> ; )
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
# A script that ends or starts transactions itself would break "all or nothing".
_TRANSACTION_WORDS = frozenset(
    ("begin", "start", "commit", "end", "abort", "rollback", "savepoint", "release", "prepare")
)


@dataclass(frozen=True)
class Script:
    """A script ready to be sent. `unset` names variables it asks for and nobody set."""

    text: str
    unset: tuple[str, ...]


def substitute(text: str, variables: Mapping[str, str], name: str = "DDL") -> Script:
    """The script with its variables put in.

    Raises BadInput, listing every line, for psql meta-commands (`\\set`, `\\i`, ...) and for statements
    that start or end a transaction.
    """
    pieces: list[str] = []
    unset: list[str] = []
    problems: list[Problem] = []
    first_word = True
    place = 0
    while True:
        found = _TOKEN.search(text, place)
        between = text[place : found.start() if found else len(text)]
        if first_word and (word := re.search(r"[A-Za-z]+", between)):
            first_word = False
            if word[0].lower() in _TRANSACTION_WORDS:
                line = text.count("\n", 0, place + word.start()) + 1
                problems.append(Problem(f"{name}:{line}", _("{word} is not allowed").format(word=word[0].upper())))
        pieces.append(between)
        if found is None:
            break
        kind, place = found.lastgroup or "", found.end()
        if kind == "meta":
            line = text.count("\n", 0, found.start()) + 1
            problems.append(
                Problem(f"{name}:{line}", _("the psql command {word} is not allowed").format(word=found[0]))
            )
        elif kind.endswith("_variable"):
            pieces.append(_value(found, variables, unset))
            continue
        elif kind == "block_comment":
            place = _after_comment(text, place)
        elif kind == "dollar":
            close = text.find(found[0], place)
            place = len(text) if close < 0 else close + len(found[0])
        first_word = first_word or kind == "end"
        pieces.append(text[found.start() : place])
    if problems:
        raise BadInput(
            _("{name} does more than define a table.").format(name=name),
            fix=_("hic runs the DDL inside its own transaction; take these lines out."),
            problems=problems,
        )
    return Script("".join(pieces), tuple(dict.fromkeys(unset)))


def _value(found: re.Match[str], variables: Mapping[str, str], unset: list[str]) -> str:
    variable = found["literal_name"] or found["identifier_name"] or found["plain_name"]
    if variable not in variables:
        unset.append(variable)
        return found[0]
    value = variables[variable]
    if found["literal_name"]:
        return "'" + value.replace("'", "''") + "'"
    if found["identifier_name"]:
        return '"' + value.replace('"', '""') + '"'
    return value


def _after_comment(text: str, place: int) -> int:
    """The place after a block comment whose opening ends at `place`; such comments nest."""
    depth = 1
    while depth:
        edge = _COMMENT_EDGE.search(text, place)
        if edge is None:
            return len(text)
        depth += 1 if edge[0] == "/*" else -1
        place = edge.end()
    return place
