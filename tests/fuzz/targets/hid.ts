import { isDeepStrictEqual } from "node:util";
import { SimulatedClock } from "../../../base/clock.ts";
import { HidPosAssembly, hidPosReports, STANDARD_QUIRKS } from "../../../drivers/code-reader/hid-pos/report.ts";
import type { KeypadEvent } from "../../../drivers/keypad/interface.ts";
import { KeyTracker } from "../../../drivers/keypad/key-tracker.ts";
import { KEYPAD_MODELS } from "../../../drivers/keypad/models.ts";
import { type ReportForm, readKeys, writeKeys } from "../../../drivers/keypad/reports.ts";
import type { Random } from "../../usb-lab/inside/random.ts";
import { between, demand, pick, randomBytes, type Target } from "../target.ts";
import { fromRecords, recordsOf } from "./records.ts";

const MAX_CODE = 4_296;

/** A scanner's reports: bounded codes, and the second whole code after any rubbish is found. */
const hidPos: Target = {
  name: "hid-pos-reports",
  sources: ["drivers/code-reader/hid-pos/report.ts"],
  dictionary: [0x00, 0x01, 0x02, 0x38, 0x39, 0x40, 0x5d],
  longest: 20_000,
  honest: (random) => fromRecords(hidPosReports({ aim: "]Q1", data: code(random) })),
  check: (input, random) => {
    const reports = recordsOf(input);
    for (const shift of [0, 1] as const) {
      const assembly = new HidPosAssembly({ ...STANDARD_QUIRKS, shift }, MAX_CODE);
      let sent = 0;
      for (const report of reports) {
        sent += report.length;
        const scanned = assembly.push(report);
        if (scanned === undefined) continue;
        demand(scanned.data.length <= Math.min(MAX_CODE, sent), `a code of ${scanned.data.length} bytes`);
        sent = 0;
      }
      const data = code(random);
      const found = [1, 2].map(() =>
        hidPosReports({ aim: "]Q1", data }, { ...STANDARD_QUIRKS, shift })
          .map((report) => assembly.push(report))
          .at(-1),
      );
      const whole = data.at(-1) === 0x0d ? data.subarray(0, -1) : data;
      demand(isDeepStrictEqual(found[1], { aim: "]Q1", data: whole }), "the second whole code is not found");
    }
  },
  lasting: () => {
    const assembly = new HidPosAssembly(STANDARD_QUIRKS, MAX_CODE);
    return {
      push: (input) => {
        for (const report of recordsOf(input)) assembly.push(report);
      },
    };
  },
};

function code(random: Random): Uint8Array {
  return randomBytes(random, between(random, 0, random() < 0.95 ? 200 : MAX_CODE));
}

const FORMS: readonly (readonly ReportForm[])[] = [
  [{ form: "keyboard" }],
  [{ form: "consumer" }],
  [
    { form: "keyboard", id: 1 },
    { form: "consumer", id: 2 },
  ],
];
const { generic } = KEYPAD_MODELS;

/** A keypad's reports: read in any form without harm; every key goes down once, then up once, whatever comes. */
const keypad: Target = {
  name: "keypad-reports",
  sources: ["drivers/keypad/reports.ts", "drivers/keypad/key-tracker.ts"],
  dictionary: [0x00, 0x01, 0x02, 0x03, 0x04, 0x08, 0x28, 0x29, 0x4f, 0x50, 0x51, 0x52, 0xe0],
  longest: 4_000,
  honest: (random) =>
    fromRecords(
      Array.from({ length: between(random, 1, 12) }, () =>
        writeKeys(
          Array.from({ length: between(random, 0, 7) }, () => pick(random, generic.keys).usage),
          { form: "keyboard" },
        ),
      ),
    ),
  check: (input) => {
    const events: KeypadEvent[] = [];
    const tracker = new KeyTracker(generic, new SimulatedClock(), {
      tell: (event) => events.push(event),
      onStuck: () => {},
    });
    for (const report of recordsOf(input)) {
      for (const forms of FORMS) sameKeys(report, forms);
      const keys = readKeys(report, generic.forms);
      if (typeof keys !== "string" && keys.pressed !== "too-many") tracker.take(keys.page, keys.pressed);
    }
    tracker.lose();
    demandPairs(events);
  },
};

function sameKeys(report: Uint8Array, forms: readonly ReportForm[]): void {
  const keys = readKeys(report, forms);
  const form = forms.find(({ id }) => id === undefined || id === report[0]);
  if (typeof keys === "string" || keys.pressed === "too-many" || form === undefined) return;
  demand(keys.pressed.length <= report.length * 8, "more keys than bits");
  const again = readKeys(writeKeys(keys.pressed, form), forms);
  const usages = typeof again === "string" || again.pressed === "too-many" ? [] : again.pressed;
  demand(isDeepStrictEqual(new Set(usages), new Set(keys.pressed)), "the keys are not read again");
}

function demandPairs(events: readonly KeypadEvent[]): void {
  const down = new Set<string>();
  for (const event of events) {
    if (event.event === "down") {
      demand(!down.has(event.key), `${event.key} goes down twice`);
      down.add(event.key);
    }
    if (event.event === "up") demand(down.delete(event.key), `${event.key} goes up and was not down`);
  }
  demand(down.size === 0, "a key stays down after the keypad was lost");
}

export const HID: readonly Target[] = [hidPos, keypad];
