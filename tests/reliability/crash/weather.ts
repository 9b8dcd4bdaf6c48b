import type { Screen } from "../../../base/contracts/view.ts";
import type { Fault } from "../../../simulators/institutions/faults.ts";
import type { Json } from "../../../simulators/operator.ts";
import type { Random } from "../../usb-lab/inside/random.ts";
import { act } from "../kiosk/hands.ts";
import type { Lane } from "../kiosk/lane.ts";
import { pick } from "./plan.ts";
import { type Reach, reachOf } from "./service.ts";

/** What the room does during one case: it hears what happens, and acts. */
export type Weather = {
  readonly name: string;
  readonly onEvent?: (event: string) => void;
  readonly onScreen?: (screen: Screen) => void;
  /** What the citizen holds to the terminal. */
  readonly card?: "credit" | "debit";
  /** Does something else than to hold a card to the terminal. */
  readonly onPay?: () => void;
  /** Leaves papers where they are. */
  readonly leavesPapers?: boolean;
};

type Make = (lane: Lane, random: Random, later: Later, reach: Reach) => Omit<Weather, "name">;
/** Does something after so many milliseconds; what is left when the case ends is done then at once. */
export type Later = (milliseconds: number, work: () => void) => void;

/** Once, at the `nth` event of this name. */
function at(event: string, nth: number, work: () => void): Pick<Weather, "onEvent"> {
  let left = nth;
  return { onEvent: (name) => name === event && --left === 0 && work() };
}

const repairAfter = (random: Random) => 300 + random() * 2_500;

const terminalFault =
  (fault: string): Make =>
  (lane) => ({ onScreen: once("pay", () => act(lane.terminal, "failNext", { fault })) });

/** The first time a screen of this kind stands. */
function once(kind: Screen["kind"], work: () => void): (screen: Screen) => void {
  let left = true;
  return (screen) => {
    if (screen.kind !== kind || !left) return;
    left = false;
    work();
  };
}

const terminalOff =
  (event: string): Make =>
  (lane, random, later) =>
    at(event, 1, () => {
      act(lane.terminal, "powerOff");
      later(repairAfter(random), () => act(lane.terminal, "powerOn"));
    });

const printerTrouble =
  (trouble: string, repair: string, parameters: Record<string, Json> = {}): Make =>
  (lane, random, later) =>
    at("printer: paper moves", 1 + Math.floor(random() * 60), () => {
      act(lane.printer, trouble, parameters);
      later(repairAfter(random), () => act(lane.printer, repair));
    });

const printerFault =
  (fault: string): Make =>
  (lane, _random, later) => {
    act(lane.printer, "fault", { fault, on: true });
    later(60_000, () => act(lane.printer, "fault", { fault, on: false }));
    return {};
  };

/** The institution fails when it is asked for what the citizen came for. */
const institutionFault =
  (fault: Fault): Make =>
  (lane, random, later, { institution: institutionOf, asksAt }) => {
    const institution = institutionOf(lane);
    const strike = () => {
      const milliseconds = Math.round(200 + random() * 2_000);
      void institution.fail(fault, fault === "down" ? {} : { times: 1 + Math.floor(random() * 3), milliseconds });
      later(1_500 + repairAfter(random), () => void institution.restore());
    };
    return { onScreen: once(asksAt, strike) };
  };

/** Off-line for so long that a kiosk is killed and started again meanwhile, milliseconds. */
const LONG = 8_000;

const gatewayAway =
  (milliseconds: number): Make =>
  (lane, random, later, { asksAt }) => ({
    onScreen: once(pick(["deliver", "consent", asksAt] as const, random), () => {
      void lane.stopGateway();
      later(milliseconds + repairAfter(random), () => void lane.startGateway());
    }),
  });

const FAIR_WEATHER = "all goes well";

const WITH_TERMINAL: Readonly<Record<string, Make>> = {
  "bank declines": (lane) => ({ onScreen: once("pay", () => act(lane.terminal, "decline", {})) }),
  "card with which nothing can be given back": () => ({ card: "debit" }),
  "cancelled at the terminal": (lane) => ({ onPay: () => act(lane.terminal, "cancelAtTerminal") }),
  "no card comes": () => ({ onPay: () => undefined }),
  "terminal loses power with the card in": terminalOff("terminal: bank"),
  "terminal loses power when the bank has decided": terminalOff("terminal: charge decided"),
  "terminal: request lost": terminalFault("drop-request"),
  "terminal: NAK": terminalFault("nak"),
  "terminal: ACK lost": terminalFault("drop-ack"),
};

