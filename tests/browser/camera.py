"""What is in front of a browser's camera.

`CanvasCamera` takes the camera's place in one page, so that a test can change what is seen, or take the camera away.
`write_video` makes a file for Chromium's own camera (`--use-file-for-fake-video-capture`), which shows one thing for as
long as the browser runs.
"""

import base64
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from payments.codes.picture import code_modules, code_png

BLACK, WHITE, GREY, NO_COLOUR = 0x10, 0xEB, 0x80, 0x80
"""Brightness and colour as video counts them (ITU-R BT.601)."""
CANVAS = """
(() => {
  const canvas = document.createElement('canvas');
  canvas.width = 640; canvas.height = 480;
  const pen = canvas.getContext('2d');
  let picture = null;
  setInterval(() => {
    pen.fillStyle = '#777';
    pen.fillRect(0, 0, 640, 480);
    if (picture) pen.drawImage(picture, 110, 30, 420, 420);
    // A canvas that does not change has no new frames.
    pen.fillStyle = '#' + (Math.floor(performance.now() / 50) % 4096).toString(16).padStart(3, '0');
    pen.fillRect(0, 0, 4, 4);
  }, 50);
  window.heldBefore = (address) => new Promise((resolve, reject) => {
    if (!address) { picture = null; resolve(); return; }
    const image = new Image();
    image.onload = () => { picture = image; resolve(); };
    image.onerror = reject;
    image.src = address;
  });
  if (navigator.mediaDevices) {
    navigator.mediaDevices.getUserMedia = async () => {
      const fault = sessionStorage.getItem('cameraFault');
      if (fault) throw new DOMException('', fault);
      return canvas.captureStream(20);
    };
  }
})();
"""


class CanvasCamera:
    """A camera of a browser context that shows what a test holds before it."""

    def __init__(self, context: BrowserContext, *, takes_its_place: bool = True) -> None:
        self._context = context
        if takes_its_place:
            context.add_init_script(CANVAS)

    def hold(self, page: Page, text: str | None) -> None:
        """Hold a code with this text before the camera of a page that is open; None takes it away."""
        self.hold_picture(page, None if text is None else code_png(text))

    def hold_picture(self, page: Page, png: bytes | None) -> None:
        """Hold a picture before the camera, such as a screenshot of another telephone."""
        address = png and f"data:image/png;base64,{base64.b64encode(png).decode()}"
        page.evaluate("address => window.heldBefore(address)", address)

    def fail(self, name: str | None) -> None:
        """Let the camera fail from the next page on, by the name of its error (NotAllowedError, say); None mends it."""
        said = (
            f"sessionStorage.setItem('cameraFault', '{name}')" if name else "sessionStorage.removeItem('cameraFault')"
        )
        self._context.add_init_script(f"{said};")


def write_video(path: Path, text: str, *, frames: int = 10) -> None:
    """Write a video of 640 by 480 that shows a code (YUV4MPEG2, 4:2:0, ten frames a second)."""
    width, height = 640, 480
    light = _brightness(code_modules(text), width, height)
    colour = bytes([NO_COLOUR]) * (width * height // 2)
    with path.open("wb") as file:
        file.write(b"YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C420mpeg2\n" % (width, height))
        for _ in range(frames):
            file.write(b"FRAME\n" + light + colour)


def _brightness(modules: Sequence[Sequence[bool]], width: int, height: int) -> bytes:
    """One frame: the code in the middle of a grey field, as large as whole modules allow."""
    scale = height // len(modules)
    side = scale * len(modules)
    left, top = (width - side) // 2, (height - side) // 2
    margin = bytes([GREY]) * width
    rows = [margin] * height
    for index, row in enumerate(modules):
        line = b"".join(bytes([BLACK if dark else WHITE]) * scale for dark in row)
        rows[top + index * scale : top + (index + 1) * scale] = [margin[:left] + line + margin[left + side :]] * scale
    return b"".join(rows)
