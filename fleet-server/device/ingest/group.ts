import type { Transaction } from "kysely";
import { coded } from "../../../base/registry/coded-error.ts";
import { err, ok } from "../../../base/result.ts";
import type { Alerts } from "../../alerts/interface.ts";
import { CLONED_EVENT } from "../../alerts/kept-events.ts";
import type { FleetContext } from "../../context.ts";
import type { Rollouts } from "../../rollouts/interface.ts";
import { storable } from "../../store/rows.ts";
import type { FleetDatabase } from "../../store/schema.ts";
import { decide } from "./decide.ts";
import type { Batch, IngestResult } from "./ingest.ts";
import { type KnownKiosk, lockKnown } from "./known.ts";
import { Gathered } from "./write.ts";

/** Seen again by the hour: a clone that knocks every minute would fill the trail. */
const CLONE_SEEN_EVERY = 3_600_000;

/** Refused gaps that are remembered; one that is forgotten is refused once more. */
const GAPS = 10_000;

type Judged = { readonly batch: Batch; readonly result: IngestResult; readonly atOnce: boolean };

/** Judges a group of batches and writes what they say. One of it for each `Ingest`. */
export class GroupWriter {
  readonly #context: FleetContext;
  readonly #alerts: Alerts;
  readonly #rollouts: Rollouts;
  /** First number of a refused gap, by kiosk and stream. */
  readonly #gaps = new Map<string, number>();
  readonly #cloneSeen = new Map<string, number>();
  readonly #onReports: (reports: number) => void;

  constructor(options: {
    readonly context: FleetContext;
    readonly alerts: Alerts;
    readonly rollouts: Rollouts;
    readonly onReports?: (reports: number) => void;
  }) {
    this.#context = options.context;
    this.#alerts = options.alerts;
    this.#rollouts = options.rollouts;
    this.#onReports = options.onReports ?? (() => {});
  }

