"""A stand-in for a database: it counts connections, as PostgreSQL does."""


class TooManyConnections(Exception):
    """What a client is told who is one too many."""


class Database:
    """100 connections, of which 3 are kept for the operator."""

    def __init__(self, max_connections: int = 100, reserved: int = 3) -> None:
        self.free = max_connections - reserved
        self.visits = 0

    def connect(self, connections: int) -> None:
        """Open so many connections, or none."""
        if connections > self.free:
            raise TooManyConnections(f"{self.free} left")
        self.free -= connections

    def close(self, connections: int) -> None:
        self.free += connections
