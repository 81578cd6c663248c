#!/usr/bin/env python
"""How does a developer reach Django's own commands? Operators use `xiaojia` instead."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaojia.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
