import { pause } from "../../base/deadline.ts";
import { silentLogger } from "../../base/log.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { ok } from "../../base/result.ts";
import { HidKeypad } from "../keypad/driver.ts";
import { readKeyTable } from "../keypad/key-table.ts";
import { KEYPAD_MODELS, type KeypadProfile } from "../keypad/models.ts";
import { hidReports } from "../transport/hid.ts";
import { framedReports, reportBytes } from "../transport/report-stream.ts";
import { SHOW_ALL } from "../transport/trace/redaction.ts";
import { benchCommands, type Verdict } from "./bench.ts";
import { type CliContext, type CliKind, UsageError } from "./kind.ts";
import { reachOf } from "./reach.ts";

/** That somebody has to press a key in an assembly check, milliseconds. */
const PRESS_WITHIN = 30_000;

const OPTIONS = {
  keys: { meaning: "key table in place of the model's, e.g. up=keyboard:68,volume-up=consumer:e9 (hexadecimal)" },
};

/** `npm run driver -- keypad …`. What is pressed on it are directions and volume, which tell of nobody. */
export const keypadCli: CliKind = {
  kind: "keypad",
  models: Object.keys(KEYPAD_MODELS),
  elsewhere: Object.fromEntries(Object.keys(KEYPAD_MODELS).map((model) => [model, "HID"])),
  defaultModel: "generic",
  portMeaning: "device file, /dev/hidraw…",
  redaction: () => SHOW_ALL,
  commands: benchCommands({
    options: OPTIONS,
    device: (context) => ok(keypadOf(context)),
    describe: (keypad) => ({ headphones: keypad.headphones.value ?? null, ...keypad.capabilities }),
    // Keys without a name are told by their codes: for whoever writes the table.
    tell: (keypad, { event }) => [keypad.subscribe((happened) => event({ ...happened }))],
    proof: { what: "somebody presses a key", ask: "press-key", run: awaitKey },
  }),
};

function keypadOf(context: CliContext): HidKeypad {
  const { model, port } = context;
  const { clock, random, channel } = reachOf(context);
  const open = framedReports(channel(reportBytes(hidReports({ path: port }, clock))), clock);
  return new HidKeypad({ id: port, model, profile: profileOf(context), open, clock, random, log: silentLogger });
}

function profileOf({ model, options }: CliContext): KeypadProfile {
  const profile: KeypadProfile | undefined = Object.entries(KEYPAD_MODELS).find(([name]) => name === model)?.[1];
  if (profile === undefined) throw new UsageError(`unknown model "${model}"`);
  if (typeof options.keys !== "string") return profile;
  const keys = readKeyTable(options.keys);
  if (!keys.ok) throw new UsageError(keys.error.message);
  return { ...profile, keys: keys.value };
}

async function awaitKey(keypad: HidKeypad, context: CliContext): Promise<Verdict> {
  const pressed = new AbortController();
  let key: string | undefined;
  const unsubscribe = keypad.subscribe((event) => {
    if (event.event !== "down") return;
    key = event.key;
    pressed.abort();
  });
  await pause(reachOf(context).clock, PRESS_WITHIN, AbortSignal.any([pressed.signal, context.signal]));
  unsubscribe();
  if (key !== undefined) return { verdict: "pass", detail: `key ${key}` };
  const error = coded("common.deadline", `no key within ${PRESS_WITHIN} ms`);
  return { verdict: "fail", detail: error.message, error };
}
