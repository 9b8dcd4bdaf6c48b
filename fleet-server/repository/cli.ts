import { stat } from "node:fs/promises";
import { parseArgs } from "node:util";
import { systemClock } from "../../base/node/system-clock.ts";
import type { CodedError } from "../../base/registry/coded-error.ts";
import { ok, type Result } from "../../base/result.ts";
import { addRelease, addService, addServiceDirectory, addSignedService, removeTarget } from "./edit.ts";
import { expiriesOf, faultsOf, listTargets } from "./inspect.ts";
import { initRepository } from "./make.ts";
import type { OfflineOptions } from "./offline.ts";
import { ROLES, type RoleName, renew, rotateKey } from "./rotate.ts";
import { signOnline } from "./sign-online.ts";

const USAGE = `npm run fleet -- repository <command> --directory D [options]

  init --keys OFF --online-keys ON [--root-keys N --root-threshold M]
                              makes an empty repository and its keys
  add-release FILE --keys OFF [--notes TEXT]
  add-service FILE --keys OFF [--notes TEXT]
  add-service PACKAGE.service.json --keys OFF --author KEY [--notes TEXT]
                              adds what the author with this public key has packed and signed
  add-service DIRECTORY --keys OFF --version V --needs-release R [--notes TEXT]
                              packs and adds the definition in …/<institution>/<service>
  remove TARGET --keys OFF    takes a target away
  rotate-key ROLE --keys OFF --online-keys ON [--key-id ID]
                              ${ROLES.join(", ")}
  renew ROLE --keys OFF       signs root, targets or services for another life
  sign --online-keys ON       signs snapshot and timestamp, which the fleet server does by itself
  list                        targets, as JSON lines
  verify                      says what a kiosk would find wrong

OFF holds the keys of root, targets and services, which belong off line; ON those of snapshot and timestamp, the server's "keys".
With --online-keys, a command that changes something also signs snapshot and timestamp.
Exit status: 0 done, 1 failed, 64 bad usage.`;

const OPTIONS = {
  directory: { type: "string" },
  keys: { type: "string" },
  "online-keys": { type: "string" },
  "root-keys": { type: "string", default: "1" },
  "root-threshold": { type: "string", default: "1" },
  "key-id": { type: "string" },
  version: { type: "string" },
  "needs-release": { type: "string" },
  author: { type: "string" },
  notes: { type: "string" },
} as const;

const given = process.argv.slice(2);
process.exitCode = await main(given[0] === "repository" ? given.slice(1) : given);

async function main(args: string[]): Promise<number> {
  let parsed: ReturnType<typeof read>;
  try {
    parsed = read(args);
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  const [command = "", subject = "", ...rest] = positionals;
  const { directory, keys = "", "online-keys": onlineKeys, notes } = values;
  if (directory === undefined || rest.length > 0) return usage("--directory is missing, or there are too many words");
  const clock = systemClock;
  const offline: OfflineOptions = { directory, keys, clock };
  switch (command) {
    case "list":
      return show(await listTargets(directory));
    case "verify":
      return verify(directory);
    case "sign":
      return onlineKeys === undefined ? usage("--online-keys is missing") : signed(offline, onlineKeys);
  }
  if (keys === "") return usage("--keys is missing");
  if (command === "init") {
    if (onlineKeys === undefined) return usage("--online-keys is missing");
    const rootKeys = { count: Number(values["root-keys"]), threshold: Number(values["root-threshold"]) };
    return report(await initRepository({ ...offline, onlineKeys, rootKeys }));
  }
  if (subject === "") return usage("a word is missing after the command");
  const changed = await change(command, subject, offline, values, notes);
  if (typeof changed === "string") return usage(changed);
  const status = report(changed);
  return status !== 0 || onlineKeys === undefined ? status : signed(offline, onlineKeys);
}

/** @returns what is wrong with the usage as text. */
async function change(
  command: string,
  subject: string,
  offline: OfflineOptions,
  values: ReturnType<typeof read>["values"],
  notes: string | undefined,
): Promise<Result<unknown, CodedError> | string> {
  const role = ROLES.find((name) => name === subject);
  switch (command) {
    case "add-release":
      return addRelease(offline, subject, notes);
    case "add-service": {
      if (subject.endsWith(".service.json")) {
        const { author } = values;
        return author === undefined ? "--author is missing" : addSignedService(offline, subject, author, notes);
      }
      const there = await stat(subject).catch(() => undefined);
      if (!there?.isDirectory()) return addService(offline, subject, notes);
      const { version, "needs-release": needsRelease } = values;
      if (version === undefined || needsRelease === undefined) return "--version and --needs-release are missing";
      return addServiceDirectory(offline, subject, { version, needsRelease }, notes);
    }
    case "remove":
      return removeTarget(offline, subject);
    case "rotate-key": {
      const onlineKeys = values["online-keys"];
      if (role === undefined || onlineKeys === undefined) return "no such role, or --online-keys is missing";
      return rotateKey({ ...offline, onlineKeys }, role, values["key-id"]);
    }
    case "renew":
      return isOffline(role) ? renew(offline, role) : "no such role";
    default:
      return "no such command";
  }
}

function read(args: string[]) {
  return parseArgs({ args, options: OPTIONS, allowPositionals: true });
}

function isOffline(role: RoleName | undefined): role is Exclude<RoleName, "snapshot" | "timestamp"> {
  return role !== undefined && role !== "snapshot" && role !== "timestamp";
}

async function signed({ directory, clock }: OfflineOptions, onlineKeys: string): Promise<number> {
  const done = await signOnline({ directory, onlineKeys, clock });
  return report(done.ok ? ok() : done);
}

async function verify(directory: string): Promise<number> {
  const faults = await faultsOf(directory, systemClock.now());
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (faults.length > 0) return 1;
  for (const [role, expires] of Object.entries(await expiriesOf(directory)))
    process.stdout.write(`${role} holds until ${new Date(expires).toISOString()}\n`);
  return 0;
}

function show(listed: Result<readonly unknown[], CodedError>): number {
  if (!listed.ok) return report(listed);
  for (const target of listed.value) process.stdout.write(`${JSON.stringify(target)}\n`);
  return 0;
}

function report(done: Result<unknown, CodedError>): number {
  if (done.ok) {
    if (typeof done.value === "string") process.stdout.write(`${done.value}\n`);
    return 0;
  }
  process.stderr.write(`${done.error.code}: ${done.error.message}\n`);
  return 1;
}

function usage(problem: string): number {
  process.stderr.write(`${problem}\n\n${USAGE}\n`);
  return 64;
}
