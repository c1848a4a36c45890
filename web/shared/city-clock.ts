// A clock that runs cannot be a picture of a screen. It goes by the city's time, whatever the device's own clock says.

const written = new Intl.DateTimeFormat("ja-JP", { timeZone: "Asia/Tokyo", timeStyle: "medium" });

/** Hours, minutes and seconds in the city. */
export function cityTime(at_ms: number): string {
  return written.format(at_ms);
}

/** Tells the city's time every second, going on from now, until the answer is called. */
export function runClock(now_ms: number, tell: (time: string) => void): () => void {
  const began_ms = performance.now();
  const show = (): void => tell(cityTime(now_ms + performance.now() - began_ms));
  show();
  const timer = window.setInterval(show, 1000);
  return () => window.clearInterval(timer);
}
