"""What a short life costs, what a long one risks, and what guessing takes."""


def refresh_rate(users: int, lifetime: float) -> float:
    """Token refreshes in a second."""
    return users / lifetime


def exposure(lifetime: float) -> float:
    """Seconds, in the mean, that a revoked token is still accepted."""
    return lifetime / 2


def guessing_years(bits: int, guesses: float, sessions: int) -> float:
    """Expected time to guess one of the session ids, in years."""
    return float(2**bits) / (guesses * sessions) / (365.25 * 24 * 3600)
