"""The steps that a form offers: what this installation has shown that it does in the time."""

import pytest

from brandhub.inference.adapter_recipes import LIMITS, AdapterRecipe
from styles.adapters.budgets import EXPERIENCE, FEWEST, MOST, default_steps
from tests.factories import AdapterRevisionFactory, AdapterTrainingFactory, BaseModelFactory

pytestmark = pytest.mark.django_db


def trained(model, *, seconds: float, steps: int = 100, batch: int = 16, **values):
    recipe = AdapterRecipe(steps=steps, batch=batch).as_dict()
    result = AdapterRevisionFactory(base_model=model)
    return AdapterTrainingFactory(
        base_model=model,
        status="completed",
        recipe=recipe,
        seconds=seconds,
        result=result,
        **values,
    )


@pytest.fixture
def model(db):
    return BaseModelFactory()


def test_without_experience_it_is_the_recipes_own(model) -> None:
    trained(BaseModelFactory(), seconds=1.0)
    AdapterTrainingFactory(base_model=model, seconds=50.0)  # not completed
    assert default_steps(model) == default_steps(None) == LIMITS["steps"][2]


@pytest.mark.parametrize(
    ("seconds", "batch", "steps"),
    [
        (50.0, 16, 300),  # half a second a step
        (25.0, 8, 300),  # the same a picture
        (51.0, 16, 280),  # rounded down to twenties
        (5000.0, 16, FEWEST),
        (1.0, 16, MOST),
    ],
)
def test_it_is_what_fits_the_time(model, seconds, batch, steps) -> None:
    trained(model, seconds=seconds, batch=batch)
    assert default_steps(model) == steps


def test_only_the_newest_trainings_speak(model) -> None:
    trained(model, seconds=5000.0)
    for _ in range(EXPERIENCE):
        trained(model, seconds=50.0)
    assert default_steps(model) == 300
