import type { ComponentChildren } from "preact";
import "./picture.css";

/** Frame of a drawn instruction. Always decoration beside words; its motion ends within five seconds (WCAG 2.2.2). */
export function Picture({ children, name }: { readonly children: ComponentChildren; readonly name: string }) {
  return (
    <svg class={`picture picture--${name}`} viewBox="0 0 240 160" aria-hidden="true">
      {children}
    </svg>
  );
}
