import "../../../base/node/reflect-metadata.ts";
import { generateKeyPairSync, type KeyObject, randomUUID, sign, X509Certificate } from "node:crypto";
import { type RequestOptions, request } from "node:https";
import { text } from "node:stream/consumers";
import { connect } from "node:tls";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
} from "@peculiar/x509";
import { enrolmentAnswerSchema } from "../../../base/contracts/fleet/identity.ts";
import { type Fleet, nonce, sha256 } from "./kit.ts";

export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: Record<string, unknown> | undefined;
};

/** What a forger changes; nothing given is an honest request. */
export type Change = {
  readonly created?: number;
  readonly nonce?: string;
  readonly keyid?: string;
  readonly alg?: string;
  readonly tag?: string;
  readonly label?: string;
  /** Further parameters, as they stand in the header. */
  readonly more?: string;
  readonly components?: readonly string[];
  readonly key?: KeyObject;
  readonly body?: Buffer;
  readonly contentType?: string;
  /** Signed instead of what is sent. */
  readonly signed?: {
    readonly method?: string;
    readonly target?: string;
    readonly authority?: string;
    readonly body?: Buffer;
  };
};

/**
 * A kiosk written from RFC 9421, RFC 9530 and the contract alone: no line of it comes from the programs that it speaks to.
 */
export class Machine {
  readonly fleet: Fleet;
  readonly keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  readonly stream: string = randomUUID();
  kiosk = "";
  certificate = "";
  ca = "";
  sequence = 0;

  constructor(fleet: Fleet) {
    this.fleet = fleet;
  }

  static async enrolled(fleet: Fleet, kiosk: string): Promise<Machine> {
    const machine = new Machine(fleet);
    const { code } = await fleet.newCode(kiosk);
    const reply = await machine.enrol(code);
    if (reply.status !== 200) throw new Error(`enrolment: ${reply.status} ${reply.text}`);
    const answer = enrolmentAnswerSchema.parse(reply.json);
    Object.assign(machine, { kiosk: answer.kiosk, certificate: answer.certificate, ca: answer.ca });
    return machine;
  }

  get keyid(): string {
    return sha256(new X509Certificate(this.certificate).raw).digest("hex");
  }

  get authority(): string {
    return new URL(this.fleet.server.devices).host;
  }

  /** Seconds since the Unix epoch, by the server's clock. */
  get now(): number {
    return Math.floor(this.fleet.clock.now() / 1_000);
  }

  async csr(keys: { privateKey: KeyObject; publicKey: KeyObject } = this.keys, name = "CN=whatever"): Promise<string> {
    const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    const half = async (key: KeyObject, use: "sign" | "verify") => {
      const form = use === "sign" ? "pkcs8" : "spki";
      const der = key.export({ type: form as "spki", format: "der" }) as Buffer;
      return await crypto.subtle.importKey(form, new Uint8Array(der), algorithm, true, [use]);
    };
    const pair = { privateKey: await half(keys.privateKey, "sign"), publicKey: await half(keys.publicKey, "verify") };
    // It asks for all that a kiosk must not have: to be an authority, a server, and another kiosk.
    const extensions = [
      new BasicConstraintsExtension(true, 3, true),
      new SubjectAlternativeNameExtension([{ type: "dns", value: "kiosk-1" }]),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    ];
    const made = await Pkcs10CertificateRequestGenerator.create({
      ...{ name, keys: pair, signingAlgorithm: algorithm, extensions },
    });
    return made.toString("pem");
  }

  async enrol(code: string, csr?: string): Promise<Reply> {
    const machine = { hostname: "box", platform: "linux" };
    const body = Buffer.from(JSON.stringify({ code, csr: csr ?? (await this.csr()), machine }));
    return await this.exchange("POST", "/device/v1/enrolment", { "content-type": "application/json" }, body, {});
  }

  /** The signature's headers, and those of a body. */
  headers(method: string, target: string, body: Buffer | undefined, change: Change = {}): Record<string, string> {
    const said = { method, target, authority: this.authority, body, ...change.signed };
    const question = said.target.indexOf("?");
    const contentType = change.contentType ?? "application/json";
    const digest = said.body && `sha-256=:${sha256(said.body).digest("base64")}:`;
    const values: Record<string, string | undefined> = {
      ...{ "@method": said.method, "@authority": said.authority },
      "@path": question < 0 ? said.target : said.target.slice(0, question),
      ...(question < 0 ? {} : { "@query": said.target.slice(question) }),
      ...(digest === undefined ? {} : { "content-digest": digest, "content-type": contentType }),
    };
    const components = change.components ?? Object.keys(values);
    const parameters =
      `(${components.map((name) => `"${name}"`).join(" ")});created=${change.created ?? this.now}` +
      `;nonce="${change.nonce ?? nonce()}";keyid="${change.keyid ?? this.keyid}"` +
      `;alg="${change.alg ?? "ecdsa-p256-sha256"}";tag="${change.tag ?? "ventanilla-device"}"${change.more ?? ""}`;
    const base = [...components.map((name) => `"${name}": ${values[name]}`), `"@signature-params": ${parameters}`];
    const value = sign("sha256", Buffer.from(base.join("\n")), {
      ...{ key: change.key ?? this.keys.privateKey, dsaEncoding: "ieee-p1363" },
    });
    const label = change.label ?? "device";
    return {
      ...(digest === undefined ? {} : { "content-digest": digest, "content-type": contentType }),
      "signature-input": `${label}=${parameters}`,
      signature: `${label}=:${value.toString("base64")}:`,
    };
  }

  /** A signed request, changed as a forger would. */
  async ask(method: string, target: string, content?: unknown, change: Change = {}, tls: RequestOptions = {}) {
    const body = change.body ?? (content === undefined ? undefined : Buffer.from(JSON.stringify(content)));
    return await this.exchange(method, target, this.headers(method, target, body, change), body, tls);
  }

  async exchange(
    method: string,
    target: string,
    headers: Record<string, string | string[]>,
    body: Buffer | undefined,
    tls: RequestOptions = {},
  ): Promise<Reply> {
    const { hostname, port } = new URL(this.fleet.server.devices);
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const sent = request(
      {
        ...{ hostname, port, method, path: target, agent: false, rejectUnauthorized: false },
        headers: { ...headers, ...(body === undefined ? {} : { "content-length": String(body.length) }) },
        ...tls,
      },
      (response) => {
        void text(response).then((all) => {
          const json = all.startsWith("{") ? (JSON.parse(all) as Record<string, unknown>) : undefined;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: all, json });
        }, reject);
      },
    );
    sent.on("error", reject);
    sent.end(body);
    return await promise;
  }

  /** Sends bytes as they are over one TLS connection; resolves with all that comes back until its end or `enough`. */
  async raw(bytes: string, enough: (received: string) => boolean = () => false): Promise<string> {
    const { hostname, port } = new URL(this.fleet.server.devices);
    const { promise, resolve } = Promise.withResolvers<string>();
    let received = "";
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () =>
      socket.write(bytes),
    );
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      if (enough(received)) socket.destroy();
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(received));
    return await promise;
  }

  /** One event as the next report of this machine's stream. */
  batch(event: Record<string, unknown> = { event: "process.started", fields: { part: "agent" } }) {
    const report = { sequence: ++this.sequence, at: this.fleet.clock.now(), type: "event", ...event };
    return { stream: this.stream, session: 1, reports: [report] };
  }
}
