"""What the routers share: the coder, and a bounded pool of threads for its work.

Coding a record is processor work. Run on the event loop it would keep every other request waiting; run on as many
threads as requests it would slow all of them. So it runs on threads, as many at a time as there are processors.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request

from coder.batch.runner import default_workers
from coder.protocols import RecordCoder

P = ParamSpec("P")
T = TypeVar("T")


class Workshop:
    """The coder of one application, and the threads that do its work."""

    def __init__(self, coder: RecordCoder) -> None:
        self.coder = coder
        self._limiter = CapacityLimiter(default_workers())

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of ``work(*args, **kwargs)``, off the event loop."""
        return await to_thread.run_sync(partial(work, *args, **kwargs), limiter=self._limiter)


def get_workshop(request: Request) -> Workshop:
    """The workshop of the application that serves this request."""
    workshop: Workshop = request.app.state.workshop
    return workshop


WorkshopDependency = Annotated[Workshop, Depends(get_workshop)]
