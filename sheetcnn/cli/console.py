"""Tables and progress bars in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from sheetcnn.network.training.trainer import Progress as TrainingProgress

Item = TypeVar("Item")
_NARROWEST = 60


def as_table(templates: Sequence[Mapping[str, Any]]) -> str:
    """Return a table of templates, each as plain objects, as wide and as colourful as the terminal takes it."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for head, justify in (
        ("template", "left"),
        ("input", "left"),
        ("weights", "right"),
        ("formulas", "right"),
        ("accuracy", "right"),
    ):
        table.add_column(head, justify=justify, no_wrap=True)  # type: ignore[arg-type]  # rich wants a Literal
    about = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    about.add_column("template", no_wrap=True)
    about.add_column("what it does, and the stages that change a shape")
    for template in templates:
        table.add_row(
            template["template"],
            _by(template["input"]),
            f"{template['parameters']:,}",
            f"{template['formulas']:,}",
            _how_good(template),
        )
        about.add_row(template["template"], f"{template['title']}\n{', '.join(_shapes(template))}")
    console = Console()
    with console.capture() as captured:
        width, console.width = console.width, max(console.width, _NARROWEST)  # no number loses its end
        console.print(table)
        console.width = width
        console.print()
        console.print(about)
    return captured.get()


def _by(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape))


def _shapes(template: Mapping[str, Any]) -> Iterator[str]:
    """Yield each stage that changes the shape, and the shape that it makes."""
    before = template["input"]
    for stage in template["stages"]:
        if stage["shape"] != before:
            yield f"{stage['stage']} {_by(stage['shape'])}"
        before = stage["shape"]


def _how_good(template: Mapping[str, Any]) -> str:
    if not template["classes"]:
        return "for verify"
    accuracy = template["accuracy"]
    if accuracy is None:
        return "unknown" if template["weights"] else "by hand"
    return f"{accuracy:.2%}"


def counted(items: Iterable[Item], count: int, words: str) -> Iterator[Item]:
    """Yield items, and show on stderr how many have come."""
    from rich.console import Console
    from rich.progress import track

    yield from track(items, words, total=count, console=Console(stderr=True), transient=True)


@contextmanager
def training_bar() -> Iterator[Callable[[TrainingProgress], None]]:
    """Show how training goes on stderr, and yield what it reports to."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (
        TextColumn("seed {task.fields[seed]}, epoch {task.fields[epoch]}"),
        BarColumn(),
        TextColumn(
            "loss {task.fields[loss]}  validation {task.fields[validation]}  {task.fields[left]} left"
        ),
    )
    blank = {"seed": "-", "epoch": "-", "loss": "-", "validation": "-", "left": "-"}
    with Progress(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task("training", total=None, **blank)  # type: ignore[arg-type]  # fields of one's own are texts

        def report(progress: TrainingProgress) -> None:
            done = progress.seed * progress.epochs + progress.epoch
            minutes, seconds = divmod(round(progress.seconds_left), 60)
            bars.update(
                task,
                total=progress.seeds * progress.epochs,
                completed=done,
                seed=f"{progress.seed + 1}/{progress.seeds}",
                epoch=f"{progress.epoch}/{progress.epochs}",
                loss=f"{progress.loss:.4f}",
                validation=f"{progress.validation:.2%}",
                left=f"{minutes}:{seconds:02}",
            )

        yield report
