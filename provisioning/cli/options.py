"""Arguments and options that several commands spell alike."""

from __future__ import annotations

from pathlib import Path

import click

approval_argument = click.argument("approval_id", metavar="APPROVAL")
file_argument = click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
yes_option = click.option("--yes", is_flag=True, help="Do not ask; go ahead.")
database_option = click.option("--database", default="sampledb", show_default=True, help="Database to load into.")
schema_option = click.option("--schema", default="sample", show_default=True, help="Schema to load into.")
