import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { HidKeypad } from "../keypad/driver.ts";
import { readKeyTable } from "../keypad/key-table.ts";
import { KEYPAD_MODELS, type KeypadProfile } from "../keypad/models.ts";
import { hidReports } from "../transport/hid.ts";
import { type CliContext, type CliKind, type CliOutcome, UsageError } from "./kind.ts";
import { RESET_SUMMARY, resetDevice } from "./reset.ts";

export const keypadCli: CliKind = {
  kind: "keypad",
  models: Object.keys(KEYPAD_MODELS),
  defaultModel: "generic",
  commands: {
    watch: {
      summary:
        "tell every key and the headphones until --timeout or Ctrl-C; keys without a name are told by their codes",
      options: {
        keys: { meaning: "key table in place of the model's, e.g. up=keyboard:68,volume-up=consumer:e9 (hexadecimal)" },
      },
      run: watch,
    },
    reset: { summary: RESET_SUMMARY, options: {}, run: reset },
  },
};

function profileOf({ model, options }: CliContext): KeypadProfile {
  const profile: KeypadProfile | undefined = Object.entries(KEYPAD_MODELS).find(([name]) => name === model)?.[1];
  if (profile === undefined) throw new UsageError(`unknown model "${model}"`);
  if (typeof options.keys !== "string") return profile;
  const keys = readKeyTable(options.keys);
  if (!keys.ok) throw new UsageError(keys.error.message);
  return { ...profile, keys: keys.value };
}

function makeKeypad(context: CliContext): HidKeypad {
  const { model, port } = context;
  return new HidKeypad({
    ...{ id: port, model, profile: profileOf(context), clock: systemClock, random: Math.random, log: silentLogger },
    open: hidReports({ path: port }, systemClock),
  });
}

async function reset(context: CliContext): Promise<CliOutcome> {
  const keypad = makeKeypad(context);
  keypad.start();
  const outcome = await resetDevice(keypad, context);
  await keypad.stop();
  return outcome;
}

async function watch(context: CliContext): Promise<CliOutcome> {
  const { port, signal, event } = context;
  const keypad = makeKeypad(context);
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => end(), { once: true });
  let heard = 0;
  let link = keypad.status.value.link;
  const unsubscribe = [
    keypad.subscribe((happened) => {
      heard++;
      event({ ...happened });
    }),
    keypad.status.subscribe((status) => {
      if (status.link !== link) event({ device: port, link: status.link });
      link = status.link;
    }),
  ];
  keypad.start();
  await ended;
  const { conditions } = keypad.status.value;
  const headphones = keypad.headphones.value ?? null;
  for (const stop of unsubscribe) stop();
  await keypad.stop();
  return { outcome: "ok", result: { link, conditions, headphones, events: heard, ...keypad.capabilities } };
}
