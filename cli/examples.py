"""The examples at the end of a help text."""


def examples(*lines: str) -> str:
    """The end of a help text: commands to copy."""
    return "Examples:\n\n" + "\n\n".join(f"    {line}" for line in lines)
