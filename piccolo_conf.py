"""Where Piccolo finds the database and the tables."""

from piccolo.conf.apps import AppRegistry

from app import database
from app.settings import current

DB = database.make(current().database_url, str(current().sqlite_path))
APP_REGISTRY = AppRegistry(apps=["app.piccolo_app"])
