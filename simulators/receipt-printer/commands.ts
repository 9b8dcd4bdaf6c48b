/** One ESC/POS command as a printer understands it, independent of how our driver makes it. */
export type Command =
  | { readonly type: "text"; readonly bytes: Uint8Array }
  | { readonly type: "line-feed" }
  | { readonly type: "initialise" }
  | { readonly type: "code-page"; readonly number: number }
  | {
      readonly type: "style";
      readonly bold?: boolean;
      readonly underline?: boolean;
      readonly size?: readonly [number, number];
    }
  | { readonly type: "align"; readonly align: "left" | "center" | "right" }
  | { readonly type: "feed"; readonly lines: number }
  | { readonly type: "feed-dots"; readonly dots: number }
  | { readonly type: "line-spacing"; readonly dots: number | undefined }
  | { readonly type: "cut"; readonly feedDots: number }
  | { readonly type: "barcode-setting"; readonly setting: "height" | "width" | "hri"; readonly value: number }
  | { readonly type: "barcode"; readonly symbology: number; readonly data: Uint8Array }
  | { readonly type: "qr-setting"; readonly setting: "module" | "level"; readonly value: number }
  | { readonly type: "qr-store"; readonly data: Uint8Array }
  | { readonly type: "qr-print" }
  | { readonly type: "raster"; readonly rowBytes: number; readonly rows: number; readonly data: Uint8Array }
  | { readonly type: "process-id"; readonly id: Uint8Array }
  | { readonly type: "buffered-status"; readonly request: number }
  | { readonly type: "identity"; readonly request: number }
  | { readonly type: "automatic-status"; readonly mask: number }
  | { readonly type: "automatic-full-status"; readonly mask: number }
  | { readonly type: "presenter"; readonly action: number }
  /** Understood, and without effect here; or unknown, then it is one byte. */
  | { readonly type: "ignored"; readonly bytes: Uint8Array };

export type ReadCommand = { readonly command: Command; readonly length: number };

type Reader = (bytes: Uint8Array) => ReadCommand | undefined;

const ALIGNS = ["left", "center", "right"] as const;

/** A command of fixed length: `make` receives its parameters. */
function fixed(length: number, make: (...parameters: number[]) => Command | undefined): Reader {
  return (bytes) => {
    if (bytes.length < length) return undefined;
    const parameters = [...bytes.subarray(2, length)];
    return { command: make(...parameters) ?? ignored(bytes, length), length };
  };
}

function skip(length: number): Reader {
  return fixed(length, () => undefined);
}

function ignored(bytes: Uint8Array, length: number): Command {
  return { type: "ignored", bytes: bytes.slice(0, length) };
}

function alignOf(n = 0): Command {
  return { type: "align", align: ALIGNS[n % 0x30] ?? "left" };
}

const ESC: { readonly [code: number]: Reader } = {
  64: fixed(2, () => ({ type: "initialise" })),
  116: fixed(3, (number = 0) => ({ type: "code-page", number })),
  69: fixed(3, (n = 0) => ({ type: "style", bold: (n & 1) === 1 })),
  71: fixed(3, (n = 0) => ({ type: "style", bold: (n & 1) === 1 })),
  45: fixed(3, (n = 0) => ({ type: "style", underline: n % 0x30 !== 0 })),
  33: fixed(3, (n = 0) => ({
    type: "style",
    bold: (n & 0x08) !== 0,
    underline: (n & 0x80) !== 0,
    size: [n & 0x20 ? 2 : 1, n & 0x10 ? 2 : 1],
  })),
  97: fixed(3, alignOf),
  100: fixed(3, (lines = 0) => ({ type: "feed", lines })),
  74: fixed(3, (dots = 0) => ({ type: "feed-dots", dots })),
  50: fixed(2, () => ({ type: "line-spacing", dots: undefined })),
  51: fixed(3, (dots = 0) => ({ type: "line-spacing", dots })),
  105: fixed(2, () => ({ type: "cut", feedDots: 0 })),
  109: fixed(2, () => ({ type: "cut", feedDots: 0 })),
  77: skip(3),
  82: skip(3),
  86: skip(3),
  123: skip(3),
  32: skip(3),
  37: skip(3),
  112: skip(5),
  42: (bytes) => {
    if (bytes.length < 5) return undefined;
    const [, , mode = 0, low = 0, high = 0] = bytes;
    const length = 5 + (low + high * 256) * (mode >= 32 ? 3 : 1);
    return bytes.length < length ? undefined : { command: ignored(bytes, length), length };
  },
};

const FS: { readonly [code: number]: Reader } = { 46: skip(2), 38: skip(2), 33: skip(3), 67: skip(3) };

