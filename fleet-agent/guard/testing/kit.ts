import { createHash, randomUUID } from "node:crypto";
import * as nodeFs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SimulatedClock } from "../../../base/clock.ts";
import {
  type GuardAnswer,
  type GuardRequest,
  guardAnswerSchema,
  releaseManifestSchema,
} from "../../../base/contracts/fleet/release.ts";
import { silentLogger } from "../../../base/log.ts";
import { Mutex } from "../../../base/mutex.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { err, ok } from "../../../base/result.ts";
import { createDisk, type FileSystem } from "../disk.ts";
import { createGuard, type Guard, type GuardOptions } from "../guard.ts";

export const PLATFORM = "test-box";
type WithoutId<R> = R extends GuardRequest ? Omit<R, "id"> : never;

/** Where a process would be killed: thrown by the fault that a test puts into the file system, and by nothing else. */
export class Killed extends Error {}

/**
 * Node's `fs` with `boundary` called before and after each call: the places where a kill makes a difference. It does not wait for
 * the medium: a killed process loses nothing that it has written.
 */
export function interruptible(boundary: () => void): FileSystem {
  return new Proxy<FileSystem>(nodeFs, {
    get(fs, name: keyof FileSystem) {
      const call = fs[name] as (...given: unknown[]) => unknown;
      return (...given: unknown[]) => {
        boundary();
        const result = name === "fsyncSync" ? undefined : call(...given);
        boundary();
        return result;
      };
    },
  });
}

/** A release as one file: JSON of path and text. */
export function packRelease(
  directory: string,
  version: string,
  change: {
    readonly platform?: string;
    readonly saysVersion?: string;
    readonly lacks?: string;
    readonly adds?: Readonly<Record<string, string>>;
  } = {},
) {
  const files: Record<string, string> = {
    "release.json": JSON.stringify({
      version: change.saysVersion ?? version,
      platform: change.platform ?? PLATFORM,
      parts: { runtime: { program: "runtime.js", nodeOptions: [] }, agent: { program: "agent.js", nodeOptions: [] } },
    }),
    "runtime.js": `runtime ${version}`,
    "agent.js": `agent ${version}`,
    ...change.adds,
  };
  if (change.lacks !== undefined) delete files[change.lacks];
  return { version, ...packFiles(directory, files) };
}

function packFiles(directory: string, files: Readonly<Record<string, string>>) {
  const text = JSON.stringify(files);
  const file = join(directory, `archive-${randomUUID()}.json`);
  nodeFs.writeFileSync(file, text);
  return { file, length: Buffer.byteLength(text), sha256: createHash("sha256").update(text).digest("hex") };
}

/** Unpacks what `packRelease` made: beside, then renamed. */
export const unpackRelease =
  (fs: Pick<typeof nodeFs, "renameSync" | "rmSync" | "mkdirSync">): GuardOptions["unpack"] =>
  async (file, directory) => {
    const files = JSON.parse(nodeFs.readFileSync(file, "utf8")) as Record<string, string>;
    const beside = `${directory}.unpacking`;
    fs.rmSync(beside, { recursive: true, force: true });
    fs.mkdirSync(beside, { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      nodeFs.mkdirSync(dirname(join(beside, path)), { recursive: true });
      nodeFs.writeFileSync(join(beside, path), text);
    }
    if (nodeFs.existsSync(directory)) return err(coded("common.defect", `${directory} is there already`));
    fs.renameSync(beside, directory);
    return ok();
  };

export type GuardKit = ReturnType<typeof guardKit>;

/** A machine's directory with release 1.0.0 in slot a, and guards on it that may be killed at any call. */
export function guardKit(options: { readonly trial?: number; readonly starts?: number } = {}) {
  const directory = nodeFs.mkdtempSync(join(tmpdir(), "guard-"));
  const root = join(directory, "slots");
  const requests = join(directory, "requests");
  const stateFile = join(root, "state.json");
  nodeFs.mkdirSync(root);
  nodeFs.mkdirSync(requests);
  const clock = new SimulatedClock();
  const mutex = new Mutex();
  const restarts: string[][] = [];
  const first = packRelease(directory, "1.0.0");
  nodeFs.mkdirSync(join(root, "slot-a"));
  for (const [path, text] of Object.entries(JSON.parse(nodeFs.readFileSync(first.file, "utf8"))))
    nodeFs.writeFileSync(join(root, "slot-a", path), String(text));
  nodeFs.symlinkSync("slot-a", join(root, "current"));

  const kit = {
    directory,
    root,
    requests,
    stateFile,
    clock,
    restarts,
    /** Called at every restart of parts; returns whether the order is taken. */
    onRestart: () => {},
    /** A guard process; `boundary` is called around every call of the file system. */
    guard(boundary: () => void = () => {}): Guard {
      const fs = interruptible(boundary);
      return createGuard({
        root,
        stateFile,
        requests,
        platform: PLATFORM,
        trial: options.trial ?? 60_000,
        starts: options.starts ?? 4,
        parts: {
          restart: async (names) => {
            boundary();
            restarts.push([...names]);
            kit.onRestart();
            boundary();
            return ok();
          },
        },
        verify: async () => ok(),
        unpack: unpackRelease(fs),
        lock: (work) => mutex.withLock(work),
        clock,
        disk: createDisk(fs),
        log: silentLogger,
      });
    },
    /** Puts a request in, lets a guard work, and reads the answer. */
    async ask(request: WithoutId<GuardRequest>, guard: Guard = kit.guard()): Promise<GuardAnswer> {
      const id = kit.put(request);
      const done = await guard.once();
      if (!done.ok) throw new Error(done.error.message);
      return kit.answer(id);
    },
    put(request: WithoutId<GuardRequest>): string {
      const id = randomUUID();
      nodeFs.writeFileSync(join(requests, `${id}.json`), JSON.stringify({ id, ...request }));
      return id;
    },
    /** Takes the answer, as the agent does. */
    answer(id: string): GuardAnswer {
      const file = join(requests, `${id}.answer.json`);
      const answer = guardAnswerSchema.parse(JSON.parse(nodeFs.readFileSync(file, "utf8")));
      nodeFs.rmSync(file);
      return answer;
    },
    install: (release: ReturnType<typeof packRelease>, attempt?: number) =>
      ({
        do: "install",
        target: `releases/ventanilla-${release.version}-${PLATFORM}.tar.zst`,
        ...release,
        ...(attempt === undefined ? {} : { attempt }),
      }) as const,
    packFiles: (files: Readonly<Record<string, string>>) => packFiles(directory, files),
    pack: (version: string, change?: Parameters<typeof packRelease>[2]) => packRelease(directory, version, change),
    /** The version that `current` would start: throws when it points to nothing whole. */
    running(): string {
      const slot = join(root, "current");
      const manifest = releaseManifestSchema.parse(JSON.parse(nodeFs.readFileSync(join(slot, "release.json"), "utf8")));
      for (const [part, { program }] of Object.entries(manifest.parts)) {
        const text = nodeFs.readFileSync(join(slot, program), "utf8");
        if (text !== `${part} ${manifest.version}`) throw new Error(`half switched: ${text} in ${manifest.version}`);
      }
      return manifest.version;
    },
    close: () => nodeFs.rmSync(directory, { recursive: true, force: true }),
  };
  return kit;
}
