"""Piccolo's view of app: its tables and where their migrations live."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from app import tables

APP_CONFIG = AppConfig(
    app_name="app",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=list(tables.ALL),
)
