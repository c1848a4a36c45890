// The amount, said aloud in Japanese by the device itself, unless somebody at this till does not want it.

const PLACE = "kashiman.till.voice";
const OFF = "off";

export function isVoiceOn(): boolean {
  try {
    return localStorage.getItem(PLACE) !== OFF;
  } catch {
    return true;
  }
}

/** Remembers the wish on this device. */
export function switchVoice(isOn: boolean): void {
  try {
    if (isOn) localStorage.removeItem(PLACE);
    else localStorage.setItem(PLACE, OFF);
  } catch {
    // A browser that keeps nothing speaks.
  }
  if (!isOn) globalThis.speechSynthesis?.cancel();
}

/** Says an amount; the browser knows how 1280円 is read. */
export function sayAmount(amount_yen: number): void {
  if (!isVoiceOn() || !("speechSynthesis" in globalThis)) return;
  const words = new SpeechSynthesisUtterance(`${amount_yen}円`);
  words.lang = "ja-JP";
  speechSynthesis.speak(words);
}
