"""Standard Webhooks beside scale-callback-auth (reliability.md T31), checked by hand."""

import base64
import time

from callback_tasks import answered_task, is_authentic, run_enqueued

from groundplane.accounts.signing import rotate_signing_secret, signing_secrets
from groundplane.callbacks import jobs
from groundplane.callbacks.signing import signed_headers
from groundplane.jobs.context import Context
from groundplane.storage.database import Mode, Tenant, execute, scalar
from loopback import Seen, Site, reply


async def secrets_of(context: Context, tenant: Tenant) -> list[str]:
    async with context.database.transaction(tenant) as db:
        return await signing_secrets(db, tenant, context.secret)


async def rotate(context: Context, tenant: Tenant) -> list[str]:
    async with context.database.transaction(tenant) as db:
        return await rotate_signing_secret(db, tenant, context.secret)


async def sent(context: Context, tenant: Tenant, receiver: Site) -> Seen:
    receiver.page("/hook", reply(200))
    await answered_task(context, tenant, receiver.url("/hook"))
    await jobs.notice(context)
    await run_enqueued(context)
    return receiver.seen[-1]


def test_the_published_example_has_its_published_signature() -> None:
    headers = signed_headers(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


async def test_a_receiver_accepts_what_was_sent_and_nothing_that_was_changed_or_is_old(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    seen = await sent(context, tenant, receiver)
    (secret,) = await secrets_of(context, tenant)
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    now_s = time.time()
    assert is_authentic(secret, seen.headers, seen.body, now_s)
    assert not is_authentic(secret, seen.headers, seen.body, now_s + 310)
    for bit in range(8 * len(seen.body)):
        flipped = bytearray(seen.body)
        flipped[bit // 8] ^= 1 << bit % 8
        assert not is_authentic(secret, seen.headers, bytes(flipped), now_s)
    later = seen.headers | {"webhook-timestamp": str(int(seen.headers["webhook-timestamp"]) + 1)}
    other = seen.headers | {"webhook-id": "0" + seen.headers["webhook-id"][1:] + "x"}
    assert not is_authentic(secret, later, seen.body, now_s)
    assert not is_authentic(secret, other, seen.body, now_s)


async def test_after_a_rotation_both_secrets_sign_for_a_day_and_then_the_new_one(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    (old,) = await secrets_of(context, tenant)
    new, still = await rotate(context, tenant)
    assert (still, new != old) == (old, True)
    seen = await sent(context, tenant, receiver)
    for secret in (old, new):
        assert is_authentic(secret, seen.headers, seen.body, time.time())
    async with context.database.transaction(tenant) as db:
        await execute(
            db,
            """UPDATE callback_signing_secret SET retires_at = retires_at - interval '24 hours'
               WHERE retires_at IS NOT NULL""",
        )
    assert await secrets_of(context, tenant) == [new]
    seen = await sent(context, tenant, receiver)
    assert is_authentic(new, seen.headers, seen.body, time.time())
    assert not is_authentic(old, seen.headers, seen.body, time.time())


async def test_of_three_secrets_in_a_day_the_first_signs_no_longer(
    context: Context, tenant: Tenant
) -> None:
    (first,) = await secrets_of(context, tenant)
    second, _ = await rotate(context, tenant)
    third, before = await rotate(context, tenant)
    assert before == second
    assert first not in (second, third)


async def test_a_test_task_is_never_signed_with_the_live_secret(
    context: Context, tenant: Tenant, receiver: Site
) -> None:
    test = Tenant(tenant.account_id, Mode.TEST)
    seen = await sent(context, test, receiver)
    (live_secret,) = await secrets_of(context, tenant)
    (test_secret,) = await secrets_of(context, test)
    assert is_authentic(test_secret, seen.headers, seen.body, time.time())
    assert not is_authentic(live_secret, seen.headers, seen.body, time.time())


async def test_the_database_holds_no_secret_in_clear(context: Context, tenant: Tenant) -> None:
    (secret,) = await secrets_of(context, tenant)
    async with context.database.transaction(tenant) as db:
        sealed = await scalar(db, "SELECT sealed FROM callback_signing_secret")
    assert context.secret.open(sealed).decode() == secret
    assert secret.encode() not in sealed
    assert base64.b64decode(secret.removeprefix("whsec_")) not in sealed
