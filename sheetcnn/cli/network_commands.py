"""The commands on digits and networks: digits, templates, train."""

from __future__ import annotations

import argparse
import os

from sheetcnn.cli.command import Commands, command, print_json
from sheetcnn.cli.command_parser import path
from sheetcnn.cli.shell import DONE


def add_digits(commands: Commands) -> None:
    """Add the command that shows the gallery."""
    command(
        commands,
        "digits",
        "show the gallery: five drawings of each digit",
        "sheetcnn digits",
        _digits,
    )


def _digits(_options: argparse.Namespace) -> int:
    from shutil import get_terminal_size

    from sheetcnn.digits.gallery import samples
    from sheetcnn.digits.terminal import contact_sheet

    print(contact_sheet(samples(), get_terminal_size().columns))
    return DONE


def add_templates(commands: Commands) -> None:
    """Add the command that lists the networks."""
    parser = command(
        commands, "templates", "list the networks that come with sheetcnn", "sheetcnn templates", _templates
    )
    parser.add_argument(
        "--json", action="store_true", help="print a JSON list, with every stage and its shape"
    )


def _templates(options: argparse.Namespace) -> int:
    from sheetcnn.network.template_loader import load_template, template_names
    from sheetcnn.workbook.listing import to_dict

    listed = [to_dict(load_template(name)) for name in template_names()]
    if options.json:
        print_json(listed)
    else:
        from sheetcnn.cli.console import as_table

        print(as_table(listed), end="")
    return DONE


def add_train(commands: Commands) -> None:
    """Add the command that trains a network."""
    parser = command(
        commands,
        "train",
        "train a network's weights on MNIST, and write them into its file",
        "sheetcnn train mnist --mnist FOLDER",
        _train,
    )
    parser.add_argument(
        "template", metavar="TEMPLATE", help="a name that sheetcnn templates lists, or a TOML file"
    )
    parser.add_argument(
        "--mnist", type=path, required=True, metavar="FOLDER", help="the folder with MNIST's four IDX files"
    )


def _train(options: argparse.Namespace) -> int:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two threads are slower on matrices this thin
    from sheetcnn.cli.console import training_bar
    from sheetcnn.digits.mnist import files_in, load
    from sheetcnn.network.template_loader import load_template
    from sheetcnn.network.training.trainer import train
    from sheetcnn.network.training.weights_file import check_targets, save

    template = load_template(options.template, weights=False)
    check_targets(template, files_in(options.mnist))
    images, labels = load(options.mnist, "train")
    test_images, test_labels = load(options.mnist, "test")
    with training_bar() as report:
        trained = train(template, images, labels, test_images, test_labels, report=report)
    save(template, trained)
    print(
        f"{template.name}: {trained.accuracy:.2%} of {trained.images:,} test images right "
        f"(seed {trained.seed}, {trained.validation:.2%} in validation)."
    )
    return DONE
