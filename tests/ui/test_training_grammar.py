"""What the grammar promises is what the commands take."""

import argparse
import re
from pathlib import Path

import pytest
from focuspuller.core.errors import UsageError
from focuspuller.core.evaluation.methods import CLASSICAL, LEARNED
from focuspuller.core.svb.recipe import PRESETS as DATA_PRESETS
from focuspuller.core.training import outlines
from focuspuller.core.training.presets import PRESETS as TRAINING_PRESETS
from focuspuller.core.training.presets import Variation
from focuspuller.ui import training_grammar
from focuspuller.ui.commands.evaluate import corruption_levels
from focuspuller.ui.grammar import parser


def parsed(*words: str) -> argparse.Namespace:
    return parser().parse_args([*words])


def choices(command: str, option: str) -> set[str]:
    actions = argparse.ArgumentParser()
    {"synth": training_grammar.synth, "train": training_grammar.train, "evaluate": training_grammar.evaluate}[command](
        actions
    )
    (found,) = [action for action in actions._actions if option in action.option_strings]
    return set(found.choices or ())


def test_presets_are_those_there_are() -> None:
    assert choices("synth", "--preset") == set(DATA_PRESETS)
    assert choices("train", "--preset") == {*TRAINING_PRESETS, outlines.PRESET}


@pytest.mark.parametrize("text", [training_grammar.SYNTH, training_grammar.TRAIN, training_grammar.EVALUATE])
def test_every_example_parses(text: str) -> None:
    examples = re.findall(r"focuspuller ((?:.*\\\n)*.*)", text.partition("examples:")[2])
    assert len(examples) >= 3
    for example in examples:
        words = example.replace("\\\n", " ").split()
        assert parsed(*words).command == words[0]


@pytest.mark.parametrize("text", [training_grammar.SYNTH, training_grammar.TRAIN])
def test_every_preset_is_explained(text: str) -> None:
    command = "synth" if text is training_grammar.SYNTH else "train"
    explained = set(re.findall(r"^  (\w+) {2,}", text, re.MULTILINE))
    assert explained == choices(command, "--preset")


def test_help_names_every_method_and_no_other() -> None:
    listed = training_grammar.EVALUATE.partition("methods:")[2].partition("\nNetworks")[0]
    names = re.findall(r"^  (\S.*?)(?: {2,}|$)", listed, re.MULTILINE)
    assert {name for line in names for name in line.split(", ")} == {*CLASSICAL, *LEARNED}


def test_what_is_left_out_is_what_is_asked_for() -> None:
    run = parsed("train", "--preset", "smoke", "-o", "runs", "--without", "fusion", "--without", "augmentation")
    assert run.without == ["fusion", "augmentation"]
    assert (run.output, run.dataset, run.resume) == (Path("runs"), None, False)
    assert choices("train", "--configuration") == {"prior", "paper"}
    Variation(run.configuration, run.without, run.steps, run.seed)


def test_names_may_follow_one_option_or_several() -> None:
    asked = parsed("evaluate", "svb", "--method", "a", "b", "--method", "c", "--corruption", "none..II", "IV")
    assert asked.method == ["a", "b", "c"]
    assert [level.name for level in corruption_levels(asked.corruption)] == ["NONE", "I", "II", "IV"]


@pytest.mark.parametrize(
    "words",
    [
        ["synth", "out"],
        ["synth", "out", "--preset", "huge"],
        ["synth", "out", "--preset", "test", "--assets", "one"],
        ["train"],
        ["train", "-o", "x", "--without", "everything"],
        ["evaluate", "--method", "input"],
    ],
)
def test_what_is_missing_or_unknown_is_refused(words: list[str]) -> None:
    with pytest.raises(UsageError, match=f"focuspuller {words[0]} --help"):
        parsed(*words)
