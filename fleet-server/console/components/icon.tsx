import type { KioskCondition } from "../../api/contract/kiosks.ts";
import "./icon.css";

export type IconName =
  | KioskCondition
  | "info"
  | "now"
  | "kiosks"
  | "releases"
  | "enrolment"
  | "staff"
  | "audit"
  | "account"
  | "live"
  | "offline"
  | "search"
  | "back"
  | "forward"
  | "place"
  | "eye"
  | "wrench"
  | "clock"
  | "person"
  | "send"
  | "print"
  | "shield"
  | "plus"
  | "wall"
  | "down";

/** A pictogram in the colour of the text around it. Always decoration: the word stands beside it. */
export function Icon({ name }: { readonly name: IconName }) {
  return <span class={`icon icon--${name}`} aria-hidden="true" />;
}
