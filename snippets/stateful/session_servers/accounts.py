"""So many sessions of one user: against an account that fills the store."""

from stateful.session_servers.keeper import Keeper
from stateful.session_servers.names import hashed
from stateful.session_servers.refusals import Unavailable
from stateful.session_servers.saving import TRIES


async def enlist(keeper: Keeper, user: str, key: str, old: str) -> None:
    """Note the user's new session, in place of `old`; the oldest may end."""
    account, limits = f"account-{hashed(user)}", keeper.limits
    for _ in range(TRIES):
        raw = await keeper.store.load(account)
        listed = raw.split() if raw else []
        found = [await keeper.find(each) for each in listed]
        live = [each.key for each in found if each]
        keys = [each for each in live if each not in (old, key)] + [key]
        for oldest in keys[: -limits.sessions]:
            await remove(keeper, oldest)
        kept = " ".join(keys[-limits.sessions :])
        if await keeper.store.swap(account, raw, kept, limits.life):
            return
    await remove(keeper, key)
    raise Unavailable


async def remove(keeper: Keeper, key: str) -> None:
    """Also where somebody uses it or renames it meanwhile."""
    for _ in range(TRIES):
        found = await keeper.find(key)
        if not found:
            return
        if await keeper.store.swap(found.key, found.raw, None, 1):
            return
    raise Unavailable
