// Inside LINE: asks LINE for the ID token of whoever opened the page, and sends it to the server, which verifies it.
// What else LINE tells a page about its user is not looked at.

const form = document.querySelector("form[data-liff]");

const bring = async () => {
  await window.liff.init({ liffId: form.dataset.liff });
  const token = window.liff.isLoggedIn() ? window.liff.getIDToken() : null;
  if (!token) throw new Error("LINE tells of nobody");
  form.elements.id_token.value = token;
  form.submit();
};

bring().catch(() => {
  form.querySelector("[data-liff-status]").hidden = true;
  form.querySelector("[data-liff-error]").hidden = false;
});
