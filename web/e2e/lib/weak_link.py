"""A link between two network interfaces that is late, loses packets, and sends up slowly.

weak_link.py HERE THERE LOSS DELAY_MS UP_KBIT makes the two interfaces and says so; what THERE sends goes up to HERE.
A kernel's own means for this (netem) are often not there; /dev/net/tun nearly always is.
"""

import fcntl
import heapq
import os
import random
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
TUN_WITHOUT_HEADER = 0x0001 | 0x1000
# What waits longer than this for its turn to go up is dropped, as in a router with a small queue.
LONGEST_QUEUE_S = 1.0


def interface(name: str) -> int:
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22s", name.encode(), TUN_WITHOUT_HEADER, b""))
    return fd


def main() -> None:
    here, there = interface(sys.argv[1]), interface(sys.argv[2])
    loss, delay, up = float(sys.argv[3]), float(sys.argv[4]) / 1000, float(sys.argv[5]) * 125
    chance = random.Random(7)
    flying: list[tuple[float, int, int, bytes]] = []
    free_at, count = 0.0, 0
    print("ready", flush=True)
    while True:
        wait = max(0.0, flying[0][0] - time.monotonic()) if flying else None
        for fd in select.select([here, there], [], [], wait)[0]:
            try:
                packet = os.read(fd, 65536)
            except OSError:
                continue  # not up yet
            now = leaves = time.monotonic()
            if chance.random() < loss:
                continue
            if fd == there:
                if free_at - now > LONGEST_QUEUE_S:
                    continue
                leaves = free_at = max(now, free_at) + len(packet) / up
            count += 1
            heapq.heappush(flying, (leaves + delay, count, here if fd == there else there, packet))
        while flying and flying[0][0] <= time.monotonic():
            _, _, fd, packet = heapq.heappop(flying)
            try:
                os.write(fd, packet)
            except OSError:
                pass  # down, or its queue is full: lost


main()
