import type { Clock } from "../../base/clock.ts";
import type { CodedError } from "../../base/registry/coded-error.ts";
import { ok, type Result } from "../../base/result.ts";
import type { Runner } from "../check/services.ts";
import type { Root } from "../devices/root.ts";
import { type AgentFile, type KioskFile, readAgentFile, readGuardTrust, readKioskFile } from "../kiosk-files.ts";
import type { Programs } from "../programs.ts";
import { Kept } from "../report/kept.ts";
import type { Language, Text } from "../text.ts";

/** Options of every command of the technician. */
export const COMMON_OPTIONS = {
  root: { type: "string", default: "/" },
  "kiosk-file": { type: "string" },
  "agent-file": { type: "string" },
  "guard-file": { type: "string" },
  folder: { type: "string" },
  language: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

export type Values = { readonly [name: string]: string | boolean | (string | boolean)[] | undefined };

/** What a command of the technician works with. */
export type Context = {
  readonly positionals: readonly string[];
  readonly values: Values;
  readonly root: Root;
  readonly files: Files;
  readonly programs: Programs;
  readonly run: Runner;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly language: Language;
  /** For programs: standard output carries one JSON document only. */
  readonly json: boolean;
  /** A line for people; silent with `--json`. */
  say(line: Text | string): void;
  /** The JSON document of `--json`. */
  give(value: unknown): void;
};

export type Command = {
  readonly summary: Text;
  readonly usage: readonly Text[];
  readonly options: { readonly [name: string]: { readonly type: "string" | "boolean"; readonly multiple?: boolean } };
  /** @returns the exit status, or the error that ends it with status 1. */
  run(context: Context): Promise<Result<number, CodedError>>;
};

/** The files of a kiosk that the tool reads and writes. */
export class Files {
  readonly kioskFile: string;
  readonly agentFile: string;
  readonly kept: Kept;
  readonly #guardFile: string;

  constructor(root: Root, values: Values) {
    const named = (name: string, usual: string) => (typeof values[name] === "string" ? values[name] : root.path(usual));
    this.kioskFile = named("kiosk-file", "/etc/ventanilla/kiosk.yaml");
    this.agentFile = named("agent-file", "/etc/ventanilla/agent.yaml");
    this.#guardFile = named("guard-file", "/etc/ventanilla/guard.yaml");
    this.kept = new Kept(named("folder", "/var/lib/ventanilla/provision"));
  }

  kiosk(): Result<KioskFile, CodedError> {
    return readKioskFile(this.kioskFile);
  }

  /** Directory of what the guard of releases believes; undefined where there is none. */
  guardTrust(): Result<string | undefined, CodedError> {
    const read = readGuardTrust(this.#guardFile);
    return !read.ok && read.error.code === "provision.file-unreadable" ? ok(undefined) : read;
  }

  /** Undefined when the kiosk belongs to no fleet. */
  agent(): Result<AgentFile | undefined, CodedError> {
    const read = readAgentFile(this.agentFile);
    return !read.ok && read.error.code === "provision.file-unreadable" ? ok(undefined) : read;
  }
}

export function textOption({ values }: Context, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}
