import { expect, test } from "vitest";
import { ContractCount, devicesDocument, mergedTable, tableText } from "../support/contract-table.ts";

const PRINTER = { kind: "receipt-printer", model: "epson-tm", transport: "memory", tests: "contract" } as const;
const ON_USB = { ...PRINTER, transport: "usb-usblp" } as const;

function counted(...ends: readonly ("passed" | "failed" | "skipped")[]) {
  const count = new ContractCount();
  for (const end of ends) count.add(PRINTER, end);
  return count;
}

test("results of one model on one transport are added up, each by how it ended", () => {
  expect(counted("passed", "passed", "failed", "skipped").table().rows).toEqual([
    { ...PRINTER, passed: 2, failed: 1, skipped: 1 },
  ]);
});

test("a later run's row takes the place of an earlier one's, and the lab's kernel is kept", () => {
  const lab = new ContractCount();
  lab.add(ON_USB, "passed");
  lab.labKernel = "6.1.0";
  const merged = mergedTable([counted("failed").table(), lab.table(), counted("passed").table()]);
  expect(merged.labKernel).toBe("6.1.0");
  expect(merged.rows.map(({ transport, passed, failed }) => [transport, passed, failed])).toEqual([
    ["memory", 1, 0],
    ["usb-usblp", 1, 0],
  ]);
});

test("the document and the terminal tell every run, and that no hardware was there", () => {
  const table = counted("passed").table(new Date(Date.UTC(2026, 10, 29)));
  expect(tableText(table).split("\n")[1]).toMatch(/^receipt-printer {2}epson-tm {2}memory +contract +1 +0 +0$/);
  const document = devicesDocument(table);
  expect(document).toContain("| receipt-printer | epson-tm | memory | contract suite | 1 | 0 | 0 |");
  expect(document).toContain("hardware: none yet");
  expect(document).toContain("2026-11-29");
  expect(document).not.toContain("usb-usblp");
});
