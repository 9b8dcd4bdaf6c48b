/*
 * The two forms of input report that keypads send. Boot keyboard: HID 1.11, appendix B.1, eight bytes: modifiers, reserved, six usages of
 * page 07. Consumer control: an array of 16-bit usages of page 0C, low byte first.
 */

export type KeyPage = "keyboard" | "consumer";
/** One key by what the device calls it. */
export type KeyUsage = { readonly page: KeyPage; readonly usage: number };

/** How a model sends its keys. `id`: the report id in byte 0, where the device numbers its reports. */
export type ReportForm = { readonly form: KeyPage; readonly id?: number };

export type PressedKeys =
  /** All keys of this page that are down now. */
  | { readonly page: KeyPage; readonly pressed: readonly number[] }
  /** More keys are down than the device can tell: it says nothing about any (HID 1.11, appendix C). */
  | { readonly page: KeyPage; readonly pressed: "too-many" }
  /** A report with another id: of the same device and no keys. */
  | "other"
  /** Not of the form that it should have. */
  | "malformed";

const BOOT_LENGTH = 8;
const BOOT_KEYS = 6;
/** Usages E0 to E7, one bit each. */
const FIRST_MODIFIER = 0xe0;
/** ErrorRollOver, POSTFail and ErrorUndefined stand where keys would. */
const ERROR_ROLL_OVER = 0x01;
const FIRST_KEY = 0x04;
/** The longest consumer report that is read, usages. */
const MAX_CONSUMER = 16;

/** What a report says, for a device that sends reports of these forms. Total: whatever the bytes. */
export function readKeys(report: Uint8Array, forms: readonly ReportForm[]): PressedKeys {
  const form = forms.find(({ id }) => id === undefined || id === report[0]);
  if (form === undefined) return "other";
  const data = form.id === undefined ? report : report.subarray(1);
  return form.form === "keyboard" ? readBoot(data) : readConsumer(data);
}

function readBoot(data: Uint8Array): PressedKeys {
  if (data.length !== BOOT_LENGTH) return "malformed";
  const [modifiers = 0] = data;
  const slots = [...data.subarray(2)];
  if (slots.includes(ERROR_ROLL_OVER)) return { page: "keyboard", pressed: "too-many" };
  const held = Array.from({ length: 8 }, (_, bit) => bit).filter((bit) => (modifiers & (1 << bit)) !== 0);
  const keys = slots.filter((usage) => usage >= FIRST_KEY);
  return { page: "keyboard", pressed: [...new Set([...held.map((bit) => FIRST_MODIFIER + bit), ...keys])] };
}

function readConsumer(data: Uint8Array): PressedKeys {
  if (data.length === 0 || data.length % 2 !== 0 || data.length / 2 > MAX_CONSUMER) return "malformed";
  const usages = Array.from(
    { length: data.length / 2 },
    (_, at) => (data[2 * at] ?? 0) | ((data[2 * at + 1] ?? 0) << 8),
  );
  return { page: "consumer", pressed: [...new Set(usages.filter((usage) => usage !== 0))] };
}

/**
 * The report in which a device says that these keys are down; the inverse of `readKeys`, for tests and simulators.
 *
 * @throws RangeError when the form has no room for a usage.
 */
export function writeKeys(usages: readonly number[], { form, id }: ReportForm): Uint8Array {
  const data = form === "keyboard" ? writeBoot(usages) : usages.flatMap((usage) => [usage & 0xff, usage >> 8]);
  if (form === "consumer" && usages.length > MAX_CONSUMER) throw new RangeError("too many keys");
  const body = data.length === 0 ? [0, 0] : data;
  return Uint8Array.from(id === undefined ? body : [id, ...body]);
}

function writeBoot(usages: readonly number[]): number[] {
  const modifiers = usages.filter((usage) => usage >= FIRST_MODIFIER && usage < FIRST_MODIFIER + 8);
  const keys = usages.filter((usage) => !modifiers.includes(usage));
  if (keys.some((usage) => usage < FIRST_KEY || usage > 0xff)) throw new RangeError("no key of this form");
  const slots = keys.length > BOOT_KEYS ? Array<number>(BOOT_KEYS).fill(ERROR_ROLL_OVER) : keys;
  const mask = modifiers.reduce((bits, usage) => bits | (1 << (usage - FIRST_MODIFIER)), 0);
  return [mask, 0, ...slots, ...Array<number>(BOOT_KEYS - slots.length).fill(0)];
}
