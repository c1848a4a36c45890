// Checks a bank account while it is typed, by the rule that holds when it is sent. All words come from the page and the server.

interface Problem {
  field: string;
  sentence: string;
}

interface Checked {
  holder_as_printed: string;
  bank_name: string;
  branch_name: string;
  problems: Problem[];
}

const FIELDS = ["bank_code", "branch_code", "account_number", "holder_kana"] as const;
const PAUSE_MS = 350;

function watch(box: HTMLElement, address: string): void {
  const inputs = new Map(FIELDS.map((name) => [name, box.querySelector<HTMLInputElement>(`[name="${name}"]`)]));
  const left = new Set<string>();
  let asked = 0;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  async function ask(): Promise<void> {
    const number = (asked += 1);
    const body: Record<string, string> = { account_kind: "1" };
    for (const [name, input] of inputs) body[name] = input?.value ?? "";
    const language = document.documentElement.dataset["wording"] ?? "ja";
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json", "Accept-Language": language },
        body: JSON.stringify(body),
      });
      if (answer.ok && number === asked) show((await answer.json()) as Checked);
    } catch {
      // Without the network nothing is said: the same is checked when the form is sent.
    }
  }

  function show(checked: Checked): void {
    const printed = box.querySelector<HTMLElement>("[data-part=printed]");
    if (printed) printed.textContent = checked.holder_as_printed;
    const bank = box.querySelector<HTMLElement>("[data-part=bank]");
    const codes = [inputs.get("bank_code"), inputs.get("branch_code")].map((input) => input?.value.trim() ?? "");
    if (bank) {
      const isUnknown = codes.every(Boolean) && !checked.branch_name && left.has("branch_code");
      bank.textContent = isUnknown ? (bank.dataset["unknown"] ?? "") : `${checked.bank_name} ${checked.branch_name}`.trim();
    }
    for (const [name, input] of inputs) {
      if (input) say(input, left.has(name) && input.value ? checked.problems.find((each) => each.field === name) : undefined);
    }
  }

  for (const [name, input] of inputs) {
    input?.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => void ask(), PAUSE_MS);
    });
    input?.addEventListener("blur", () => {
      left.add(name);
      clearTimeout(waiting);
      void ask();
    });
  }
}

/** Says what is wrong at its field, where the server says it too. */
function say(input: HTMLInputElement, problem: Problem | undefined): void {
  const id = `${input.name}-error`;
  const field = input.closest(".field");
  let error = document.getElementById(id);
  if (!problem) {
    error?.remove();
    field?.classList.remove("field-wrong");
    input.removeAttribute("aria-invalid");
    return;
  }
  if (!error) {
    error = document.createElement("p");
    error.id = id;
    error.className = "error";
    error.setAttribute("aria-live", "polite");
    input.before(error);
  }
  error.textContent = `× ${problem.sentence}`;
  field?.classList.add("field-wrong");
  input.setAttribute("aria-invalid", "true");
  const described = new Set((input.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  input.setAttribute("aria-describedby", [...described.add(id)].join(" "));
}

for (const box of document.querySelectorAll<HTMLElement>("[data-account-check]")) {
  const address = box.dataset["accountCheck"];
  if (address) watch(box, address);
}

export {};
