import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { parse } from "./fonasa-bono.ts";
import { type Exchange, type InstitutionOptions, InstitutionServer, json, type Reply } from "./institution-server.ts";

/** What the gateway must be configured with: the sandbox values that the service's owner publishes. */
export const FIRMAGOB_DEMO = {
  entity: "Subsecretaría General de la Presidencia",
  run: "22222222",
  apiTokenKey: "sandbox",
  secret: "27a216342c744f89b7b82fa290519ba0",
} as const;

const TICKETS = "/firma/v2/files/tickets";
/** Said to be the longest life of a token, milliseconds. */
const MOST_LIFE = 30 * 60 * 1000;
const MAX_REQUEST_BYTES = 5 * 1024 * 1024;

const ticketRequest = z.strictObject({
  token: z.string(),
  api_token_key: z.string(),
  files: z
    .array(
      z.strictObject({
        "content-type": z.literal("application/pdf"),
        content: z.base64(),
        description: z.string(),
        checksum: z.string(),
      }),
    )
    .min(1),
});
const claims = z.looseObject({
  entity: z.string(),
  run: z.string(),
  purpose: z.enum(["Desatendido", "Propósito General"]),
  expiration: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/),
});

/** One document that was sealed. */
export type SealedFile = { readonly request: number; readonly description: string; readonly hash: string };

/**
 * FirmaGob's sealing of PDF files without a person: request, token and answer as the official examples show them. Error texts are
 * invented, because none are published but one. What it puts into a document is a line at its end, and no signature that a PDF reader
 * would check.
 */
export class FirmaGob extends InstitutionServer {
  readonly #desk: Desk;

  constructor(options: InstitutionOptions) {
    const desk = new Desk(options.clock);
    super(
      {
        id: "firmagob",
        model: "FirmaGob (files, unattended)",
        faults: ["down", "slow", "late", "error-500", "html", "malformed", "drop-answer"],
        probe: ({ method }) => method === "GET",
        handle: (exchange) => desk.handle(exchange),
        describe: () => ({ sealed: desk.sealed.length }),
      },
      options,
    );
    this.#desk = desk;
  }

  /** Every document that was sealed, oldest first: one that is sent twice is sealed twice. */
  get sealed(): readonly SealedFile[] {
    return this.#desk.sealed;
  }

  /** From now on the service takes requests and seals nothing of them. */
  refuseFiles(refuse: boolean): void {
    this.#desk.refuses = refuse;
  }
}

class Desk {
  readonly sealed: SealedFile[] = [];
  refuses = false;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  handle({ method, path, body }: Exchange): Reply {
    if (path !== TICKETS) return json(404, { error: "Not Found" });
    if (method !== "POST") return json(405, { error: "Method Not Allowed" });
    if (Buffer.byteLength(body) > MAX_REQUEST_BYTES) return json(400, { error: "Tamaño máximo superado", status: 400 });
    const read = ticketRequest.safeParse(parse(body));
    if (!read.success) return json(400, { error: "Solicitud no válida", status: 400 });
    const { token, api_token_key, files } = read.data;
    if (api_token_key !== FIRMAGOB_DEMO.apiTokenKey || !this.#isGood(token))
      return json(400, { error: "Token no válido", status: 400 });
    const request = 1_000_000 + this.sealed.length + 1;
    const answers = files.map((file) => {
      const wrong = this.refuses || !isChecksum(file.checksum, file.content);
      const common = {
        description: file.description,
        contentType: file["content-type"],
        checksum_original: file.checksum,
      };
      if (wrong) return { ...common, content: null, status: "error", documentStatus: "not signed" };
      const document = Buffer.from(file.content, "base64");
      const hash = createHash("sha256").update(document).digest("hex");
      this.sealed.push({ request, description: file.description, hash });
      const content = Buffer.concat([document, Buffer.from(`\n% sealed ${request} ${hash}\n`)]).toString("base64");
      return { ...common, content, status: "OK", documentStatus: "signed" };
    });
    const failed = answers.filter(({ status }) => status !== "OK").length;
    return json(200, {
      idSolicitud: request,
      metadata: {
        otpExpired: false,
        filesSigned: answers.length - failed,
        signedFailed: failed,
        objectsReceived: answers.length,
      },
      files: answers,
    });
  }

  #isGood(token: string): boolean {
    const [head = "", body = "", signature = ""] = token.split(".");
    const expected = createHmac("sha256", FIRMAGOB_DEMO.secret).update(`${head}.${body}`).digest();
    const given = Buffer.from(signature, "base64url");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
    const read = claims.safeParse(parse(Buffer.from(body, "base64url").toString("utf8")));
    if (!read.success) return false;
    const { entity, run, expiration } = read.data;
    if (entity !== FIRMAGOB_DEMO.entity || run !== FIRMAGOB_DEMO.run) return false;
    const now = chileanTime(this.#clock.now());
    return expiration > now && expiration <= chileanTime(this.#clock.now() + MOST_LIFE);
  }
}

/** The official example sends the base64 of the hash over the base64 text, other clients the hexadecimal hash of the bytes. */
function isChecksum(checksum: string, content: string): boolean {
  const ofText = createHash("sha256").update(content).digest("base64");
  const ofBytes = createHash("sha256").update(Buffer.from(content, "base64")).digest("hex");
  return checksum === ofText || checksum === ofBytes;
}

/** Local time without zone: it compares as text, but for the hour that a year repeats. */
function chileanTime(at: number): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    ...{ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" },
    timeZone: "America/Santiago",
  } as const).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}:${part("second")}`;
}
