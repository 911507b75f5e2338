"""The earlier states of the settings: who made them so, what was different, and the way back.

Each act on the settings keeps, in its own transaction, the state that it left (`versions`). What a
state is, and how it is written with all checks, is the configuration's (`app.configuration`).
"""
