import { readFileSync, writeFileSync } from "node:fs";
import { silentLogger } from "../../base/log.ts";
import type { Outcome } from "../../base/outcome.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { ESCL_MODEL, EsclScanner } from "../document-scanner/escl/driver.ts";
import { createHttpLink } from "../document-scanner/escl/http-link.ts";
import { TracedLink } from "../document-scanner/escl/traced-link.ts";
import type { ScannedPage } from "../document-scanner/interface.ts";
import { SHOW_ALL } from "../transport/trace/redaction.ts";
import { benchCommands, proved } from "./bench.ts";
import { type WatchedKind, withDevice } from "./device.ts";
import { type CliContext, type CliKind, type CliOutcome, UsageError } from "./kind.ts";
import { reachOf } from "./reach.ts";

/** Somebody stands there; `--timeout` and Ctrl-C end it sooner. One day, milliseconds. */
const WITHIN = 86_400_000;
/** That somebody has to put a paper in in an assembly check, milliseconds. */
const PAPER_WITHIN = 30_000;
const RESOLUTION = 200;
const MOST_DOTS = 1_200;

const ADDRESS = {
  authority: { meaning: "PEM file of the scanner's certificate or its authority, for https:// addresses" },
} as const;

const SCANNER: WatchedKind<EsclScanner> = {
  device: scannerOf,
  describe: ({ capabilities }) => ({ capabilities }),
};

/** `npm run driver -- document-scanner …`; the port is the scanner's address, `http://<host>[:port]/eSCL`. */
export const documentScannerCli: CliKind = {
  kind: "document-scanner",
  models: [ESCL_MODEL],
  elsewhere: { [ESCL_MODEL]: "network" },
  defaultModel: ESCL_MODEL,
  portMeaning: "address of the scanner, http://<host>[:port]/eSCL",
  // A picture does not even come to a trace (`traced-link.ts`), and nothing else that passes is of a person.
  redaction: () => SHOW_ALL,
  commands: {
    ...benchCommands({
      ...SCANNER,
      options: ADDRESS,
      proof: {
        what: "one page is scanned, and its picture destroyed unseen",
        ask: "lay-paper",
        run: async (scanner, context) =>
          proved(
            await scan(scanner, context, PAPER_WITHIN, measure),
            ({ width, height }) => `a page of ${width} by ${height} pixels`,
          ),
      },
    }),
    scan: {
      summary: "scans one page into a file",
      options: {
        ...ADDRESS,
        file: { meaning: "the JPEG file that is written", required: true, personal: true },
        resolution: { meaning: "dots per inch (200)", number: { min: 50, max: MOST_DOTS } },
        colour: { meaning: "in colour", flag: true },
      },
      run: (context) => withDevice(SCANNER, context, (scanner) => scanToFile(scanner, context)),
    },
  },
};

function scannerOf({ options, port, reach }: CliContext): Result<EsclScanner, CodedError<"common.bad-input">> {
  const { authority } = options;
  const { clock, random, channel } = reachOf({ reach });
  const pem = typeof authority === "string" ? readPem(authority) : ok(undefined);
  if (!pem.ok) return pem;
  const link = createHttpLink(port, { clock, ...(pem.value === undefined ? {} : { authority: pem.value }) });
  if (!link.ok) return link;
  const traced = reach === undefined ? link.value : new TracedLink(link.value, channel);
  return ok(new EsclScanner({ id: "document-scanner", link: traced, clock, random, log: silentLogger }));
}

function readPem(file: string): Result<string, CodedError<"common.bad-input">> {
  try {
    return ok(readFileSync(file, "utf8"));
  } catch (error) {
    return err(coded("common.bad-input", `--authority ${file}: ${error instanceof Error ? error.message : error}`));
  }
}

type Measured = { readonly width: number; readonly height: number; readonly bytes: number };

async function measure({ width, height, bytes }: ScannedPage): Promise<Measured> {
  return { width, height, bytes: bytes.length };
}

async function scanToFile(scanner: EsclScanner, context: CliContext): Promise<CliOutcome> {
  const file = String(context.options.file);
  const outcome = await scan(scanner, context, WITHIN, async (page) => {
    try {
      // Readable by who asked for it only: it is somebody's paper.
      writeFileSync(file, page.bytes, { mode: 0o600 });
    } catch (error) {
      throw new UsageError(`--file ${file}: ${error instanceof Error ? error.message : error}`);
    }
    return await measure(page);
  });
  return outcome.outcome === "ok" ? { outcome: "ok", result: { ...outcome.value } } : outcome;
}

async function scan<T>(
  scanner: EsclScanner,
  { options, signal, event }: CliContext,
  within: number,
  use: (page: ScannedPage) => Promise<T>,
): Promise<Outcome<T>> {
  return await scanner.scan(use, {
    ...{ within, signal, colour: options.colour === true, resolution: Number(options.resolution ?? RESOLUTION) },
    onFeedback: (feedback) => event({ event: "feedback", feedback }),
  });
}
