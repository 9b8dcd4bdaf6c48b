import type { Overlay, Screen, Text } from "../../base/contracts/view.ts";
import { formatPesos } from "../../base/money.ts";

/** What is spoken on a screen, in the order of sight: what is wrong, the heading, the text, then what can be chosen. */
export function audioOf(screen: Screen, overlay: Overlay | undefined): Text[] {
  return overlay === undefined ? ofScreen(screen) : [overlay.title, ...overlay.body];
}

function ofScreen(screen: Screen): Text[] {
  const { title } = screen;
  switch (screen.kind) {
    case "attract":
      return [title, screen.call];
    case "services":
      return [
        title,
        ...screen.services.flatMap(({ name, price, unavailable, notice }) => [
          ...[name, price],
          ...some(unavailable),
          ...some(notice),
        ]),
      ];
    case "out-of-service":
      return [title, ...screen.body, ...screen.works, ...screen.elsewhere];
    case "inform":
      return [title, ...screen.body, ...screen.needs, ...some(screen.price)];
    case "identify":
      return [...some(screen.problem), title, ...screen.body, ...some(screen.notice)];
    case "phone-login":
      return [
        title,
        ...screen.steps,
        ...some(screen.note),
        ...(screen.link === undefined ? [] : [{ id: "value/code", text: screen.link.code }]),
        screen.numberLabel,
        { id: "value/number", text: screen.number },
      ];
    case "tap-card":
    case "place-finger":
      return [...some(screen.problem), title, ...screen.body, screen.instruction];
    case "consent":
      return [title, ...screen.body, screen.institution, screen.purpose, ...screen.data, screen.ifRefused];
    case "ask":
      return [...some(screen.problem), title, ...some(screen.hint), ...some(screen.why), ...some(screen.show)];
    case "scan-pages":
      return [
        ...some(screen.problem),
        title,
        ...some(screen.hint),
        ...some(screen.why),
        screen.instruction,
        ...screen.actions.map(({ label }) => label),
      ];
    case "choose":
      return [
        ...some(screen.problem),
        title,
        ...some(screen.hint),
        ...screen.options.flatMap(({ label, detail }) => [label, ...some(detail)]),
      ];
    case "choose-many":
      return [
        ...some(screen.problem),
        title,
        ...some(screen.hint),
        screen.instruction,
        ...screen.options.flatMap(({ label, detail }) => [label, ...some(detail)]),
      ];
    case "sign":
      return [title, screen.page, ...screen.body, ...some(screen.notice), ...screen.actions.map(({ label }) => label)];
    case "waiting":
      return [title, ...screen.body];
    case "review":
      return [
        title,
        ...screen.rows.flatMap(({ id, label, value }) => [label, { id: `value/${id}`, text: value }]),
        ...(screen.total === undefined ? [] : [{ id: "value/total", text: formatPesos(screen.total) }]),
        screen.action,
      ];
    case "pay":
      return [title, { id: "value/amount", text: formatPesos(screen.amount) }, screen.instruction];
    case "deliver":
      return [title, screen.instruction];
    case "hand-off":
      return [title, ...screen.body, { id: "value/code", text: screen.code }];
    case "problem":
      return [title, ...screen.body, ...screen.actions.map(({ label }) => label)];
    case "turn":
      return [
        title,
        screen.number.label,
        { id: "value/number", text: screen.number.value },
        ...screen.body,
        ...screen.facts.flatMap(({ id, label, value }) => [label, { id: `value/${id}`, text: value }]),
        { id: "value/code", text: screen.code },
      ];
    case "status":
      return [
        ...some(screen.problem),
        title,
        ...screen.body,
        ...screen.timeline.flatMap(({ id, label, date }) => [
          label,
          ...(date === undefined ? [] : [{ id: `value/${id}`, text: date }]),
        ]),
        ...screen.actions.map(({ label }) => label),
      ];
    case "help-called":
      return [title, ...screen.body, ...screen.actions.map(({ label }) => label)];
    case "survey":
      return [title, screen.scale.low, screen.scale.high];
    case "finish":
      return [
        title,
        ...screen.body,
        ...(screen.reference === undefined
          ? []
          : [screen.reference.label, { id: "value/reference", text: screen.reference.value }]),
        ...screen.take.map(({ id, text }) => ({ id, text })),
      ];
  }
}

function some(text: Text | undefined): Text[] {
  return text === undefined ? [] : [text];
}
