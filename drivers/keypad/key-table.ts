import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { KEYPAD_KEYS } from "./interface.ts";
import type { KeyMeaning, KeyTable } from "./models.ts";

const MEANINGS: readonly KeyMeaning[] = [...KEYPAD_KEYS, "jack", "jack-in", "jack-out"];

/** Reads a key table as people write it: `up=keyboard:68,volume-up=consumer:e9`, usages in hexadecimal. */
export function readKeyTable(text: string): Result<KeyTable, CodedError<"common.bad-input">> {
  const keys: KeyTable[number][] = [];
  for (const entry of text.split(",")) {
    const [, name, page, digits = ""] = /^([a-z-]+)=(keyboard|consumer):([0-9a-f]{1,4})$/i.exec(entry.trim()) ?? [];
    const means = MEANINGS.find((known) => known === name);
    const usage = Number.parseInt(digits, 16);
    if (means === undefined || (page !== "keyboard" && page !== "consumer"))
      return err(coded("common.bad-input", `${entry.trim()}: a key is name=page:code; names: ${MEANINGS.join(", ")}`));
    if (keys.some((key) => key.page === page && key.usage === usage))
      return err(coded("common.bad-input", `${page}:${digits} stands twice in the key table`));
    keys.push({ page, usage, means });
  }
  return ok(keys);
}
