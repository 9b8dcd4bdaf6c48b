import type { Clock } from "../../base/clock.ts";
import { flagOf, groupsOf, numberOf, texts, textsOf, valuesOf } from "../../drivers/page-printer/ipp/attributes.ts";
import { decodeMessage } from "../../drivers/page-printer/ipp/decode.ts";
import { GROUP, type IppAttribute, type IppGroup, type IppMessage } from "../../drivers/page-printer/ipp/message.ts";
import { nameOf, OPERATION, STATUS, type StatusName } from "../../drivers/page-printer/ipp/operations.ts";
import {
  descriptionAttributes,
  jobAttributes,
  operationsOf,
  type PrinterNature,
  templateAttributes,
} from "./attributes.ts";
import { isEnded, type PrintEngine, type SimulatedJob } from "./engine.ts";
import { readPages } from "./pages.ts";

export type ServiceOptions = {
  readonly engine: PrintEngine;
  readonly nature: () => PrinterNature;
  readonly uri: () => string;
  readonly clock: Clock;
};

type Reply = { readonly status: StatusName; readonly groups?: readonly IppGroup[] };
type Call = {
  readonly message: IppMessage;
  readonly operation: IppGroup | undefined;
  readonly document: Uint8Array;
};

/** What an office printer answers to IPP requests, by RFC 8011 and not by our driver. */
export class IppService {
  readonly #options: ServiceOptions;
  readonly #startedAt: number;
  /** Documents that arrived whole, for tests: how often something was really sent. */
  documents = 0;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
  }

  /** @returns the answer; `undefined` when the bytes are no request at all. */
  async answer(bytes: Uint8Array): Promise<IppMessage | undefined> {
    const decoded = decodeMessage(bytes);
    if (!decoded.ok) return undefined;
    const { message, document } = decoded.value;
    const [operation] = groupsOf(message, GROUP.operation);
    const { status, groups = [] } =
      this.#refusal(message, operation) ?? (await this.#run({ message, operation, document }));
    return {
      version: message.version[0] === 1 ? [1, 1] : [2, 0],
      code: STATUS[status],
      requestId: message.requestId,
      groups: [{ tag: GROUP.operation, attributes: preamble(status) }, ...groups],
    };
  }

  /** What every request is checked for (RFC 8011, 4.1). */
  #refusal({ version, requestId, code }: IppMessage, operation: IppGroup | undefined): Reply | undefined {
    if (version[0] !== 1 && version[0] !== 2) return { status: "server-error-version-not-supported" };
    if (requestId <= 0) return { status: "client-error-bad-request" };
    const [charset, language, target] = operation?.attributes ?? [];
    if (charset?.name !== "attributes-charset" || language?.name !== "attributes-natural-language")
      return { status: "client-error-bad-request" };
    if (!["utf-8", "us-ascii"].includes(textsOf(operation, "attributes-charset")[0]?.toLowerCase() ?? ""))
      return { status: "client-error-charset-not-supported" };
    if (!operationsOf(this.#options.nature()).includes(code)) return { status: "server-error-operation-not-supported" };
    if (target?.name !== "printer-uri" && target?.name !== "job-uri") return { status: "client-error-bad-request" };
    const path = textsOf(operation, target.name)[0] ?? "";
    if (!path.replace(/^[a-z]+:\/\/[^/]*/, "").startsWith("/ipp/print")) return { status: "client-error-not-found" };
    return undefined;
  }

  async #run(call: Call): Promise<Reply> {
    switch (nameOf(OPERATION, call.message.code)) {
      case "Get-Printer-Attributes":
        return this.#printerAttributes(call);
      case "Validate-Job":
        return this.#unfit(call) ?? { status: "successful-ok" };
      case "Print-Job":
        return await this.#printJob(call);
      case "Create-Job":
        return this.#unfit(call) ?? this.#created(this.#create(call));
      case "Send-Document":
        return await this.#sendDocument(call);
      case "Get-Job-Attributes":
        return this.#withJob(call, (job) => this.#jobReply(job, call));
      case "Get-Jobs":
        return this.#getJobs(call);
      case "Cancel-Job":
        return this.#withJob(call, (job) => ({
          status: this.#options.engine.cancel(job) ? "successful-ok" : "client-error-not-possible",
        }));
      default:
        return { status: "server-error-operation-not-supported" };
    }
  }

  #printerAttributes({ operation }: Call): Reply {
    const { engine, nature, uri, clock } = this.#options;
    const [format] = textsOf(operation, "document-format");
    if (format !== undefined && !nature().formats.includes(format))
      return { status: "client-error-document-format-not-supported" };
    const now = clock.now();
    const description = descriptionAttributes({
      ...{ engine, now, nature: nature(), uri: uri() },
      upTime: this.#seconds(now),
    });
    const template = templateAttributes(nature());
    const groups = { "printer-description": description, "job-template": template };
    return {
      status: "successful-ok",
      groups: [{ tag: GROUP.printer, attributes: select([...description, ...template], operation, groups) }],
    };
  }

  /** Why a job with these attributes is not taken (RFC 8011, 4.2.1.2). */
  #unfit({ message, operation }: Call): Reply | undefined {
    const { formats, media, sides } = this.#options.nature();
    const [format = formats[0] ?? ""] = textsOf(operation, "document-format");
    if (!formats.includes(format)) return { status: "client-error-document-format-not-supported" };
    const [compression = "none"] = textsOf(operation, "compression");
    if (compression !== "none") return { status: "client-error-compression-not-supported" };
    const [template] = groupsOf(message, GROUP.job);
    const wrong = (template?.attributes ?? []).filter(({ name }) => {
      const [value] = textsOf(template, name);
      if (name === "media") return !media.includes(value ?? "");
      if (name === "sides") return !sides.includes(value ?? "");
      if (name === "copies") return !((numberOf(template, name) ?? 0) >= 1 && (numberOf(template, name) ?? 0) <= 99);
      return false;
    });
    if (wrong.length === 0 || flagOf(operation, "ipp-attribute-fidelity") !== true) return undefined;
    return {
      status: "client-error-attributes-or-values-not-supported",
      groups: [{ tag: GROUP.unsupported, attributes: wrong }],
    };
  }

  #create({ message, operation }: Call): SimulatedJob {
    const [template] = groupsOf(message, GROUP.job);
    const copies = numberOf(template, "copies") ?? 1;
    return this.#options.engine.create({
      name: textsOf(operation, "job-name")[0] ?? "Untitled",
      user: textsOf(operation, "requesting-user-name")[0] ?? "anonymous",
      copies: Math.min(99, Math.max(1, copies)),
      format: textsOf(operation, "document-format")[0] ?? "application/octet-stream",
    });
  }

  async #printJob(call: Call): Promise<Reply> {
    const unfit = this.#unfit(call);
    if (unfit !== undefined) return unfit;
    if (call.document.length === 0) return { status: "client-error-bad-request" };
    const job = this.#create(call);
    await this.#accept(job, call.document);
    return this.#created(job);
  }

  async #sendDocument(call: Call): Promise<Reply> {
    const unfit = this.#unfit(call);
    if (unfit !== undefined) return unfit;
    if (flagOf(call.operation, "last-document") === undefined) return { status: "client-error-bad-request" };
    const job = this.#find(call);
    if (job === undefined) return { status: "client-error-not-found" };
    if (job.document !== undefined || isEnded(job)) return { status: "client-error-not-possible" };
    if (call.document.length > 0) await this.#accept(job, call.document);
    return this.#created(job);
  }

  async #accept(job: SimulatedJob, document: Uint8Array): Promise<void> {
    this.documents++;
    this.#options.engine.accept(job, document.slice(), await readPages(document));
  }

  #created(job: SimulatedJob): Reply {
    const wanted = ["job-id", "job-uri", "job-uuid", "job-state", "job-state-reasons"];
    const attributes = this.#attributes(job).filter(({ name }) => wanted.includes(name));
    return { status: "successful-ok", groups: [{ tag: GROUP.job, attributes }] };
  }

  #jobReply(job: SimulatedJob, { operation }: Call): Reply {
    const all = this.#attributes(job);
    return {
      status: "successful-ok",
      groups: [{ tag: GROUP.job, attributes: select(all, operation, { "job-description": all, "job-template": [] }) }],
    };
  }

  #getJobs({ operation }: Call): Reply {
    const { engine } = this.#options;
    const [which = "not-completed"] = textsOf(operation, "which-jobs");
    if (which !== "completed" && which !== "not-completed")
      return {
        status: "client-error-attributes-or-values-not-supported",
        groups: [
          { tag: GROUP.unsupported, attributes: [{ name: "which-jobs", values: valuesOf(operation, "which-jobs") }] },
        ],
      };
    const mine = flagOf(operation, "my-jobs") === true ? textsOf(operation, "requesting-user-name")[0] : undefined;
    const found = engine.jobs.filter(
      (job) => isEnded(job) === (which === "completed") && (mine === undefined || job.user === mine),
    );
    const ordered = which === "completed" ? found.toReversed() : found;
    const asked = valuesOf(operation, "requested-attributes").length > 0;
    const groups = ordered.slice(0, numberOf(operation, "limit") ?? ordered.length).map((job) => {
      const all = this.#attributes(job);
      const short = all.filter(({ name }) => name === "job-id" || name === "job-uri");
      return {
        tag: GROUP.job,
        attributes: asked ? select(all, operation, { "job-description": all, "job-template": [] }) : short,
      };
    });
    return { status: "successful-ok", groups };
  }

  #withJob(call: Call, work: (job: SimulatedJob) => Reply): Reply {
    const job = this.#find(call);
    return job === undefined ? { status: "client-error-not-found" } : work(job);
  }

  #find({ operation }: Call): SimulatedJob | undefined {
    const [uri] = textsOf(operation, "job-uri");
    const id = uri === undefined ? numberOf(operation, "job-id") : Number(uri.slice(uri.lastIndexOf("/") + 1));
    return this.#options.engine.jobs.find((job) => job.id === id);
  }

  #attributes(job: SimulatedJob): readonly IppAttribute[] {
    return jobAttributes(job, this.#options.uri(), (at) => this.#seconds(Math.min(at, this.#options.clock.now())));
  }

  #seconds(at: number): number {
    return 1 + Math.floor((at - this.#startedAt) / 1000);
  }
}

function preamble(status: StatusName): IppAttribute[] {
  return [
    texts("charset", "attributes-charset", "utf-8"),
    texts("naturalLanguage", "attributes-natural-language", "en"),
    texts("textWithoutLanguage", "status-message", status),
  ];
}

/** Those of `all` that were asked for by name or by group; all when nothing was asked for. */
function select(
  all: readonly IppAttribute[],
  operation: IppGroup | undefined,
  groups: { readonly [group: string]: readonly IppAttribute[] },
): readonly IppAttribute[] {
  const wanted = textsOf(operation, "requested-attributes");
  if (wanted.length === 0 || wanted.includes("all")) return all;
  const inGroups = wanted.flatMap((name) => groups[name] ?? []);
  return all.filter((attribute) => wanted.includes(attribute.name) || inGroups.includes(attribute));
}
