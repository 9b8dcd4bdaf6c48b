import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { pause } from "../../base/deadline.ts";
import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { createPagePrinter, IPP_MODEL } from "../page-printer/driver.ts";
import { createHttpLink } from "../page-printer/http-link.ts";
import { type PagePrinter, SIDES } from "../page-printer/interface.ts";
import { type CliContext, type CliKind, type CliOutcome, UsageError } from "./kind.ts";
import { RESET_SUMMARY, resetDevice } from "./reset.ts";

/** A day, as all commands. Milliseconds. */
const WATCH_WITHIN = 86_400_000;
const MAX_NUMBER = 0x7fffffff;
/** Whoever stops the program is told the end before it is stopped hard. Milliseconds. */
const CANCEL_WITHIN = 2_000;

const ADDRESS = {
  authority: { meaning: "PEM file of the printer's certificate or its authority, for ipps:// addresses" },
} as const;

/** `npm run driver -- page-printer …`; the port is the printer's address, `ipp://<host>[:port]/ipp/print`. */
export const pagePrinterCli: CliKind = {
  kind: "page-printer",
  models: [IPP_MODEL],
  defaultModel: IPP_MODEL,
  commands: {
    print: {
      summary: "prints one PDF file on A4 and waits until the printer says that it is done",
      options: {
        ...ADDRESS,
        file: { meaning: "the PDF file", required: true },
        copies: { meaning: "how many (1)", number: { min: 1, max: 99 } },
        sides: { meaning: "one side or both (one-sided)", choices: SIDES },
        intent: { meaning: "unique name of this print, to ask for it later with recall (a new one)" },
      },
      run: (context) => withPrinter(context, (printer) => print(printer, context)),
    },
    recall: {
      summary: "says what became of an earlier print",
      options: { ...ADDRESS, intent: { meaning: "the name it was given", required: true } },
      run: (context) => withPrinter(context, (printer) => recall(printer, context)),
    },
    status: {
      summary: "shows link, readiness, conditions and what the printer can do",
      options: ADDRESS,
      run: (context) => withPrinter(context, (printer) => status(printer, context)),
    },
    watch: {
      summary: "tells each change of the status until --timeout or Ctrl-C",
      options: ADDRESS,
      run: (context) => withPrinter(context, (printer) => watch(printer, context)),
    },
    reset: {
      summary: RESET_SUMMARY,
      options: ADDRESS,
      run: (context) => withPrinter(context, (printer) => resetDevice(printer, context)),
    },
    cancel: {
      summary: "takes one job out of the printer",
      options: {
        ...ADDRESS,
        job: { meaning: "the printer's number of it", required: true, number: { min: 1, max: MAX_NUMBER } },
      },
      run: (context) => withPrinter(context, (printer) => cancel(printer, context)),
    },
  },
};

async function withPrinter(
  context: CliContext,
  work: (printer: PagePrinter) => Promise<CliOutcome>,
): Promise<CliOutcome> {
  const { authority } = context.options;
  const link = createHttpLink(context.port, {
    clock: systemClock,
    ...(typeof authority === "string" ? { authority: (await read("authority", authority)).toString("utf8") } : {}),
  });
  if (!link.ok) return { outcome: "error", error: link.error };
  const printer = createPagePrinter({
    id: "page-printer",
    link: link.value,
    clock: systemClock,
    random: Math.random,
    newIntent,
    log: silentLogger,
    timings: { cancelWithin: CANCEL_WITHIN },
  });
  try {
    return await work(printer);
  } finally {
    await printer.stop();
  }
}

async function print(printer: PagePrinter, { options, signal, event }: CliContext): Promise<CliOutcome> {
  const pdf = await read("file", String(options.file));
  const intent = typeof options.intent === "string" ? options.intent : newIntent();
  let told = "";
  const unsubscribe = printer.status.subscribe(({ conditions }) => {
    const codes = conditions.map(({ code }) => code);
    if (codes.join() !== told) event({ event: "conditions", conditions: codes });
    told = codes.join();
  });
  event({ event: "intent", intent });
  const outcome = await printer.print(
    { pdf },
    {
      intent,
      signal,
      copies: Number(options.copies ?? 1),
      sides: SIDES.find((sides) => sides === options.sides) ?? "one-sided",
      onProgress: (progress) => event({ event: "progress", progress }),
    },
  );
  unsubscribe();
  return outcome.outcome === "ok" ? { outcome: "ok", result: { ...outcome.value } } : outcome;
}

async function recall(printer: PagePrinter, { options, signal }: CliContext): Promise<CliOutcome> {
  const outcome = await printer.recall(String(options.intent), { signal });
  return outcome.outcome === "ok" ? { outcome: "ok", result: { ...outcome.value } } : outcome;
}

async function status(printer: PagePrinter, { signal }: CliContext): Promise<CliOutcome> {
  const outcome = await printer.refresh({ signal });
  const result = { ...printer.status.value, capabilities: printer.capabilities };
  return outcome.outcome === "ok" ? { outcome: "ok", result } : { ...outcome, result };
}

async function watch(printer: PagePrinter, { signal, event }: CliContext): Promise<CliOutcome> {
  const unsubscribe = printer.status.subscribe((value) => event({ event: "status", ...value }));
  printer.start();
  await pause(systemClock, WATCH_WITHIN, signal);
  unsubscribe();
  return { outcome: "ok", result: { ...printer.status.value } };
}

async function cancel(printer: PagePrinter, { options, signal }: CliContext): Promise<CliOutcome> {
  const job = Number(options.job);
  const outcome = await printer.cancel(job, { signal });
  return outcome.outcome === "ok" ? { outcome: "ok", result: { job } } : outcome;
}

function newIntent(): string {
  return `ventanilla-${randomUUID()}`;
}

async function read(option: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UsageError(`--${option} ${path}: ${error instanceof Error ? error.message : error}`);
  }
}
