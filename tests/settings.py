"""Settings of the test run: the real ones, over a throw-away data folder."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from dataclasses import replace

_data = tempfile.mkdtemp(prefix="yinji-test-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
for _name in [name for name in os.environ if name.startswith("YINJI_")]:
    del os.environ[_name]
os.environ["YINJI_DATA"] = _data
os.environ["EMAIL_URL"] = "memorymail://"
os.environ["CACHE_URL"] = "locmemcache://"
os.environ["YINJI_WEB_WORKERS"] = "1"
os.environ["YINJI_CREATE_KEYS"] = "yes"

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, KEYS, STATIC_ROOT, STORAGES  # noqa: E402

STATIC_ROOT.mkdir()  # WhiteNoise warns of a missing one at every request

# Under one key in a hundred, a copy of 192 x 256 is no longer read; a run must not depend on which one is drawn.
KEYS = replace(KEYS, watermark_keys=[hashlib.sha256(b"watermarks of the test run").hexdigest()])

# scrypt takes 50 ms a password by design; tests make hundreds of accounts.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
DATABASES["default"]["TEST"] = (
    {"NAME": os.path.join(_data, "test.sqlite3")} if "DATABASE_URL" not in os.environ else {}
)
# The vault's tables are made from its models: its database would else repeat every migration of the others in vain.
DATABASES["vault"]["TEST"] = {"MIGRATE": False} | (
    {"NAME": os.path.join(_data, "test-vault.sqlite3")} if "VAULT_DATABASE_URL" not in os.environ else {}
)
LANGUAGE_CODE = "en"
