import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { Updater } from "tuf-js";
import { expect, test } from "vitest";
import { systemClock } from "../../../base/node/system-clock.ts";
import { assertOk } from "../../../base/result.ts";
import { rotateKey } from "../../../fleet-server/repository/rotate.ts";
import { TestRepository } from "../../fleet/update/update-kit.ts";
import { Attacker } from "./forge.ts";

type Json = Record<string, unknown>;

const FILES = ["2.root.json", "timestamp.json", "snapshot", "2.targets.json", "1.services.json"] as const;

/** Harm to one value of a document: `at` walks down, `to` is put there, or it is deleted. */
const harm = fc.record({
  file: fc.constantFrom(...FILES),
  at: fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }),
  to: fc.oneof(
    fc.constant(undefined),
    fc.constantFrom<unknown>(null, 0, -1, 1, 2, 3, 1e9, 1.5, "", "x", "root", [], {}, true, "2000-01-01T00:00:00Z"),
  ),
  /** Whether the thief of the role's key signs it again. */
  signedAgain: fc.boolean(),
});

function harmed(document: Json, at: readonly number[], to: unknown): Json {
  const keys = Object.keys(document);
  const key = keys[(at[0] ?? 0) % Math.max(1, keys.length)];
  if (key === undefined) return document;
  const value = document[key];
  if (at.length > 1 && typeof value === "object" && value !== null && !Array.isArray(value))
    return { ...document, [key]: harmed(value as Json, at.slice(1), to) };
  const { [key]: _, ...rest } = document;
  return to === undefined ? rest : { ...document, [key]: to };
}

test("whatever one value becomes, signed by a thief or not, nothing is accepted that tuf-js refuses, and nothing is thrown", async () => {
  const repository = await TestRepository.start(systemClock);
  try {
    const attacker = new Attacker(repository);
    const first = await repository.root();
    assertOk(await rotateKey(repository.options, "timestamp"), "rotate");
    const { path } = await repository.release("1.0.0");
    const { signed } = await attacker.json("timestamp.json");
    const current = (signed.meta as Record<string, { version: number }>)["snapshot.json"]?.version ?? 0;
    const verdicts = { both: 0, none: 0, stricter: 0 };
    let run = 0;
    await fc.assert(
      fc.asyncProperty(harm, async ({ file, at, to, signedAgain }) => {
        const name = file === "snapshot" ? `${current}.snapshot.json` : file;
        const role = /([a-z]+)\.json$/.exec(name)?.[1] ?? "";
        const before = await attacker.read(name);
        const document = await attacker.json(name);
        const changed = harmed(document.signed, at, to);
        await attacker.write(name, Buffer.from(JSON.stringify({ ...document, signed: changed })));
        // What does not even parse cannot be signed by this tool: then it stays as it is.
        if (signedAgain) await attacker.forge(name, name, await attacker.stolen(role)).catch(() => undefined);
        run++;
        const kiosk = await repository.kiosk(`kiosk-${run}`, { root: first });
        const ours = await kiosk.update(path);
        const metadataDir = join(repository.base, `peer-${run}`);
        await mkdir(metadataDir);
        await writeFile(join(metadataDir, "root.json"), first);
        const targetBaseUrl = `${repository.url}/targets`;
        const peer = new Updater({
          ...{ metadataDir, targetDir: metadataDir, metadataBaseUrl: `${repository.url}/metadata`, targetBaseUrl },
          config: { fetchRetry: 0 },
        });
        const theirs = await peer.getTargetInfo(path).then(
          (info) => info !== undefined && peer.downloadTarget(info).then(Boolean, () => false),
          () => false,
        );
        await attacker.write(name, before);
        verdicts[ours.ok ? "both" : theirs ? "stricter" : "none"]++;
        expect({ ours: ours.ok, theirs }).not.toEqual({ ours: true, theirs: false });
      }),
      { numRuns: 120, seed: 20_261_123 },
    );
    expect(verdicts.both).toBeGreaterThan(5);
    expect(verdicts.none).toBeGreaterThan(20);
  } finally {
    await repository.close();
  }
});
