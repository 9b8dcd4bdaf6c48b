import { release } from "node:os";
import { type ContractRun, TRANSPORTS } from "../../drivers/contract-places.ts";

/** How the tests of one contract run ended. */
export type ContractRow = ContractRun & { readonly passed: number; readonly failed: number; readonly skipped: number };

/** Which model passed what on which transport; made of test results only. */
export type ContractTable = {
  /** ISO, UTC. */
  readonly date: string;
  readonly node: string;
  readonly kernel: string;
  /** Of the USB lab's guest; absent when the lab did not run. */
  readonly labKernel?: string;
  readonly rows: readonly ContractRow[];
};

declare module "vitest" {
  interface TaskMeta {
    /** Set on the test of the USB lab that tells what ran inside its guest. */
    lab?: { readonly kernel: string; readonly rows: readonly ContractRow[] };
  }
}

export type ContractEnd = "passed" | "failed" | "skipped";

/** Adds up test results to a table. */
export class ContractCount {
  readonly #rows = new Map<string, ContractRow>();
  labKernel: string | undefined;

  add({ kind, model, transport, tests }: ContractRun, end: ContractEnd): void {
    const key = [kind, model, transport, tests].join(" ");
    const row = this.#rows.get(key) ?? { kind, model, transport, tests, passed: 0, failed: 0, skipped: 0 };
    this.#rows.set(key, { ...row, [end]: row[end] + 1 });
  }

  addRow(row: ContractRow): void {
    for (const end of ["passed", "failed", "skipped"] as const)
      for (let count = 0; count < row[end]; count++) this.add(row, end);
  }

  table(now = new Date()): ContractTable {
    const places = Object.keys(TRANSPORTS);
    const rows = [...this.#rows.values()].sort(
      (a, b) =>
        a.kind.localeCompare(b.kind) ||
        a.model.localeCompare(b.model) ||
        places.indexOf(a.transport) - places.indexOf(b.transport) ||
        a.tests.localeCompare(b.tests),
    );
    const { labKernel } = this;
    return {
      ...{ date: now.toISOString().slice(0, 10), node: process.versions.node, kernel: release() },
      ...(labKernel !== undefined && { labKernel }),
      rows,
    };
  }
}

/** One table of several runs, e.g. of the tests and of the USB lab alone: where two have the same row, the later one's counts. */
export function mergedTable(tables: readonly ContractTable[]): ContractTable {
  const rows = new Map(
    tables.flatMap((table) =>
      table.rows.map((row) => [[row.kind, row.model, row.transport, row.tests].join(" "), row]),
    ),
  );
  const count = new ContractCount();
  for (const row of rows.values()) count.addRow(row);
  const labKernel = tables.findLast((table) => table.labKernel !== undefined)?.labKernel;
  return {
    ...count.table(),
    ...tables.at(-1),
    ...(labKernel !== undefined && { labKernel }),
    rows: count.table().rows,
  };
}

const HEAD = ["kind", "model", "transport", "tests", "passed", "failed", "skipped"] as const;

/** For a terminal: a line for each run, in columns. */
export function tableText({ rows }: ContractTable): string {
  const cells = [HEAD, ...rows.map((row) => HEAD.map((column) => `${row[column]}`))];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  return cells
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** `docs/devices.generated.md`. */
export function devicesDocument({ date, node, kernel, labKernel, rows }: ContractTable): string {
  const used = Object.entries(TRANSPORTS).filter(([name]) => rows.some(({ transport }) => transport === name));
  const tests = { contract: "contract suite", scenario: "one scenario", own: "tests of its own" } as const;
  const lines = rows.map(
    (row) =>
      `| ${row.kind} | ${row.model} | ${row.transport} | ${tests[row.tests]} | ${row.passed} | ${row.failed} | ${row.skipped} |`,
  );
  return [
    "# What each device's driver has passed, and on what",
    "",
    "Made by `npm run docs -- --devices` from the results of the last run of the tests; not written by hand. `npm test` prints the same table",
    "of its own run, and `npm run usb-lab` the part of the USB lab.",
    "",
    `${date}, Node ${node}, Linux ${kernel}; in the USB lab Linux ${labKernel ?? "(not run)"}.`,
    "",
    "**hardware: none yet.** Every device here is a simulator, or another maker's program; no driver has met its device.",
    "",
    "| kind | model | transport | tests | passed | failed | skipped |",
    "| --- | --- | --- | --- | ---: | ---: | ---: |",
    ...lines,
    "",
    "| transport | what is between driver and device |",
    "| --- | --- |",
    ...used.map(([name, what]) => `| ${name} | ${what} |`),
    "",
  ].join("\n");
}
