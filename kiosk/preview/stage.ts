import { SimulatedClock } from "../../base/clock.ts";
import { type Intent, LOCALES, type Locale, type SessionView } from "../../base/contracts/view.ts";
import { silentLogger } from "../../base/log.ts";
import { type Observable, Subject, sameData } from "../../base/observable.ts";
import { type Told, told } from "../../base/told.ts";
import { START } from "../../flows/checker/facets.ts";
import { callAt, pageOf, positionOf } from "../../flows/checker/position.ts";
import { testedIn } from "../../flows/checker/tested.ts";
import { type Move, movesIn, type Place, wayTo } from "../../flows/checker/walk.ts";
import { moveInWords } from "../../flows/checker/words.ts";
import type { CompiledService, JourneySnapshot } from "../../flows/compiler/compiled.ts";
import { everythingThere } from "../../flows/session/everything-there.ts";
import type { Session } from "../../flows/session/interface.ts";
import { createSession } from "../../flows/session/session.ts";
import { dressed, PEOPLE, type Person } from "./people.ts";
import { WaitingPorts } from "./waiting-ports.ts";

/** Time stands still here unless somebody lets it pass, so nobody is asked whether they are still there. */
const NEVER = 30 * 24 * 3_600_000;
const SETTINGS = { idle: NEVER, grace: 20_000, finish: NEVER } as const;

/**
 * One service on the kiosk's own session and screens, on a clock that stands still, before devices and institutions that wait to
 * be told what they do.
 */
export class Stage {
  readonly #view: Subject<SessionView>;
  #clock = new SimulatedClock();
  #ports = new WaitingPorts();
  #service: CompiledService | undefined;
  #session: Session;
  #snapshot: JourneySnapshot | undefined;
  #unfollow: () => void = () => undefined;
  person: Person = PEOPLE[0];
  locale: Locale = "es";

  constructor() {
    this.#session = this.#open();
    this.#view = new Subject<SessionView>(this.#session.view.value, sameData);
    this.#follow();
  }

  /** What the kiosk's screen shows. */
  get view(): Observable<SessionView> {
    return this.#view;
  }

  /** Step and state within it; undefined in no journey. */
  get here(): readonly [step: string, state: string] | undefined {
    return this.#snapshot === undefined ? undefined : positionOf(this.#snapshot);
  }

