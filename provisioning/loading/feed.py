"""The pieces of one CSV, handed to whichever connection asks next."""

from __future__ import annotations

from threading import Lock

from provisioning.errors import BadInput, Problem
from provisioning.loading.model import Source
from provisioning.loading.splitting import Piece, Splitter
from provisioning.messages import _


class Feed:
    """Reads the CSV once, from start to end, a piece at a time and only when asked: memory stays flat."""

    def __init__(self, source: Source, size: int, utf8: bool = True) -> None:
        self.splitter = Splitter(size, utf8=utf8)
        self._source = source
        self._pieces = self.splitter.pieces(source.chunks())
        self._lock = Lock()
        self._stopped = False

    def next(self) -> Piece | None:
        """The next piece, None at the end or after `stop`.

        Raises what reading the source raises, and BadInput for a stream that COPY must not see; then, for
        all who ask later, the stream is over.
        """
        with self._lock:
            if self._stopped:
                return None
            try:
                piece = next(self._pieces, None)
            except BaseException:
                self._stopped = True
                raise
            if self.splitter.mistakes:
                self._stopped = True
                raise BadInput(
                    _("{name} would not be loaded as it is; nothing of it was loaded.").format(name=self._source.name),
                    problems=[Problem(f"{self._source.name}:{m.line}", m.what, m.fix) for m in self.splitter.mistakes],
                )
            return piece

    def stop(self) -> None:
        """Hand out no more."""
        self._stopped = True

    def close(self) -> None:
        """Let go of the file or the network."""
        with self._lock:
            self._stopped = True
            self._pieces.close()
