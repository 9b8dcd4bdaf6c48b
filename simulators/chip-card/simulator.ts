import { randomBytes } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { Subject } from "../../base/observable.ts";
import type { Json, OperatorAction, SimulatedDevice } from "../operator.ts";
import { personWithRun, SYNTHETIC_PEOPLE, type SyntheticPerson } from "../people.ts";
import { SimulatedChip } from "./chip.ts";
import { type ChipProfile, FULL_PROFILE, type IssuedDocument, issueDocument } from "./document.ts";
import { type ChipBehind, MALICE, type Malice, maliciously, removedAt, withLies } from "./faults.ts";
import { createIssuer, type Issuer } from "./issuer.ts";
import { drawPictures } from "./pictures.ts";
import { type VpcdAddress, VpcdCard } from "./vpcd.ts";

/** What a person can hold: the card as it was issued, or one of those that a reader must not believe. */
export const CHIP_VARIANTS = ["as-issued", "cloned", "altered-photo", "expired-signer", "unknown-authority"] as const;
export type ChipVariant = (typeof CHIP_VARIANTS)[number];

export const CHIP_ACCESS = ["pace", "bac"] as const;

export type ChipCardSimulatorOptions = {
  readonly id: string;
  readonly clock: Clock;
  /** Where vpcd listens. */
  readonly vpcd: VpcdAddress;
  /** The authority that its cards are signed under; one of its own when left out. */
  readonly issuer?: Issuer;
  /** The PC/SC service before the slot, where a hand can reach it. */
  readonly service?: { readonly kill: () => Promise<void>; readonly restart: () => Promise<void> };
};

export type ChipCardSimulator = SimulatedDevice & {
  /** The authority's certificate, for a reader's trust, DER. Known after `start`. */
  readonly csca: () => Uint8Array;
  /** Puts any chip into the reader. */
  readonly insert: (chip: ChipBehind) => Promise<void>;
  readonly remove: () => Promise<void>;
  /** Makes a person's chip. */
  readonly issue: (person: SyntheticPerson, variant?: ChipVariant, profile?: ChipProfile) => Promise<IssuedDocument>;
};

const random = (length: number) => new Uint8Array(randomBytes(length));
/** Bytes: enough for tag and length, so that the reader goes on. */
const CRUMB = 8;
const EMPTY = { card: "absent", holder: "", commands: 0 };
const RUNS: readonly string[] = SYNTHETIC_PEOPLE.map(({ run }) => run);
const RUN = { kind: "choice", choices: RUNS, initial: "12345678-5" } as const;

