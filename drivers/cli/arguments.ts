import { type CliCommand, type CliKind, type CliOption, UsageError } from "./kind.ts";

/** A day: longer than any command, and well within what timers can count. */
const MAX_TIMEOUT_SECONDS = 86_400;

/** The options that every command has. */
export const COMMON_OPTIONS: { readonly [name: string]: CliOption } = {
  model: { meaning: "model of the device" },
  port: { meaning: "where the device is; ports are never searched" },
  timeout: { meaning: "seconds after which the command is given up" },
  trace: { meaning: "new file for what passes on the line, to be looked at and replayed; personal data are masked" },
  raw: { meaning: "with --trace: nothing is masked, personal data and card data included", flag: true },
  json: { meaning: "JSON lines on standard output", flag: true },
  help: { meaning: "this text", flag: true },
};

/** The same for one kind, with what they mean for it. */
export function commonOptions(kind: CliKind): { readonly [name: string]: CliOption } {
  const {
    models,
    defaultModel,
    defaultPort,
    portMeaning = "device file, by its link of udev's where there is one",
  } = kind;
  return {
    ...COMMON_OPTIONS,
    model: { meaning: `${defaultModel} when left out`, choices: models },
    port: {
      meaning: defaultPort === undefined ? portMeaning : `${portMeaning}; ${defaultPort} when left out`,
      required: defaultPort === undefined,
    },
    ...(kind.neverRaw === undefined ? {} : { raw: { meaning: `refused: ${kind.neverRaw}`, flag: true } }),
  };
}

/** The command line as typed, before the kind is known. */
export type CommandLine = {
  readonly kind: string | undefined;
  readonly command: string | undefined;
  readonly rest: readonly string[];
  readonly json: boolean;
  readonly help: boolean;
};

export function splitCommandLine(args: readonly string[]): CommandLine {
  const isFlag = (arg: string) => arg === "--json" || arg === "--help" || arg === "-h";
  const words = args.filter((arg) => !isFlag(arg));
  const named = words.findIndex((word) => word.startsWith("-"));
  const [kind, command] = named < 0 ? words : words.slice(0, Math.min(named, 2));
  const taken = [kind, command].filter((word) => word !== undefined).length;
  return {
    kind,
    command,
    rest: words.slice(taken),
    json: args.includes("--json"),
    help: args.some((arg) => arg === "--help" || arg === "-h"),
  };
}

export type Invocation = {
  /** Of the command. */
  readonly name: string;
  readonly command: CliCommand;
  readonly model: string;
  readonly port: string;
  /** Milliseconds. */
  readonly timeout: number | undefined;
  readonly trace: { readonly file: string; readonly raw: boolean } | undefined;
  /** The command's own options, and `timeout`. */
  readonly options: { readonly [name: string]: string | boolean | undefined };
};

/**
 * Checks a command line against what the kind offers.
 *
 * @throws UsageError that says what is wrong and what is allowed.
 */
export function parseInvocation(kind: CliKind, line: CommandLine): Invocation {
  const command = findCommand(kind, line.command);
  const allowed = { ...commonOptions(kind), ...command.options };
  const values = parseOptions(line.rest, allowed);
  for (const [name, option] of Object.entries(allowed)) {
    const value = values.get(name);
    if (value === undefined && option.required) throw new UsageError(`--${name} is required: ${option.meaning}`);
    if (typeof value === "string") checkValue(name, value, option);
  }
  const {
    model = kind.defaultModel,
    port = kind.defaultPort,
    trace: file,
    raw = false,
    ...options
  } = Object.fromEntries(values);
  const { timeout } = options;
  if (raw === true && file === undefined) throw new UsageError("--raw says how --trace records; there is no --trace");
  return {
    ...{ name: line.command ?? "", command, model: String(model), port: String(port), options },
    timeout: typeof timeout === "string" ? parseTimeout(timeout) : undefined,
    trace: typeof file === "string" ? { file, raw: raw === true } : undefined,
  };
}

function findCommand(kind: CliKind, name: string | undefined): CliCommand {
  const names = Object.keys(kind.commands).join(", ");
  if (name === undefined) throw new UsageError(`no command given; commands of ${kind.kind}: ${names}`);
  const command = Object.hasOwn(kind.commands, name) ? kind.commands[name] : undefined;
  if (command === undefined) throw new UsageError(`unknown command "${name}"; commands of ${kind.kind}: ${names}`);
  return command;
}

function parseOptions(
  words: readonly string[],
  allowed: { readonly [name: string]: CliOption },
): Map<string, string | boolean> {
  const values = new Map<string, string | boolean>();
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const [, name, attached] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) throw new UsageError(`unexpected argument "${word}"; options begin with --`);
    const option = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (option === undefined) {
      const names = Object.keys(allowed).map((known) => `--${known}`);
      throw new UsageError(`unknown option --${name}; options: ${names.join(", ")}`);
    }
    if (values.has(name)) throw new UsageError(`--${name} is given twice`);
    if (option.flag) {
      if (attached !== undefined) throw new UsageError(`--${name} takes no value`);
      values.set(name, true);
      continue;
    }
    const value = attached ?? words[++at];
    if (value === undefined || value === "" || (attached === undefined && value.startsWith("--")))
      throw new UsageError(`--${name} needs a value: ${option.meaning}`);
    values.set(name, value);
  }
  return values;
}

function checkValue(name: string, value: string, option: CliOption): void {
  if (option.choices !== undefined && !option.choices.includes(value))
    throw new UsageError(`--${name} is one of ${option.choices.join(", ")}, not "${value}"`);
  if (option.number === undefined) return;
  const { min, max } = option.number;
  if (!/^\d+$/.test(value) || Number(value) < min || Number(value) > max)
    throw new UsageError(`--${name} is a whole number from ${min} to ${max}, not "${value}"`);
}

function parseTimeout(value: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (!(seconds > 0 && seconds <= MAX_TIMEOUT_SECONDS))
    throw new UsageError(`--timeout is a number of seconds above 0 and up to ${MAX_TIMEOUT_SECONDS}, not "${value}"`);
  return Math.ceil(seconds * 1_000);
}
