import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { silentLogger } from "../../base/log.ts";
import type { CodedError } from "../../base/registry/coded-error.ts";
import { ok, type Result } from "../../base/result.ts";
import { createPagePrinter, IPP_MODEL } from "../page-printer/driver.ts";
import { createHttpLink } from "../page-printer/http-link.ts";
import { type PagePrinter, SIDES } from "../page-printer/interface.ts";
import { IPP_REDACTION } from "../page-printer/redaction.ts";
import { TracedLink } from "../page-printer/traced-link.ts";
import { benchCommands, proved } from "./bench.ts";
import { type CliContext, type CliKind, type CliOutcome, UsageError } from "./kind.ts";
import { testPage } from "./page-printer-test-page.ts";
import { reachOf } from "./reach.ts";

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
  elsewhere: { [IPP_MODEL]: "network" },
  defaultModel: IPP_MODEL,
  portMeaning: "address of the printer, ipp://<host>[:port]/ipp/print",
  redaction: () => IPP_REDACTION,
  commands: {
    ...benchCommands({
      options: ADDRESS,
      checkOptions: { "no-paper": { meaning: "print nothing", flag: true } },
      device: printerOf,
      ask: (printer, { signal }) => printer.refresh({ signal }),
      describe: (printer) => ({ capabilities: printer.capabilities }),
      proof: {
        what: "one page is printed that says that it is a test",
        run: async (printer, context) =>
          context.options["no-paper"] === true
            ? { verdict: "not-run", detail: "nothing was printed, as asked" }
            : proved(
                await printer.print({ pdf: testPage() }, { intent: newIntent(context), signal: context.signal }),
                () => "printed, and the printer said so",
              ),
      },
    }),
    print: {
      summary: "prints one PDF file on A4 and waits until the printer says that it is done",
      options: {
        ...ADDRESS,
        file: { meaning: "the PDF file", required: true, personal: true },
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

/** Not started: nothing is asked of the printer but what the command is about. */
async function withPrinter(
  context: CliContext,
  work: (printer: PagePrinter) => Promise<CliOutcome>,
): Promise<CliOutcome> {
  const made = printerOf(context);
  if (!made.ok) return { outcome: "error", error: made.error };
  try {
    return await work(made.value);
  } finally {
    await made.value.stop();
  }
}

function printerOf(context: CliContext): Result<PagePrinter, CodedError<"common.bad-input">> {
  const { authority } = context.options;
  const { clock, random, channel } = reachOf(context);
  const pem = typeof authority === "string" ? { authority: read("authority", authority).toString("utf8") } : {};
  const link = createHttpLink(context.port, { clock, ...pem });
  if (!link.ok) return link;
  const printer = createPagePrinter({
    id: "page-printer",
    link: context.reach === undefined ? link.value : new TracedLink(link.value, channel),
    ...{ clock, random, log: silentLogger },
    newIntent: () => newIntent(context),
    timings: { cancelWithin: CANCEL_WITHIN },
  });
  return ok(printer);
}

async function print(printer: PagePrinter, context: CliContext): Promise<CliOutcome> {
  const { options, signal, event } = context;
  const pdf = read("file", String(options.file));
  const intent = typeof options.intent === "string" ? options.intent : newIntent(context);
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

async function cancel(printer: PagePrinter, { options, signal }: CliContext): Promise<CliOutcome> {
  const job = Number(options.job);
  const outcome = await printer.cancel(job, { signal });
  return outcome.outcome === "ok" ? { outcome: "ok", result: { job } } : outcome;
}

/** Where it is recorded, drawn from the recording's own numbers, so that a replay gives the same name. */
function newIntent({ reach }: CliContext): string {
  if (reach === undefined) return `ventanilla-${randomUUID()}`;
  const digits = Array.from({ length: 32 }, () => Math.floor(reach.random() * 16).toString(16));
  return `ventanilla-${digits.join("")}`;
}

function read(option: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`--${option} ${path}: ${error instanceof Error ? error.message : error}`);
  }
}
