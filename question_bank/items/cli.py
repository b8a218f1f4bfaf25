"""`flask items …`: the commands for items; rooms above add theirs."""

from __future__ import annotations

from flask.cli import AppGroup

commands = AppGroup("items", help="试题：预览、导入和导出题库文件。")
