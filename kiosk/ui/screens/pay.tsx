import { formatPesos } from "../../../base/money.ts";
import { Busy } from "../components/busy/busy.tsx";
import { Layout } from "../components/layout/layout.tsx";
import { PaymentPicture } from "../components/pictograms/payment.tsx";
import { useKiosk } from "../kiosk-context.ts";
import type { ScreenProps } from "./props.ts";
import "./pay.css";

/** The terminal has the word: amount, what to do now, and a picture of it. */
export function Pay({ screen }: ScreenProps<"pay">) {
  const { t } = useKiosk();
  return (
    <Layout title={screen.title}>
      <div class="pay__amount">
        <h2>{t.toPay}</h2>
        <p>{formatPesos(screen.amount)}</p>
      </div>
      <PaymentPicture prompt={screen.prompt} />
      <p class="instruction" role="status">
        {screen.instruction.text}
      </p>
      {QUIET.has(screen.prompt) && <Busy />}
    </Layout>
  );
}

/** Prompts during which the citizen's hands are free and the kiosk must show that it works. */
const QUIET: ReadonlySet<string> = new Set(["connecting", "sending", "working", "resolving"]);
