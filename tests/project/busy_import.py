"""A module that opens a database when it is imported: what tests/project/test_importing.py must notice."""

import sqlite3

sqlite3.connect(":memory:").close()
