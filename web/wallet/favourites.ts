// The star beside a shop is a form; where scripts run it answers at once and leaves everything else where it was.

import { onScreen } from "../shared/screens.ts";

onScreen("form[data-favourite]", (form) => {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void turn(form as HTMLFormElement);
  });
});

async function turn(form: HTMLFormElement): Promise<void> {
  const star = form.querySelector("button")!;
  const wanted = form.querySelector<HTMLInputElement>("[name=is_favourite]")!;
  const isFavourite = wanted.value === "true";
  if (star.getAttribute("aria-busy") === "true") return;
  star.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.dataset.favourite ?? "", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ is_favourite: isFavourite }),
    });
    if (!answer.ok) return form.submit();
    star.setAttribute("aria-pressed", String(isFavourite));
    wanted.value = String(!isFavourite);
  } catch {
    form.submit();
  } finally {
    star.removeAttribute("aria-busy");
  }
}
