"""Where Piccolo finds the database and the tables."""

from piccolo.conf.apps import AppRegistry

from app import database

DB = database.engine()
APP_REGISTRY = AppRegistry(apps=["app.piccolo_app"])
