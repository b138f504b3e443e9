"""Run an example: ``python examples/run.py desk_robot``. A broker, and the programs of its Procfile in turn.

A program starts when the one before has printed its first line. When one ends, the others are ended too. The name in
front of a command is the MQTT client id. The package of the example is generated before: ``make example`` does both.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import sys
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from topicwright.testing import LocalBroker


def programs(folder: Path) -> dict[str, list[str]]:
    """Return the command of each program of a Procfile, by name."""
    lines = (folder / "Procfile").read_text("utf-8").splitlines()
    split = (line.split(":", 1) for line in lines if ":" in line)
    return {name.strip(): shlex.split(command) for name, command in split}


async def tell(process: asyncio.subprocess.Process, name: str, width: int, told: asyncio.Event) -> int:
    """Print what a program prints, with its name in front; return its status when it has ended."""
    assert process.stdout is not None
    try:
        async for line in process.stdout:
            print(f"{name:{width}} | {line.decode().rstrip()}", flush=True)
            told.set()
    finally:
        told.set()
    return await process.wait()


async def start(folder: Path, name: str, command: list[str], url: str) -> asyncio.subprocess.Process:
    """Start a program, with the Python that runs this file."""
    paths = os.pathsep.join([str(folder), str(folder / "sdk")])
    environment = {**os.environ, "PYTHONPATH": paths, "MQTT_URL": url, "MQTT_CLIENT_ID": name}
    words = [sys.executable if word == "python" else word for word in command]
    return await asyncio.create_subprocess_exec(
        *words,
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,  # so that Ctrl-C is for this program, which ends the others
    )


async def end(process: asyncio.subprocess.Process) -> None:
    """Ask a program to end, and wait until it has."""
    with suppress(ProcessLookupError):
        process.terminate()
    await process.wait()


async def run(folder: Path) -> int:
    """Run all programs, and return the status of the one that ended first."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    commands = programs(folder)
    width = max(map(len, commands))
    with LocalBroker() as broker:
        async with AsyncExitStack() as stack:
            tellers: list[asyncio.Task[int]] = []
            for name, command in commands.items():
                process = await start(folder, name, command, broker.url)
                stack.push_async_callback(end, process)
                told = asyncio.Event()
                tellers.append(asyncio.create_task(tell(process, name, width, told)))
                await told.wait()
                if process.returncode is not None:
                    break
            done, others = await asyncio.wait(tellers, return_when=asyncio.FIRST_COMPLETED)
            status = max(task.result() for task in done)
        await asyncio.gather(*others)
        return status


if __name__ == "__main__":
    with suppress(KeyboardInterrupt, asyncio.CancelledError, BrokenPipeError):
        sys.exit(asyncio.run(run(Path(__file__).parent / sys.argv[1])))
