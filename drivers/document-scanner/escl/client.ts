import { coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { readFacts, readState, type ScannerFacts, type ScannerState } from "./facts.ts";
import type { EsclAnswer, EsclLink, EsclRequest, LinkError, LinkOptions } from "./link.ts";
import { readXml, type XmlElement } from "./xml.ts";

export type ClientError =
  | LinkError
  | ReturnType<typeof refusal>
  | ReturnType<typeof coded<"document-scanner.bad-answer">>;

/** An answer that is no picture, with what HTTP says of it. */
export type NoPicture = { readonly error: ClientError; readonly status?: number };

/** A page in colour at 300 dots per inch has about two million. */
export const MOST_PICTURE_BYTES = 8 * 1024 * 1024;
/** What scanners say of themselves has some ten thousand. */
const MOST_DOCUMENT_BYTES = 256 * 1024;
const BUSY = 503;

/** eSCL over a link: one request, one answer, read. Holds no state. */
export class EsclClient {
  readonly #link: EsclLink;
  readonly #base: string;

  constructor(link: EsclLink) {
    this.#link = link;
    const { pathname } = new URL(link.address);
    this.#base = pathname.replace(/\/+$/, "");
  }

  async facts(options: LinkOptions): Promise<Result<ScannerFacts, ClientError>> {
    return await this.#ask("ScannerCapabilities", readFacts, options);
  }

  /** One that is too busy to say how it is, is busy. */
  async state(options: LinkOptions): Promise<Result<ScannerState, ClientError>> {
    const asked = await this.#ask("ScannerStatus", readState, options);
    const busy = !asked.ok && asked.error.code === "document-scanner.busy";
    return busy ? ok({ state: "busy", feeder: "unknown" }) : asked;
  }

  /**
   * Has one page scanned.
   *
   * @param settings the document that says how.
   * @returns the job's path. Only the path of what the scanner says is taken: some do not know their own name.
   */
  async createJob(settings: string, options: LinkOptions): Promise<Result<string, ClientError>> {
    const path = `${this.#base}/ScanJobs`;
    const answer = await this.#exchange({ method: "POST", path, body: settings }, options);
    if (!answer.ok) return answer;
    const { status, location } = answer.value;
    if (status !== 201) return err(refusal("ScanJobs", status));
    const job = pathOf(location, path);
    return job === undefined ? err(coded("document-scanner.bad-answer", "ScanJobs: no place of the job")) : ok(job);
  }

  /** The job's next page, as it came. */
  async nextPicture(job: string, options: LinkOptions): Promise<Result<Uint8Array, NoPicture>> {
    const path = `${job}/NextDocument`;
    const answer = await this.#link.exchange({ method: "GET", path, most: MOST_PICTURE_BYTES, picture: true }, options);
    if (!answer.ok) return err({ error: answer.error });
    const { status, body } = answer.value;
    return status === 200 ? ok(body) : err({ error: refusal("NextDocument", status), status });
  }

  /**
   * Ends a job. One that has ended already, and one that the scanner does not know any more, has nothing to end.
   *
   * @returns whether the scanner answered.
   */
  async deleteJob(job: string, options: LinkOptions): Promise<boolean> {
    return (await this.#exchange({ method: "DELETE", path: job }, options)).ok;
  }

  async #ask<T>(
    name: string,
    read: (root: XmlElement) => T | undefined,
    options: LinkOptions,
  ): Promise<Result<T, ClientError>> {
    const answer = await this.#exchange({ method: "GET", path: `${this.#base}/${name}` }, options);
    if (!answer.ok) return answer;
    const { status, body } = answer.value;
    if (status !== 200) return err(refusal(name, status));
    const root = readXml(new TextDecoder().decode(body));
    if (!root.ok) return err(coded("document-scanner.bad-answer", `${name}: ${root.error}`));
    const found = read(root.value);
    return found === undefined ? err(coded("document-scanner.bad-answer", `${name}: no such thing in it`)) : ok(found);
  }

  #exchange(request: Omit<EsclRequest, "most">, options: LinkOptions): Promise<Result<EsclAnswer, LinkError>> {
    return this.#link.exchange({ ...request, most: MOST_DOCUMENT_BYTES }, options);
  }
}

function refusal(what: string, status: number) {
  const detail = `${what}: HTTP ${status}`;
  if (status === BUSY) return coded("document-scanner.busy", detail);
  if (status === 401 || status === 403) return coded("document-scanner.not-authorised", detail);
  return coded("document-scanner.refused", detail);
}

/** The path of a place at the scanner, seen from another one; `undefined` when it is none. */
function pathOf(location: string, from: string): string | undefined {
  const local = location.replace(/^https?:\/\/[^/]*/i, "");
  const base = `http://scanner${from}`;
  if (local === "" || !URL.canParse(local, base)) return undefined;
  const { pathname, host } = new URL(local, base);
  return host === "scanner" && pathname !== "/" ? pathname.replace(/\/+$/, "") : undefined;
}
