# SPDX-License-Identifier: MIT
"""The panel's own words in English and Chinese (words.json); the terminal's are in pos.ui.strings."""

import json
from pathlib import Path

LANGUAGES = {"en": "en", "zh": "zh-CN"}
_ALL: dict[str, dict[str, str]] = json.loads(
    Path(__file__).with_name("words.json").read_text(encoding="utf-8")
)


def words(language: str) -> dict[str, str]:
    """Every text of the panel in one language, by key."""
    return {key: texts[language] for key, texts in _ALL.items()}


def choose(asked: str | None, accepted: str) -> str:
    """The language asked for by `?lang=`, else the first of an Accept-Language header that is known."""
    if asked in LANGUAGES:
        return str(asked)
    for part in accepted.split(","):
        tag = part.partition(";")[0].strip().lower()[:2]
        if tag in LANGUAGES:
            return tag
    return "en"
