"""The table [recipe]: what it says by another name, what it leaves out, and what is refused."""

import pytest
from homes import REPOSITORY
from strokes import TEMPLATE, written

from sheetcnn.errors import SpecError
from sheetcnn.network.training.recipe import Recipe, recipe_of
from sheetcnn.network.training.trainer import read_recipe

DOCUMENT = (REPOSITORY / "docs" / "templates.md").read_text(encoding="utf-8")


def test_what_a_recipe_does_not_say_is_as_usual(tmp_path):
    assert read_recipe(written(tmp_path, TEMPLATE[: TEMPLATE.index("[recipe]")])) == Recipe()
    documented = DOCUMENT[DOCUMENT.index("[recipe]\nstart") :].partition("```")[0]
    assert read_recipe(written(tmp_path, TEMPLATE[: TEMPLATE.index("[recipe]")] + documented)) == Recipe()
    some = TEMPLATE[: TEMPLATE.index("[recipe]")] + "[recipe]\nepochs = 3\n"
    assert read_recipe(written(tmp_path, some)) == Recipe(epochs=3)


def test_start_and_held_are_called_init_and_frozen_here():
    recipe = recipe_of({"start": "edges", "held": ["conv1", "dense1"], "shift": 0}, ["conv1", "dense1"])
    assert recipe == Recipe(init="edges", frozen=("conv1", "dense1"), shift=0)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"dropout": 0.5}, "recipe. has no dropout: it takes start, seeds, epochs"),
        ({"init": "edges"}, "recipe. has no init"),
        ({"frozen": ["conv1"]}, "recipe. has no frozen"),
        ({"held": ["conv7"]}, r"held is \['conv7'\] in .recipe.: name stages that have weights"),
        ({"held": "conv1"}, "held is 'conv1' in .recipe.: name stages that have weights"),
        ({"held": [1]}, r"held is \[1\] in .recipe.: name stages that have weights"),
        ({"start": "ones"}, "start is 'ones' in .recipe.: choose edges or random"),
        ({"epochs": 0}, "epochs is 0 in .recipe.: give a whole number from 1"),
        ({"batch": 2.5}, "batch is 2.5 in .recipe.: give a whole number from 1"),
        ({"seeds": True}, "seeds is True in .recipe.: give a whole number from 1"),
        ({"shift": "far"}, "shift is 'far' in .recipe.: give a number from 0"),
        ({"scale": float("nan")}, "scale is nan in .recipe.: give a number from 0"),
        ({"degrees": -1}, "degrees is -1 in .recipe.: give a number from 0"),
        ({"learning_rate": float("inf")}, "learning_rate is inf in .recipe.: give a number from 0"),
    ],
)
def test_what_is_no_recipe_is_refused_with_the_reason(table, says):
    with pytest.raises(SpecError, match=says):
        recipe_of(table, ["conv1"])
