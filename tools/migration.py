"""Writes the next migration from the difference between the models and a file at the newest revision.

python tools/migration.py "what changes"
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from unionoffice.store import schema
from unionoffice.store.engine import connect


def main(message: str) -> None:
    """Write `versions/NNNN_message.py`; look at it before it is committed."""
    known = [path.name for path in (schema.MIGRATIONS / "versions").glob("[0-9]*.py")]
    number = f"{len(known) + 1:04d}"
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.ghoffice"
        if known:
            schema.create(path)
        connection = connect(path, create=True)
        engine = create_engine("sqlite://", creator=lambda: connection, module=dbapi2, poolclass=StaticPool)
        with engine.connect() as bound:
            config.attributes["connection"] = bound
            command.revision(config, message=message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]))
