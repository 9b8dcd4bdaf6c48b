import { LOCALES } from "../../base/contracts/view.ts";
import { Mutex } from "../../base/mutex.ts";
import { type Observable, Subject } from "../../base/observable.ts";
import type { Language } from "../../base/told.ts";
import type { Move } from "../../flows/checker/walk.ts";
import { moveInWords } from "../../flows/checker/words.ts";
import { type Reading, readDefinition, stepsOf } from "./definition.ts";
import type { Command, MoveKind, PreviewState } from "./panel/state.ts";
import { PEOPLE } from "./people.ts";
import { Stage } from "./stage.ts";

/** A definition on the stage, with what the panel shows of it and takes from its user. */
export class Preview {
  readonly stage = new Stage();
  readonly #folder: string;
  readonly #language: Language;
  readonly #state: Subject<PreviewState>;
  readonly #turn = new Mutex();
  #reading: Reading = { places: [], problems: [], proved: "" };
  #steps: PreviewState["steps"] = [];
  #stale = false;
  #note = "";
  #serial = 0;
  /** What may happen, as the panel numbers it. The citizen acts on the screen itself. */
  #moves: readonly Move[] = [];

  /** @param language of what is said to the author. */
  constructor(folder: string, language: Language = "en") {
    this.#folder = folder;
    this.#language = language;
    this.#state = new Subject(this.#draw());
    this.stage.view.subscribe(() => this.#tell());
  }

  get state(): Observable<PreviewState> {
    return this.#state;
  }

  /** Reads the files again. The screen stays where it was, if the service still comes there. */
  reload(): Promise<void> {
    return this.#turn.withLock(async () => {
      const reading = await readDefinition(this.#folder, this.#language);
      const { service } = reading;
      if (service === undefined) {
        // What was there before stays on the screen while its author is in the middle of a sentence.
        this.#stale = this.#reading.service !== undefined;
        this.#reading = { ...this.#reading, problems: reading.problems, proved: "" };
      } else {
        const [step, state] = this.stage.here ?? [];
        this.#stale = false;
        this.#reading = reading;
        this.#steps = stepsOf(reading, this.#language);
        await this.stage.show(service);
        const same = reading.places.find((place) => place.step === step && place.leaf === state);
        if (same?.snapshot.status === "active") await this.stage.jump(same);
      }
      this.#note = "";
      this.#tell();
    });
  }

  /** Does what the panel asks. @returns false when it was asked of a state that has gone. */
  command(command: Command): Promise<boolean> {
    return this.#turn.withLock(async () => {
      if ("serial" in command && command.serial !== this.#serial) return false;
      this.#note = "";
      switch (command.command) {
        case "do": {
          const move = this.#moves[command.move];
          if (move === undefined) return false;
          await this.stage.happen(move);
          break;
        }
        case "jump": {
          const place = this.#reading.places[command.place];
          if (place === undefined) return false;
          this.#note = (await this.stage.jump(place))?.[this.#language] ?? "";
          break;
        }
        case "again":
          await this.stage.again();
          break;
        case "person": {
          const person = PEOPLE.find(({ id }) => id === command.id);
          if (person === undefined) return false;
          this.stage.person = person;
          await this.stage.again();
          break;
        }
        case "locale": {
          const locale = LOCALES.find((one) => one === command.id);
          if (locale === undefined) return false;
          this.stage.send({ type: "SET_LOCALE", locale });
          break;
        }
      }
      this.#tell();
      return true;
    });
  }

  #tell(): void {
    this.#serial++;
    this.#state.set(this.#draw());
  }

  #draw(): PreviewState {
    const { stage } = this;
    const here = stage.here;
    this.#moves = stage.moves().filter(({ by }) => by !== "citizen");
    return {
      serial: this.#serial,
      language: this.#language,
      service: this.#reading.service?.id ?? "",
      folder: this.#folder,
      problems: this.#reading.problems,
      stale: this.#stale,
      proved: this.#reading.proved,
      steps: this.#steps,
      ...(here === undefined ? {} : { here: { step: stage.page ?? here[0], state: here[1] } }),
      may: this.#moves.map((move, index) => ({
        move: index,
        words: moveInWords(move)[this.#language],
        kind: kindOf(move),
      })),
      person: stage.person.id,
      people: PEOPLE.map(({ id, name, birthDate }) => ({ id, name: `${name} (${birthDate})` })),
      locale: stage.locale,
      locales: LOCALES,
      note: this.#note,
    };
  }
}

function kindOf(move: Move): MoveKind {
  if (move.by === "leaving") return "leaving";
  if (move.by === "deadline") return "silence";
  if (move.by !== "port") return "good";
  const { meaning } = move.answer;
  if (meaning === "ok" || meaning === "approved") return "good";
  return meaning === "unknown" || meaning === "unconfirmed" || meaning === "defect" ? "doubt" : "bad";
}
