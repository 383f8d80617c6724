"""What only a person can put right."""


class Mistake(Exception):  # noqa: N818 - it is the user's, not the program's error
    """A permanent mistake, told in one sentence: what is wrong, where, and the way out."""
