/** A write to the journal at which the runtime dies: before it, or when it is durable. `nth` counts from one. */
export type DieAt = { readonly edge: string; readonly when: "before" | "after"; readonly nth: number };

/** In place of an edge's name: whichever comes. */
export const ANY_EDGE = "any";
/** What the process says on standard error before it dies at an edge, with the edge's name behind it. */
export const DIES = "dies ";

export type Order = { readonly do: "die"; readonly at: DieAt } | { readonly do: "tell-figures" };

/** Bytes, and the number of open handles. */
export type Figures = {
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
  readonly handles: number;
};

/** Sockets, pipes, timers and the like that keep this process's loop alive. */
export function countHandles(): number {
  return process.getActiveResourcesInfo().length;
}
