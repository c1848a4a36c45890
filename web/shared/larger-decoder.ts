// The larger decoder finds codes that are dirty, dark or far away. It is WebAssembly, and it is ours to serve.

import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm";

prepareZXingModule({ overrides: { locateFile: () => new URL(wasm, import.meta.url).href } });

/** The text of the first QR code in a picture, or nothing. */
export async function read(picture: ImageData): Promise<string | null> {
  const [found] = await readBarcodes(picture, { formats: ["QRCode"], maxNumberOfSymbols: 1, characterSet: "UTF8" });
  return found?.isValid ? found.text : null;
}
