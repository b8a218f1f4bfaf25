"""`flask archives …`: bundles held against their hashes."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from lms.archives.cohort_files.intake import verify as held_against

commands = AppGroup("archives", help="Bundles of cohort files.")


@commands.command()
@click.argument("bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(bundle: Path) -> None:
    """Check every file of BUNDLE against its SHA-256; exit 1 with the first that differs."""
    verdict = held_against(bundle)
    if verdict.fault or verdict.manifest is None:
        click.echo(verdict.fault, err=True)
        raise SystemExit(1)
    listed = verdict.manifest
    click.echo(
        f"{listed.cohort}第{listed.number}次归档：{len(listed.lines)}个文件全部与归档时一致。"
    )
