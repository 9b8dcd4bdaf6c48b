import type { CodedError } from "../../base/registry/coded-error.ts";
import type { Redaction } from "../transport/trace/redaction.ts";
import type { Reach } from "./reach.ts";

/**
 * What one run of the driver CLI ends with; `main.ts` prints it and sets the exit status: 0 ok, 1 error, 2 unknown. An
 * error `common.bad-input` is bad usage, 64.
 */
export type CliOutcome = { readonly outcome: "ok"; readonly result: Record<string, unknown> } | FailedOutcome;

export type FailedOutcome = {
  readonly outcome: "error" | "unknown";
  readonly result?: Record<string, unknown>;
  readonly error: CodedError;
};

export type CliContext = {
  readonly model: string;
  /** Device file or `host:port`. */
  readonly port: string;
  /** The command's own options, and `timeout` (seconds) for commands that divide their time. */
  readonly options: { readonly [name: string]: string | boolean | undefined };
  /** Aborts at `--timeout` and at Ctrl-C. */
  readonly signal: AbortSignal;
  /** Tells the user (or, with `--json`, prints a `{"type":"event"}` line) that something happened. */
  readonly event: (event: Record<string, unknown>) => void;
  /** Asked through `reachOf`; absent: the machine itself. */
  readonly reach?: Reach | undefined;
};

export type CliOption = {
  readonly meaning: string;
  readonly required?: boolean;
  /** Stands alone, without a value. */
  readonly flag?: boolean;
  /** The value is a whole number within these bounds; anything else is bad usage. */
  readonly number?: { readonly min: number; readonly max: number };
  /** The value may tell of a person: it is kept out of traces. */
  readonly personal?: boolean;
  /** The value is one of these. */
  readonly choices?: readonly string[];
};

export type CliCommand = {
  /** One line for `--help`. */
  readonly summary: string;
  /** Options by name; `required` ones are checked before `run` (exit status 64 when missing). */
  readonly options: { readonly [name: string]: CliOption };
  /** Why a trace of this command cannot be replayed; absent where it can. */
  readonly notReplayed?: string;
  /** @throws UsageError for what only the command can see to be bad usage, e.g. two options that exclude each other. */
  readonly run: (context: CliContext) => Promise<CliOutcome>;
};

/** What a device kind adds to `npm run driver -- <kind> <command>`. One file a kind in this folder. */
export type CliKind = {
  readonly kind: string;
  readonly models: readonly string[];
  /** Models that are not on a serial port, and what they are on: told by the help, and how the technician's tool knows what it can bind. */
  readonly elsewhere?: { readonly [model: string]: "HID" | "network" | "PC/SC" | "Unix socket" };
  readonly defaultModel: string;
  /** What `--port` is when left out; only where nothing has to be opened to find the device. Required otherwise. */
  readonly defaultPort?: string;
  /** What `--port` is, where it is no device file. */
  readonly portMeaning?: string;
  /** Why `--raw` is refused; absent where it is not. */
  readonly neverRaw?: string;
  /** What of its bytes goes into a trace; absent: only how many there were. */
  readonly redaction?: (model: string) => Redaction;
  readonly commands: { readonly [command: string]: CliCommand };
};

/** Bad usage: the message says what is wrong and what is allowed. Ends with exit status 64. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
