import type { ComponentChildren } from "preact";
import type { Text } from "../../../../base/contracts/view.ts";
import { Actions, type Offer } from "../actions/actions.tsx";
import { ProblemNote } from "../problem-note/problem-note.tsx";
import "./layout.css";

export type LayoutProps = {
  readonly title: Text;
  readonly problem?: Text | undefined;
  /** What there is to read and to look at. */
  readonly children?: ComponentChildren;
  /** What there is to touch: below the story in portrait, at its right in landscape. */
  readonly controls?: ComponentChildren;
  readonly offers?: readonly Offer[];
  /** In landscape: `wide` gives the controls the whole width, `typing` keeps room for the keyboard at the right. */
  readonly shape?: "split" | "wide" | "typing";
  /** Decoration behind the heading, where a page has room for it. */
  readonly banner?: ComponentChildren;
};

/** Every page but the attract screen: heading, story, controls, acts. In portrait all that is touched is in the lower two thirds. */
export function Layout({ title, problem, children, controls, offers, shape = "split", banner }: LayoutProps) {
  return (
    <div class={`layout layout--${controls ? shape : "story"}${banner ? " layout--banner" : ""}`}>
      {banner && (
        <div class="layout__banner" aria-hidden="true">
          {banner}
        </div>
      )}
      <div class="layout__story">
        <h1 tabIndex={-1}>{title.text}</h1>
        <ProblemNote problem={problem} />
        {children}
      </div>
      {controls && <div class="layout__controls">{controls}</div>}
      <div class="layout__actions">
        <Actions {...(offers && { offers })} />
      </div>
    </div>
  );
}
