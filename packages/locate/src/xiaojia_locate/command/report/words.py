"""How does the page say things in two languages? The chosen one first, the other small and below."""

from html import escape


class Words:
    """Says things in both languages, the chosen one first."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def both(self, zh: str, en: str) -> str:
        """Return both as HTML, the second one small and below."""
        first, second = (zh, en) if self.lang == "zh" else (en, zh)
        code = "en" if self.lang == "zh" else "zh-CN"
        return f'{escape(first)}<span class="en" lang="{code}">{escape(second)}</span>'

    def one(self, zh: str, en: str) -> str:
        """Return the chosen language alone."""
        return escape(zh if self.lang == "zh" else en)
