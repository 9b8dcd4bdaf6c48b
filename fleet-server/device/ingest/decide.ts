import { createHash } from "node:crypto";
import { canonicalJson } from "../../../base/canonical-json.ts";
import type { Report, ReportBatch } from "../../../base/contracts/fleet/report.ts";

export type KnownStream = {
  readonly stream: string;
  readonly lastSequence: number;
  readonly lastDigest: string;
  readonly supersededAt: number | null;
};

export type KnownStreams = {
  readonly streams: ReadonlyMap<string, KnownStream>;
  /** When the kiosk was enrolled last: an identity that was given anew begins anew. */
  readonly enrolledAt: number | null;
};

export type Decision =
  /** `fresh` are the reports to write; `gap`: what came before them is lost here. */
  | { readonly kind: "take"; readonly fresh: readonly Report[]; readonly after: KnownStream; readonly gap: boolean }
  | { readonly kind: "cloned"; readonly cause: "old-stream" | "other-content" }
  | { readonly kind: "gap"; readonly expected: number; readonly got: number };

/**
 * What to do with a batch, by what is known of the kiosk's streams. Repeats are taken and write nothing.
 *
 * @param gapKnown this gap was refused before and the kiosk came again with the same first number: it has nothing older (the
 *   server's store was restored from an older copy), so what there is is taken.
 */
export function decide(known: KnownStreams, batch: ReportBatch, gapKnown: boolean): Decision {
  const stream = known.streams.get(batch.stream);
  const mark = stream?.lastSequence ?? 0;
  if (stream !== undefined && stream.supersededAt !== null && stream.supersededAt >= (known.enrolledAt ?? 0))
    return { kind: "cloned", cause: "old-stream" };
  const again = batch.reports.find(({ sequence }) => sequence === mark);
  if (stream !== undefined && again !== undefined && digestOf(again) !== stream.lastDigest)
    return { kind: "cloned", cause: "other-content" };
  const fresh = batch.reports.filter(({ sequence }) => sequence > mark);
  const first = fresh.at(0);
  const last = fresh.at(-1);
  const gap = first !== undefined && first.sequence !== mark + 1;
  if (gap && !gapKnown) return { kind: "gap", expected: mark + 1, got: first.sequence };
  const after: KnownStream = {
    stream: batch.stream,
    lastSequence: last?.sequence ?? mark,
    lastDigest: last === undefined ? (stream?.lastDigest ?? "") : digestOf(last),
    supersededAt: null,
  };
  return { kind: "take", fresh, after, gap };
}

/** SHA-256 of a report's canonical JSON, hex. */
export function digestOf(report: Report): string {
  return createHash("sha256").update(canonicalJson(report)).digest("hex");
}

/** The number at which a batch's reports stop following each other; undefined when they do. */
export function brokenSequence({ reports }: ReportBatch): number | undefined {
  return reports.find(({ sequence }, index) => sequence !== (reports[0]?.sequence ?? 0) + index)?.sequence;
}
