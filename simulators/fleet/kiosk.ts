import { createPrivateKey, type KeyObject, randomBytes, randomUUID } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { Clock } from "../../base/clock.ts";
import { type Report, type ReportAnswer, reportAnswerSchema } from "../../base/contracts/fleet/report.ts";
import { parseJson } from "../../base/json.ts";
import { signRequest } from "../../base/node/http-signatures.ts";
import { KeptConnection } from "./kept-connection.ts";

const PATH = "/device/v1/reports";
const CONTENT_TYPE = "application/json";

/** A kiosk's identity as an enrolment leaves it, PEM. */
export type SimulatedIdentity = {
  readonly kiosk: string;
  readonly key: string;
  readonly certificate: string;
  /** SHA-256 of the certificate's DER, hex. */
  readonly keyid: string;
};

type Numberless<R> = R extends Report ? Omit<R, "sequence" | "at"> : never;
export type NewReport = Numberless<Report>;

/**
 * A kiosk without devices, screen or disk that speaks the device protocol of the fleet: batches of reports, signed by its own key, over
 * one kept connection with its own certificate.
 */
export class SimulatedKiosk {
  readonly id: string;
  readonly #server: URL;
  readonly #key: KeyObject;
  readonly #keyid: string;
  readonly #clock: Clock;
  readonly #connection: KeptConnection;
  readonly #stream = randomUUID();
  /** Not acknowledged yet: they go out with the next batch, as from a kiosk's outbox. */
  #waiting: Report[] = [];
  #sequence = 0;

  /** @param authority PEM of what the server's certificate comes from. */
  constructor(options: {
    readonly identity: SimulatedIdentity;
    readonly server: URL;
    readonly authority: string;
    readonly clock: Clock;
  }) {
    const { identity, server, authority, clock } = options;
    this.id = identity.kiosk;
    this.#server = server;
    this.#key = createPrivateKey(identity.key);
    this.#keyid = identity.keyid;
    this.#clock = clock;
    const tls =
      server.protocol === "https:"
        ? () => createSecureContext({ ca: authority, cert: identity.certificate, key: identity.key })
        : undefined;
    this.#connection = new KeptConnection(server, tls);
  }

  /** Connections made so far. */
  get connections(): number {
    return this.#connection.opened;
  }

  /**
   * Sends what an earlier try left and new reports; nothing at all is a heartbeat.
   *
   * @throws Error when there is no answer, another one than the contract has, or not every report was taken.
   */
  async send(reports: readonly NewReport[]): Promise<ReportAnswer> {
    const at = this.#clock.now();
    for (const report of reports) this.#waiting.push({ ...report, sequence: ++this.#sequence, at });
    const body = Buffer.from(JSON.stringify({ stream: this.#stream, session: 1, reports: this.#waiting }));
    const signature = signRequest(
      { method: "POST", url: new URL(PATH, this.#server), contentType: CONTENT_TYPE, body },
      { key: this.#key, keyid: this.#keyid },
      Math.floor(at / 1_000),
      randomBytes(16).toString("base64url"),
    );
    const headers = { "content-type": CONTENT_TYPE, ...signature };
    const { status, body: text } = await this.#connection.request("POST", PATH, headers, body);
    if (status !== 200) throw new Error(`status ${status}: ${text.slice(0, 200)}`);
    const answer = reportAnswerSchema.parse(parseJson(text));
    this.#waiting = this.#waiting.filter(({ sequence }) => sequence > answer.acknowledged);
    if (this.#waiting.length > 0) throw new Error(`acknowledged ${answer.acknowledged} of ${this.#sequence}`);
    return answer;
  }

  close(): void {
    this.#connection.close();
  }
}
