"""What a short life costs, what a long one risks, and what guessing takes."""


def refresh_rate(users: int, lifetime: float) -> float:
    """Token refreshes in a second, each user one when a token ends."""
    return users / lifetime


def exposure(lifetime: float) -> float:
    """Seconds, in the mean, that a token revoked at any time still works.

    Nothing but the token's own end is checked.
    """
    return lifetime / 2


def guessing_years(bits: int, guesses: float, sessions: int) -> float:
    """Expected time to guess any one of the ids, which are random."""
    return float(2**bits) / (guesses * sessions) / (365.25 * 24 * 3600)
