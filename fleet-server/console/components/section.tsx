import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** A titled part of a page. */
export function Section({
  title,
  aside,
  tone,
  children,
}: {
  readonly title: string;
  readonly aside?: ComponentChildren;
  readonly tone?: string;
  readonly children: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class={tone ? `card ${tone}` : "card"} aria-labelledby={id}>
      <div class="card__head">
        <h2 id={id}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** A list of name and value pairs; pairs without a value are left out. */
export function Pairs({ pairs }: { readonly pairs: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="pairs">
      {pairs
        .filter(([, value]) => value !== undefined && value !== null && value !== "")
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
