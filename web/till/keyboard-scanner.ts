// A hardware scanner types like a keyboard, only without a pause, and ends with Enter. Wherever the cursor stands, what
// it typed is a code and nothing else; the field that it happened to type into gets its text back. In the field for
// codes there is nothing to do: there people type codes too, and pause.

const CODE_FIELD = "code";
const GAP_MAX_MS = 300;
const LENGTH_MIN = 12;

type Field = HTMLInputElement | HTMLTextAreaElement;
type Take = (text: string) => void;

let typed = "";
let lastAt_ms = 0;
let before: { field: Field; value: string } | null = null;
const takers: Take[] = [];

/** Calls `take` with every code that a scanner types, until the answer is called. */
export function onCodeTyped(take: Take): () => void {
  takers.push(take);
  return () => takers.splice(takers.indexOf(take), 1);
}

document.addEventListener(
  "keydown",
  (event) => {
    if (event.target instanceof HTMLInputElement && event.target.id === CODE_FIELD) return;
    const isQuick = event.timeStamp - lastAt_ms < GAP_MAX_MS;
    lastAt_ms = event.timeStamp;
    if (event.key === "Enter" && isQuick && typed.length >= LENGTH_MIN) return end(event);
    if (event.key.length !== 1 || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!isQuick || typed === "") begin(event.target);
    typed += event.key;
  },
  { capture: true },
);

function begin(target: EventTarget | null): void {
  typed = "";
  const isField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  before = isField ? { field: target, value: target.value } : null;
}

function end(event: KeyboardEvent): void {
  const take = takers.at(-1);
  const text = typed;
  typed = "";
  if (!take) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (before) before.field.value = before.value;
  take(text);
}
