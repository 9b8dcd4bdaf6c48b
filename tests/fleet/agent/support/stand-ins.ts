import { createPublicKey, type KeyObject } from "node:crypto";
import { jwtVerify } from "jose";
import type { Desired } from "../../../../base/contracts/fleet/desired.ts";
import type { GuardAnswer, GuardState } from "../../../../base/contracts/fleet/release.ts";
import type { SoftwareSection } from "../../../../base/contracts/fleet/state.ts";
import { withDeadline } from "../../../../base/deadline.ts";
import { Mutex } from "../../../../base/mutex.ts";
import { systemClock } from "../../../../base/node/system-clock.ts";
import { Subject } from "../../../../base/observable.ts";
import { type CodedError, coded } from "../../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../../base/result.ts";
import type { KioskIdentity, ToSign } from "../../../../fleet-agent/identity/interface.ts";
import type { GuardLink, Software } from "../../../../fleet-agent/software/interface.ts";

export const KIOSK = "demo-1";

/** What an enrolment would have left: PEM texts. */
export type Papers = {
  readonly credentials: { readonly certificate: string; readonly key: string; readonly ca: string };
  /** Key of the certificate that a renewal gives. */
  readonly nextKey: string;
  /** Public key. */
  readonly director: string;
};

/** Signs in a way that the stand-in server can check without cryptography; TLS and the director's signature are real. */
export class IdentityStandIn implements KioskIdentity {
  readonly kiosk = KIOSK;
  readonly place = "Oficina";
  readonly updates = "/updates/";
  readonly root = {};
  readonly credentials: Subject<KioskIdentity["credentials"]["value"]>;
  readonly expires = new Subject(systemClock.now() + 86_400_000);
  readonly offsets: number[] = [];
  readonly renewals: string[] = [];
  due = false;
  readonly #director: KeyObject;
  readonly #nextKey: string;

  constructor(papers: Papers) {
    this.credentials = new Subject(papers.credentials);
    this.#nextKey = papers.nextKey;
    this.#director = createPublicKey(papers.director);
  }

  async sign({ method, url }: ToSign, offset: number): Promise<Readonly<Record<string, string>>> {
    this.offsets.push(offset);
    return { "x-test-signature": `${method} ${url.host}${url.pathname}${url.search}` };
  }

  async verifyDirector(jws: string, type: string): Promise<Result<unknown, CodedError>> {
    try {
      // Expiry is for the command runner to judge, by the server's clock.
      return ok((await jwtVerify(jws, this.#director, { typ: type, currentDate: new Date(0) })).payload);
    } catch (error) {
      return err(coded("common.bad-input", String(error)));
    }
  }

  renewalDue(): boolean {
    return this.due;
  }

  async prepareRenewal() {
    const csr = "-----BEGIN CERTIFICATE REQUEST-----";
    const install = (certificate: string) => {
      this.due = false;
      this.renewals.push(certificate);
      this.credentials.set({ ...this.credentials.value, certificate, key: this.#nextKey });
      return ok();
    };
    return { csr, install };
  }
}

export class SoftwareStandIn implements Software {
  readonly section = new Subject<SoftwareSection>({
    release: "0.1.0",
    slot: "a",
    packages: {},
    update: { state: "idle" },
  });
  readonly pursued: Desired[] = [];
  readonly #mutex = new Mutex();
  pursue(desired: Desired): void {
    this.pursued.push(desired);
  }
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    return this.#mutex.withLock(work);
  }
  async stop(): Promise<void> {}
}

/** Answers every request, after `before` has done what the guard's restart would do. */
export class GuardStandIn implements GuardLink {
  readonly state = new Subject<GuardState | undefined>(undefined);
  readonly restarts: string[] = [];
  before = async () => {};

  ask: GuardLink["ask"] = (request, signal) =>
    withDeadline<GuardAnswer, CodedError>(systemClock, 60_000, signal, request.do, async () => {
      this.restarts.push(request.do === "restart" ? request.part : "");
      await this.before();
      return ok({ id: "00000000-0000-4000-8000-000000000000", ok: true });
    });
}
