# SPDX-License-Identifier: MIT
"""Device side: the power goes at every program and erase of a story, and again at every one of what follows."""

from torn import TEARS, tear


class Cutting:
    """`await explore(…)`; then `cuts` by way, `nested` (those after a cut) and `violations` are what came of it.

    aftermath(world, before): the terminal starts on `world` and makes its check; `before` as of torn.Flash.
    """

    def __init__(self, aftermath, thorough):
        self._aftermath, self._thorough = aftermath, thorough
        self.cuts = {way: 0 for way in TEARS}
        self.nested = 0
        self.violations = []

    async def explore(self, points, image, where=(), ways=TEARS, deeper=True):
        """Cut at each of `points`, operations that follow each other on `image`."""
        for i in range(len(points)):
            world, start, new = points[i]
            for way in ways or (TEARS[(i + self.nested) % len(TEARS)],):
                await self._cut(world, image, start, new, where + (i, way), deeper)
            image[start : start + len(new)] = new

    async def _cut(self, world, image, start, new, where, deeper):
        torn, after = bytearray(image), []
        self.cuts[where[-1]] += 1
        self.nested += not deeper
        tear(torn, start, new, where[-1], sum(self.cuts.values()))
        world = world.branch(bytearray(torn))
        try:
            await self._aftermath(world, recorder(world, after) if deeper else None)
        except Exception as error:  # noqa: BLE001 every failure is a finding
            self.violations.append("%s: %s %s" % (where, type(error).__name__, error))
        if deeper:
            await self.explore(after, torn, where, TEARS if self._thorough else None, False)

    def told(self):
        """The counts, for the one JSON object that a sweep prints."""
        return {
            "cut_points": sum(self.cuts.values()), "nested": self.nested,
            "violations": len(self.violations), "examples": self.violations[:10],
        }  # fmt: skip


def recorder(world, points):
    """Keeps what is so before each operation; the flash itself follows from the operations."""
    return lambda start, new: points.append((world.branch(None), start, bytes(new)))
