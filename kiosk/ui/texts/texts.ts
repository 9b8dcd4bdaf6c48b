import type { Locale } from "../../../base/contracts/view.ts";
import { en } from "./en.ts";
import { es, type Texts } from "./es.ts";

export type { Texts } from "./es.ts";

/** A locale of the contract without texts here is a type error. */
export const TEXTS: Readonly<Record<Locale, Texts>> = { es, en };