  /** Writes in `within`. @returns what gives the answers, to be called when the transaction is committed. */
  async write(group: readonly Batch[], within: Transaction<FleetDatabase>): Promise<() => void> {
    const now = this.#context.clock.now();
    const words = group.map(({ identity, batch }) => ({
      kiosk: identity.kiosk,
      stream: batch.stream,
      session: batch.session,
    }));
    const known = await lockKnown(words, now, within);
    const gathered = new Gathered(now);
    const toEvaluate = new Set<string>();
    const clones = new Map<string, string>();
    const judged: Judged[] = [];
    let reports = 0;
    for (const batch of group) {
      const kiosk = known.get(batch.identity.kiosk);
      if (kiosk === undefined) throw new Error("a kiosk that was authenticated has no row");
      const { result, fresh, cause, begins } = this.#judge(kiosk, batch, gathered);
      if (cause !== undefined) clones.set(kiosk.kiosk, cause);
      if (this.#changes(kiosk, now, batch)) toEvaluate.add(kiosk.kiosk);
      reports += fresh;
      judged.push({ batch, result, atOnce: fresh === 0 && result.ok && begins !== true });
    }
    // A heartbeat need not wait for its commit: nothing is lost with it that the next one does not bring.
    for (const { batch, result, atOnce } of judged) if (atOnce) batch.answer(result);
    const unseen = [...clones].filter(([kiosk]) => now - (this.#cloneSeen.get(kiosk) ?? 0) >= CLONE_SEEN_EVERY);
    for (const [kiosk, cause] of unseen) gathered.event(kiosk, now, CLONED_EVENT, { cause });
    await gathered.write(within);
    for (const kiosk of new Set([...gathered.states.keys(), ...gathered.updates.keys()])) {
      const software = gathered.states.get(kiosk)?.software;
      const updates = gathered.updates.get(kiosk) ?? [];
      if (software === undefined && updates.length === 0) continue;
      await this.#rollouts.heard(kiosk, { ...(software === undefined ? {} : { software }), updates }, within);
    }
    const touched = new Set([
      ...toEvaluate,
      ...gathered.states.keys(),
      ...gathered.updates.keys(),
      ...unseen.map(([kiosk]) => kiosk),
    ]);
    if (touched.size > 0) await this.#alerts.evaluate([...touched], within);
    if (reports > 0 || touched.size > 0) {
      const spoke = judged.filter(({ atOnce }) => !atOnce).map(({ batch }) => batch.identity.kiosk);
      await this.#context.bus.publish({ topic: "kiosks", kiosks: [...new Set([...touched, ...spoke])] }, within);
    }
    for (const [kiosk, cause] of unseen)
      await this.#context.audit.append(
        { actor: kiosk, action: "identity.cloned", subject: kiosk, details: { cause } },
        within,
      );
    return () => {
      for (const [kiosk, cause] of unseen) {
        this.#cloneSeen.set(kiosk, now);
        this.#context.log("fleet.identity-cloned", { kiosk, cause });
      }
      this.#onReports(reports);
      for (const { batch, result, atOnce } of judged) if (!atOnce) batch.answer(result);
    };
  }

  #judge(kiosk: KnownKiosk, { identity, batch: raw }: Batch, gathered: Gathered) {
    const batch = { ...raw, reports: storable(raw.reports) };
    const gapKey = `${kiosk.kiosk} ${batch.stream}`;
    const gapKnown = this.#gaps.get(gapKey) === batch.reports[0]?.sequence;
    const decision = decide(kiosk, batch, gapKnown);
    if (decision.kind === "cloned")
      return { result: err(coded("fleet-server.identity-cloned")), fresh: 0, cause: decision.cause };
    if (decision.kind === "gap") {
      const { expected, got } = decision;
      if (this.#gaps.size >= GAPS) this.#gaps.clear();
      this.#gaps.set(gapKey, got);
      return { result: err(coded("fleet-server.sequence-gap", `expected ${expected}, got ${got}`)), fresh: 0 };
    }
    const { after, fresh } = decision;
    if (decision.gap) {
      this.#gaps.delete(gapKey);
      const got = fresh[0]?.sequence ?? 0;
      const expected = (kiosk.streams.get(batch.stream)?.lastSequence ?? 0) + 1;
      this.#context.log("fleet.reports-missing", { kiosk: kiosk.kiosk, expected, got });
    }
    const before = kiosk.streams.get(batch.stream);
    const begins = before === undefined || before.supersededAt !== null;
    if (begins || fresh.length > 0) gathered.streams.set(kiosk.kiosk, { ...after, kiosk: kiosk.kiosk });
    for (const other of kiosk.streams.values())
      if (other.stream !== batch.stream && other.supersededAt === null)
        kiosk.streams.set(other.stream, { ...other, supersededAt: this.#context.clock.now() });
    kiosk.streams.set(batch.stream, after);
    gathered.add(kiosk.kiosk, fresh);
    const { mutualTls } = identity;
    const offset = gathered.states.get(kiosk.kiosk)?.security?.clockOffset ?? null;
    gathered.live.set(kiosk.kiosk, {
      ...{ stream: batch.stream, session: batch.session, mutual_tls: mutualTls },
      offset: offset === null ? null : Math.round(offset),
    });
    const hasState = kiosk.hasState || gathered.states.has(kiosk.kiosk);
    const resend = decision.gap || (!hasState && after.lastSequence > 0);
    return { result: ok({ acknowledged: after.lastSequence, resend }), fresh: fresh.length, begins };
  }

  /** Whether a kiosk's alerts may change although it reported no section: it was new or silent, or its connection changed. */
  #changes(kiosk: KnownKiosk, now: number, { identity }: Batch): boolean {
    const silent = now - kiosk.lastSeen > this.#context.settings.intervals.silent * 1_000;
    return kiosk.isNew || silent || kiosk.mutualTls !== identity.mutualTls;
  }
}
