"""The examples that the clouds publish, byte for byte."""

from __future__ import annotations

from accounts.identity.providers import aliyun_signing, tencent_signing


def test_it_signs_the_published_example_of_alibaba_cloud() -> None:
    headers = aliyun_signing.signed_headers(
        host="ecs.cn-shanghai.aliyuncs.com",
        query="ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai",
        headers={
            "x-acs-action": "RunInstances",
            "x-acs-date": "2023-10-26T10:22:32Z",
            "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
            "x-acs-version": "2014-05-26",
        },
        body=b"",
        key_id="YourAccessKeyId",
        secret="YourAccessKeySecret",
    )
    assert headers["authorization"] == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;"
        "x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_it_signs_the_published_example_of_tencent_cloud() -> None:
    assert tencent_signing.authorization(
        host="cvm.tencentcloudapi.com",
        service="cvm",
        body=b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}',
        key_id="AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******",
        secret="Gu5t9xGARNpq86cd98joQYCN3*******",
        timestamp=1551113065,
    ) == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host, Signature=2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c"
    )
