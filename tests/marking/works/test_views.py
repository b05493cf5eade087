from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.records.models import Record
from accounts.users.models import User
from marking.marks import implicit_label
from marking.works.models import Work
from marking.works.states import WorkState
from marking.works.wording import visibility
from tests.conftest import photograph
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db

FIELDS = {"tool": "Test generator", "tool_version": "2", "kind": "scene", "depicts": "nobody"}


@pytest.fixture
def creator(client: Client, verified_user: User) -> Client:
    client.force_login(verified_user)
    return client


def _png(seed: int = 1, name: str = "a.png") -> SimpleUploadedFile:
    file = BytesIO()
    Image.fromarray(photograph(96, 128, seed)).save(file, "PNG")
    return SimpleUploadedFile(name, file.getvalue(), "image/png")


def test_it_takes_several_files_without_javascript(creator: Client) -> None:
    files = [_png(1, "one.png"), _png(2, "two.png"), SimpleUploadedFile("three.png", b"no picture")]
    response = creator.post(reverse("works:upload"), {**FIELDS, "pictures": files}, follow=True)
    assert response.redirect_chain[-1][0] == reverse("works:list")
    assert set(Work.objects.values_list("source_name", flat=True)) == {"one.png", "two.png"}
    assert "three.png: This is not a picture" in response.content.decode()


def test_it_leads_to_the_work_when_one_file_was_sent(creator: Client) -> None:
    response = creator.post(reverse("works:upload"), {**FIELDS, "pictures": [_png()]})
    assert response["Location"] == reverse("works:detail", args=[Work.objects.get().code])


@pytest.mark.parametrize(("given", "kept"), [("", ""), ("top_left", "top_left")])
def test_it_keeps_the_corner_that_the_label_is_wanted_in(creator: Client, given: str, kept: str) -> None:
    creator.post(reverse("works:upload"), {**FIELDS, "label_corner": given, "pictures": [_png()]})
    assert Work.objects.get().label_corner == kept


def test_it_refuses_a_corner_that_no_picture_has(creator: Client) -> None:
    fields = {**FIELDS, "label_corner": "middle", "pictures": [_png()]}
    assert creator.post(reverse("works:upload"), fields).status_code == 400
    assert not Work.objects.exists()


def test_it_says_what_is_wrong_when_no_file_can_be_marked(creator: Client) -> None:
    response = creator.post(
        reverse("works:upload"), {**FIELDS, "pictures": [SimpleUploadedFile("x.png", b"")]}
    )
    assert response.status_code == 422
    assert "The file is empty" in response.content.decode()


@pytest.mark.parametrize("missing", ["tool", "kind", "depicts", "pictures"])
def test_it_asks_for_the_whole_declaration(creator: Client, missing: str) -> None:
    fields = {key: value for key, value in {**FIELDS, "pictures": [_png()]}.items() if key != missing}
    assert creator.post(reverse("works:upload"), fields).status_code == 400
    answer = creator.post(
        reverse("works:upload"), fields | _again(fields), headers={"Accept": "application/json"}
    )
    assert answer.status_code == 400
    assert missing in answer.json()["errors"]
    assert not Work.objects.exists()


def _again(fields: dict[str, object]) -> dict[str, object]:
    return {"pictures": [_png()]} if "pictures" in fields else {}


def test_it_answers_a_script_with_json(creator: Client) -> None:
    def send(files: list[SimpleUploadedFile]) -> tuple[int, dict[str, object]]:
        answer = creator.post(
            reverse("works:upload"), {**FIELDS, "pictures": files}, headers={"Accept": "application/json"}
        )
        return answer.status_code, answer.json()

    status, work = send([_png()])
    assert (status, work["url"]) == (201, reverse("works:detail", args=[work["work"]]))
    assert send([SimpleUploadedFile("x.png", b"nothing")])[0] == 415
    assert send([_png(), _png()])[0] == 400


