import { attachmentsOf } from "../../../base/contracts/attachment.ts";
import type { DeviceKind, DeviceStatus } from "../../../base/contracts/device-status.ts";
import type { SubmissionState } from "../../../base/contracts/gateway.ts";
import { MAY_WAIT, type SealingOffer } from "../../../base/contracts/outbox.ts";
import type { LoginBegun, LoginState } from "../../../base/contracts/phone-login.ts";
import { Subject } from "../../../base/observable.ts";
import { done, failed, type Outcome, uncertain } from "../../../base/outcome.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import type { CodeReader, CodeReading } from "../../../drivers/code-reader/interface.ts";
import type { CommandOptions, Device } from "../../../drivers/device.ts";
import type {
  PaymentCapabilities,
  PaymentTerminal,
  Recovery,
  ReversalResult,
  SaleIntent,
  SaleOptions,
  SaleResult,
} from "../../../drivers/payment-terminal/interface.ts";
import type {
  PrinterCapabilities,
  PrintOptions,
  PrintResult,
  ReceiptPrinter,
} from "../../../drivers/receipt-printer/interface.ts";
import type { Json } from "../../../flows/engine/ports.ts";
import type { Delivery, GatewayClient, InstitutionState } from "../gateway/client.ts";
import { openFake } from "./fake-seal.ts";

/**
 * The world outside the runtime, made by hand for tests of the runtime's own rules: it outlives a runtime that is thrown
 * away, as a terminal outlives a power cut. Tests of whole kiosks use the byte-level simulators.
 */
export class FakeDevice implements Device {
  readonly id: string;
  readonly model = "fake";
  readonly status: Subject<DeviceStatus>;
  started = false;
  resets = 0;
  resetEnds: Outcome<void> = done(undefined);

  constructor(id: string, kind: DeviceKind) {
    this.id = id;
    this.status = new Subject<DeviceStatus>({
      device: id,
      kind,
      model: "fake",
      link: "connected",
      readiness: "ready",
      conditions: [],
      provisional: false,
    });
  }

  start(): void {
    this.started = true;
  }

  async stop(): Promise<void> {
    this.started = false;
  }

  async reset(): Promise<Outcome<void>> {
    this.resets++;
    return this.resetEnds;
  }

  plug(): void {
    this.status.set({ ...this.status.value, link: "connected" });
  }

  unplug(): void {
    this.status.set({ ...this.status.value, link: "absent" });
  }
}

const CAPABILITIES = {
  maxTicketLength: 20,
  minAmount: 50,
  maxAmount: 999_999_999,
  reversal: "last-sale",
  multicode: false,
  voucherToHost: true,
  totals: true,
  details: true,
  initialise: false,
  keepsTicket: true,
  tellsCardType: true,
  goodsIssue: false,
} as const;

/** `doubt-taken`: the money moves and the terminal's answer is lost. */
export type SaleBehaviour = "approve" | "decline" | "refuse" | "doubt-taken" | "doubt-not-taken";

export class FakeTerminal extends FakeDevice implements PaymentTerminal {
  readonly capabilities: PaymentCapabilities = CAPABILITIES;
  sales: SaleBehaviour = "approve";
  reversals: "ok" | "refuse" | "doubt" = "ok";
  /** Whether the terminal can tell what became of a sale. */
  tells = true;
  /** Set to hold a sale between its beginning and its end. */
  gate: Promise<void> = Promise.resolve();
  readonly ledger = new Map<string, SaleResult>();
  readonly reversed: string[] = [];
  readonly attempts: string[] = [];
  recoveries = 0;

  constructor(id = "terminal") {
    super(id, "payment-terminal");
  }

  /** Pesos that the citizen is short of. */
  get taken(): number {
    return [...this.ledger.values()].reduce((sum, { status, amount }) => sum + (status === "approved" ? amount : 0), 0);
  }

  async sale(intent: SaleIntent, options: SaleOptions = {}): Promise<Outcome<SaleResult>> {
    if (this.attempts.includes(intent.ticket)) throw new Error(`ticket ${intent.ticket} was used twice`);
    this.attempts.push(intent.ticket);
    options.onPrompt?.("present-card", "78");
    await this.gate;
    if (this.sales === "refuse") return failed(coded("link.absent"));
    if (this.sales === "doubt-not-taken") return uncertain(coded("link.lost"));
    const declined = this.sales === "decline";
    const sale: SaleResult = {
      status: declined ? "declined" : "approved",
      responseCode: declined ? "01" : "00",
      amount: intent.amount,
      ticket: intent.ticket,
      authorizationCode: "012345",
      last4: "0007",
      operationNumber: "000123",
    };
    this.ledger.set(intent.ticket, sale);
    return this.sales === "doubt-taken" ? uncertain(coded("link.lost")) : done(sale);
  }

