import { afterEach, beforeEach, expect, test } from "vitest";
import { assertOk } from "../../../base/result.ts";
import { type GuardKit, guardKit, Killed } from "../../../fleet-agent/guard/testing/kit.ts";

let kit: GuardKit;
beforeEach(() => {
  kit = guardKit();
});
afterEach(() => kit.close());

/** Kills the guard at its `at`-th boundary; whether there was one so far along. Whatever it was, a whole release could start then. */
async function killedAt(at: number, versions: readonly string[], work: (boundary: () => void) => Promise<unknown>) {
  let passed = 0;
  try {
    await work(() => {
      if (passed++ === at) throw new Killed();
    });
    return false;
  } catch (problem) {
    if (!(problem instanceof Killed)) throw problem;
    expect(versions).toContain(kit.running());
    return true;
  }
}

test("killed at any boundary of an update or a roll-back, a whole release is there, and the next run finishes it", async () => {
  let at = 0;
  let killed = true;
  let before = "1.0.0";
  for (; killed; at++) {
    const version = `2.${at}.0`;
    killed = false;
    const release = kit.pack(version);
    const steps = [
      kit.install(release, 1),
      { do: "switch", version } as const,
      { do: "rollback", version, code: "x" } as const,
      kit.install(release, 2),
      { do: "switch", version } as const,
      { do: "confirm", version } as const,
    ];
    for (const step of steps) {
      const id = kit.put(step);
      if (await killedAt(at, [before, version], (boundary) => kit.guard(boundary).once())) killed = true;
      assertOk(await kit.guard().once(), "the next run");
      expect(kit.answer(id)).toMatchObject({ ok: true });
      const state = assertOk(kit.guard().state(), "state");
      expect(state.restarting).toBeUndefined();
      expect(kit.running()).toBe(state.slots[state.active]?.version);
    }
    expect(kit.running()).toBe(version);
    before = version;
  }
  expect(at).toBeGreaterThan(30);
});

test("killed while it ends a trial for silence or a crash loop, the next run ends it", async () => {
  for (const cause of ["silence", "crash-loop"]) {
    let killed = true;
    for (let at = 0; killed; at++) {
      const version = `3.${at}.0`;
      await kit.ask(kit.install(kit.pack(version)));
      await kit.ask({ do: "switch", version });
      if (cause === "silence") await kit.clock.advance(60_000);
      else for (let start = 0; start < 4; start++) await kit.guard().noteStart("shell");
      killed = await killedAt(at, ["1.0.0", version], (boundary) => {
        const guard = kit.guard(boundary);
        return cause === "silence" ? guard.once() : guard.noteStart("shell");
      });
      if (cause === "silence") await kit.guard().once();
      else await kit.guard().noteStart("shell");
      expect(kit.running()).toBe("1.0.0");
      const state = assertOk(kit.guard().state(), "state");
      expect(state).toMatchObject({ trial: null, rolledBack: { version, code: `guard.${cause}` } });
    }
  }
});
