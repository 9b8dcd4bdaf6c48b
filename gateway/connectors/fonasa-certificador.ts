import { fileURLToPath } from "node:url";
import { type Client, createClientAsync, type HttpClient } from "soap";
import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import type { QueryResult } from "../../base/contracts/gateway.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { InstitutionsConfig } from "../config.ts";
import type { CallFailure } from "./connector.ts";
import {
  failing,
  type HttpAnswer,
  InstitutionHttp,
  outOfContract,
  refusalOf,
  refused,
  unreadable,
} from "./institution-http.ts";

export type CertificadorOptions = NonNullable<InstitutionsConfig["fonasa"]>["certificador"] & {
  readonly clock: Clock;
  /** Milliseconds. */
  readonly deadline: number;
};

const WSDL = fileURLToPath(new URL("./fonasa/certificador.wsdl", import.meta.url));

/** Empty and absent elements are the same to every known server. */
const text = z
  .union([z.string(), z.number(), z.null()])
  .optional()
  .transform((value) => (value === null || value === undefined ? "" : String(value).trim()));

const resultSchema = z.looseObject({
  replyTO: z.looseObject({ estado: z.coerce.number().int() }),
  beneficiarioTO: z
    .looseObject({ rutbenef: z.coerce.number().int(), dgvbenef: text, nombres: text, apell1: text, apell2: text })
    .nullish(),
  afiliadoTO: z.looseObject({ desEstado: text, tramo: text }).nullish(),
  desIsapre: text,
});
const tramoSchema = z.enum(["A", "B", "C", "D"]).nullable().catch(null);
const faultSchema = z.object({
  root: z.object({ Envelope: z.object({ Body: z.object({ Fault: z.looseObject({ faultcode: z.unknown() }) }) }) }),
});

type Exchange = { failure?: CallFailure; readonly signal: AbortSignal };

/**
 * Client of FONASA's certificador previsional (SOAP 1.1, document/literal), in its published shape. The `soap` package
 * makes and reads the envelopes; the connection is ours, so that each way to fail keeps its own name.
 */
export class FonasaCertificador {
  readonly #options: CertificadorOptions;
  readonly #http: InstitutionHttp;
  #client: Promise<Client> | undefined;

  constructor(options: CertificadorOptions) {
    this.#options = options;
    this.#http = new InstitutionHttp(options.clock);
  }

  /** Whether the person is a beneficiary today, in which tramo, or with which Isapre. */
  async affiliation(run: string, signal: AbortSignal): Promise<Result<QueryResult<"fonasa.affiliation">, CallFailure>> {
    const [number = "", digit = ""] = run.split("-");
    const client = await this.#connect();
    const exchange: Exchange = { signal };
    try {
      const [answer] = await client.getCertificadoPrevisionalAsync(this.#query(number, digit), { exchange });
      return readAffiliation(run, answer);
    } catch (problem) {
      return err(exchange.failure ?? soapFailure(problem));
    } finally {
      // The library keeps the last exchange for debugging; a citizen's data has no business there.
      for (const kept of ["lastRequest", "lastMessage", "lastResponse"] as const) delete client[kept];
    }
  }

  async probe(deadline: number): Promise<Result<HttpAnswer, CallFailure>> {
    return await this.#http.call({ method: "GET", url: `${this.#options.url}?wsdl`, deadline, signal: undefined });
  }

  async close(): Promise<void> {
    await this.#http.close();
  }

  #connect(): Promise<Client> {
    this.#client ??= createClientAsync(WSDL, { endpoint: this.#options.url, httpClient: this.#transport() });
    return this.#client;
  }

  #query(number: string, digit: string) {
    const { tipoEmisor, tipoUsuario, entidad, claveEntidad, canal } = this.#options;
    return {
      query: {
        queryTO: { tipoEmisor, tipoUsuario },
        entidad,
        claveEntidad,
        rutBeneficiario: number,
        dgvBeneficiario: digit,
        canal,
      },
    };
  }

  #transport(): HttpClient {
    const request = async (
      url: string,
      data: string,
      callback: (error: unknown, response?: unknown, body?: string) => void,
      headers: Record<string, string>,
      options: { exchange: Exchange },
    ) => {
      const answered = await this.#http.call({
        method: "POST",
        url,
        headers,
        body: data,
        deadline: this.#options.deadline,
        signal: options.exchange.signal,
      });
      const failure = answered.ok ? notAnEnvelope(answered.value) : answered.error;
      if (failure !== undefined || !answered.ok) {
        if (failure !== undefined) options.exchange.failure = failure;
        callback(new Error("no envelope"));
        return;
      }
      const { status, body } = answered.value;
      callback(null, { status, headers: {}, data: body }, body);
    };
    // The library asks for the type of its own client, of which it calls this one method.
    return { request } as unknown as HttpClient;
  }
}

/** SOAP 1.1 answers a fault with status 500 and an envelope; without an envelope it is just a broken server. */
function notAnEnvelope(answer: HttpAnswer): CallFailure | undefined {
  const refusal = refusalOf(answer);
  if (refusal !== undefined) return refusal;
  if (answer.status >= 400 && !/<(\w+:)?Envelope[\s>]/.test(answer.body)) {
    return answer.status >= 500
      ? failing(answer)
      : refused(coded("institution.request-refused", `HTTP ${answer.status}`));
  }
  return undefined;
}

function soapFailure(problem: unknown): CallFailure {
  const fault = faultSchema.safeParse(problem);
  if (!fault.success) return unreadable();
  const code = fault.data.root.Envelope.Body.Fault.faultcode;
  const name = typeof code === "string" && /^[\w:.-]{1,60}$/.test(code) ? code : "no code";
  return { error: coded("institution.fault", name), effect: "maybe" };
}

function readAffiliation(run: string, answer: unknown): Result<QueryResult<"fonasa.affiliation">, CallFailure> {
  const parsed = z.looseObject({ getCertificadoPrevisionalResult: resultSchema }).safeParse(answer);
  if (!parsed.success) return err(outOfContract(parsed.error.issues));
  const { replyTO, beneficiarioTO: beneficiary, afiliadoTO, desIsapre } = parsed.data.getCertificadoPrevisionalResult;
  if (replyTO.estado !== 0) return err(refused(coded("fonasa.query-refused", `estado ${replyTO.estado}`)));
  if (beneficiary === null || beneficiary === undefined) return err(outOfContract([{ path: ["beneficiarioTO"] }]));
  if (String(beneficiary.rutbenef) !== run.split("-")[0])
    return err(outOfContract([{ path: ["beneficiarioTO", "rutbenef"] }]));
  const active = afiliadoTO?.desEstado.toUpperCase() === "ACTIVO";
  return ok({
    beneficiary: { run, name: [beneficiary.nombres, beneficiary.apell1, beneficiary.apell2].filter(Boolean).join(" ") },
    active,
    tramo: tramoSchema.parse(afiliadoTO?.tramo.toUpperCase() ?? null),
    isapre: active || desIsapre === "" ? null : desIsapre,
  });
}
