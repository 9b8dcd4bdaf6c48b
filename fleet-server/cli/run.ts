import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Clock } from "../../base/clock.ts";
import { FleetClient, FleetFailure } from "./client.ts";
import { type FleetCommand, type Options, Output, UsageError } from "./command.ts";
import { KIOSK_COMMANDS } from "./commands/kiosks.ts";
import { ORDER_COMMANDS } from "./commands/orders.ts";
import { RELEASE_COMMANDS } from "./commands/releases.ts";
import { SESSION_COMMANDS } from "./commands/session.ts";
import { STAFF_COMMANDS } from "./commands/staff.ts";
import { Credentials } from "./credentials.ts";

const COMMANDS: Readonly<Record<string, FleetCommand>> = {
  ...SESSION_COMMANDS,
  ...KIOSK_COMMANDS,
  ...ORDER_COMMANDS,
  ...RELEASE_COMMANDS,
  ...STAFF_COMMANDS,
};
const COMMON = {
  server: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;
const DEFAULT_SERVER = "http://127.0.0.1:4200";
const BAD_USAGE = 64;

/** What the tool has of the outside world; the process's own in `main.ts`. */
export type FleetCliSurroundings = {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly out: (text: string) => void;
  readonly complain: (text: string) => void;
  readonly askSecret: (prompt: string) => Promise<string>;
};

/** Runs one command line. @returns the exit status: 0 done, 1 refused or bad news, 64 bad usage. */
export async function runFleetCli(args: readonly string[], surroundings: FleetCliSurroundings): Promise<number> {
  const { out, complain, env, clock } = surroundings;
  const json = args.includes("--json");
  const [name, rest] = findCommand(args);
  const wantsHelp = args.includes("--help") || args.includes("-h");
  if (wantsHelp || args[0] === "help") {
    out(help(name));
    return 0;
  }
  try {
    if (name === undefined) throw new UsageError(unknown(args));
    const { words, options, named } = parse(name, rest);
    const server = serverAddress(named ?? env.VENTANILLA_FLEET_SERVER ?? DEFAULT_SERVER);
    const credentials = new Credentials(credentialsPath(surroundings));
    const token = env.VENTANILLA_FLEET_TOKEN ?? credentials.tokenOf(server);
    const done = await COMMANDS[name]?.run({
      client: new FleetClient(server, token, clock),
      ...{ words, options, output: new Output(json, out), askSecret: surroundings.askSecret },
      keepToken: (fresh) => credentials.keep(server, fresh),
    });
    return done === true ? 0 : 1;
  } catch (problem) {
    if (problem instanceof UsageError) {
      const usage = name === undefined ? "" : `Usage: npm run fleet -- ${COMMANDS[name]?.usage}\n`;
      complain(`fleet: ${problem.message}\n${usage}Try: npm run fleet -- --help\n`);
      return BAD_USAGE;
    }
    if (!(problem instanceof FleetFailure)) throw problem;
    const { code, message } = problem;
    complain(json ? `${JSON.stringify({ code, message })}\n` : `fleet: ${message} [${code}]\n${advice(code)}`);
    return 1;
  }
}

/** The command whose name the words begin with, the longest first, and what follows; options may stand before it. */
function findCommand(args: readonly string[]): readonly [string | undefined, readonly string[]] {
  const at = firstWord(args);
  const before = args.slice(0, at);
  const words = args.slice(at);
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(" ");
    if (words.length >= length && Object.hasOwn(COMMANDS, name)) return [name, [...before, ...words.slice(length)]];
  }
  return [undefined, args];
}

function firstWord(args: readonly string[]): number {
  const at = args.findIndex((word, index) => !word.startsWith("-") && args[index - 1] !== "--server");
  return at < 0 ? args.length : at;
}

type Parsed = {
  readonly words: readonly string[];
  readonly options: Options;
  /** The server, when the line names one. */
  readonly named: string | undefined;
};

function parse(name: string, args: readonly string[]): Parsed {
  const command = COMMANDS[name];
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...COMMON, ...command?.options },
      allowPositionals: true,
    });
    const [fewest, most] = command?.words ?? [0, 0];
    if (positionals.length < fewest) throw new UsageError("something is missing");
    if (positionals.length > most) throw new UsageError(`not understood: ${positionals.slice(most).join(" ")}`);
    const { json: _json, help: _help, server, ...options } = values as Record<string, Options[string]>;
    return { words: positionals, options, named: typeof server === "string" ? server : undefined };
  } catch (problem) {
    if (problem instanceof UsageError) throw problem;
    throw new UsageError(problem instanceof Error ? problem.message : String(problem));
  }
}

function serverAddress(written: string): string {
  if (!/^https?:\/\//.test(written) || !URL.canParse(written))
    throw new UsageError(`${JSON.stringify(written)} is no address of a server, e.g. https://fleet.example`);
  return written.replace(/\/+$/, "");
}

function credentialsPath({ env, home }: FleetCliSurroundings): string {
  return join(env.XDG_CONFIG_HOME ?? join(home, ".config"), "ventanilla", "fleet.json");
}

function unknown(args: readonly string[]): string {
  const word = args[firstWord(args)];
  return word === undefined ? "no command given" : `there is no command ${JSON.stringify(word)}`;
}

function advice(code: string): string {
  return code === "access.no-session" ? "Sign in first: npm run fleet -- sign-in <name>\n" : "";
}

function help(name: string | undefined): string {
  const shown = name === undefined ? Object.values(COMMANDS) : [COMMANDS[name]].filter((one) => one !== undefined);
  const lines = shown.flatMap(({ usage, summary }) => [`  ${usage}`, `      ${summary}`]);
  return `npm run fleet -- <command> [--server URL] [--json]

${lines.join("\n")}

  --server  address of the console (VENTANILLA_FLEET_SERVER; ${DEFAULT_SERVER} unless given)
  --json    one JSON value a line on standard output; failures are JSON on standard error

VENTANILLA_FLEET_TOKEN stands for a sign-in. A server whose certificate is from a CA of one's own: NODE_EXTRA_CA_CERTS.
Exit status: 0 done, 1 refused or bad news, 64 bad usage.
`;
}