  /** The step whose page is shown, which at the end is the last page's. */
  get page(): string | undefined {
    const [service, snapshot] = [this.#service, this.#snapshot];
    return service === undefined || snapshot === undefined ? undefined : pageOf(service.definition, snapshot);
  }

  /** Puts a service on the stage, at its first page; `undefined`: there is none to show. */
  async show(service: CompiledService | undefined): Promise<void> {
    this.#service = service;
    await this.again();
  }

  /** From the first page of the service. */
  async again(): Promise<void> {
    this.#unfollow();
    const old = this.#session;
    this.#snapshot = undefined;
    this.#session = this.#open();
    await old.stop();
    if (this.#service !== undefined) {
      this.#session.send({ type: "SET_LOCALE", locale: this.locale });
      this.#session.send({ type: "OPEN_SERVICE", service: this.#service.id });
    }
    await this.#settle();
    this.#follow();
  }

  /** What the citizen does on the screen. */
  send(intent: Intent): boolean {
    const sent = this.#send(intent);
    void this.#settle().then(() => this.#keepBooks());
    return sent;
  }

  /** What can happen now, by devices, institutions, time and the citizen. */
  moves(): readonly Move[] {
    const [service, snapshot] = [this.#service, this.#snapshot];
    if (service === undefined || snapshot === undefined) return [];
    const [step] = positionOf(snapshot);
    const here = { snapshot, step, view: service.view(snapshot), call: callAt(service, snapshot) };
    return movesIn(service, here, testedIn(service.definition, step));
  }

  /** Lets one thing happen. @returns false when it cannot happen here. */
  async happen(move: Move): Promise<boolean> {
    const done = await this.#happen(move);
    await this.#keepBooks();
    return done;
  }

  /**
   * Begins anew and goes the shortest way to `place`.
   *
   * @returns in words where another way was taken, e.g. because the chosen person comes to another page.
   */
  async jump(place: Place): Promise<Told | undefined> {
    await this.again();
    const way = wayTo(place);
    for (const [index, { place: from, move }] of way.entries()) {
      const next = way[index + 1]?.place ?? place;
      const happened = await this.#happen(sameChoice(move, from, this.#view.value));
      const [step, state] = this.here ?? [];
      if (!happened || step !== next.step || state !== next.leaf) {
        const { en, es } = moveInWords(move);
        return told(
          `With this person the way leads elsewhere after "${en}". Choose another person.`,
          `Con esta persona el camino lleva a otra parte después de "${es}". Elija otra persona.`,
        );
      }
    }
    return undefined;
  }

  async stop(): Promise<void> {
    this.#unfollow();
    await this.#session.stop();
  }

  async #happen(move: Move): Promise<boolean> {
    const done = await this.#do(move);
    await this.#settle();
    return done;
  }

  async #do(move: Move): Promise<boolean> {
    switch (move.by) {
      case "citizen":
        return this.#send(move.intent);
      case "port":
        if (this.#ports.waiting === undefined) return false;
        this.#ports.end("output" in move.answer ? { output: dressed(move.answer.output, this.person) } : {});
        return true;
      case "news":
        this.#ports.tell(move.news);
        return true;
      case "deadline":
        await this.#clock.advance(move.milliseconds);
        return true;
      case "leaving":
        return await this.#leave();
    }
  }

  /** The citizen walks away; a last page or a paper that was printed is left in another way than a page that asks. */
  async #leave(): Promise<boolean> {
    if (this.#send({ type: "LEAVE" })) {
      await this.#settle();
      this.#send({ type: "LEAVE" });
      return true;
    }
    await this.#clock.advance(NEVER);
    return true;
  }

  #send(intent: Intent): boolean {
    if (intent.type === "SET_LOCALE") this.locale = intent.locale;
    return this.#session.send(intent);
  }

  /** The kiosk's own journal never fails a citizen: nobody has to say so each time. */
  async #keepBooks(): Promise<void> {
    if (this.#ports.waiting === "incident") this.#ports.end({ output: { number: "INC-0042" } });
    await this.#settle();
    if (this.#ports.waiting === "settle") this.#ports.end({ output: undefined });
    await this.#settle();
  }

  #open(): Session {
    this.#clock = new SimulatedClock(new Date(START).getTime());
    const services = this.#service === undefined ? [] : [this.#watched(this.#service)];
    return createSession({
      services,
      openJourney: () => {
        this.#ports = new WaitingPorts();
        return this.#ports;
      },
      availability: new Subject(everythingThere(services)),
      clock: this.#clock,
      site: { kiosk: "preview", place: "Vista previa", demo: true },
      locales: LOCALES,
      settings: SETTINGS,
      log: silentLogger,
    });
  }

  /** The service, noting the state that the session draws. */
  #watched(service: CompiledService): CompiledService {
    return {
      ...service,
      view: (snapshot) => {
        this.#snapshot = snapshot;
        return service.view(snapshot);
      },
    };
  }

  #follow(): void {
    const session = this.#session;
    const draw = () => {
      if (session.view.value.service === undefined) this.#snapshot = undefined;
      this.#view.set(session.view.value);
    };
    this.#unfollow = session.view.subscribe(draw);
    draw();
  }

  async #settle(): Promise<void> {
    await this.#clock.advance(0);
  }
}

/** The same option of a list: what the checker chose by its own name is called otherwise where there are texts to read. */
function sameChoice(move: Move, from: Place, { screen }: SessionView): Move {
  if (move.by !== "citizen" || move.intent.type !== "SELECT") return move;
  const chosen = move.intent.option;
  if (from.view.screen.kind !== "choose" || screen.kind !== "choose") return move;
  const option = screen.options[from.view.screen.options.findIndex(({ id }) => id === chosen)];
  return option === undefined ? move : { by: "citizen", intent: { type: "SELECT", option: option.id } };
}
