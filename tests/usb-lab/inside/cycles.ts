import { pause, withDeadline } from "../../../base/deadline.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { ok } from "../../../base/result.ts";
import type { DeviceNames } from "./names.ts";
import type { Random } from "./random.ts";
import type { Station, Verdict } from "./station.ts";

/** Whatever is not over by then hangs, milliseconds. */
const HANGS_AFTER = 30_000;
/** How long the plug stays out, at most. */
const OUT_FOR = 400;
/** A pulled cable meets a transaction a little before its beginning up to a little after its end. */
const MARGIN = 1.2;

export type Cycle = {
  readonly number: number;
  readonly kind: string;
  readonly mid: boolean;
  /** From the kernel's making of the device's node to the driver's "ready", milliseconds. */
  readonly backAfter: number;
  /** How the transaction that the cable was pulled in ended; absent when the device was idle. */
  readonly met?: Verdict;
  /** The one after the replug, undisturbed. */
  readonly after: Verdict;
};

/**
 * Pulls the plug of one device and puts it back, half of the times in the middle of a transaction, and then does one whole
 * transaction.
 *
 * @throws Error when something hangs, or does not come back.
 */
export async function cycle(
  number: number,
  kind: string,
  station: Station,
  { names, random }: { readonly names: DeviceNames; readonly random: Random },
): Promise<Cycle> {
  const mid = random() < 0.5;
  const met = mid ? station.transact(2 * number) : undefined;
  if (mid) await pause(systemClock, random() * station.length * MARGIN);
  station.unplug();
  await station.settled();
  await pause(systemClock, random() * OUT_FOR);
  station.plug();
  const backAfter = await backInService(kind, station, names);
  const verdict = met === undefined ? undefined : await inTime(`${kind}: the transaction that lost its cable`, met);
  await serving(kind, station);
  const after = await inTime(`${kind}: the transaction after the replug`, station.transact(2 * number + 1));
  return { number, kind, mid, backAfter, ...(verdict && { met: verdict }), after };
}

async function backInService(kind: string, station: Station, names: DeviceNames): Promise<number> {
  await station.settled();
  const name = station.name.split("/").at(-1) ?? "";
  const node = await inTime(
    `${kind}: enumeration`,
    looked(() => names.enumeratedAt(name)),
  );
  await inTime(
    `${kind}: service after the replug`,
    looked(() => station.status.value.readiness !== "unavailable" || undefined),
  );
  return Date.now() - node;
}

/** Ready for the next command: whatever the driver did by itself is over. */
export async function serving(kind: string, station: Station): Promise<void> {
  await inTime(
    `${kind}: readiness`,
    looked(() => station.status.value.readiness === "ready" || undefined),
  );
}

async function looked<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await pause(systemClock, 4);
  }
}

async function inTime<T>(what: string, work: Promise<T>): Promise<T> {
  const end = await withDeadline<T, never>(systemClock, HANGS_AFTER, undefined, what, async () => ok(await work));
  if (!end.ok) throw new Error(`hangs: ${end.error.message}`);
  return end.value;
}
