import type { UpdateReport } from "../../base/contracts/fleet/report.ts";
import type { SoftwareSection } from "../../base/contracts/fleet/state.ts";
import type { FleetDatabase } from "../store/schema.ts";
import { giveBack, type Rolling, subjectOf, type Within } from "./rings.ts";

type Progress = FleetDatabase["rollout_kiosk"]["progress"];
type End = { readonly progress: Progress; readonly code: string | null; readonly message: string | null };

/** Update states of a kiosk that is on its way to the target that it names. */
const UNDER_WAY: readonly SoftwareSection["update"]["state"][] = [
  "downloading",
  "installing",
  "waiting-for-citizen",
  "trial",
];

/**
 * Takes what a kiosk said of its software into the rollouts that it belongs to. A kiosk that was counted as silent and speaks
 * again counts by what it says.
 */
export async function hear(
  kiosk: string,
  what: { readonly software?: SoftwareSection; readonly updates: readonly UpdateReport[] },
  now: number,
  within: Within,
): Promise<{ readonly progress: boolean; readonly desired: boolean }> {
  const changed = { progress: false, desired: false };
  if (what.software === undefined && what.updates.length === 0) return changed;
  const rows = await within
    .selectFrom("rollout")
    .innerJoin("rollout_kiosk", "rollout_kiosk.rollout", "rollout.id")
    .innerJoin("target", "target.path", "rollout.target")
    .selectAll("target")
    .select(["rollout.id", "rollout_kiosk.progress", "rollout_kiosk.attempt", "rollout_kiosk.told_at"])
    .where("rollout_kiosk.kiosk", "=", kiosk)
    .where("rollout.state", "in", ["running", "paused", "halted"])
    .where("rollout_kiosk.progress", "in", ["waiting", "told", "working", "silent"])
    .execute();
  for (const { id, progress, attempt, told_at: toldAt, ...target } of rows) {
    if (toldAt === null) continue;
    const rolling: Rolling = { id, target, subject: subjectOf(target) };
    const end = reported(what.updates, target, attempt) ?? seen(what.software, rolling);
    if (end === undefined || end.progress === progress) continue;
    // Withdrawn by a halt: that it is still at it is no news, how it ended is.
    if (progress === "waiting" && end.progress === "working") continue;
    changed.progress = true;
    if (end.progress === "succeeded" && progress === "waiting") {
      await keep(kiosk, rolling, attempt, within);
      changed.desired = true;
    }
    await within
      .updateTable("rollout_kiosk")
      .set({ ...end, changed_at: now })
      .where("rollout", "=", id)
      .where("kiosk", "=", kiosk)
      .execute();
    if (end.progress === "failed") {
      const back = await giveBack(within, rolling, { progress: ["failed"], kiosk });
      changed.desired ||= back.length > 0;
    }
  }
  return changed;
}

function reported(
  updates: readonly UpdateReport[],
  target: Pick<FleetDatabase["target"], "path" | "sha256">,
  attempt: number,
): End | undefined {
  const own = updates.findLast(
    (update) =>
      update.target === target.path &&
      update.sha256 === target.sha256 &&
      (update.attempt === undefined || update.attempt === attempt),
  );
  if (own === undefined) return undefined;
  if (own.result === "installed") return { progress: "succeeded", code: null, message: null };
  return { progress: "failed", code: own.code ?? null, message: own.message ?? null };
}

/** A release that is on trial has not succeeded yet. */
function seen(software: SoftwareSection | undefined, { target, subject }: Rolling): End | undefined {
  if (software === undefined) return undefined;
  const { update } = software;
  if (update.target === target.path && UNDER_WAY.includes(update.state))
    return { progress: "working", code: null, message: null };
  const runs = target.kind === "release" ? software.release : software.packages[subject];
  const trial = target.kind === "release" && update.state === "trial";
  return runs === target.version && !trial ? { progress: "succeeded", code: null, message: null } : undefined;
}

/** A kiosk that had switched before the halt reached it keeps what it has. */
async function keep(kiosk: string, { id, target, subject }: Rolling, attempt: number, within: Within): Promise<void> {
  const kept = { target: target.path, attempt, rollout: id };
  await within
    .insertInto("assignment")
    .values({ kiosk, subject, ...kept })
    .onConflict((conflict) => conflict.columns(["kiosk", "subject"]).doUpdateSet(kept))
    .execute();
}
