import type { z } from "zod";
import type { signInOptionsSchema } from "../../../api/contract/access.ts";
import { t } from "../../texts/texts.ts";

type Account = z.infer<typeof signInOptionsSchema>["accounts"][number];

/** The demonstration's accounts: one press fills the form. */
export function DemoAccounts({
  accounts,
  onChoose,
}: {
  readonly accounts: readonly Account[];
  readonly onChoose: (account: Account) => void;
}) {
  const { signIn, roles } = t.value;
  return (
    <section class="demo" aria-labelledby="demo">
      <h2 id="demo">{signIn.demo}</h2>
      <p class="hint">{signIn.demoHint}</p>
      <ul>
        {accounts.map((account) => (
          <li key={account.name}>
            <button type="button" class="demo__account" onClick={() => onChoose(account)}>
              <strong>{account.name}</strong>
              <span>{account.roles.map((role) => roles[role]).join(", ")}</span>
              <span class="unseen">. {signIn.fill(account.name)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
