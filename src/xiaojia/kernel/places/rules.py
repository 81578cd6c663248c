"""How do six digits of GB/T 2260 nest? Pairs of digits: province, city, county."""


def prefix_of(code: str) -> str:
    """Return the code without trailing pairs of zeros: 460200 → 4602, 460000 → 46."""
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return code


def parent_code(code: str) -> str | None:
    """Return the code one level up, or None for a province."""
    prefix = prefix_of(code)
    return prefix[:-2].ljust(6, "0") if len(prefix) > 2 else None
