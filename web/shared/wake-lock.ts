// The screen stays on while something is shown to somebody else.

/** Keeps the screen on until the answer is called; where the browser cannot, nothing happens. */
export function stayAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  let isWanted = true;

  async function hold(): Promise<void> {
    if (!isWanted || document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    try {
      lock = await navigator.wakeLock.request("screen");
      if (!isWanted) await lock.release();
    } catch {
      // A nearly empty battery forbids it.
    }
  }

  const again = (): void => void hold();
  document.addEventListener("visibilitychange", again);
  again();
  return () => {
    isWanted = false;
    document.removeEventListener("visibilitychange", again);
    void lock?.release();
  };
}