  async recover(intent: SaleIntent): Promise<Outcome<Recovery>> {
    this.recoveries++;
    if (!this.tells) return uncertain(coded("common.deadline"));
    const sale = this.ledger.get(intent.ticket);
    return done(sale === undefined ? { taken: false } : { taken: true, sale });
  }

  async reverse(sale: SaleResult): Promise<Outcome<ReversalResult>> {
    if (this.reversals === "refuse") return failed(coded("common.bad-input"));
    if (this.reversals === "doubt") return uncertain(coded("link.lost"));
    if (!this.ledger.delete(sale.ticket)) throw new Error(`sale ${sale.ticket} was reversed twice`);
    this.reversed.push(sale.ticket);
    return done({ operationNumber: "000123", responseCode: "00" });
  }

  async poll(): Promise<Outcome<void>> {
    return done(undefined);
  }

  async lastSale(): Promise<Outcome<SaleResult | undefined>> {
    return done([...this.ledger.values()].at(-1));
  }

  async closeDay(): Promise<Outcome<object>> {
    return done({});
  }

  async totals(): Promise<Outcome<{ count: number; amount: number }>> {
    return done({ count: this.ledger.size, amount: this.taken });
  }

  async details(): Promise<Outcome<readonly SaleResult[]>> {
    return done([...this.ledger.values()]);
  }

  async loadKeys(): Promise<Outcome<void>> {
    return done(undefined);
  }

  async initialise(): Promise<Outcome<void>> {
    return done(undefined);
  }
}

export class FakePrinter extends FakeDevice implements ReceiptPrinter {
  readonly capabilities: PrinterCapabilities = {
    columns: 42,
    dots: 512,
    cutter: true,
    presenter: true,
    completion: "process-id",
  };
  prints: "ok" | "error" | "doubt" | "retract" = "ok";
  gate: Promise<void> = Promise.resolve();
  tickets = 0;

  constructor(id = "printer") {
    super(id, "receipt-printer");
  }

  async print(_document: unknown, options: PrintOptions = {}): Promise<Outcome<PrintResult>> {
    options.onProgress?.("sent");
    await this.gate;
    if (this.prints === "error") return failed(coded("link.absent"));
    if (this.prints === "doubt") return uncertain(coded("link.lost"));
    this.tickets++;
    return done({ printed: 1, confirmed: true, presented: this.prints === "retract" ? "retracted" : "taken" });
  }

  async refresh(): Promise<Outcome<void>> {
    return done(undefined);
  }
}

export class FakeReader extends FakeDevice implements CodeReader {
  readonly capabilities = { symbologies: ["qr"] };
  #waiting: ((outcome: Outcome<CodeReading>) => void) | undefined;

  constructor(id = "reader") {
    super(id, "code-reader");
  }

  /** Shows a code; `false` when nobody waits for one. */
  show(reading: CodeReading): boolean {
    this.#waiting?.(done(reading));
    return this.#waiting !== undefined;
  }

  async read({ signal }: CommandOptions = {}): Promise<Outcome<CodeReading>> {
    const { promise, resolve } = Promise.withResolvers<Outcome<CodeReading>>();
    this.#waiting = resolve;
    signal?.addEventListener("abort", () => resolve(failed(coded("common.cancelled"))));
    const outcome = await promise;
    this.#waiting = undefined;
    return outcome;
  }
}

/** `doubt-done`: the submission arrives and the answer is lost; `doubt-absent`: it never arrives, and nobody knows. */
export type GatewayBehaviour = "ok" | "error" | "doubt-done" | "doubt-absent";

export class FakeGateway implements GatewayClient {
  submissions: GatewayBehaviour = "ok";
  /** Whether the gateway answers questions about what became of a submission, and records incidents. */
  reachable = true;
  gate: Promise<void> = Promise.resolve();
  institutions: Record<string, InstitutionState> = { fonasa: "up" };
  readonly received = new Map<string, { readonly operation: string; readonly input: Json }>();
  closed = false;
  /** What the phone does: the states that the kiosk finds, one after the other; the last one for ever. */
  logins: LoginState[] = [{ state: "waiting" }];
  readonly loginsBegun: string[] = [];
  readonly loginsCancelled: string[] = [];

