import { ContractCount, type ContractTable } from "../support/contract-table.ts";
import type { Evidence } from "./lab.ts";

/** From the device's enumeration to the driver's "ready", milliseconds: the design's budget. */
export const BACK_WITHIN = 1_000;
/** What may come on top of an earlier measurement: a read under way, a reconnection. */
const MORE_FILES = 4;
const MORE_RESOURCES = 4;
/** Of the last measurements over the ones in the middle, bytes. */
const MORE_HEAP = 2 * 2 ** 20;

export type Times = { readonly median: number; readonly p95: number; readonly worst: number };

/** How long each kind was away after it had been enumerated, milliseconds. */
export function times(evidence: Evidence): Record<string, Times & { cycles: number }> {
  const kinds = [...new Set(evidence.cycles.map(({ kind }) => kind))].sort();
  return Object.fromEntries(
    kinds.map((kind) => {
      const sorted = evidence.cycles.filter((cycle) => cycle.kind === kind).map(({ backAfter }) => backAfter);
      sorted.sort((a, b) => a - b);
      const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
      return [kind, { cycles: sorted.length, median: at(0.5), p95: at(0.95), worst: at(1) }];
    }),
  );
}

/** How often each end was met by the transactions whose cable was pulled: `kind outcome` and a count. */
export function ends(evidence: Evidence): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind, met } of evidence.cycles) {
    if (met === undefined) continue;
    const name = `${kind} ${met.outcome}${met.code === undefined ? "" : ` ${met.code}`}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** How the contract suites ended inside the guest. */
export function contractTable({ contracts, booted }: Evidence): ContractTable {
  const count = new ContractCount();
  count.labKernel = booted?.release;
  for (const { run, failure } of contracts)
    if (run !== undefined) count.add(run, failure === undefined ? "passed" : "failed");
  return count.table();
}

/** Outcomes that contradict a simulator's own record. */
export function wrongOutcomes({ first, cycles, adapter }: Evidence): string[] {
  const verdicts = [
    ...first.map(({ kind, verdict }) => ({ where: `first ${kind}`, verdict })),
    ...cycles.map(({ number, kind, after }) => ({ where: `cycle ${number}, ${kind}, after`, verdict: after })),
    ...cycles.flatMap(({ number, kind, met }) => (met ? [{ where: `cycle ${number}, ${kind}`, verdict: met }] : [])),
  ];
  const sales = adapter.filter(
    ({ outcome, approved, charged }) => charged > 1 || (outcome !== "unknown" && charged !== Number(approved)),
  );
  return [
    ...verdicts.flatMap(({ where, verdict }) => (verdict.wrong === undefined ? [] : [`${where}: ${verdict.wrong}`])),
    ...sales.map((sale) => `adapter: ${JSON.stringify(sale)}`),
  ];
}

/** Undisturbed transactions that did not end well: a device that came back did not serve. */
export function failedService({ first, cycles }: Evidence): string[] {
  const undisturbed = [
    ...first.map(({ kind, verdict }) => ({ where: `first ${kind}`, verdict })),
    ...cycles.map(({ number, kind, after }) => ({ where: `cycle ${number}, ${kind}`, verdict: after })),
  ];
  return undisturbed.flatMap(({ where, verdict: { outcome, code } }) =>
    outcome === "ok" ? [] : [`${where}: ${outcome} ${code}`],
  );
}

/** Replugs after which the device was longer away than a kiosk's may be: a measurement, which an emulated processor shared with others cannot judge. */
export function lateReturns({ cycles }: Evidence): number {
  return cycles.filter(({ backAfter }) => backAfter > BACK_WITHIN).length;
}

/** What grew with the number of cycles, once the first third has warmed everything up. */
export function leaks({ footprints }: Evidence): string[] {
  const third = Math.ceil(footprints.length / 3);
  const least = (key: "files" | "resources" | "heap", part: typeof footprints) =>
    Math.min(...part.map((each) => each[key]));
  const grown = (key: "files" | "resources" | "heap") =>
    least(key, footprints.slice(-third)) - least(key, footprints.slice(third, 2 * third));
  const limits = { files: MORE_FILES, resources: MORE_RESOURCES, heap: MORE_HEAP };
  return (["files", "resources", "heap"] as const)
    .filter((key) => grown(key) > limits[key])
    .map((key) => `${key}: ${grown(key)} more after ${footprints.at(-1)?.cycles} cycles`);
}
