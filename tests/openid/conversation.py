"""A Node script of the tests that asks, line by line in JSON, for what only a person at a browser can do."""

import json
import subprocess
from collections.abc import Callable

from tests.openid.node_packages import script
from tests.openid.provider_under_test import Json


def converse(name: str, settings: Json, answer: Callable[[Json], str]) -> Json:
    """Run a script with its settings, answer each of its questions with a line, and answer its report.

    Raises AssertionError with what the script wrote when it ends without a report.
    """
    pipe = subprocess.PIPE
    with subprocess.Popen(script(name), stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        line = json.dumps(settings)
        try:
            while True:
                process.stdin.write(line + "\n")
                process.stdin.flush()
                said = process.stdout.readline()
                assert said, process.stderr.read()
                message: Json = json.loads(said)
                if "report" in message:
                    report: Json = message["report"]
                    return report
                line = answer(message)
        finally:
            process.kill()
