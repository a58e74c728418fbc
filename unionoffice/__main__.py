"""Program start: a window without arguments, a command with them."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the program; returns the exit status."""
    from unionoffice.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
