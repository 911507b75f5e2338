"""Words for what is chosen on pages of the settings: the widget's, and when a team is online."""

from __future__ import annotations

from web.http.words import N_

SIDES = (("right", N_("Right")), ("left", N_("Left")))
THEMES = (
    ("auto", N_("As the visitor's device")),
    ("light", N_("Light")),
    ("dark", N_("Dark")),
)
SHOW = (
    ("offline", N_("When nobody is online")),
    ("always", N_("Always")),
    ("manual", N_("Only when the page opens it")),
)
ONLINE = (
    ("hide", N_("Hide the button")),
    ("link", N_("Lead to our chat")),
    ("event", N_("Tell the page, which opens its own chat")),
)
RULES = {
    "agents": N_("While an agent is online"),
    "hours": N_("In office hours"),
    "agents_and_hours": N_("In office hours, while an agent is online"),
}
