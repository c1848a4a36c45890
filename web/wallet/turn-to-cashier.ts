// The confirmation turned round for the person on the other side of the counter.

import { onScreen } from "../shared/screens.ts";

onScreen("[data-turn]", (button) => {
  const screen = document.getElementById(button.dataset.turn ?? "") as HTMLDialogElement;
  button.hidden = false;
  button.addEventListener("click", () => screen.showModal());
  screen.querySelector("[data-turn-back]")!.addEventListener("click", () => screen.close());
  screen.addEventListener("close", () => button.focus());
});
