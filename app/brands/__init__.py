"""The faces of an organization to visitors: each with its own form, widget, hours and texts."""
