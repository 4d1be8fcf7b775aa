"""What one run changes in a state, in its file as it happens.

A line is appended before AWS is asked to make something, for a thing that was made and not noted could not be found
again, and after every step; the rest may be done twice. A line is safe with the system once it is written, whatever
becomes of this process. A machine that stops takes the local AWS with it, so that no line is waited for until the
disk has it; the whole file is, in the end.
"""

from __future__ import annotations

from typing import TextIO

from provisioning.offline.state import State, StateStore


class Journal:
    """The changes of one run. Nothing is written while nothing changes."""

    def __init__(self, store: StateStore, state: State) -> None:
        self._store = store
        self._state = state
        self._stream: TextIO | None = None
        self._remember()

    def note(self) -> None:
        """Write down what changed since the last note."""
        lines = self._changes()
        if not lines:
            return
        if self._stream is None or self._state.references != self._references:
            self._begin()
        else:
            self._stream.write("\n".join(lines) + "\n")
            self._stream.flush()
        self._remember()

    def close(self) -> None:
        """Write the file anew if anything changed, so that it holds every fact once."""
        changed = self._stream is not None or self._changes() or self._state.outputs != self._outputs
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        if changed:
            self._store.save(self._state)
            self._remember()

    def _begin(self) -> None:
        """A whole file first: what an interrupted run left may end in half a line."""
        if self._stream is not None:
            self._stream.close()
        self._store.save(self._state)
        self._stream = self._store.path(self._state.stack).open("a", encoding="utf-8")

    def _remember(self) -> None:
        state = self._state
        self._resources = dict(state.resources)
        self._pending, self._doomed = list(state.pending), list(state.doomed)
        self._outputs, self._references = state.outputs, state.references

    def _changes(self) -> list[str]:
        state = self._state
        # Resources are never changed, only put in place of each other.
        made = [one for urn, one in state.resources.items() if self._resources.get(urn) is not one]
        gone = [urn for urn in self._resources if urn not in state.resources]
        pending = state.pending if state.pending != self._pending else None
        doomed = state.doomed if state.doomed != self._doomed else None
        return self._store.facts(made, gone, pending, doomed)
