// Passkeys: asks the server for a challenge, the browser for its answer, and sends that back.
// Without a browser that can do it, the forms stay hidden and the other doors remain.

const REASONS = {
  NotAllowedError: "中止したか、時間がたちました。もういちどお試しください。",
  InvalidStateError: "この端末は、もう登録されています。",
};

const post = async (address, content) => {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content),
  });
  const document_ = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(document_.sentence ?? "うまくいきませんでした。もういちどお試しください。");
  return document_;
};

const ceremonies = {
  "sign-in": async (form) => {
    const options = await post("/id/passkey/challenge", {});
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    const credential = await navigator.credentials.get({ publicKey });
    return post(form.action, { handle: form.elements.handle.value, credential: credential.toJSON() });
  },
  register: async (form) => {
    const options = await post("/id/account/passkeys/challenge", {});
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    const credential = await navigator.credentials.create({ publicKey });
    return post(form.action, { label: navigator.platform ?? "", credential: credential.toJSON() });
  },
};

const isAble = "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;

for (const form of isAble ? document.querySelectorAll("form[data-passkey]") : []) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = form.querySelector("[data-passkey-error]");
    problem.hidden = true;
    try {
      const { next } = await ceremonies[form.dataset.passkey](form);
      location.assign(next);
    } catch (error) {
      problem.textContent = REASONS[error.name] ?? error.message;
      problem.hidden = false;
    }
  });
}
