import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok } from "../../base/result.ts";
import type { RolloutRow, RolloutState, WhyFacts } from "../api/contract/releases.ts";
import type { FleetContext } from "../context.ts";
import type { Director } from "../director/interface.ts";
import { json } from "../store/database.ts";
import { assignToNewKiosk } from "./enrolled.ts";
import { hear } from "./heard.ts";
import type { Rollouts } from "./interface.ts";
import { addKiosks, classify, giveBack, type Rolling, subjectOf, tell, type Within } from "./rings.ts";
import { countsOf, NONE, plannedKiosks, rolloutRows } from "./rows.ts";
import { judgeRing } from "./thresholds.ts";

/** Any number that no other advisory lock of this database has. */
const LOCK = 7_203_114;

/** From which states an action may be done, and where it leads. */
const ACTIONS: Readonly<
  Record<"pause" | "resume" | "halt" | "cancel", { from: readonly RolloutState[]; to: RolloutState }>
> = {
  pause: { from: ["running"], to: "paused" },
  resume: { from: ["paused", "halted"], to: "running" },
  halt: { from: ["running", "paused"], to: "halted" },
  cancel: { from: ["running", "paused", "halted"], to: "cancelled" },
};

const supersededBy = (target: string) => ({
  why: `Superseded by the rollout of ${target}.`,
  facts: { kind: "superseded", target } as const,
});

/** Ends a transaction whose result is kept and whose writes are not. */
class DryRun extends Error {
  readonly row: RolloutRow;
  constructor(row: RolloutRow) {
    super("dry run");
    this.row = row;
  }
}

