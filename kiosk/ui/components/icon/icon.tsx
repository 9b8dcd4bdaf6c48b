import "./icon.css";

export type IconName =
  | "health"
  | "certificate"
  | "document"
  | "money"
  | "help"
  | "globe"
  | "leave"
  | "back"
  | "forward"
  | "up"
  | "down"
  | "check"
  | "alert"
  | "card"
  | "paper"
  | "id-card"
  | "erase"
  | "shift"
  | "clock"
  | "place"
  | "shield"
  | "phone"
  | "info"
  | "touch";

/** A pictogram of one colour, that of the text around it. Always decoration: the word stands beside it. */
export function Icon({ name }: { readonly name: IconName }) {
  return <span class={`icon icon--${name}`} aria-hidden="true" />;
}
