import { byteMask, hideText, type Redaction, SHOW_ALL } from "../transport/trace/redaction.ts";

const [DLE, ESC, FS, GS] = [0x10, 0x1b, 0x1c, 0x1d] as const;

/** How many parameter bytes a command has, by its second byte; one that is not here has none, so that what follows is hidden as text. */
const PARAMETERS: { readonly [prefix: number]: { readonly [code: number]: number } } = {
  [DLE]: { 4: 1, 5: 1 },
  [ESC]: {
    ...{ 32: 1, 33: 1, 45: 1, 51: 1, 69: 1, 71: 1, 74: 1, 77: 1, 82: 1 },
    ...{ 86: 1, 97: 1, 100: 1, 116: 1, 123: 1 },
  },
  [FS]: { 33: 1, 67: 1 },
  [GS]: {
    ...{ 33: 1, 66: 1, 72: 1, 73: 1, 97: 1, 98: 1, 102: 1, 104: 1, 114: 1, 119: 1, 224: 1 },
    ...{ 76: 2, 80: 2, 87: 2 },
  },
};
const BARCODE = 0x6b;
const CUT = 0x56;
const PARENTHESIS = 0x28;
const PRESENTER = 0x65;
const RASTER = 0x76;
/** From here on a bar code's data are counted; below they end with 00. */
const COUNTED = 0x41;
/** `GS (` groups: QR symbols, and the process id. */
const [QR, PROCESS_ID] = [0x6b, 0x48] as const;
/** Third parameter byte of a QR command that carries the symbol's data, and where those begin. */
const STORE = { function: 0x50, data: 3 } as const;

/** A ticket is somebody's: texts, symbols and pictures are hidden, commands stay. What the printer says tells of nobody. */
export const RECEIPT_PRINTER_REDACTION: Redaction = () => ({ out: byteMask(ticket), in: SHOW_ALL().in });

function* ticket(): Generator<number, never, number> {
  let byte = yield 0;
  for (;;) {
    const commands = PARAMETERS[byte];
    if (commands === undefined) {
      byte = yield hideText(byte);
      continue;
    }
    const prefix = byte;
    const code = yield byte;
    if (prefix === GS && code === RASTER) byte = yield* raster(code);
    else if (prefix === GS && code === PARENTHESIS) byte = yield* parenthesis(code);
    else if (prefix === GS && code === BARCODE) byte = yield* barcode(code);
    else if (prefix === GS && (code === CUT || code === PRESENTER)) byte = yield* longer(code);
    else byte = yield* shown(code, commands[code] ?? 0);
  }
}

/** Shows `byte` and so many more. @returns the one after them. */
function* shown(byte: number, more: number): Generator<number, number, number> {
  let next = yield byte;
  for (let count = 0; count < more; count++) next = yield next;
  return next;
}

function* hidden(first: number, count: number, mask: (byte: number) => number): Generator<number, number, number> {
  let next = first;
  for (let index = 0; index < count; index++) next = yield mask(next);
  return next;
}

/** A cut with a feed, and the presenter's "present", have one parameter more. */
function* longer(code: number): Generator<number, number, number> {
  const mode = yield code;
  const long = code === CUT ? mode >= COUNTED : mode === 0x20;
  return yield* shown(mode, long ? 1 : 0);
}

/** `GS v 0 m xL xH yL yH` and the dots. */
function* raster(code: number): Generator<number, number, number> {
  const sizes: number[] = [];
  let next = yield* shown(code, 2);
  for (; sizes.length < 4; next = yield next) sizes.push(next);
  const [xLow = 0, xHigh = 0, yLow = 0, yHigh = 0] = sizes;
  return yield* hidden(next, (xLow + xHigh * 256) * (yLow + yHigh * 256), () => 0);
}

/** `GS ( group pL pH` and so many bytes. */
function* parenthesis(code: number): Generator<number, number, number> {
  const group = yield code;
  const low = yield group;
  const high = yield low;
  let next = yield high;
  const length = low + high * 256;
  if (group === PROCESS_ID) return yield* hidden(next, length, (byte) => byte);
  if (group !== QR) return yield* hidden(next, length, hideText);
  let storing = false;
  for (let index = 0; index < length; index++) {
    if (index === 1) storing = next === STORE.function;
    next = yield storing && index >= STORE.data ? hideText(next) : next;
  }
  return next;
}

function* barcode(code: number): Generator<number, number, number> {
  const symbology = yield code;
  let next = yield symbology;
  if (symbology >= COUNTED) {
    const count = next;
    return yield* hidden(yield count, count, hideText);
  }
  while (next !== 0) next = yield hideText(next);
  return yield next;
}
