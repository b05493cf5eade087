"""The web server's log, without what would tell who asked."""

from __future__ import annotations

import logging
import re

_SENDER = re.compile(r"\bip=\S+?(?=:? |:?$)")


class WithoutSender(logging.Filter):
    """Takes addresses out of records such as gunicorn's ``Invalid request from ip=…``. Keeps every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change ``record``; always true."""
        record.msg = _SENDER.sub("ip=…", str(record.msg))
        return True