/** The engine that brings a target to kiosks ring by ring; see the README beside for its states. */
export function createRollouts(context: FleetContext, director: Director): Rollouts {
  const { db, clock, audit, bus, log } = context;
  type Found = NonNullable<Awaited<ReturnType<typeof find>>>;

  async function find(within: Within, id: string) {
    const rollout = await within.selectFrom("rollout").selectAll().where("id", "=", id).executeTakeFirst();
    if (rollout === undefined) return undefined;
    const target = await within
      .selectFrom("target")
      .selectAll()
      .where("path", "=", rollout.target)
      .executeTakeFirstOrThrow();
    return { ...rollout, rolling: { id, target, subject: subjectOf(target) } satisfies Rolling };
  }

  async function changedFor(kiosks: readonly string[], within: Within): Promise<void> {
    if (kiosks.length > 0) await director.changed([...new Set(kiosks)], within);
  }

  /** Writes a state with its reason, and leaves kiosks that have not got so far with what they had when it goes no further. */
  async function setState(
    within: Within,
    { rolling }: Found,
    state: RolloutState,
    reason: { readonly why: string; readonly facts?: WhyFacts },
    by: string,
    details = {},
  ) {
    const now = clock.now();
    const { id } = rolling;
    const { why, facts } = reason;
    const change = { state, why, why_facts: facts === undefined ? null : json(facts), changed_at: now };
    await within.updateTable("rollout").set(change).where("id", "=", id).execute();
    if (state === "halted" || state === "cancelled") {
      await changedFor(await giveBack(within, rolling, { progress: ["told", "working", "silent"] }), within);
      await within
        .updateTable("rollout_kiosk")
        .set({ progress: "waiting", changed_at: now })
        .where("rollout", "=", id)
        .where("progress", "in", ["told", "working"])
        .execute();
    }
    await audit.append(
      {
        actor: by,
        action: `rollout.${state}`,
        subject: id,
        details: { ...(why === "" ? {} : { why }), ...(facts && { facts }), ...details },
      },
      within,
    );
    log("rollout.changed", { rollout: id, state });
    await bus.publish({ topic: "rollouts" }, within);
  }

  async function beginRing(within: Within, found: Found, ring: number): Promise<void> {
    const now = clock.now();
    const { rolling } = found;
    await classify(within, rolling, ring);
    const kiosks = await tell(within, rolling, ring + 1, now);
    await within
      .updateTable("rollout")
      .set({ begun: ring + 1, changed_at: now })
      .where("id", "=", rolling.id)
      .execute();
    await changedFor(kiosks, within);
    const name = found.rings[ring]?.ring ?? "";
    const details = { ring: name, kiosks: kiosks.length };
    await audit.append({ actor: "server", action: "rollout.ring-begun", subject: rolling.id, details }, within);
    log("rollout.ring", { rollout: rolling.id, ...details });
    await bus.publish({ topic: "rollouts" }, within);
  }

  /** Begins rings for as long as those before have passed; halts or finishes. */
  async function advance(within: Within, found: Found): Promise<void> {
    for (let begun = found.begun; ; begun++) {
      const counts = (await countsOf(within, [found.id])).get(found.id) ?? [];
      const verdicts = found.rings.slice(0, begun).map((plan, ring) => judgeRing(plan, counts[ring] ?? NONE));
      const failed = verdicts.find((verdict) => verdict.verdict === "failed");
      if (failed?.verdict === "failed") return await setState(within, found, "halted", failed, "server");
      if (verdicts.some(({ verdict }) => verdict === "going")) return;
      if (begun < found.rings.length) await beginRing(within, found, begun);
      else if (verdicts.some((verdict) => verdict.verdict === "passed" && verdict.open > 0)) return;
      else return await setState(within, found, "finished", { why: "" }, "server");
    }
  }

  /** What time alone changes: silence, and kiosks that were retired. */
  async function findSilent(within: Within, { id, silent_after: after }: Found): Promise<void> {
    const now = clock.now();
    await sql`
      update rollout_kiosk
      set progress = 'not-fitting', changed_at = ${now}::bigint, code = 'rollout.retired', message = ${coded("rollout.retired").message}
      from kiosk
      where rollout_kiosk.rollout = ${id} and kiosk.id = rollout_kiosk.kiosk and kiosk.retired_at is not null
        and rollout_kiosk.progress in ('waiting', 'told', 'working', 'silent')`.execute(within);
    const silenced = await sql`
      update rollout_kiosk
      set progress = 'silent', changed_at = ${now}::bigint, code = 'rollout.silent', message = ${coded("rollout.silent").message}
      from kiosk left join kiosk_live on kiosk_live.kiosk = kiosk.id
      where rollout_kiosk.rollout = ${id} and kiosk.id = rollout_kiosk.kiosk
        and rollout_kiosk.progress in ('told', 'working')
        and greatest(rollout_kiosk.told_at, coalesce(kiosk_live.last_seen, 0)) <= ${now - after * 1000}::bigint`.execute(
      within,
    );
    if ((silenced.numAffectedRows ?? 0n) > 0n) await bus.publish({ topic: "rollouts" }, within);
  }

  /** The resumed rollout tells those anew who were withdrawn or silent; who failed tries again, or counts no more. */
  async function retell(within: Within, found: Found, retryFailed: boolean): Promise<void> {
    const { id } = found.rolling;
    const again = within
      .updateTable("rollout_kiosk")
      .set({ progress: "waiting", changed_at: clock.now() })
      .where("rollout", "=", id)
      .where("ring", "<", found.begun);
    await again.where("progress", "=", "silent").execute();
    if (retryFailed) {
      const next = sql<number>`attempt + 1`;
      await again.set({ attempt: next, excused: false }).where("progress", "=", "failed").execute();
    } else {
      await within
        .updateTable("rollout_kiosk")
        .set({ excused: true })
        .where("rollout", "=", id)
        .where("progress", "=", "failed")
        .execute();
    }
    await changedFor(await tell(within, found.rolling, found.begun, clock.now()), within);
  }

  const row = async (within: Within, id: string): Promise<RolloutRow> => {
    const [found] = await rolloutRows(within, id);
    if (found === undefined) throw new Error(`rollout ${id} is not there`);
    return found;
  };

  return {
    async start(request, by) {
      const names = request.rings.map(({ ring }) => ring);
      const twice = names.find((name, index) => names.indexOf(name) !== index);
      if (twice !== undefined) return err(coded("rollout.bad-rings", `"${twice}" stands twice`));
      const work = db.transaction().execute(async (within) => {
        await sql`select pg_advisory_xact_lock(${LOCK})`.execute(within);
        const target = await within
          .selectFrom("target")
          .selectAll()
          .where("path", "=", request.target)
          .executeTakeFirst();
        if (target === undefined) return err(coded("rollout.no-target", request.target));
        const now = clock.now();
        const others = await within
          .selectFrom("rollout")
          .innerJoin("target", "target.path", "rollout.target")
          .select(["rollout.id", "rollout.state", "rollout.target"])
          .where("rollout.state", "in", ["running", "paused", "halted"])
          .where("target.kind", "=", target.kind)
          .where(sql<boolean>`target.service is not distinct from ${target.service}`)
          .where(sql<boolean>`target.platform is not distinct from ${target.platform}`)
          .execute();
        const running = others.find(({ state }) => state === "running");
        if (running !== undefined) return err(coded("rollout.running", `${running.target}, ${running.id}`));
        const id = randomUUID();
        for (const other of others) {
          const superseded = await find(within, other.id);
          if (superseded !== undefined) await setState(within, superseded, "cancelled", supersededBy(target.path), by);
        }
        const { silentAfter, rings, reason } = request;
        await within
          .insertInto("rollout")
          .values({
            ...{ id, target: target.path, rings: json(rings), begun: 0, silent_after: silentAfter },
            ...{ state: "running", why: "", by, reason, created_at: now, changed_at: now },
          })
          .execute();
        const rolling: Rolling = { id, target, subject: subjectOf(target) };
        await addKiosks(within, rolling, names, now);
        await classify(within, rolling);
        if (request.dryRun)
          throw new DryRun({ ...(await row(within, id)), kiosks: await plannedKiosks(within, rolling, names) });
        const details = { target: target.path, rings: names.join(", "), reason };
        await audit.append({ actor: by, action: "rollout.started", subject: id, details }, within);
        const found = await find(within, id);
        if (found !== undefined) await advance(within, found);
        await bus.publish({ topic: "rollouts" }, within);
        return ok(await row(within, id));
      });
      return await work.catch((problem: unknown) => {
        if (problem instanceof DryRun) return ok(problem.row);
        throw problem;
      });
    },

    async act(rollout, { action, retryFailed, reason }, by) {
      return await db.transaction().execute(async (within) => {
        await sql`select pg_advisory_xact_lock(${LOCK})`.execute(within);
        const found = await find(within, rollout);
        if (found === undefined) return err(coded("rollout.not-found", rollout));
        const { from, to } = ACTIONS[action];
        if (!from.includes(found.state)) return err(coded("rollout.wrong-state", `${action} from ${found.state}`));
        await setState(within, found, to, { why: to === "running" ? "" : reason }, by, { reason, retryFailed });
        if (action === "resume") await retell(within, found, retryFailed && found.state === "halted");
        return ok(await row(within, rollout));
      });
    },

    list: () => rolloutRows(db),
    get: async (rollout) => (await rolloutRows(db, rollout))[0],

    async heard(kiosk, what, within) {
      const changed = await hear(kiosk, what, clock.now(), within);
      await changedFor(changed.desired ? [kiosk] : [], within);
      if (changed.progress) await bus.publish({ topic: "rollouts" }, within);
    },

    async tick() {
      await db.transaction().execute(async (within) => {
        const lock = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${LOCK}) as mine`.execute(within);
        if (lock.rows[0]?.mine !== true) return;
        const running = await within.selectFrom("rollout").select("id").where("state", "=", "running").execute();
        for (const { id } of running) {
          const found = await find(within, id);
          if (found === undefined) continue;
          await findSilent(within, found);
          await advance(within, found);
        }
      });
    },

    async enrolled(kiosk, within) {
      await assignToNewKiosk(kiosk, clock.now(), within);
      await changedFor([kiosk], within);
    },
  };
}
