import { readdirSync } from "node:fs";

export type Footprint = {
  readonly files: number;
  /** Of libuv: handles and requests under way. */
  readonly resources: number;
  /** Bytes, after garbage was collected. */
  readonly heap: number;
  readonly resident: number;
};

/** What this process holds once the loop has turned and garbage is gone. */
export async function footprint(): Promise<Footprint> {
  for (let times = 0; times < 3; times++) {
    const { promise, resolve } = Promise.withResolvers<void>();
    setImmediate(resolve);
    await promise;
    globalThis.gc?.();
  }
  const { heapUsed, rss } = process.memoryUsage();
  return {
    files: readdirSync("/proc/self/fd").length,
    resources: process.getActiveResourcesInfo().filter((kind) => kind !== "Timeout").length,
    heap: heapUsed,
    resident: rss,
  };
}
