// Reads QR codes through the camera or from a photo: with the browser's own detector where it has one, else with a
// small decoder, and when that takes long also with a larger one that is fetched only then.

import decode from "qr/decode.js";

export type CameraFault = "refused" | "absent" | "busy";
export interface Watch {
  /** The camera's light, where it has one that can be switched. */
  light: ((isOn: boolean) => Promise<void>) | null;
  stop(): void;
}
type Picture = HTMLVideoElement | ImageBitmap;
type Reader = (picture: Picture) => Promise<string | null>;
interface Detector {
  detect(picture: Picture): Promise<{ rawValue: string }[]>;
}
interface DetectorClass {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}

const SLOW_AFTER_MS = 2000;
const FRAME_SIDE_MAX = 960;
const PHOTO_SIDE_MAX = 1600;

/** Watches through the camera until a code is found, once, or it is stopped. Throws a CameraFault. */
export async function watch(video: HTMLVideoElement, found: (text: string) => void, slow: () => void): Promise<Watch> {
  const stream = await open();
  const readers = [await firstReader()];
  let isOver = false;
  const stop = (): void => {
    isOver = true;
    window.clearTimeout(timer);
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  const timer = window.setTimeout(async () => {
    slow();
    readers.push(await largerReader());
  }, SLOW_AFTER_MS);
  video.srcObject = stream;
  await video.play();
  const look = async (): Promise<void> => {
    const text = video.videoWidth ? await firstOf(readers, video) : null;
    if (isOver) return;
    if (text === null) return onNextFrame(video, look);
    stop();
    found(text);
  };
  onNextFrame(video, look);
  return { light: lightOf(stream), stop };
}

/** The text of a code in a photo, or nothing. */
export async function readPhoto(file: Blob): Promise<string | null> {
  const picture = await createImageBitmap(file);
  return firstOf([await firstReader(), smallReader, await largerReader()], picture);
}

async function open(): Promise<MediaStream> {
  if (!navigator.mediaDevices?.getUserMedia) throw fault("absent");
  try {
    const wanted = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 960 } };
    return await navigator.mediaDevices.getUserMedia({ video: wanted });
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (name === "NotAllowedError" || name === "SecurityError") throw fault("refused");
    throw fault(name === "NotReadableError" || name === "AbortError" ? "busy" : "absent");
  }
}

function fault(kind: CameraFault): Error {
  return new Error(kind);
}

async function firstReader(): Promise<Reader> {
  const known = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  if (!known || !(await known.getSupportedFormats()).includes("qr_code")) return smallReader;
  const detector = new known({ formats: ["qr_code"] });
  return async (picture) => (await detector.detect(picture))[0]?.rawValue ?? null;
}

async function smallReader(picture: Picture): Promise<string | null> {
  try {
    return decode(pixels(picture));
  } catch {
    return null; // It says in this way that it sees no code.
  }
}

async function largerReader(): Promise<Reader> {
  try {
    const { read } = await import("./larger-decoder.ts");
    return (picture) => read(pixels(picture));
  } catch {
    return async () => null; // Out of reach for now; the small one goes on.
  }
}

async function firstOf(readers: readonly Reader[], picture: Picture): Promise<string | null> {
  for (const read of readers) {
    const text = await read(picture);
    if (text !== null) return text;
  }
  return null;
}

const canvas = document.createElement("canvas");

function pixels(picture: Picture): ImageData {
  const isVideo = picture instanceof HTMLVideoElement;
  const [width, height] = isVideo ? [picture.videoWidth, picture.videoHeight] : [picture.width, picture.height];
  const scale = Math.min(1, (isVideo ? FRAME_SIDE_MAX : PHOTO_SIDE_MAX) / Math.max(width, height));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) throw new Error("no canvas");
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

function onNextFrame(video: HTMLVideoElement, look: () => Promise<void>): void {
  if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(() => void look());
  else window.setTimeout(() => void look(), 100);
}

function lightOf(stream: MediaStream): Watch["light"] {
  const track = stream.getVideoTracks()[0];
  const can = track?.getCapabilities?.() as { torch?: boolean } | undefined;
  if (!track || !can?.torch) return null;
  return (isOn) => track.applyConstraints({ advanced: [{ torch: isOn } as MediaTrackConstraintSet] });
}
