import { randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { plainCode } from "../../base/contracts/hand-off-code.ts";
import type { LoginBegun, LoginEnd, LoginRequest, LoginState } from "../../base/contracts/phone-login.ts";
import { newCode } from "../delivery/codes.ts";

export type Person = { readonly run: string; readonly name?: string };

/** What the phone's pages show of a login. */
export type LoginFacts = {
  readonly code: string;
  readonly kiosk: string;
  readonly place: string;
  readonly about: string;
  readonly purpose: LoginRequest["purpose"];
  /** Three numbers, among them the one on the kiosk's screen. */
  readonly choices: readonly string[];
};

type Login = LoginFacts & {
  readonly id: string;
  readonly number: string;
  /** On the monotonic clock. */
  readonly expiresAt: number;
  /** The cookie of the one phone that opened it. */
  phone: string | undefined;
  /** What ClaveÚnica must bring back; used once. */
  state: string | undefined;
  /** Logged in, and not yet confirmed. */
  person: Person | undefined;
  end: LoginEnd | "confirmed" | undefined;
};

/** `absent`: no such code, or its time is over; `taken`: another phone has it; `over`: it has ended. */
export type LoginProblem = "absent" | "taken" | "over";

/** How long the kiosk may still ask what became of a login after it has ended by time, milliseconds. */
const KEPT_AFTER = 60_000;

/**
 * The logins that are under way: at most one a kiosk, in memory only, so that nothing of them outlives a login's time or the process.
 * A code is good for one phone, a `state` for one return, and an identity leaves only once the phone has named the kiosk's number.
 */
export class Logins {
  readonly #clock: Clock;
  readonly #life: number;
  readonly #byKiosk = new Map<string, Login>();

  /** @param life milliseconds until a login ends by itself. */
  constructor(clock: Clock, life: number) {
    this.#clock = clock;
    this.#life = life;
  }

  /** Begins a login, or gives the answer again when `id` was begun already. */
  begin(kiosk: string, id: string, { place, about, purpose }: LoginRequest): Omit<LoginBegun, "url"> {
    const before = this.#of(kiosk, id);
    if (before !== undefined) return { code: before.code, number: before.number };
    const choices = threeNumbers();
    const login: Login = {
      ...{ id, kiosk, place, about, purpose, choices },
      code: newCode(),
      number: choices[randomInt(choices.length)] ?? "00",
      expiresAt: this.#clock.monotonic() + this.#life,
      ...{ phone: undefined, state: undefined, person: undefined, end: undefined },
    };
    this.#byKiosk.set(kiosk, login);
    return { code: login.code, number: login.number };
  }

  /** What the kiosk may know. */
  state(kiosk: string, id: string): LoginState {
    const login = this.#of(kiosk, id);
    if (login === undefined) return { state: "ended", why: "absent" };
    if (login.end === "confirmed" && login.person !== undefined) {
      const { run, name } = login.person;
      return { state: "confirmed", person: { run, ...(name === undefined ? {} : { name }) } };
    }
    if (login.end !== undefined && login.end !== "confirmed") return { state: "ended", why: login.end };
    if (this.#late(login)) return { state: "ended", why: "expired" };
    return { state: login.phone === undefined ? "waiting" : "opened" };
  }

  /** Whether this kiosk's login `id` has shown that this person signs, at this kiosk and in its time: one that only identified them does not. */
  provesSigner(kiosk: string, id: string, run: string): boolean {
    const login = this.#of(kiosk, id);
    return login?.end === "confirmed" && login.purpose === "sign" && login.person?.run === run;
  }

  /** Forgets the login with all that it holds. */
  cancel(kiosk: string, id: string): void {
    if (this.#of(kiosk, id) !== undefined) this.#byKiosk.delete(kiosk);
  }

  /** What the page behind a code shows; has no effect, so that a preview of the link uses nothing up. */
  look(code: string, phone: string | undefined): LoginFacts | LoginProblem {
    const login = this.#byCode(code);
    if (login === undefined) return "absent";
    if (login.end !== undefined) return "over";
    return login.phone === undefined || same(login.phone, phone) ? login : "taken";
  }

  /** Ties the login to the phone that opens it. @returns the phone's cookie, and the `state` for ClaveÚnica. */
  open(code: string, phone: string | undefined): { readonly phone: string; readonly state: string } | LoginProblem {
    const looked = this.look(code, phone);
    if (typeof looked === "string") return looked;
    const login = looked as Login;
    login.phone ??= randomBytes(32).toString("base64url");
    // Whoever went back and begins again gets a new one: the one before leads nowhere any more.
    login.state = randomBytes(32).toString("base64url");
    login.person = undefined;
    return { phone: login.phone, state: login.state };
  }

  /** ClaveÚnica sent the phone back with `state`: it is used up, whoever brings it. */
  takeState(state: string, phone: string | undefined): ReturnedLogin | LoginProblem {
    const login = this.#alive().find((one) => same(one.state, state));
    if (login === undefined) return "absent";
    login.state = undefined;
    if (!same(login.phone, phone)) return "taken";
    if (login.end !== undefined) return "over";
    const alive = () => this.#byKiosk.get(login.kiosk) === login && login.end === undefined && !this.#late(login);
    return {
      loggedIn: (person) => {
        if (!alive()) return false;
        login.person = person;
        return true;
      },
      end: (why) => {
        if (alive()) login.end = why;
      },
    };
  }

  /** The login that waits for this phone's word, with who logged in. */
  toConfirm(phone: string | undefined): (LoginFacts & { readonly person: Person }) | LoginProblem {
    const login = this.#alive().find((one) => same(one.phone, phone));
    if (login === undefined) return "absent";
    if (login.end !== undefined || login.person === undefined) return "over";
    return { ...login, person: login.person };
  }

  /**
   * The citizen says which number the kiosk shows; `undefined`: that they do not stand before it. Only the right number lets the identity
   * go to the kiosk, and there is one try.
   */
  confirm(
    phone: string | undefined,
    number: string | undefined,
  ):
    | { readonly kiosk: string; readonly about: string; readonly person: Person }
    | "wrong-number"
    | "declined"
    | LoginProblem {
    const looked = this.toConfirm(phone);
    if (typeof looked === "string") return looked;
    const login = this.#byKiosk.get(looked.kiosk);
    if (login?.person === undefined) return "over";
    const { kiosk, about, person } = login;
    if (number === login.number) {
      login.end = "confirmed";
      return { kiosk, about, person };
    }
    login.person = undefined;
    login.end = number === undefined ? "declined" : "wrong-number";
    return login.end;
  }

  #of(kiosk: string, id: string): Login | undefined {
    const login = this.#byKiosk.get(kiosk);
    if (login === undefined || login.id !== id) return undefined;
    if (this.#clock.monotonic() < login.expiresAt + KEPT_AFTER) return login;
    this.#byKiosk.delete(kiosk);
    return undefined;
  }

  #late(login: Login): boolean {
    return this.#clock.monotonic() >= login.expiresAt;
  }

  /** Logins in their time; what is long over is forgotten on the way. */
  #alive(): Login[] {
    return [...this.#byKiosk.values()].filter(({ kiosk, id }) => {
      const login = this.#of(kiosk, id);
      return login !== undefined && !this.#late(login);
    });
  }

  #byCode(code: string): Login | undefined {
    return this.#alive().find((one) => same(one.code, plainCode(code)));
  }
}

/** One return from ClaveÚnica. */
export type ReturnedLogin = {
  /** `false` when the login ended meanwhile: the kiosk never learns of it. */
  loggedIn(person: Person): boolean;
  end(why: "declined" | "refused" | "unavailable"): void;
};

/** Three different numbers of two digits. */
function threeNumbers(): string[] {
  const numbers = new Set<string>();
  while (numbers.size < 3) numbers.add(String(randomInt(10, 100)));
  return [...numbers];
}

/** In constant time: these are secrets. */
function same(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
