import { join } from "node:path";
import { silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { TransbankTerminal } from "../../../drivers/payment-terminal/transbank/driver.ts";
import { serialChannel } from "../../../drivers/transport/serial.ts";
import type { EmulatedSale } from "../report-types.ts";
import { LINKS } from "./names.ts";
import { PATIENCE } from "./quick-terminal.ts";
import type { Random } from "./random.ts";

/** Where `-device usb-serial,serial=adapter` ends: an FTDI adapter of QEMU's own making. */
const ADAPTER = join(LINKS, "adapter");
const SALES = 4;
/** Sells over the adapter to the terminal outside, which pulls the cable in the middle of some. Only the outside knows what became of them. */
export async function sellOverAdapter(random: Random): Promise<EmulatedSale[]> {
  const driver = new TransbankTerminal({
    id: "adapter",
    model: "transbank-autoservicio",
    open: serialChannel({ path: ADAPTER, baudRate: 115_200 }, systemClock),
    settings: PATIENCE,
    clock: systemClock,
    random,
    log: silentLogger,
  });
  driver.start();
  const sales: EmulatedSale[] = [];
  for (let number = 1; number <= SALES; number++) {
    const ticket = `Q${number}`;
    const outcome = await driver.sale({ ticket, amount: 1_000 + number, startedAt: systemClock.now() });
    const approved = outcome.outcome === "ok" && outcome.value.status === "approved";
    sales.push({
      ticket,
      outcome: outcome.outcome,
      approved,
      ...(outcome.outcome !== "ok" && { code: outcome.error.code }),
    });
  }
  await driver.stop();
  return sales;
}
