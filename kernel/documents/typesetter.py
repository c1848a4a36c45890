"""The program that sets one paper: an order comes in as JSON, a PDF goes out, and the process is over.

It is started as a file, without the rest of the system, so that it starts quickly and can reach nothing of it.
"""

import json
import math
import resource
import sys
from typing import Any

import typst

ACCESSIBLE_AND_ARCHIVABLE: Any = ["ua-1", "a-2a"]


def main() -> None:
    """Read an order, and write its PDF; a template that is broken ends the process with the reason."""
    order: dict[str, Any] = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (order["memory_max_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(order["time_max_s"]),) * 2)
    sources: Any = {name: text.encode() for name, text in order["files"].items()}
    pdf = typst.compile(
        sources,
        font_paths=order["fonts"],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": order["data"]},
        pdf_standards=ACCESSIBLE_AND_ARCHIVABLE,
    )
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
