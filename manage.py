#!/usr/bin/env python3
"""The one entry point of Yinji: ``python3 manage.py serve`` and ``python3 manage.py test``."""

import os
import sys

from config import bootstrap


def main() -> None:
    bootstrap.prepare(sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"manage.py: {error}")


if __name__ == "__main__":
    main()
