# SPDX-License-Identifier: MIT
"""`suanpan sim run|cards|serve`: scenarios, the cards they can use, and the front panel in a browser."""

from pathlib import Path

import click

from suanpan.errors import FAILED, TIMEOUT, USAGE, Failure
from suanpan.output import emit, json_option, quiet_option, say
from suanpan.runtime.options import RUNTIME, heap_option
from suanpan.seconds import Seconds

PATH = click.Path(path_type=Path)
EXIT = {"ok": 0, "failed": FAILED, "timeout": TIMEOUT}

runtime_option = click.option(
    "--runtime", type=RUNTIME, default="micropython", show_default=True, help="What the terminal runs on."
)
seed_option = click.option(
    "--seed", type=int, default=1, show_default=True, help="Seed of bounce, loss and other chance."
)


@click.group()
def sim() -> None:
    """Simulated terminal: scenarios, cards, front panel."""


@sim.command()
@click.argument("file", type=PATH)
@runtime_option
@heap_option
@click.option("--profile", type=PATH, help="Keep the terminal here, with its journal (else a new one).")
@seed_option
@click.option("--broker", metavar="URL", help="Use this broker and the host behind it, start none.")
@click.option("--out", type=PATH, help="Leave events, screens, receipts, journal and summary here.")
@click.option(
    "--timeout",
    "timeout_s",
    type=Seconds(0.1),
    default=120,
    show_default=True,
    metavar="S",
    help="End the run with exit code 42 after S seconds.",
)
@json_option
@quiet_option
def run(file: Path, as_json: bool, **options) -> None:
    """Run the scenario FILE.

    Exit code 0 when every expectation holds, 1 when one does not, 42 on time-out.
    """
    import asyncio

    from suanpan.simulator.profile import ProfileError
    from suanpan.simulator.progress import Progress
    from suanpan.simulator.runner import Options, run_scenario
    from suanpan.simulator.scenario import ScenarioError, load
    from suanpan.simulator.waiting import until_sigterm

    try:
        scenario = load(file)
        progress = Progress(scenario)
        summary = asyncio.run(until_sigterm(run_scenario(scenario, Options(**options), progress.report)))
    except asyncio.CancelledError:
        raise click.Abort from None
    except ScenarioError as error:
        raise Failure(str(error), "see docs/simulator.md for every step", USAGE) from None
    except ProfileError as error:
        raise Failure(str(error)) from None
    progress.end(summary)
    if options["profile"] and summary["host"]["transactions"]:
        say(
            f"the host's books: suanpan host transactions --db sqlite:///{options['profile'].resolve()}/host.db"
        )
    if as_json:
        emit({key: value for key, value in summary.items() if key != "schema"}, summary["schema"])
    raise SystemExit(EXIT[summary["outcome"]])


@sim.command()
@json_option
@quiet_option
def cards(as_json: bool) -> None:
    """List the built-in cards and what each does.

    Stripe cards do it by the sandbox issuer, chip and contactless ones by themselves; --json has the tracks, too.
    """
    from suanpan.simulator.cards import builtin

    if as_json:
        emit(
            {
                "cards": [
                    {**card, "cardholder": card.get("name"), "name": name} for name, card in builtin().items()
                ]
            },
            "suanpan.sim.cards/1",
        )
        return
    for name, card in builtin().items():
        click.echo(f"{name:<24} {card['description']}")


@sim.command()
@click.option("--port", type=click.IntRange(0, 65535), envvar="PORT", default=8080, show_default=True)
@runtime_option
@heap_option
@click.option("--profile", type=PATH, help="Keep the terminal here (default: the user's data directory).")
@seed_option
@click.option("--broker", metavar="URL", help="Use this broker instead of an embedded one.")
@json_option
@quiet_option
def serve(port: int, **options) -> None:
    """Run a terminal and its front panel, until Ctrl-C.

    With its broker and host; the address for your browser is printed.
    """
    import asyncio

    from suanpan.simulator.serve import serve as serve_panel

    asyncio.run(serve_panel(port, **options))
    say("ended; the terminal's journal and the host's books are kept")