def test_it_sends_people_without_a_real_name_to_give_one(client: Client, user: User) -> None:
    client.force_login(user)
    for response in (
        client.get(reverse("works:upload")),
        client.post(reverse("works:upload"), {**FIELDS, "pictures": [_png()]}),
    ):
        assert response["Location"] == reverse("identity:page")
    answer = client.post(reverse("works:upload"), FIELDS, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["errors"]["__all__"][0]["code"]) == (403, "identity_required")
    assert not Work.objects.exists()


def test_it_shows_the_empty_list_and_the_form(creator: Client) -> None:
    assert creator.get(reverse("works:list")).status_code == 200
    assert creator.get(reverse("works:upload")).status_code == 200


def test_it_lists_works_with_a_fixed_number_of_queries(
    creator: Client,
    submit: Callable[..., Work],
    picture_file: Path,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    for _ in range(6):
        submit(picture_file)
    creator.get(
        reverse("works:list")
    )  # once a minute the session is written down, which takes six queries more
    with django_assert_max_num_queries(9):  # type: ignore[attr-defined]
        assert creator.get(reverse("works:list")).status_code == 200


def test_a_download_asks_little_and_less_while_others_wait_to_write(creator: Client, released: Work) -> None:
    address = reverse("works:download", args=[released.code])
    assert creator.get(address).getvalue()  # once a minute the session is written down
    depth, asked = len(connection.savepoint_ids), list[bool]()

    def count(execute: Callable[..., object], *query: object) -> object:
        asked.append(len(connection.savepoint_ids) > depth)
        return execute(*query)

    with connection.execute_wrapper(count):
        assert creator.get(address).getvalue()
    own_savepoint = 2
    assert (
        asked.count(False) - own_savepoint == 10
    )  # besides session, user, its last use, the account twice, the work: the desk's clocks, its consent anew and where it may be shown
    assert (
        asked.count(True) == 8
    )  # the last line, the key, two rows; the account, the work, the desk's clocks, its consent


def test_it_follows_a_running_work(creator: Client, submitted: Work) -> None:
    page = creator.get(reverse("works:detail", args=[submitted.code])).content.decode()
    assert reverse("works:progress", args=[submitted.code]) in page
    fragment = creator.get(reverse("works:progress", args=[submitted.code]))
    assert fragment.status_code == 200
    assert "HX-Refresh" not in fragment


def test_it_stops_following_a_finished_work(creator: Client, released: Work) -> None:
    fragment = creator.get(reverse("works:progress", args=[released.code]))
    assert fragment["HX-Refresh"] == "true"
    page = creator.get(reverse("works:detail", args=[released.code])).content.decode()
    for name in ("works:download", "certificate:page", "works:delete"):
        assert reverse(name, args=[released.code]) in page


def test_it_tells_the_owner_and_nobody_else_what_the_watermark_changed(
    creator: Client, released: Work
) -> None:
    quality = released.marks[1]["quality"]
    x, y = quality["worst_tile"][:2]
    page = creator.get(reverse("works:detail", args=[released.code])).content.decode()
    for words in (f"{quality['psnr']:.1f} dB", f"{quality['ssim']:.3f}", f"at x = {x}, y = {y}"):
        assert words in page
    for public in (
        creator.get(reverse("certificate:page", args=[released.code])),
        creator.get(reverse("api-1:certificate", args=[released.code])),
    ):
        assert " dB" not in public.content.decode()
        assert "psnr" not in public.content.decode()


@pytest.mark.parametrize(
    ("deflection", "is_robust", "words"),
    [(17.25, True, "17.2 times its noise"), (9.1, False, "9.1 times"), (-1.04, False, "0.0 times")],
)
def test_it_warns_the_owner_of_a_watermark_that_sharing_may_remove(
    creator: Client, released: Work, deflection: float, is_robust: bool, words: str
) -> None:
    released.marks[1] |= {"deflection": deflection, "is_robust": is_robust}
    released.save()
    page = creator.get(reverse("works:detail", args=[released.code])).content.decode()
    assert words in page
    assert ("too little room for a watermark that survives sharing" in page) is not is_robust
    public = creator.get(reverse("certificate:page", args=[released.code])).content.decode()
    assert "too little room" not in public


def test_it_shows_a_work_whose_watermark_was_never_measured(creator: Client, released: Work) -> None:
    for figure in ("quality", "deflection", "is_robust"):
        released.marks[1].pop(figure, None)
    released.save()
    page = creator.get(reverse("works:detail", args=[released.code])).content.decode()
    assert "Confidence when checked" in page
    assert "PSNR" not in page
    assert "times its noise" not in page
    assert "too little room" not in page


@pytest.mark.parametrize(
    ("psnr", "flat", "ssim", "words"),
    [
        (40.0, 46.5, 0.95, "Usually not visible"),
        (39.9, 50.0, 0.99, "close look"),
        (45.0, 46.4, 0.99, "close look"),
        (45.0, 50.0, 0.94, "close look"),
    ],
)
def test_it_says_in_words_whether_people_would_see_the_watermark(
    psnr: float, flat: float, ssim: float, words: str
) -> None:
    assert words in visibility({"psnr": psnr, "flat_psnr": flat, "ssim": ssim})


def test_it_hands_out_the_marked_file_and_writes_it_down(creator: Client, released: Work) -> None:
    response = creator.get(reverse("works:download", args=[released.code]))
    data = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert implicit_label.read(data).labels[0].value.produce_id == released.code  # type: ignore[union-attr]
    assert response["Content-Disposition"].startswith(f'attachment; filename="{released.code}.png"')
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert Record.objects.filter(kind="work.downloaded", subject=f"work:{released.code}").count() == 1


def test_every_picture_of_a_work_that_goes_out_is_labelled(creator: Client, released: Work) -> None:
    for which in ("before", "after"):
        response = creator.get(reverse("works:preview", args=[released.code, which]))
        data = b"".join(response.streaming_content)  # type: ignore[attr-defined]
        assert implicit_label.read(data).labels[0].is_valid


def test_it_hands_out_nothing_before_the_release(creator: Client, submitted: Work) -> None:
    assert creator.get(reverse("works:download", args=[submitted.code])).status_code == 404
    assert creator.get(reverse("works:preview", args=[submitted.code, "before"])).status_code == 404


@pytest.mark.parametrize("name", ["detail", "progress", "download", "retry", "delete"])
def test_it_hides_works_from_others(client: Client, other_user: User, released: Work, name: str) -> None:
    client.force_login(other_user)
    address = reverse(f"works:{name}", args=[released.code])
    method = client.post if name in {"retry", "delete"} else client.get
    assert method(address).status_code == 404
    released.refresh_from_db()
    assert released.state == WorkState.RELEASED


def test_it_asks_before_it_deletes(creator: Client, released: Work) -> None:
    address = reverse("works:delete", args=[released.code])
    assert creator.get(address).status_code == 200
    released.refresh_from_db()
    assert released.state == WorkState.RELEASED
    assert creator.post(address)["Location"] == reverse("works:list")
    released.refresh_from_db()
    assert released.state == WorkState.DELETED


def test_it_deletes_once_for_two_clicks(creator: Client, submitted: Work) -> None:
    address = reverse("works:delete", args=[submitted.code])
    for _ in range(2):
        assert creator.post(address)["Location"] == reverse("works:list")
    assert Record.objects.filter(kind="work.deleted").count() == 1
    assert creator.get(address).status_code == 404
    assert creator.post(reverse("works:delete", args=["UUUUUUUUUU"])).status_code == 404


def test_it_says_why_a_work_cannot_be_deleted_or_retried_now(creator: Client, submitted: Work) -> None:
    with unrecorded():
        Work.objects.filter(pk=submitted.pk).update(state=WorkState.MARKING)
    page = creator.post(reverse("works:delete", args=[submitted.code]), follow=True).content.decode()
    assert "being marked" in page
    page = creator.post(reverse("works:retry", args=[submitted.code]), follow=True).content.decode()
    assert "no longer in the state" in page


@pytest.mark.parametrize(
    ("failure", "details"),
    [("crashed", {}), ("out_of_time", {}), ("not_signed", {}), ("worker_died", {})],
)
def test_it_shows_why_marking_failed_and_offers_to_try_again(
    creator: Client, submitted: Work, failure: str, details: dict[str, str]
) -> None:
    with unrecorded():
        Work.objects.filter(pk=submitted.pk).update(
            state=WorkState.FAILED, failure=failure, failure_details=details
        )
    page = creator.get(reverse("works:detail", args=[submitted.code])).content.decode()
    assert reverse("works:retry", args=[submitted.code]) in page
    creator.post(reverse("works:retry", args=[submitted.code]))
    submitted.refresh_from_db()
    assert submitted.state == WorkState.QUEUED


@pytest.mark.parametrize(
    ("failure", "details"),
    [
        ("mark_missing", {"mark": "watermark"}),
        ("out_of_memory", {}),
        ("truncated", {"reason": "the end is missing"}),
        ("other_watermark", {"work": "00000003VG"}),
    ],
)
def test_it_offers_another_file_where_trying_again_cannot_help(
    creator: Client, submitted: Work, failure: str, details: dict[str, str]
) -> None:
    with unrecorded():
        Work.objects.filter(pk=submitted.pk).update(
            state=WorkState.FAILED, failure=failure, failure_details=details
        )
    page = creator.get(reverse("works:detail", args=[submitted.code])).content.decode()
    assert "Try again<" not in page
    assert "Upload another file" in page
    response = creator.post(reverse("works:retry", args=[submitted.code]), follow=True)
    assert "To try again cannot help" in response.content.decode()
    submitted.refresh_from_db()
    assert submitted.state == WorkState.FAILED


def test_it_explains_what_a_work_with_a_real_person_waits_for(
    creator: Client, picture_file: Path, submit: Callable[..., Work]
) -> None:
    creator.post(reverse("works:upload"), {**FIELDS, "depicts": "face", "pictures": [_png()]})
    work = Work.objects.get()
    assert work.state == WorkState.AWAITING_CONSENT
    assert creator.get(reverse("works:detail", args=[work.code])).status_code == 200


def test_the_certificate_says_what_everybody_may_know_and_no_more(client: Client, released: Work) -> None:
    response = client.get(reverse("certificate:page", args=[released.code]))
    page = response.content.decode()
    assert released.code in page
    assert released.owner.producer_id in page
    for private in (released.owner.email, "Lovelace", "picture.png", "11010519491231002X"):
        assert private not in page
    assert not response.cookies
    assert "not verified by a third party" in page


def test_the_certificate_has_one_address(client: Client, released: Work) -> None:
    response = client.get(reverse("certificate:page", args=[released.code.lower()]))
    assert response["Location"] == reverse("certificate:page", args=[released.code])


def test_the_certificate_stays_when_the_work_is_deleted(creator: Client, released: Work) -> None:
    creator.post(reverse("works:delete", args=[released.code]))
    assert creator.get(reverse("certificate:page", args=[released.code])).status_code == 200


@pytest.mark.parametrize("code", ["0000000001", "0000000000", "uuuuuuuuuu"])
def test_it_tells_of_a_mistyped_number_that_nothing_was_released_under_it(
    db: None, client: Client, code: str
) -> None:
    response = client.get(reverse("certificate:page", args=[code]))
    assert response.status_code == 404
    page = response.content.decode()
    assert "This site released no work of this number" in page
    assert code.upper() in page


@pytest.mark.parametrize("name", ["page", "qr"])
def test_it_answers_head_like_get(db: None, client: Client, released: Work, name: str) -> None:
    assert client.head(reverse(f"certificate:{name}", args=[released.code])).status_code == 200


def test_there_is_no_certificate_for_what_was_never_released(client: Client, submitted: Work) -> None:
    assert client.get(reverse("certificate:page", args=[submitted.code])).status_code == 404
    assert client.get(reverse("certificate:qr", args=["ZZZZZZZZZZ"])).status_code == 404


def test_the_qr_code_fits_the_content_policy(client: Client, released: Work) -> None:
    response = client.get(reverse("certificate:qr", args=[released.code]))
    assert response["Content-Type"] == "image/svg+xml"
    assert b"style=" not in response.content
    assert b"<path" in response.content
