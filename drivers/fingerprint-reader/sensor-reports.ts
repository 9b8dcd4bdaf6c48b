import { concat } from "../../base/bytes/bytes.ts";
import { FINGER_PROBLEMS } from "./interface.ts";
import type { SensorEvent } from "./sensor.ts";

/*
 * What a sensor behind a socket and its driver say to each other: reports of one byte of code and what belongs to it. No maker's protocol: the
 * process at the other end has a maker's library, or plays a sensor, and speaks this.
 */

/** The sensor's first word: what it can do. */
export type SensorHello = { readonly event: "hello"; readonly liveness: boolean };
/** The answer to `look`. A finger that is on already is told before it. */
export type SensorLooks = { readonly event: "looking" };
export type SensorWord = SensorHello | SensorLooks | SensorEvent;
/** `look`: light up and look for fingers until `rest`. */
export type SensorCommand = "look" | "rest";

const CODES = {
  hello: 0x01,
  "finger-on": 0x02,
  "finger-off": 0x03,
  "not-alive": 0x04,
  /** Then the problem's place in `FINGER_PROBLEMS`. */
  problem: 0x05,
  /** Then the quality, 0 to 100, and the template. */
  template: 0x06,
  /** Then 1 for dirty, 0 for clean. */
  surface: 0x07,
  looking: 0x08,
} as const satisfies { readonly [event in SensorWord["event"]]: number };
/** First byte of a report that is a finger. */
export const TEMPLATE_CODE = CODES.template;
const EVENTS = Object.keys(CODES) as SensorWord["event"][];
const COMMANDS = { look: 0x01, rest: 0x02 } as const satisfies { readonly [command in SensorCommand]: number };
const COMMAND_NAMES = Object.keys(COMMANDS) as SensorCommand[];

export function encodeWord(word: SensorWord): Uint8Array {
  const code = CODES[word.event];
  switch (word.event) {
    case "hello":
      return Uint8Array.of(code, Number(word.liveness));
    case "problem":
      return Uint8Array.of(code, FINGER_PROBLEMS.indexOf(word.problem));
    case "template":
      return concat([Uint8Array.of(code, word.quality), word.bytes]);
    case "surface":
      return Uint8Array.of(code, Number(word.dirty));
    default:
      return Uint8Array.of(code);
  }
}

/** What a report says; `undefined` when it says nothing of this kind. A template's bytes are a copy. Total: whatever the bytes. */
export function decodeWord(report: Uint8Array): SensorWord | undefined {
  const [code, value = 0] = report;
  const event = EVENTS.find((name) => CODES[name] === code);
  switch (event) {
    case "looking":
    case "finger-on":
    case "finger-off":
    case "not-alive":
      return report.length === 1 ? { event } : undefined;
    case "hello":
      return report.length === 2 && value <= 1 ? { event, liveness: value === 1 } : undefined;
    case "surface":
      return report.length === 2 && value <= 1 ? { event, dirty: value === 1 } : undefined;
    case "problem": {
      const problem = FINGER_PROBLEMS[value];
      return report.length === 2 && problem !== undefined ? { event, problem } : undefined;
    }
    case "template":
      return report.length > 2 && value <= 100 ? { event, quality: value, bytes: report.slice(2) } : undefined;
    default:
      return undefined;
  }
}

export function encodeCommand(command: SensorCommand): Uint8Array {
  return Uint8Array.of(COMMANDS[command]);
}

/** `undefined` when the report is no command. */
export function decodeCommand(report: Uint8Array): SensorCommand | undefined {
  return report.length === 1 ? COMMAND_NAMES.find((name) => COMMANDS[name] === report[0]) : undefined;
}
