#!/usr/bin/env python
"""Administrative commands."""

import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError

from config.embedded.addresses import NOWHERE
from config.entry import load_settings

if __name__ == "__main__":
    load_settings()
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if NOWHERE not in str(error):
            raise
        sys.exit("duban: No database runs here: start script/server, or set DATABASE_URL.")