const GS: { readonly [code: number]: Reader } = {
  33: fixed(3, (n = 0) => ({ type: "style", size: [((n >> 4) & 7) + 1, (n & 7) + 1] })),
  86: (bytes) => {
    const mode = bytes[2];
    if (mode === undefined) return undefined;
    if (mode < 0x41 || (mode >= 0x30 && mode <= 0x31)) return { command: { type: "cut", feedDots: 0 }, length: 3 };
    const feedDots = bytes[3];
    return feedDots === undefined ? undefined : { command: { type: "cut", feedDots }, length: 4 };
  },
  104: fixed(3, (value = 0) => ({ type: "barcode-setting", setting: "height", value })),
  119: fixed(3, (value = 0) => ({ type: "barcode-setting", setting: "width", value })),
  72: fixed(3, (value = 0) => ({ type: "barcode-setting", setting: "hri", value: value % 0x30 })),
  102: skip(3),
  66: skip(3),
  98: skip(3),
  76: skip(4),
  87: skip(4),
  80: skip(4),
  248: skip(2),
  107: readBarcode,
  118: readRaster,
  40: readParenthesis,
  114: fixed(3, (request = 0) => ({ type: "buffered-status", request })),
  73: fixed(3, (request = 0) => ({ type: "identity", request })),
  97: fixed(3, (mask = 0) => ({ type: "automatic-status", mask })),
  224: fixed(3, (mask = 0) => ({ type: "automatic-full-status", mask })),
  101: (bytes) => {
    const action = bytes[2];
    if (action === undefined) return undefined;
    const length = action === 0x20 ? 4 : 3;
    return bytes.length < length ? undefined : { command: { type: "presenter", action }, length };
  },
};

/** Real-time commands were executed when they arrived; in the buffer they are empty. */
const DLE: { readonly [code: number]: Reader } = {
  4: skip(3),
  5: skip(3),
  20: (bytes) => {
    const kind = bytes[2];
    if (kind === undefined) return undefined;
    const length = kind === 8 ? 10 : 5;
    return bytes.length < length ? undefined : { command: ignored(bytes, length), length };
  },
};

const FAMILIES: { readonly [prefix: number]: { readonly [code: number]: Reader } } = {
  16: DLE,
  27: ESC,
  28: FS,
  29: GS,
};

/** The first command in `bytes`; `undefined` while it is not complete. Total: garbage is `ignored` byte by byte. */
export function readCommand(bytes: Uint8Array): ReadCommand | undefined {
  const [first, second] = bytes;
  if (first === undefined) return undefined;
  const family = FAMILIES[first];
  if (family !== undefined) {
    if (second === undefined) return undefined;
    return (
      family[second]?.(bytes) ?? (family[second] === undefined ? { command: ignored(bytes, 2), length: 2 } : undefined)
    );
  }
  if (first === 0x0a) return { command: { type: "line-feed" }, length: 1 };
  if (first < 0x20) return { command: ignored(bytes, 1), length: 1 };
  const control = bytes.findIndex((byte) => byte < 0x20);
  const length = control === -1 ? bytes.length : control;
  return { command: { type: "text", bytes: bytes.slice(0, length) }, length };
}

function readBarcode(bytes: Uint8Array): ReadCommand | undefined {
  const symbology = bytes[2];
  if (symbology === undefined) return undefined;
  if (symbology < 0x41) {
    const end = bytes.indexOf(0x00, 3);
    if (end === -1) return undefined;
    return { command: { type: "barcode", symbology, data: bytes.slice(3, end) }, length: end + 1 };
  }
  const size = bytes[3];
  if (size === undefined || bytes.length < 4 + size) return undefined;
  return { command: { type: "barcode", symbology, data: bytes.slice(4, 4 + size) }, length: 4 + size };
}

function readRaster(bytes: Uint8Array): ReadCommand | undefined {
  if (bytes.length < 8) return undefined;
  const [, , , , xLow = 0, xHigh = 0, yLow = 0, yHigh = 0] = bytes;
  const rowBytes = xLow + xHigh * 256;
  const rows = yLow + yHigh * 256;
  const length = 8 + rowBytes * rows;
  if (bytes.length < length) return undefined;
  return { command: { type: "raster", rowBytes, rows, data: bytes.slice(8, length) }, length };
}

function readParenthesis(bytes: Uint8Array): ReadCommand | undefined {
  if (bytes.length < 5) return undefined;
  const [, , group = 0, low = 0, high = 0] = bytes;
  const length = 5 + low + high * 256;
  if (bytes.length < length) return undefined;
  const body = bytes.slice(5, length);
  return { command: parenthesisCommand(group, body) ?? ignored(bytes, length), length };
}

function parenthesisCommand(group: number, body: Uint8Array): Command | undefined {
  const [first, second, third = 0] = body;
  if (group === 0x48 && first === 0x30 && second === 0x30 && body.length === 6)
    return { type: "process-id", id: body.slice(2) };
  if (group !== 0x6b || first !== 0x31) return undefined;
  if (second === 0x43) return { type: "qr-setting", setting: "module", value: third };
  if (second === 0x45) return { type: "qr-setting", setting: "level", value: third };
  if (second === 0x50) return { type: "qr-store", data: body.slice(3) };
  return second === 0x51 ? { type: "qr-print" } : undefined;
}
