"""The transition guard: which status may follow which, asked before every assignment."""

from collections.abc import Iterable, Mapping

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from brandhub.common.errors import InvalidTransition


class TransitionGuard:
    """The allowed steps of one state machine.

    A status without outgoing steps is terminal. The guard is only as good as the lock under which
    it is asked: callers hold the row's lock and pass the status they read under it.
    """

    def __init__(self, name: str, steps: Mapping[TextChoices, Iterable[TextChoices]]) -> None:
        self.name = name
        self._steps: dict[str, frozenset[str]] = {
            state: frozenset(targets) for state, targets in steps.items()
        }
        self._labels: dict[str, str | Promise] = {state: state.label for state in steps}
        unknown = {t for targets in self._steps.values() for t in targets} - set(self._steps)
        if unknown:
            raise ValueError(f"{name}: steps lead to states that are not declared: {unknown}")

    @property
    def states(self) -> frozenset[str]:
        return frozenset(self._steps)

    def allows(self, current: str, target: str) -> bool:
        return target in self._steps[current]

    def check(self, current: str, target: str) -> None:
        """Raise ``InvalidTransition`` unless ``target`` may follow ``current``.

        Its sentence calls both as the pages do; its ``current`` and ``target`` are the codes.
        """
        if not self.allows(current, target):
            raise InvalidTransition(
                _("This is “%(current)s” and cannot become “%(target)s”.")
                % {"current": self._labels[current], "target": self._labels[target]},
                current=current,
                target=target,
            )
