/** What a HID device is for: usage page and usage of its first top-level collection. */
export type HidUse = { readonly usagePage: number; readonly usage: number };

const USAGE_PAGE = 0x04;
const USAGE = 0x08;
const COLLECTION = 0xa0;
const LONG_ITEM = 0xfe;

/**
 * Reads a report descriptor (HID 1.11, 6.2.2) as far as its first collection; the kernel offers it without the device being opened.
 *
 * @returns undefined for what is none.
 */
export function readHidUse(descriptor: Uint8Array): HidUse | undefined {
  let usagePage: number | undefined;
  let usage: number | undefined;
  for (let at = 0; at < descriptor.length; ) {
    const prefix = descriptor[at] ?? 0;
    if (prefix === LONG_ITEM) {
      at += 3 + (descriptor[at + 1] ?? 0);
      continue;
    }
    const length = (prefix & 3) === 3 ? 4 : prefix & 3;
    if (at + 1 + length > descriptor.length) return undefined;
    let value = 0;
    for (let index = length; index > 0; index--) value = value * 256 + (descriptor[at + index] ?? 0);
    const item = prefix & 0xfc;
    if (item === USAGE_PAGE) usagePage = value;
    // The first usage of the collection; four bytes hold its page as well.
    else if (item === USAGE && usage === undefined) {
      usage = value & 0xffff;
      if (length === 4) usagePage = Math.floor(value / 0x10000);
    } else if (item === COLLECTION)
      return usagePage === undefined || usage === undefined ? undefined : { usagePage, usage };
    at += 1 + length;
  }
  return undefined;
}
