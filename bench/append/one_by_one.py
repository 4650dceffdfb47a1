"""The common writer: SQLite with the same settings as ours, one transaction for each event. Prints, for each number of
sources that wait for it in turn, events a second and how long a source waits (ms): `sources rate p50 p99`."""
import sqlite3, sys, time

path, seconds, body, counts = sys.argv[1], float(sys.argv[2]), sys.argv[3], [int(n) for n in sys.argv[4:]]
db = sqlite3.connect(path, isolation_level=None)
db.executescript("pragma journal_mode = wal; pragma synchronous = full;"
                 "create table log (source text, seq integer, body text, primary key (source, seq)) without rowid")
for sources in counts:
    ends, began, seq = [], time.perf_counter(), 0
    while not ends or ends[-1] - began < seconds:
        db.execute("begin immediate")
        db.execute("insert into log values (?, ?, ?)", (f"{sources}-{seq % sources}", seq, body))
        db.execute("commit")
        ends.append(time.perf_counter())
        seq += 1
    # In a fair queue a source waits until all of them had their turn.
    starts = [began] * sources + ends
    waits = sorted((end - start) * 1000 for start, end in zip(starts, ends))
    at = lambda share: waits[min(len(waits) - 1, int(len(waits) * share))]
    print(sources, len(ends) / (ends[-1] - began), at(0.5), at(0.99))
