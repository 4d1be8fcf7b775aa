"""DDL scripts as psql reads them: variables put in, statements told apart, meta-commands honoured or refused.

psql replaces `:NAME`, `:'NAME'` and `:"NAME"` outside quotes and comments, and leaves variables that
were not set as they stand; `:{?NAME}` tells whether one is set.
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
    | (?P<escape_string> (?<![0-9]) [eE]'(?:[^'\\]|\\.|'')*(?:'|\Z) )
    | (?P<word> [A-Za-z_\x80-\U0010ffff][A-Za-z0-9_$\x80-\U0010ffff]* )
    | (?P<string> '(?:[^']|'')*(?:'|\Z) )
    | (?P<identifier> "(?:[^"]|"")*(?:"|\Z) )
    | (?P<dollar> \$(?P<tag>[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_\x80-\U0010ffff]*)?\$ )
    | (?P<cast> :: | := )
    | (?P<literal_variable> :'(?P<literal_name>[A-Za-z0-9_\x80-\U0010ffff]+)' )
    | (?P<identifier_variable> :"(?P<identifier_name>[A-Za-z0-9_\x80-\U0010ffff]+)" )
    | (?P<test_variable> :\{\?(?P<test_name>[A-Za-z0-9_\x80-\U0010ffff]+)\} )
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
_OPENS = re.compile(r"\s*(?:begin(?:\s+(?:work|transaction))?|start\s+transaction)\s*;?", re.IGNORECASE)
_CLOSES = re.compile(r"\s*(?:commit|end)(?:\s+(?:work|transaction))?\s*;?", re.IGNORECASE)
# Commands that ask for what hic does anyway, or for nothing that makes a table. pg_dump writes \restrict.
_HONOURED = re.compile(
    r"\\(?:set\s+ON_ERROR_STOP(?:\s+'?(?:on|1|true|yes)'?)?|encoding\s+'?(?:UTF-?8|SJIS|CP932|WIN932|SHIFT_?JIS)'?"
    r"|(?:echo|qecho|warn|restrict|unrestrict)(?:\s[^\\\n]*)?)\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Script:
    """A script ready to be sent. `unset` names variables it asks for and nobody set."""

    text: str
    unset: tuple[str, ...]


@dataclass
class _Statement:
    """What stands up to a semicolon: `sent` to the server, `said` without comments; `line` of its first word."""

    sent: str = ""
    said: str = ""
    line: int = 0

    @property
    def word(self) -> str:
        found = re.match(r"[A-Za-z]+", self.said.strip())
        return found[0] if found else ""


def substitute(text: str, variables: Mapping[str, str], name: str = "DDL") -> Script:
    """The script with its variables put in.

    What hic does anyway may be asked for: `\\set ON_ERROR_STOP on`, `\\encoding UTF8`, `\\echo`, and BEGIN and COMMIT
    around the whole; it is left out. Raises BadInput, listing every line, for other psql meta-commands
    (`\\set`, `\\i`, ...) and for other statements that start or end a transaction.
    """
    unset: list[str] = []
    problems: list[Problem] = []
    statements = _statements(text, variables, name, unset, problems)
    said = [statement for statement in statements if statement.said.strip(" \t\r\n\f\v;")]
    if len(said) > 1 and _OPENS.fullmatch(said[0].said) and _CLOSES.fullmatch(said[-1].said):
        for statement in (said.pop(0), said.pop()):
            statement.sent = "\n" * statement.sent.count("\n")
    for statement in said:
        if statement.word.lower() in _TRANSACTION_WORDS:
            what = _("{word} is not allowed").format(word=statement.word.upper())
            problems.append(Problem(f"{name}:{statement.line}", what))
    if problems:
        raise BadInput(
            _("{name} does more than define a table.").format(name=name),
            fix=_("hic runs the DDL inside its own transaction; take these lines out."),
            problems=problems,
        )
    return Script("".join(statement.sent for statement in statements), tuple(dict.fromkeys(unset)))


def _statements(
    text: str, variables: Mapping[str, str], name: str, unset: list[str], problems: list[Problem]
) -> list[_Statement]:
    """The statements of a script, variables put in; notes what is not set, and commands that are not honoured."""
    one = _Statement()
    every = [one]
    place = 0
    while True:
        found = _TOKEN.search(text, place)
        between = text[place : found.start() if found else len(text)]
        if not one.line and (begun := re.search(r"\S", between)):
            one.line = text.count("\n", 0, place + begun.start()) + 1
        one.sent += between
        one.said += between
        if found is None:
            return every
        kind, place = found.lastgroup or "", found.end()
        token = ""
        if kind == "meta":
            place = _after_command(text, found, name, problems)
        elif kind.endswith("_variable"):
            token = _value(found, variables, unset)
        else:
            place = _after(text, found, kind)
            token = text[found.start() : place]
        one.sent += token
        one.said += " " if kind.endswith("_comment") else token
        if kind == "end":
            one = _Statement()
            every.append(one)


def _after_command(text: str, found: re.Match[str], name: str, problems: list[Problem]) -> int:
    """The place after a command of psql; notes one that is not honoured."""
    end = text.find("\n", found.end())
    end = len(text) if end < 0 else end
    if _HONOURED.fullmatch(text, found.start(), end):
        return end
    line = text.count("\n", 0, found.start()) + 1
    problems.append(Problem(f"{name}:{line}", _("the psql command {word} is not allowed").format(word=found[0])))
    return found.end()


def _after(text: str, found: re.Match[str], kind: str) -> int:
    """The place after a token of which the pattern finds the start."""
    if kind == "block_comment":
        return _after_comment(text, found.end())
    if kind == "dollar":
        close = text.find(found[0], found.end())
        return len(text) if close < 0 else close + len(found[0])
    return found.end()


def _value(found: re.Match[str], variables: Mapping[str, str], unset: list[str]) -> str:
    if found["test_name"]:
        return "TRUE" if found["test_name"] in variables else "FALSE"
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
