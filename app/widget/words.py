"""The words of the widget's script. `make faces` writes them into it, so it fetches none."""

from __future__ import annotations

import json

from app.catalogue import N_, say
from app.languages import DEFAULT, LANGUAGES, primary

LABEL = N_("Leave a message")
# On the button, as its title, when it leads to a chat; then on the card when no form opens.
WORDS = (
    LABEL,
    N_("Leave us a message"),
    N_("Chat with us"),
    N_("Close"),
    N_("The form did not open here."),
    N_("Open it in a new window"),
    N_("WeChat ID"),
)


def short_tags() -> dict[str, str]:
    """The script's names of the languages to their tags: `zh`, or the full tag where the short one
    is taken. Longer names first."""
    found: dict[str, str] = {}
    for tag in LANGUAGES:
        short = primary(tag)
        found[tag.lower() if short in found else short] = tag
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def script() -> str:
    """The text of the script's module that holds them."""
    tags = short_tags()
    lines = []
    for short, tag in tags.items():
        said = json.dumps([say(tag, word) for word in WORDS], ensure_ascii=False)
        lines.append(f'  "{short}": {said}')
    return "\n".join(
        [
            "// Written by tools/faces.py, from app/widget/words.py and the catalogues.",
            "// label, title, chat, close, failed, link, wechat",
            "export var WORDS = {",
            ",\n".join(lines),
            "};",
            f"export var OURS = /(?:^|,)({'|'.join(tags)})\\b/i;",
            f"export var USUAL = {json.dumps(primary(DEFAULT))};",
            "",
        ]
    )
