"""Leaderboards on the web → snapshots; nothing else of the package meets the network."""


class Failed(Exception):  # noqa: N818 — a state of a source, as the summary names it
    """The source did not give its file; the message says how."""


class Refused(Exception):  # noqa: N818 — as above
    """The source gave what cannot be taken; the message says why."""
