"""Help texts in the language of the run: written in English in the code, translated when shown."""

from __future__ import annotations

from collections.abc import Iterator

import click

from provisioning.messages import _

HELP_OPTIONS = ["-h", "--help"]
_originals: dict[int, str] = {}


def help_texts(command: click.Command) -> Iterator[str]:
    """Every English help text of a command, its options and its subcommands."""
    if command.help:
        yield _original(command, command.help)
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            yield _original(parameter, parameter.help)
    if isinstance(command, click.Group):
        for child in command.commands.values():
            yield from help_texts(child)


def translate_help(command: click.Command) -> None:
    """Put the texts of a command and of all below it into the language of the run."""
    if command.help:
        original = _original(command, command.help)
        command.help = _(original)
        # click shortens by words, and a Japanese sentence is one: too long, it would vanish from the list of commands.
        command.short_help = None if command.help == original else command.help.splitlines()[0].partition("。")[0]
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = _(_original(parameter, parameter.help))
    # click makes this option itself, once, in the language of that moment.
    help_option = command.get_help_option(click.Context(command, help_option_names=HELP_OPTIONS))
    if help_option is not None:
        help_option.help = _("Show this message and exit.")
    if isinstance(command, click.Group):
        for child in command.commands.values():
            translate_help(child)


def _original(owner: object, text: str) -> str:
    return _originals.setdefault(id(owner), text)
