import { concat } from "../../../base/bytes/bytes.ts";

/** Cuts an input into reports or answers, each behind a byte that says how long it is; the last one may be cut short. */
export function recordsOf(input: Uint8Array): readonly Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let at = 0; at < input.length; ) {
    const length = input[at] ?? 0;
    records.push(input.slice(at + 1, at + 1 + length));
    at += 1 + length;
  }
  return records;
}

/** The inverse of `recordsOf`. @throws RangeError when a record is longer than a byte can say. */
export function fromRecords(records: readonly Uint8Array[]): Uint8Array {
  return concat(
    records.flatMap((record) => {
      if (record.length > 0xff) throw new RangeError(`a record of ${record.length} bytes`);
      return [Uint8Array.of(record.length), record];
    }),
  );
}