/** The slot of a virtual PC/SC reader, and a hand that puts cards into it. */
export function createChipCardSimulator(options: ChipCardSimulatorOptions): ChipCardSimulator {
  const { id, clock, vpcd, service } = options;
  const state = new Subject({ ...(service === undefined ? {} : { service: true }), ...EMPTY });
  let authority: Issuer | undefined;
  let card: VpcdCard | undefined;

  const remove = async () => {
    const leaving = card;
    card = undefined;
    await leaving?.remove();
    state.set({ ...state.value, card: EMPTY.card, holder: EMPTY.holder });
  };
  const insertAs = async (chip: ChipBehind, name: string, holder: string) => {
    await remove();
    const inserted = await VpcdCard.insert(vpcd, chip, () =>
      state.set({ ...state.value, commands: state.value.commands + 1 }),
    );
    card = inserted;
    state.set({ ...state.value, card: name, holder, commands: 0 });
    void inserted.removed.then(() => {
      if (card === inserted) void remove();
    });
  };
  const issue = async (person: SyntheticPerson, variant: ChipVariant = "as-issued", profile = FULL_PROFILE) => {
    const issuer = variant === "unknown-authority" ? await createIssuer("CL", clock.now()) : authority;
    if (issuer === undefined) throw new Error(`${id} is not started`);
    const pictures = await drawPictures(person);
    const faults = {
      cloned: variant === "cloned",
      expiredSigner: variant === "expired-signer",
      ...(variant === "altered-photo" ? { altered: "DG2" as const } : {}),
    };
    return issueDocument({ person, pictures, issuer, profile, faults, random });
  };

  const actions: { readonly [name: string]: OperatorAction } = {
    "insert-card": {
      label: { es: "Poner cédula", en: "Insert card" },
      parameters: {
        run: RUN,
        variant: { kind: "choice", choices: CHIP_VARIANTS, initial: "as-issued" },
        access: { kind: "choice", choices: CHIP_ACCESS, initial: "pace" },
        removedAt: { kind: "number", initial: 0 },
      },
      run: async (parameters) => {
        const person = personWithRun(choice("run", parameters.run, RUNS));
        const variant = choice("variant", parameters.variant, CHIP_VARIANTS);
        const access = choice("access", parameters.access, CHIP_ACCESS);
        const at = parameters.removedAt ?? 0;
        if (typeof at !== "number" || !Number.isInteger(at) || at < 0)
          throw new Error("removedAt: the number of the command at which the card is taken away, 0 for never");
        const document = await issue(person, variant, profileFor(access));
        const chip = new SimulatedChip(document, random);
        await insertAs(at > 0 ? removedAt(chip, at) : chip, variant, person.run);
      },
    },
    "insert-hostile-card": {
      label: { es: "Poner tarjeta hostil", en: "Insert a hostile card" },
      parameters: { malice: { kind: "choice", choices: MALICE, initial: "lying-length" } },
      run: async ({ malice }) => {
        const chosen: Malice = choice("malice", malice, MALICE);
        const document = withLies(await issue(personWithRun(RUN.initial)), chosen);
        const chip = new SimulatedChip(document, random, chosen === "crumbs" ? CRUMB : undefined);
        await insertAs(maliciously(chip, chosen), chosen, RUN.initial);
      },
    },
    "insert-other-card": {
      label: { es: "Poner otra tarjeta con chip", en: "Insert some other chip card" },
      run: () => insertAs({ reset: () => {}, process: () => Uint8Array.of(0x6d, 0x00) }, "other", ""),
    },
    "remove-card": { label: { es: "Quitar tarjeta", en: "Remove card" }, run: remove },
    ...(service === undefined
      ? {}
      : {
          "stop-service": {
            label: { es: "Detener el servicio de lectores", en: "Stop the reader service" },
            run: async () => {
              await remove();
              await service.kill();
              state.set({ ...state.value, service: false });
            },
          },
          "start-service": {
            label: { es: "Iniciar el servicio de lectores", en: "Start the reader service" },
            run: async () => {
              await remove();
              await service.restart();
              state.set({ ...state.value, service: true });
            },
          },
        }),
  };

  return {
    id,
    kind: "chip-card-reader",
    model: "pcsc",
    port: "path" in vpcd ? vpcd.path : `${vpcd.host}:${vpcd.port}`,
    actions,
    state,
    csca: () => {
      if (authority === undefined) throw new Error(`${id} is not started`);
      return authority.csca;
    },
    insert: (chip) => insertAs(chip, "given", ""),
    remove,
    issue,
    start: async () => {
      authority ??= options.issuer ?? (await createIssuer("CL", clock.now()));
    },
    stop: remove,
  };
}

function profileFor(access: (typeof CHIP_ACCESS)[number]): ChipProfile {
  if (access === "pace") return FULL_PROFILE;
  const { pace: _, ...rest } = FULL_PROFILE;
  return rest;
}

/** @throws Error that lists the choices; the first one when nothing was given. */
function choice<T extends string>(name: string, given: Json | undefined, choices: readonly T[]): T {
  const chosen = choices.find((each) => each === (given ?? choices[0]));
  if (chosen === undefined) throw new Error(`${name}: one of ${choices.join(", ")}, not ${JSON.stringify(given)}`);
  return chosen;
}
