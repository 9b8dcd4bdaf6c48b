import { readFileSync } from "node:fs";
import type { Finding } from "../../../base/explain-schema.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { loadTrust } from "../../../drivers/chip-card-reader/authenticity/trust-folder.ts";
import { parseWiring } from "../../../drivers/io-board/wiring-json.ts";
import { readKeyTable } from "../../../drivers/keypad/key-table.ts";
import type { DeviceConfig, DeviceEntry, EntryOf } from "./device-schema.ts";

/**
 * Reads what devices have in files of their own or written out: key tables, wirings, certificates.
 *
 * @param absolute turns a path of the configuration into one from the root.
 * @returns every mistake, each with the path of its key in the configuration.
 */
export function readDeviceFiles(
  entries: readonly DeviceEntry[],
  absolute: (path: string) => string,
): Result<DeviceConfig[], Finding[]> {
  const findings: Finding[] = [];
  const devices = entries.flatMap((entry, index) => {
    const device = readOne(entry, absolute);
    if (device.ok) return [device.value];
    const { key, message } = device.error;
    findings.push({ path: ["devices", index, key], message });
    return [];
  });
  return findings.length > 0 ? err(findings) : ok(devices);
}

type Mistake = { readonly key: string; readonly message: string };

function readOne(entry: DeviceEntry, absolute: (path: string) => string): Result<DeviceConfig, Mistake> {
  switch (entry.kind) {
    case "chip-card-reader":
      return readTrust(entry, absolute);
    case "keypad":
      return readKeypad(entry, absolute);
    case "io-board":
      return readBoard(entry, absolute);
    case "page-printer":
    case "document-scanner": {
      if (entry.authority === undefined) return ok(entry);
      const authority = readText("authority", absolute(entry.authority));
      return authority.ok ? ok({ ...entry, authority: authority.value }) : authority;
    }
    default:
      return ok(entry);
  }
}

/** With fewer authorities than it looks, true documents would fail: so nothing but certificates may lie there. */
function readTrust(
  { trust, ...reader }: EntryOf<"chip-card-reader">,
  absolute: (path: string) => string,
): Result<DeviceConfig, Mistake> {
  if (trust === undefined) return ok(reader);
  const store = loadTrust(absolute(trust));
  if (!store.ok) return err({ key: "trust", message: store.error });
  if (store.value.size > 0) return ok({ ...reader, trust: store.value });
  return err({ key: "trust", message: `no certificate of a country signing authority is in ${absolute(trust)}` });
}

function readKeypad(
  { keys, ...keypad }: EntryOf<"keypad">,
  absolute: (path: string) => string,
): Result<DeviceConfig, Mistake> {
  if (keys === undefined) return ok(keypad);
  // No path of ours has an equals sign, and no table is without.
  const text = keys.includes("=") ? ok(keys) : readText("keys", absolute(keys));
  if (!text.ok) return text;
  const table = readKeyTable(text.value.trim());
  return table.ok ? ok({ ...keypad, keys: table.value }) : err({ key: "keys", message: table.error.message });
}

function readBoard(
  { wiring, ...board }: EntryOf<"io-board">,
  absolute: (path: string) => string,
): Result<DeviceConfig, Mistake> {
  const text = typeof wiring === "string" ? readText("wiring", absolute(wiring)) : ok(JSON.stringify(wiring));
  if (!text.ok) return text;
  const parsed = parseWiring(text.value);
  return parsed.ok ? ok({ ...board, wiring: parsed.value }) : err({ key: "wiring", message: parsed.error.message });
}

function readText(key: string, file: string): Result<string, Mistake> {
  try {
    return ok(readFileSync(file, "utf8"));
  } catch (error) {
    return err({ key, message: `cannot be read: ${error instanceof Error ? error.message : error}` });
  }
}
