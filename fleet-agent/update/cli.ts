import { mkdir, readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Clock } from "../../base/clock.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { TufClient } from "./client.ts";
import { MetadataStore } from "./metadata-store.ts";
import { hashOf } from "./target-file.ts";

const USAGE = `npm run fleet -- tuf-client --metadata-dir DIR [options] init TRUSTED_ROOT | refresh | download

  init TRUSTED_ROOT   takes the file as the root of trust
  refresh             brings the trusted metadata up to date; needs --metadata-url
  download            fetches and verifies targets; needs --metadata-url, --target-name (may be repeated),
                      --target-base-url and --target-dir

The kiosk's update client by itself, for any TUF repository, with the commands of the public TUF conformance suite.
--days-in-future N runs as if today were N days later. Exit status: 0 done, 1 refused or failed, 64 bad usage.`;

const OPTIONS = {
  "metadata-dir": { type: "string" },
  "metadata-url": { type: "string" },
  "target-name": { type: "string", multiple: true },
  "target-base-url": { type: "string" },
  "target-dir": { type: "string" },
  "days-in-future": { type: "string", default: "0" },
} as const;

const DAY = 24 * 60 * 60 * 1000;

const given = process.argv.slice(2);
process.exitCode = await main(given[0] === "tuf-client" ? given.slice(1) : given);

async function main(args: string[]): Promise<number> {
  let parsed: ReturnType<typeof read>;
  try {
    parsed = read(args);
  } catch (error) {
    return usage(String(error instanceof Error ? error.message : error));
  }
  const { values, positionals } = parsed;
  const [command, trustedRoot, ...rest] = positionals;
  const directory = values["metadata-dir"];
  if (directory === undefined) return usage("--metadata-dir is missing");
  if (command === "init") {
    if (trustedRoot === undefined || rest.length > 0) return usage("init takes one file");
    return init(directory, trustedRoot);
  }
  if ((command !== "refresh" && command !== "download") || trustedRoot !== undefined) return usage("no such command");
  const metadataUrl = values["metadata-url"];
  if (metadataUrl === undefined || !URL.canParse(metadataUrl)) return usage("--metadata-url is missing or no address");
  const client = new TufClient({
    metadataDirectory: directory,
    metadataUrl,
    targetsDirectory: values["target-dir"] ?? directory,
    targetsUrl: values["target-base-url"] ?? metadataUrl,
    clock: later(systemClock, Number(values["days-in-future"]) * DAY),
    random: Math.random,
    log: () => undefined,
    limits: { retry: { first: 200, factor: 2, cap: 1_000, attempts: 2, jitter: 0.2 } },
  });
  const signal = new AbortController().signal;
  const refreshed = await client.refresh(signal);
  if (!refreshed.ok) return refused(refreshed.error);
  if (command === "refresh") return 0;
  const names = values["target-name"] ?? [];
  if (names.length === 0 || values["target-dir"] === undefined || values["target-base-url"] === undefined)
    return usage("download needs --target-name, --target-base-url and --target-dir");
  for (const name of names) {
    const found = await client.find(name, signal);
    if (!found.ok) return refused(found.error);
    const hash = hashOf(found.value.hashes);
    if (!hash.ok) return refused(hash.error);
    const { path, length } = found.value;
    const got = await client.download({ path, length, hash: hash.value }, signal);
    if (!got.ok) return refused(got.error);
    process.stdout.write(`${got.value.file}\n`);
  }
  return 0;
}

function read(args: string[]) {
  return parseArgs({ args, options: OPTIONS, allowPositionals: true });
}

async function init(directory: string, trustedRoot: string): Promise<number> {
  await mkdir(directory, { recursive: true });
  const store = new MetadataStore(directory);
  await store.prepare();
  const bytes = await readFile(trustedRoot);
  const { signed } = JSON.parse(bytes.toString("utf8"));
  await store.writeRoot(signed.version, bytes);
  return 0;
}

/** `clock`, with the date moved on. */
function later(clock: Clock, milliseconds: number): Clock {
  return {
    now: () => clock.now() + milliseconds,
    monotonic: () => clock.monotonic(),
    setTimeout: (callback, wait) => clock.setTimeout(callback, wait),
  };
}

function refused({ code, message }: { readonly code: string; readonly message: string }): number {
  process.stderr.write(`${code}: ${message}\n`);
  return 1;
}

function usage(problem: string): number {
  process.stderr.write(`${problem}\n\n${USAGE}\n`);
  return 64;
}
