import { parseArgs } from "node:util";
import { onStop } from "../../base/node/stop.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { COMMANDS, OPTIONS, type Outcome, type Values } from "./commands.ts";

/*
 * The kiosk's identity from the command line, for the technician's tool, which may not share code with the agent. With `--json`
 * standard output carries exactly one `{"type":"outcome",…}`, as the driver CLI's does; exit status 0 ok, 1 error, 64 bad usage.
 */
const USAGE = `fleet-agent/cli/main.ts <command> --identity DIR [--json]

  enrol --server URL --code CODE [--ca FILE | --ca-fingerprint HEX] [--replace]
  identity                                     who this kiosk is
  trust                                        the root of trust of its updates, for the guard
  probe --server URL [--ca FILE]               whether the fleet server accepts the identity, and its clock
  sign-report FILE --server URL [--ca FILE]    uploads a readiness report with the kiosk's signature`;

const EXIT_USAGE = 64;

function read(): { command: keyof typeof COMMANDS; file: string | undefined; values: Values } | string {
  try {
    const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
    const [command = "", file, ...rest] = positionals;
    if (!Object.hasOwn(COMMANDS, command)) return `unknown command "${command}"`;
    if (rest.length > 0) return `unexpected argument "${rest[0]}"`;
    return { command: command as keyof typeof COMMANDS, file, values };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function main(): Promise<number> {
  const given = read();
  if (typeof given === "string") {
    process.stderr.write(`${given}\n\n${USAGE}\n`);
    return EXIT_USAGE;
  }
  const stop = new AbortController();
  onStop(() => stop.abort());
  const { command, file, values } = given;
  const outcome = await COMMANDS[command]({ file, values, clock: systemClock, signal: stop.signal });
  process.stdout.write(values.json ? `${JSON.stringify({ type: "outcome", ...outcome })}\n` : forPeople(outcome));
  if (outcome.outcome === "ok") return 0;
  return outcome.error.code === coded("common.bad-input").code ? EXIT_USAGE : 1;
}

function forPeople(outcome: Outcome): string {
  if (outcome.outcome === "error") return `${outcome.error.code}: ${outcome.error.message}\n`;
  return Object.entries(outcome.result)
    .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}\n`)
    .join("");
}

const status = await main();
// At once, whatever connection still waits, but not before all that was written has left the process.
process.stdout.write("", () => process.exit(status));