const WITH_PRINTER: Readonly<Record<string, Make>> = {
  "paper ends": printerTrouble("paperEnd", "loadPaper", { afterLines: 3 }),
  "paper jams": printerTrouble("jam", "clearFaults"),
  "cover opened": printerTrouble("openCover", "closeCover"),
  "printer loses power": printerTrouble("powerOff", "powerOn"),
  "printer unplugged": printerTrouble("unplug", "plug"),
  "cutter blocked": printerTrouble("cutterFault", "clearFaults"),
  "printer answers nothing": printerFault("noReply"),
  "printer's confirmation cut short": printerFault("halfReply"),
  "printer confirms another job": printerFault("wrongId"),
};

const ALWAYS: Readonly<Record<string, Make>> = {
  "institution down": institutionFault("down"),
  "institution: error 500": institutionFault("error-500"),
  "institution: answer slow": institutionFault("slow"),
  "institution: acts late": institutionFault("late"),
  "institution: answer lost": institutionFault("drop-answer"),
  "institution: answer cut": institutionFault("malformed"),
  "institution: maintenance page": institutionFault("html"),
  "institution: key seen before": institutionFault("duplicate-key"),
  "gateway away": gatewayAway(500),
  "gateway away for long": gatewayAway(LONG),
};

const TERMINAL_OF_MODEL: Readonly<Record<Lane["options"]["model"], Readonly<Record<string, Make>>>> = {
  "transbank and presenter": {
    "terminal: wrong checksum": terminalFault("wrong-lrc"),
    "terminal: answer lost": terminalFault("drop-response"),
    "terminal: answer twice": terminalFault("duplicate-response"),
    "terminal: answer about another ticket": terminalFault("wrong-ticket"),
    "terminal unplugged before its ACK": terminalFault("unplug-before-ack"),
    "terminal unplugged after its ACK": terminalFault("unplug-after-ack"),
    "terminal unplugged before its answer": terminalFault("unplug-before-response"),
    "terminal unplugged after its answer": terminalFault("unplug-after-response"),
  },
  "zvt and cutter": {
    "terminal: wrong checksum": terminalFault("wrong-crc"),
    "terminal: answer lost": terminalFault("drop-status"),
    "terminal: answer twice": terminalFault("duplicate-status"),
    "terminal: completion lost": terminalFault("drop-completion"),
    "terminal: another amount": terminalFault("wrong-amount"),
    "terminal unplugged after its ACK": terminalFault("unplug-after-answer"),
    "terminal unplugged before its answer": terminalFault("unplug-before-status"),
    "terminal unplugged after its answer": terminalFault("unplug-after-status"),
    "terminal starts anew before its answer": terminalFault("reboot-before-status"),
  },
};

/** How often all goes well: most kills meet a kiosk of which nothing else is wrong. */
const FAIR = 0.25;

/** Draws what goes wrong beside the kills: of what can go wrong for this service on this kiosk. */
export function drawWeather(lane: Lane, service: string, random: Random, later: Later): Weather {
  const reach = reachOf(service);
  if (random() < FAIR) return { name: FAIR_WEATHER };
  const [name, make] = pick(Object.entries(possible(lane, reach)), random);
  return { name, ...make(lane, random, later, reach) };
}

function possible({ options: { model } }: Lane, { paid, prints }: Reach): Readonly<Record<string, Make>> {
  const leaves = prints && model === "transbank and presenter";
  return {
    ...ALWAYS,
    ...(paid ? { ...WITH_TERMINAL, ...TERMINAL_OF_MODEL[model] } : {}),
    ...(prints ? WITH_PRINTER : {}),
    ...(leaves ? { "nobody takes the paper": () => ({ leavesPapers: true }) } : {}),
  };
}

/** Everything whole again: what a technician leaves behind. */
export async function repairAll(lane: Lane): Promise<void> {
  const { terminal, printer, institutions } = lane;
  terminal.terminal.faults.clear();
  if (terminal.terminal.state.value.phase === "off") act(terminal, "powerOn");
  act(terminal, "plug");
  act(terminal, "removeCard");
  for (const action of ["clearFaults", "powerOn", "plug"]) act(printer, action);
  const { bono, srcei, reclamos, contactDesk, atencion } = institutions;
  for (const institution of [bono, srcei, reclamos, contactDesk, atencion]) await institution.restore();
}
