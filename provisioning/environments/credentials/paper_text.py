"""A paper as Markdown, and as plain text that Windows opens by a double click. Pure."""

from __future__ import annotations

import re

from provisioning.environments.credentials.paper import REHEARSAL, Paper, Section, day_text

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def to_markdown(paper: Paper) -> str:
    """The paper as Markdown; nothing in it can break out of its place."""
    parts = [f"# {_safe(paper.title)}"]
    if paper.rehearsal:
        parts.append(f"> {REHEARSAL}")
    parts.append(f"{_safe(paper.number)}  \n{day_text(paper.day)}")
    parts.append(f"{_safe(paper.organisation)}  \n{_safe(paper.person)} 様")
    parts.append(_safe(paper.sender))
    parts += [_safe(sentence) for sentence in paper.lead]
    for section in paper.sections:
        parts += _section(section)
    return "\n\n".join(parts) + "\n"


def to_plain(paper: Paper) -> str:
    """The paper as lines of text, with the line ends of Windows."""
    lines = [paper.title, f"{paper.number}  {day_text(paper.day)}", f"{paper.organisation} {paper.person} 様", ""]
    if paper.rehearsal:
        lines.insert(0, REHEARSAL)
    lines += [*paper.lead, ""]
    for section in paper.sections:
        lines.append(f"■ {section.number} {section.title}")
        lines += [f"  {row.item}: {row.value}" for row in section.rows]
        lines += [f"  {sentence}" for sentence in section.sentences]
        lines.append("")
    return "\r\n".join(lines)


def _section(section: Section) -> list[str]:
    level = "##" + "#" * section.number.count(".")
    parts = [f"{level} {section.number} {_safe(section.title)}"]
    if section.rows:
        width = max(2, *(3 if row.unit else 2 for row in section.rows))
        heads = section.headings[:width]
        lines = [f"| {' | '.join(heads)} |", "|" + "---|" * width]
        for row in section.rows:
            value = f"`{row.value}`" if row.code and "`" not in row.value else _safe(row.value)
            lines.append(
                "| " + " | ".join([_safe(row.item), value.replace("|", "&#124;"), _safe(row.unit)][:width]) + " |"
            )
        parts.append("\n".join(lines))
    if section.sentences:
        parts.append("\n".join(f"- {_safe(sentence)}" for sentence in section.sentences))
    return parts


def _safe(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