  async beginLogin(id: string): Promise<Result<LoginBegun, CodedError>> {
    if (!this.reachable) return err(coded("runtime.gateway-unreachable"));
    this.loginsBegun.push(id);
    return ok({ url: "https://gateway.example/c/ABCD2345", code: "ABCD2345", number: "47" });
  }

  async loginState(): Promise<Result<LoginState, CodedError>> {
    if (!this.reachable) return err(coded("runtime.gateway-unreachable"));
    const state = this.logins.length > 1 ? this.logins.shift() : this.logins[0];
    return ok(state ?? { state: "waiting" });
  }

  async cancelLogin(id: string): Promise<void> {
    this.loginsCancelled.push(id);
  }

  /** What kiosks left here, by hash; a picture is copied, because the kiosk's own is overwritten. */
  readonly attachments = new Map<string, Buffer>();
  uploads: "ok" | "refuse" = "ok";

  async putAttachment(sha256: string, picture: Uint8Array): Promise<Result<void, CodedError>> {
    await this.gate;
    if (!this.reachable) return err(coded("runtime.gateway-unreachable"));
    if (this.uploads === "refuse") return err(coded("gateway.attachments-full"));
    this.attachments.set(sha256, Buffer.from(picture));
    return ok();
  }

  ofOperation(operation: string): string[] {
    return [...this.received].flatMap(([key, entry]) => (entry.operation === operation ? [key] : []));
  }

  async query(operation: string, _input: Json): Promise<Outcome<Json>> {
    if (this.reachable && operation === "document.pages") return done({ pdf: "JVBERi0=" });
    return this.reachable ? done({ answer: 42 }) : failed(coded("runtime.gateway-unreachable"));
  }

  async submit(key: string, operation: string, input: Json): Promise<Outcome<Json>> {
    await this.gate;
    if (!this.reachable) return failed(coded("runtime.gateway-unreachable"));
    if (this.submissions === "error" && operation !== "incident.record") return failed(coded("runtime.gateway-error"));
    if (attachmentsOf(input).some(({ sha256 }) => !this.attachments.has(sha256)))
      return failed(coded("gateway.attachment-missing"));
    if (this.submissions === "doubt-absent") return uncertain(coded("runtime.gateway-no-answer"));
    this.received.set(key, { operation, input });
    if (this.submissions === "doubt-done") return uncertain(coded("runtime.gateway-no-answer"));
    return done({ folio: "B-1" });
  }

  async submission(key: string): Promise<Result<SubmissionState, CodedError>> {
    if (!this.reachable) return err(coded("runtime.gateway-unreachable"));
    return ok({ state: this.received.has(key) ? "done" : "absent" });
  }

  async health(): Promise<Result<Readonly<Record<string, InstitutionState>>, CodedError>> {
    return this.reachable ? ok(this.institutions) : err(coded("runtime.gateway-unreachable"));
  }

  /** What was carried out of what waited, by key; `deliveries` counts how often each came. */
  readonly deliveries = new Map<string, number>();
  /** How the gateway meets what waited; called for each delivery. */
  onDelivery: () => "take" | "lose-answer" | "later" | "refuse" | "away" = () => "take";
  offer: SealingOffer = {
    keys: [{ kid: "fake-key-1", x: "x".repeat(43), sealUntil: FAR, opensUntil: FAR }],
    operations: [...MAY_WAIT],
  };

  async deliver(key: string, sealed: string): Promise<Delivery> {
    await this.gate;
    const away = { kind: "later", error: coded("runtime.gateway-unreachable"), away: true } as const;
    if (!this.reachable) return away;
    const how = this.onDelivery();
    if (how === "away") return away;
    if (how === "later") return { kind: "later", error: coded("institution.unreachable"), away: false };
    if (how === "refuse") return { kind: "refused", error: coded("institution.request-refused") };
    this.deliveries.set(key, (this.deliveries.get(key) ?? 0) + 1);
    const { operation, input } = openFake(sealed, key);
    this.received.set(key, { operation, input: input as Json });
    return how === "lose-answer" ? away : { kind: "done", result: { folio: "SC-1", receivedAt: FAR } };
  }

  async sealingOffer(): Promise<Result<SealingOffer, CodedError>> {
    return this.reachable ? ok(this.offer) : err(coded("runtime.gateway-unreachable"));
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

const FAR = "2099-01-01T00:00:00Z";
