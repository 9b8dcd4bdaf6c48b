import { z } from "zod";
import type { DeviceKind } from "../../../base/contracts/device-status.ts";
import type { TrustStore } from "../../../drivers/chip-card-reader/authenticity/trust-store.ts";
import { HID_POS_MODELS } from "../../../drivers/code-reader/hid-pos/report.ts";
import { isScannerAddress } from "../../../drivers/document-scanner/escl/http-link.ts";
import type { IoWiring } from "../../../drivers/io-board/wiring.ts";
import type { KeyTable } from "../../../drivers/keypad/models.ts";
import { ZVT_MODELS } from "../../../drivers/payment-terminal/zvt/models.ts";

export const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "lower-case letters, digits and hyphens, at most 40");
export const path = z.string().min(1);

/** Models of kinds with serial lines that are on no serial line themselves: a line speed would mean nothing. */
const WITHOUT_LINE: ReadonlySet<string> = new Set([
  ...Object.entries(ZVT_MODELS).flatMap(([model, { transport }]) => (transport === "serial" ? [] : [model])),
  ...Object.keys(HID_POS_MODELS),
]);

/** Unique on this kiosk. */
const id = name;
/** Names the driver, e.g. `transbank-autoservicio`. */
const model = z.string().min(1);
/**
 * Device file, `host:port` of a device on the network, a printer as `ipp://…`, a scanner as `http://…`, a UPS as `name@host:port`, or how the name of a
 * PC/SC reader begins, `*` for any; no driver opens a port that is not written here.
 */
const port = path;
/** Bits per second, where the model's own default is not right. */
const baud = z.number().int().min(300).max(4_000_000).exactOptional();
const kind = <K extends DeviceKind>(value: K) => z.literal(value);

const entrySchema = z.discriminatedUnion("kind", [
  z.strictObject({
    id,
    kind: kind("payment-terminal"),
    model,
    port,
    baud,
    /** Seconds for one sale, from taking it to its answer; absent: the model's own. */
    saleWithin: z.number().min(10).max(600).exactOptional(),
  }),
  z.strictObject({ id, kind: kind("receipt-printer"), model, port, baud }),
  z.strictObject({ id, kind: kind("code-reader"), model, port, baud }),
  /** `trust`: folder or file of the country signing authorities that are trusted (CSCA certificates, master lists; PEM or DER). */
  z.strictObject({ id, kind: kind("chip-card-reader"), model, port, trust: path.exactOptional() }),
  z.strictObject({
    id,
    kind: kind("page-printer"),
    model,
    port: z.string().refine(isPrinter, "allowed: an address like ipp://10.0.0.7/ipp/print"),
    /** PEM file of the printer's certificate or its authority, for `ipps://` addresses. */
    authority: path.exactOptional(),
  }),
  z.strictObject({ id, kind: kind("fingerprint-reader"), model, port }),
  z.strictObject({
    id,
    kind: kind("document-scanner"),
    model,
    port: z.string().refine(isScannerAddress, "allowed: an address like http://10.0.0.8/eSCL"),
    /** PEM file of the scanner's certificate or its authority, for `https://` addresses. */
    authority: path.exactOptional(),
  }),
  /** `keys`: the key table itself (`up=keyboard:68,…`) or a file that holds it; absent: the model's own. */
  z.strictObject({ id, kind: kind("keypad"), model, port, keys: path.exactOptional() }),
  /** `wiring`: what is on which terminal, as a mapping or a JSON file; it differs in every housing, so that there is no default. */
  z.strictObject({
    id,
    kind: kind("io-board"),
    model,
    port,
    baud,
    wiring: z.union([path, z.looseObject({})], "is neither a file's path nor a mapping; one of them is required"),
  }),
  z.strictObject({ id, kind: kind("ups"), model, port }),
]);
export type DeviceEntry = z.infer<typeof entrySchema>;
export type EntryOf<K extends DeviceKind> = Extract<DeviceEntry, { readonly kind: K }>;

/** The devices as they stand in the file; each kind takes what means something to it and nothing else. */
export const devicesSchema = z.array(entrySchema).superRefine((devices, context) => {
  const seen = new Set<string>();
  for (const [index, device] of devices.entries()) {
    for (const field of ["id", "port"] as const) {
      const key = `${field} ${device[field]}`;
      if (seen.has(key))
        context.addIssue({
          code: "custom",
          path: [index, field],
          message: `two devices have the ${field} ${JSON.stringify(device[field])}; each needs its own`,
        });
      seen.add(key);
    }
    if ("baud" in device && WITHOUT_LINE.has(device.model))
      context.addIssue({
        code: "custom",
        path: [index, "baud"],
        message: `means nothing to a ${device.model}, which is on no serial line; leave it out`,
      });
  }
});

type ReadFromFile = "chip-card-reader" | "keypad" | "io-board" | "page-printer" | "document-scanner";
/** A device as its driver needs it: what stood in files of its own has been read. */
export type DeviceConfig =
  | Exclude<DeviceEntry, { readonly kind: ReadFromFile }>
  | (Omit<EntryOf<"chip-card-reader">, "trust"> & { readonly trust?: TrustStore })
  | (Omit<EntryOf<"keypad">, "keys"> & { readonly keys?: KeyTable })
  | (Omit<EntryOf<"io-board">, "wiring"> & { readonly wiring: IoWiring })
  /** `authority`: the PEM text itself. */
  | EntryOf<"page-printer">
  | EntryOf<"document-scanner">;

function isPrinter(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url !== undefined && /^ipps?:$/.test(url.protocol) && url.hostname !== "" && url.username === "";
}
