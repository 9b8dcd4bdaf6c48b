import { readFile } from "node:fs/promises";
import { concat } from "../../base/bytes/bytes.ts";
import { localDate } from "../../base/icao/dates.ts";
import { parseMrz } from "../../base/icao/mrz.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { coded } from "../../base/registry/coded-error.ts";
import type { ChipKey } from "../chip-card-reader/interface.ts";
import { interpretCode } from "../code-reader/interpret.ts";
import { decodeText } from "../code-reader/text.ts";
import { codeReaderCli } from "./code-reader.ts";
import { type CliContext, type CliOutcome, type FailedOutcome, UsageError } from "./kind.ts";

/** Where the key of a chip can come from; without any of them it is read from standard input. */
export const KEY_OPTIONS = {
  mrz: {
    meaning: "file with the lines of the machine-readable zone or the text of the card's QR; - for standard input",
    personal: true,
  },
  can: { meaning: "the six digits of the card access number", personal: true },
  "document-number": { meaning: "with --birth-date and --expiry-date instead of --mrz", personal: true },
  "birth-date": { meaning: "YYYY-MM-DD", personal: true },
  "expiry-date": { meaning: "YYYY-MM-DD", personal: true },
  scanner: { meaning: "serial port of a code reader: the card's QR is scanned first, then its chip is read" },
} as const;

const WAYS =
  "--mrz, --can, --scanner, or --document-number with --birth-date and --expiry-date; without any of them, the text of the card's QR or the lines of its machine-readable zone on standard input";
/** Longest line of a zone and its end are far below; a stream that goes on without a line's end is no key. Bytes. */
const MAX_INPUT = 16_384;
/** The most lines that a machine-readable zone has. */
const ZONE_LINES = 3;

type Key = { readonly key: ChipKey } | { readonly failed: FailedOutcome };
type Elements = { readonly documentNumber: string; readonly birthDate: string; readonly expiryDate: string };

/** Whether the command line says where the key comes from. @throws UsageError when it says so twice. */
export function namesKey(options: CliContext["options"]): boolean {
  const { mrz, can, scanner } = options;
  const parts = [options["document-number"], options["birth-date"], options["expiry-date"]];
  const named = [mrz, can, scanner].filter((option) => option !== undefined).length;
  const inParts = parts.filter((part) => part !== undefined).length;
  if (named + (inParts > 0 ? 1 : 0) > 1) throw new UsageError(`the key comes from one of ${WAYS}`);
  if (inParts > 0 && inParts < parts.length)
    throw new UsageError("--document-number, --birth-date and --expiry-date belong together");
  return named + inParts > 0;
}

/** @throws UsageError when what is given is no key. */
export async function readKey(context: CliContext, input: AsyncIterable<Uint8Array> = process.stdin): Promise<Key> {
  const { mrz, can, scanner } = context.options;
  if (typeof can === "string") return { key: { kind: "can", can } };
  if (typeof scanner === "string") return scanKey(context, scanner);
  if (typeof mrz === "string" && mrz !== "-") return { key: await keyInFile(mrz) };
  const {
    "document-number": documentNumber,
    "birth-date": birthDate,
    "expiry-date": expiryDate,
  } = context.options as Record<string, string | undefined>;
  if (documentNumber === undefined || birthDate === undefined || expiryDate === undefined)
    return keyFromInput(context, input);
  return { key: { kind: "mrz", documentNumber, birthDate, expiryDate } };
}

async function keyInFile(file: string): Promise<ChipKey> {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await readFile(file));
  } catch (error) {
    throw new UsageError(`--mrz ${file}: ${error instanceof Error ? error.message : error}`);
  }
  const key = keyIn(bytes) ?? keyIn(lines(bytes)[0] ?? bytes);
  if (key === undefined)
    throw new UsageError(`--mrz ${file}: neither a machine-readable zone with right check digits nor a cédula's QR`);
  return key;
}

/** Scan, then tap, as a citizen does at the kiosk. */
async function scanKey(context: CliContext, port: string): Promise<Key> {
  const { signal, event } = context;
  event({ event: "key-wanted", from: port });
  // Never through the command's own reach: what is scanned is the holder's, and a trace's mask for chips does not know it.
  const scanned: CliOutcome | undefined = await codeReaderCli.commands.read?.run({
    ...{ model: codeReaderCli.defaultModel, port, options: {}, signal, event },
  });
  if (scanned?.outcome !== "ok") return { failed: scanned ?? cancelled() };
  const { result } = scanned;
  const elements = (result.kind === "mrz" ? result.mrz : result) as Partial<Elements>;
  const { documentNumber, birthDate, expiryDate } = elements;
  if (documentNumber === undefined || birthDate === undefined || expiryDate === undefined)
    throw new UsageError(`--scanner ${port}: what was scanned is neither a cédula's QR nor a machine-readable zone`);
  return { key: keyOf({ documentNumber, birthDate, expiryDate }) };
}

/** Line by line until one is a QR, or the last ones are a zone: a scanner that types like a keyboard will do. */
async function keyFromInput({ signal, event }: CliContext, input: AsyncIterable<Uint8Array>): Promise<Key> {
  event({ event: "key-wanted", from: "standard input", what: "text of the card's QR, or lines of its MRZ" });
  let seen: Uint8Array = new Uint8Array();
  const chunks = input[Symbol.asyncIterator]();
  const stopped = new Promise<"stopped">((resolve) =>
    signal.addEventListener("abort", () => resolve("stopped"), { once: true }),
  );
  for (;;) {
    const next = signal.aborted ? "stopped" : await Promise.race([chunks.next(), stopped]);
    if (next === "stopped") return { failed: cancelled() };
    if (!next.done) seen = concat([seen, typeof next.value === "string" ? Buffer.from(next.value) : next.value]);
    const complete = lines(next.done ? concat([seen, Uint8Array.of(0x0a)]) : seen);
    for (let first = 0; first < complete.length; first++)
      for (let count = 1; count <= ZONE_LINES; count++) {
        const key = keyIn(concat(complete.slice(first, first + count).flatMap((line) => [line, Uint8Array.of(0x0a)])));
        if (key !== undefined) return { key };
      }
    if (next.done || seen.length > MAX_INPUT) throw new UsageError(`no key: ${WAYS}`);
  }
}

function keyIn(bytes: Uint8Array): ChipKey | undefined {
  const today = localDate(systemClock.now());
  const zone = parseMrz(decodeText(bytes).trim(), today);
  if (zone.ok) return keyOf(zone.value);
  const code = interpretCode(bytes.subarray(0, endOfLine(bytes, 0)), today);
  return code.ok && code.value.kind === "cedula" ? keyOf(code.value) : undefined;
}

function keyOf({ documentNumber, birthDate, expiryDate }: Elements): ChipKey {
  return { kind: "mrz", documentNumber, birthDate, expiryDate };
}

/** Those that have an end, without it and without empty ones. */
function lines(bytes: Uint8Array): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = endOfLine(bytes, start);
    if (end === bytes.length) break;
    if (end > start) found.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return found;
}

function endOfLine(bytes: Uint8Array, from: number): number {
  const at = bytes.subarray(from).findIndex((byte) => byte === 0x0a || byte === 0x0d);
  return at < 0 ? bytes.length : from + at;
}

function cancelled(): FailedOutcome {
  return { outcome: "error", error: coded("common.cancelled", "the key of a chip") };
}
