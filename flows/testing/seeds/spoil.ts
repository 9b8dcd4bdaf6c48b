import type { Locale, Screen } from "../../../base/contracts/view.ts";
import type { RuleName } from "../../checker/proof.ts";
import type { ReadService } from "../../compiler/compile.ts";
import type { JourneySnapshot, JourneyView } from "../../compiler/compiled.ts";
import type { ServiceSource } from "../../compiler/source.ts";
import { journey } from "../../engine/journey.ts";
import { read } from "./edit.ts";

/** A rule, what the seed is, and the service with its fault. */
export type BySpoiling = readonly [RuleName, string, ReadService];

/** What a step's machine is made of, as far as seeds spoil it. */
export type Config = { [name: string]: unknown };

/** The service with one state of its machine spoilt. @param path e.g. `pay.charging`; empty: the whole journey. */
export function spoilt(source: ServiceSource, path: string, spoil: (state: Config) => Config): ReadService {
  const { service, ...rest } = read(source);
  const at = (state: Config, [name, ...rest]: readonly string[]): Config => {
    if (name === undefined || name === "") return spoil(state);
    const states = state.states as { [name: string]: Config };
    return { ...state, states: { ...states, [name]: at(states[name] ?? {}, rest) } };
  };
  const config = at(service.machine.config as unknown as Config, path.split("."));
  return {
    ...rest,
    service: { ...service, machine: journey.createMachine(config as never) as unknown as typeof service.machine },
  };
}

/** The service with one page spoilt. */
export function drawn(source: ServiceSource, page: (view: JourneyView, locale: Locale) => JourneyView): ReadService {
  const { service, ...rest } = read(source);
  const view = (snapshot: JourneySnapshot) => page(service.view(snapshot), snapshot.context.locale);
  return { ...rest, service: { ...service, view } };
}

export function onPage<K extends Screen["kind"]>(
  kind: K,
  change: (screen: Extract<Screen, { kind: K }>, view: JourneyView) => Partial<JourneyView>,
): (view: JourneyView) => JourneyView {
  return (view) =>
    view.screen.kind === kind && view.mode !== "busy"
      ? { ...view, ...change(view.screen as Extract<Screen, { kind: K }>, view) }
      : view;
}

/** A state that does not hear `events`. */
export const without =
  (...events: readonly string[]) =>
  ({ on, ...state }: Config): Config => ({
    ...state,
    on: Object.fromEntries(Object.entries(on as Config).filter(([event]) => !events.includes(event))),
  });

export const invoke = (state: Config, change: Config): Config => ({
  ...state,
  invoke: { ...(state.invoke as Config), ...change },
});
export const isError = ({ event }: { event: { output: { outcome: string } } }) => event.output.outcome === "error";
export const branches = (state: Config): Config[] => (state.invoke as { onDone: Config[] }).onDone;
