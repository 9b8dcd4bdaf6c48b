import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import { capabilitiesDocument, statusDocument, uuidOf } from "./documents.ts";
import type { ScanEngine, ScanJob } from "./scanner.ts";
import { readSettings, type ScannerNature } from "./settings.ts";

export type FrontRequest = { readonly method: string; readonly path: string; readonly body: string };

/** What an HTTP server says to one request, or how it fails to. */
export type FrontAnswer =
  | {
      readonly status: number;
      readonly contentType: string;
      readonly body: Uint8Array;
      readonly location?: string;
      /** `cut`: the connection ends in the middle of the body. `endless`: behind it more comes, for ever. */
      readonly spoilt?: "cut" | "endless";
    }
  /** Nothing comes, ever. */
  | "silence"
  /** Bytes that are no HTTP. */
  | "garbage";

/** Misbehaviour on the wire; each stays until it is switched off. */
export type FrontFaults = {
  silent: boolean;
  /** Answers come after this many milliseconds. */
  slow: number;
  garbage: boolean;
  /** Another web server answers at this address. */
  html: boolean;
  serverError: boolean;
  unauthorised: boolean;
  /** Jobs and pictures are refused because of other work. */
  busy: boolean;
  /** What it says of itself has a document type with entities in entities. */
  entityBomb: boolean;
  /** It believes that its own name is another one. */
  otherName: boolean;
  /** Asks to be asked again until the picture is there, instead of keeping who asks waiting. */
  askAgain: boolean;
  /** Says that there is no picture until it is there. */
  notYet: boolean;
  cutPicture: boolean;
  /** Something else comes in place of the picture. */
  wrongType: boolean;
  endlessPicture: boolean;
};

export const NO_FAULTS: FrontFaults = {
  ...{ silent: false, slow: 0, garbage: false, html: false, serverError: false, unauthorised: false, busy: false },
  ...{ entityBomb: false, otherName: false, askAgain: false, notYet: false },
  ...{ cutPicture: false, wrongType: false, endlessPicture: false },
};

const BASE = "/eSCL";
const BOMB = `<!DOCTYPE x [<!ENTITY a "${"b".repeat(64)}">${Array.from({ length: 9 }, (_, at) => `<!ENTITY a${at} "${`&a${at === 0 ? "" : at - 1};`.repeat(10)}">`).join("")}]>`;

/** The scanner's HTTP side: eSCL, and what the operator wants spoilt. */
export class ScannerFront {
  readonly faults: FrontFaults = { ...NO_FAULTS };
  readonly #engine: ScanEngine;
  readonly #clock: Clock;
  readonly #nature: () => ScannerNature;

  constructor(engine: ScanEngine, clock: Clock, nature: () => ScannerNature) {
    this.#engine = engine;
    this.#clock = clock;
    this.#nature = nature;
  }

  async receive(request: FrontRequest): Promise<FrontAnswer> {
    const { faults } = this;
    if (faults.slow > 0) await pause(this.#clock, faults.slow);
    if (faults.silent) return "silence";
    if (faults.garbage) return "garbage";
    if (faults.html) return plain(200, "text/html", "<h1>It works!</h1>");
    if (faults.serverError) return plain(500, "text/plain", "internal error");
    if (faults.unauthorised) return plain(401, "text/plain", "who are you?");
    return await this.#answer(request);
  }

  async #answer({ method, path, body }: FrontRequest): Promise<FrontAnswer> {
    const [, kind = "", id = "", next] =
      /^\/eSCL\/(ScannerCapabilities|ScannerStatus|ScanJobs)(?:\/([\w-]+)(\/NextDocument)?)?$/.exec(path) ?? [];
    const nature = this.#nature();
    if (kind === "ScanJobs" && id === "") return method === "POST" ? this.#create(body, nature) : refused(405);
    if (kind === "ScanJobs") {
      const job = this.#engine.jobs.find((candidate) => uuidOf(candidate) === id);
      if (job === undefined) return refused(404);
      if (next !== undefined) return method === "GET" ? await this.#next(job) : refused(405);
      if (method !== "DELETE") return refused(405);
      this.#engine.cancel(job);
      return plain(200, "text/plain", "");
    }
    if (kind === "" || id !== "") return refused(404);
    if (method !== "GET") return refused(405);
    const text =
      kind === "ScannerStatus" ? statusDocument(this.#engine, nature, placeOf) : capabilitiesDocument(nature);
    return plain(200, "text/xml", this.faults.entityBomb ? text.replace("?>", `?>${BOMB}`) : text);
  }

  #create(body: string, nature: ScannerNature): FrontAnswer {
    if (this.faults.busy || this.#engine.current !== undefined) return refused(503);
    try {
      const job = this.#engine.create(readSettings(body, nature));
      if (job === undefined) return refused(409);
      const host = this.faults.otherName ? "http://SIM0001.scanner.invalid:8080" : "";
      return { ...plain(201, "text/plain", ""), location: `${host}${placeOf(job)}` };
    } catch {
      return refused(409);
    }
  }

  async #next(job: ScanJob): Promise<FrontAnswer> {
    const { busy, askAgain, notYet, cutPicture, wrongType, endlessPicture } = this.faults;
    const early = job.state === "Processing" && !this.#engine.isReady(job);
    if (busy || (askAgain && early)) return refused(503);
    if (notYet && early) return refused(404);
    const body = await this.#engine.next(job);
    if (body === undefined) return refused(404);
    if (wrongType) return plain(200, "application/pdf", "%PDF-1.7 and no picture");
    const spoilt = cutPicture ? ("cut" as const) : endlessPicture ? ("endless" as const) : undefined;
    return { status: 200, contentType: "image/jpeg", body, ...(spoilt === undefined ? {} : { spoilt }) };
  }
}

function placeOf(job: ScanJob): string {
  return `${BASE}/ScanJobs/${uuidOf(job)}`;
}

function plain(status: number, contentType: string, words: string) {
  return { status, contentType, body: new TextEncoder().encode(words) };
}

function refused(status: number): FrontAnswer {
  return plain(status, "text/plain", "refused");
}
