"""How many steps a training may have by default: what this installation does in the time for one.

The number is chosen when a person is shown the form and is part of the recipe from then on, so
that the same recipe gives the same file however busy its worker is.
"""

from __future__ import annotations

from brandhub.inference.adapter_recipes import LIMITS
from styles.adapters.training_states import TrainingStatus
from styles.models.base_models import BaseModel
from styles.models.trainings import AdapterTraining

#: Seconds for the steps; loading, encoding and the last check of a training of three minutes take
#: the rest.
BUDGET_SECONDS = 150.0
#: Below this a style is not learnt, above it a dozen pictures are learnt by heart.
FEWEST, MOST = 120, 600
#: Trainings that the speed is judged by.
EXPERIENCE = 5
_ROUND = 20


def default_steps(base_model: BaseModel | None) -> int:
    """Steps of ``LIMITS["batch"]`` pictures that fit the budget on ``base_model``.

    By the newest completed trainings; the recipe's own default while there are none.
    """
    fallback = int(LIMITS["steps"][2])
    if base_model is None:
        return fallback
    rows = AdapterTraining.objects.filter(
        base_model=base_model, status=TrainingStatus.COMPLETED, seconds__gt=0
    ).order_by("-id")[:EXPERIENCE]
    taken = [(row.seconds, row.steps * int(row.recipe["batch"])) for row in rows]
    if not taken:
        return fallback
    seconds_a_picture = sum(seconds for seconds, _ in taken) / sum(count for _, count in taken)
    fitting = BUDGET_SECONDS / (seconds_a_picture * int(LIMITS["batch"][2]))
    return max(FEWEST, min(MOST, int(fitting) // _ROUND * _ROUND))
