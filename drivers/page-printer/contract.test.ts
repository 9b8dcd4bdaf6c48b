import { PDFDocument } from "pdf-lib";
import { silentLogger } from "../../base/log.ts";
import { createPagePrinterBench } from "../../simulators/page-printer/bench.ts";
import { type PageHandVerb, type PagePrinterBench, pagePrinterContract } from "./contract.ts";
import { createPagePrinter } from "./driver.ts";

const certificate = await PDFDocument.create();
for (let page = 0; page < 3; page++) certificate.addPage([595.28, 841.89]);
const pdf = await certificate.save();

async function simulatedBench(nature: string): Promise<PagePrinterBench> {
  const { clock, link, simulator, act, advance } = await createPagePrinterBench();
  await act("nature", { nature });
  let intents = 0;
  const printer = createPagePrinter({
    id: "page-printer",
    link,
    clock,
    random: () => 0.4,
    newIntent: () => `test-${++intents}`,
    log: silentLogger,
  });
  printer.start();
  const hand = new Proxy({} as PagePrinterBench["hand"], { get: (_, verb) => () => act(String(verb)) }) as {
    readonly [verb in PageHandVerb]: () => Promise<void>;
  };
  return {
    printer,
    advance,
    hand,
    leaveSheets: (afterSheets) => act("paperEnd", { afterSheets }),
    printed: () => simulator.printed.length,
    stop: async () => {
      const stopped = printer.stop();
      await advance(500);
      await stopped;
      await simulator.stop();
    },
  };
}

for (const nature of ["office", "only-print-job"])
  pagePrinterContract({ model: nature, transport: "memory" }, pdf, () => simulatedBench(nature));
