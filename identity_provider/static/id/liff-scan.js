// Inside LINE: opens LINE's own camera when somebody taps, and goes on with the code that it read.

const place = document.querySelector("[data-liff-scan]");

const scan = async () => {
  await window.liff.init({ liffId: place.dataset.liffScan });
  const { value } = await window.liff.scanCodeV2();
  if (!value) return; // Closed without a code.
  window.location.assign(`${place.dataset.leadsTo}?${new URLSearchParams({ code: value, by: "camera" })}`);
};

place.querySelector("[data-scan]").addEventListener("click", () => {
  scan().catch(() => {
    place.querySelector("[data-liff-error]").hidden = false;
  });
});
