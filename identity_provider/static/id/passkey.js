// Passkeys: asks the server for a challenge, the browser for its answer, and sends that back.
// Without a browser that can do it, the forms stay hidden and the other doors remain.

const post = async (address, content) => {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content),
  });
  const document_ = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(document_.sentence ?? "");
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

// The page holds the sentences, so that they are in its language.
const told = ({ stopped, known, failed }, error) => {
  if (error.name === "NotAllowedError") return stopped;
  if (error.name === "InvalidStateError" && known) return known;
  return error.name === "Error" && error.message ? error.message : failed;
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
      problem.textContent = told(problem.dataset, error);
      problem.hidden = false;
    }
  });
}
