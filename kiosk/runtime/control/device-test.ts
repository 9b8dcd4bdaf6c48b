import type { DeviceTestRequest, DeviceTestResult } from "../../../base/contracts/runtime-control.ts";
import type { Logger } from "../../../base/log.ts";
import { done, failed, type Outcome } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import type { Device } from "../../../drivers/device.ts";
import { isOffered } from "../../../drivers/first-status.ts";
import type { ReceiptDocument } from "../../../drivers/receipt-printer/document.ts";
import { localTime } from "../../../flows/engine/format.ts";
import type { Leases } from "../leases.ts";
import { allDevices, type DeviceSet } from "../serving.ts";

export type DeviceTestContext = {
  readonly devices: DeviceSet;
  readonly leases: Leases;
  /** Of this one request. */
  readonly holder: string;
  readonly log: Logger;
  readonly kiosk: string;
  readonly place: string;
  readonly now: number;
  readonly signal: AbortSignal;
};

/** Longest time that a test paper waits in a printer's mouth, milliseconds: nobody may be there to take it. */
const TAKE_WITHIN = 10_000;

/** @returns undefined when there is no such device. */
export async function resetDevice(device: string, context: DeviceTestContext): Promise<DeviceTestResult | undefined> {
  const { signal, log } = context;
  return await withDevice(device, context, async (found) => {
    const outcome = await found.reset({ signal });
    const code = outcome.outcome === "ok" ? {} : { code: outcome.error.code };
    log("device.reset", { device, by: "control", outcome: outcome.outcome, ...code });
    return outcome;
  });
}

/**
 * Tests one device as far as it can be tested without a citizen: asks it, or has it print a paper that says that it is a test.
 *
 * @returns undefined when there is no such device.
 */
export async function testDevice(
  device: string,
  test: DeviceTestRequest["test"],
  context: DeviceTestContext,
): Promise<DeviceTestResult | undefined> {
  return await withDevice(device, context, (found) =>
    test === "test-print" ? testPrint(device, context) : selfTest(found, context),
  );
}

/** What staff do with a device they do alone: while a citizen or a reset has it they are refused. */
async function withDevice(
  device: string,
  { devices, leases, holder, signal }: DeviceTestContext,
  work: (device: Device) => Promise<Outcome<unknown>>,
): Promise<DeviceTestResult | undefined> {
  const found = allDevices(devices).find(({ id }) => id === device);
  if (found === undefined) return undefined;
  const outcome = await leases.withLease({ device: found, holder, signal }, () => work(found));
  return {
    outcome: outcome.outcome,
    ...(outcome.outcome === "ok" ? {} : { code: outcome.error.code, message: outcome.error.message }),
    status: found.status.value,
  };
}

async function testPrint(device: string, context: DeviceTestContext): Promise<Outcome<unknown>> {
  const printer = context.devices["receipt-printer"].find(({ id }) => id === device);
  if (printer === undefined) return failed(coded("runtime.test-not-fitting", `${device} does not print`));
  return await printer.print(testPaper(context), { signal: context.signal, takeWithin: TAKE_WITHIN });
}

async function selfTest(device: Device, { devices, signal }: DeviceTestContext): Promise<Outcome<unknown>> {
  const terminal = devices["payment-terminal"].find(({ id }) => id === device.id);
  if (terminal !== undefined) return await terminal.poll({ signal });
  const printer = devices["receipt-printer"].find(({ id }) => id === device.id);
  if (printer !== undefined) return await printer.refresh({ signal });
  const pages = devices["page-printer"].find(({ id }) => id === device.id);
  if (pages !== undefined) return await pages.refresh({ signal });
  const ups = devices.ups.find(({ id }) => id === device.id);
  if (ups !== undefined) return await ups.refresh({ signal });
  return isOffered(device.status.value) ? done(undefined) : failed(coded("link.absent", device.id));
}

function testPaper({ kiosk, place, now }: DeviceTestContext): ReceiptDocument {
  return {
    blocks: [
      { type: "text", text: "Prueba de impresión", align: "center", bold: true, size: 2 },
      { type: "text", text: "Sin valor para trámites", align: "center" },
      { type: "rule" },
      { type: "pair", label: "Kiosco", value: kiosk },
      { type: "pair", label: "Lugar", value: place },
      { type: "pair", label: "Hora", value: localTime(now) },
      { type: "text", text: "áéíóúñü ÁÉÍÓÚÑÜ ¿? ¡! $ 1234567890" },
      { type: "qr", data: `VENTANILLA PRUEBA ${kiosk}` },
    ],
  };
}
