"""Run as ``manage.py shell -c`` over a vault in which this process's role may only insert; prints what came of each step."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, connections

from accounts.identity import services
from accounts.identity.documents import DocumentType
from accounts.identity.naming import bears_name
from accounts.users.models import User
from accounts.vault.keeper import Field, KeeperAbsent, open_fields
from accounts.vault.store.models import SealedIdentity
from config.serve import prepare

prepare(only="web")
print("prepared")  # noqa: T201

ada, staff = (
    User.objects.create_user(f"{name}@example.com", "correct horse battery") for name in ("web", "staff")
)
claim = services.submit_claim(
    by=ada, document_type=DocumentType.RESIDENT_ID, name="欧阳娜娜", number="11010519491231002X"
)
print(services.approve(by=staff, claim=claim).state)  # noqa: T201
print("bears the name:", bears_name(ada, "欧阳娜娜"))  # noqa: T201
print("bears another:", bears_name(ada, "Ada Lovelace"))  # noqa: T201


def run(sql: str) -> Callable[[], object]:
    """Run ``sql`` as somebody would who injects it."""

    def act() -> object:
        with connections["vault"].cursor() as cursor:
            return cursor.execute(sql)

    return act


for act in (
    lambda: SealedIdentity.objects.count(),
    run("SELECT sealed_name, wrapped_key FROM vault_sealedidentity"),
    run("INSERT INTO vault_sealedidentity SELECT * FROM vault_sealedidentity"),
    run("UPDATE vault_sealedidentity SET opening_key_id = '0'"),
    run("DELETE FROM vault_sealedidentity"),
    run("COPY vault_sealedidentity TO STDOUT"),
):
    try:
        act()
    except DatabaseError as error:
        print(type(error.__cause__).__name__)  # noqa: T201
try:
    open_fields(claim.reference, frozenset(Field))
except KeeperAbsent as error:
    print(type(error).__name__)  # noqa: T201
