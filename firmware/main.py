# SPDX-License-Identifier: MIT
"""Takes the board, runs the application: main.py --board unix --profile DIR --bench HOST:PORT.

`boards.NAME.board.Board(profile, bench)` builds all hardware; `pos.app.run(board)` returns when the terminal
is switched off.
"""

import sys


def options(words):
    """{option: value} of `--option value` pairs; ValueError on anything else."""
    if len(words) % 2:
        raise ValueError("every option takes one value: " + " ".join(words))
    given = {"board": "unix", "profile": ".", "bench": ""}
    for name, value in zip(words[::2], words[1::2]):
        if name[2:] not in given or name[:2] != "--":
            raise ValueError("unknown option " + name + "; known: --board --profile --bench")
        given[name[2:]] = value
    return given


def main():
    chosen = options(sys.argv[1:])
    board = __import__("boards." + chosen["board"] + ".board", None, None, ("Board",))
    from pos.app import run

    run(board.Board(chosen["profile"], chosen["bench"]))


if __name__ == "__main__":
    main()
