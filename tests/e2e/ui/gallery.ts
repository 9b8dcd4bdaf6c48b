import type { IntentType, Locale, Overlay, Screen, SessionView } from "../../../base/contracts/view.ts";
import { PAGE_PICTURE } from "./page-picture.ts";

/** One state that the page must draw well; `name` names its screenshots. */
export type Exhibit = { readonly name: string; readonly view: SessionView };

type Extra = Partial<Pick<SessionView, "step" | "service" | "deadlineIn">> & { readonly overlay?: Overlay };

/** At least one realistic state of every screen kind, every overlay, and the error and edge variants. Synthetic people only. */
export function gallery(locale: Locale): readonly Exhibit[] {
  let count = 0;
  const text = (es: string, en: string) => ({ id: `gallery.${++count}`, text: locale === "es" ? es : en });
  const exhibit = (name: string, screen: Screen, intents: readonly IntentType[], extra: Extra = {}): Exhibit => ({
    name,
    view: {
      screen,
      intents: ["SET_LOCALE", "HELP", ...intents],
      locale,
      locales: [
        { id: "es", name: "Español" },
        { id: "en", name: "English" },
      ],
      audio: [],
      ...extra,
    },
  });

  const bono = text("Bono de atención", "Consultation voucher");
  const birth = text("Certificado de nacimiento", "Birth certificate");
  const declaration = text("Declaración jurada simple de domicilio", "Simple sworn declaration of residence");
  const inBono = (current: number): Extra => ({ service: bono, step: { current, total: 6 } });
  const inBirth = (current: number): Extra => ({ service: birth, step: { current, total: 5 } });
  const fonasa = text("Fonasa", "Fonasa");
  const srcei = text("Registro Civil e Identificación", "Civil Registry");
  const services = [
    {
      id: "fonasa/bono-atencion",
      institution: fonasa,
      name: bono,
      summary: text("Compre el bono para su consulta médica.", "Buy the voucher for your medical consultation."),
      price: text("Según su tramo", "Depends on your bracket"),
      icon: "health" as const,
    },
    {
      id: "srcei/certificado-nacimiento",
      institution: srcei,
      name: birth,
      summary: text("Obtenga su certificado al instante.", "Get your certificate at once."),
      price: text("Gratis", "Free"),
      icon: "certificate" as const,
    },
  ];
  const more = [
    {
      id: "ips/liquidacion",
      institution: text("Instituto de Previsión Social", "Social Security Institute"),
      name: text("Liquidación de pensión", "Pension statement"),
      summary: text("Imprima el detalle de su último pago.", "Print the details of your last payment."),
      price: text("Gratis", "Free"),
      icon: "money" as const,
      unavailable: text(
        "No hay conexión con la institución. Pregunte en el mesón.",
        "The institution cannot be reached. Ask at the counter.",
      ),
    },
    {
      id: "chileatiende/hora",
      institution: text("ChileAtiende", "ChileAtiende"),
      name: text("Pedir hora de atención", "Book an appointment"),
      summary: text("Reserve un turno con un ejecutivo.", "Book a time with a member of staff."),
      price: text("Gratis", "Free"),
      icon: "help" as const,
    },
    {
      id: "sii/situacion",
      institution: text("Servicio de Impuestos Internos", "Tax Service"),
      name: text("Carpeta tributaria", "Tax folder"),
      summary: text("Obtenga su carpeta para pedir un crédito.", "Get your folder to ask for a loan."),
      price: text("Gratis", "Free"),
      icon: "document" as const,
    },
  ];
  const prestaciones = [
    text("Consulta médica general", "General consultation"),
    text("Consulta de especialidad", "Specialist consultation"),
    text("Control de embarazo", "Pregnancy check-up"),
    text("Hemograma", "Blood count"),
    text("Radiografía de tórax", "Chest X-ray"),
    text("Ecografía abdominal", "Abdominal ultrasound"),
    text("Kinesiología", "Physiotherapy"),
    text("Electrocardiograma", "Electrocardiogram"),
  ].map((label, place) => ({
    id: `p${place}`,
    label,
    ...(place < 2 && { detail: text("Nivel 1, atención en este centro", "Level 1, at this centre") }),
    price: 7_420 + place * 3_150,
  }));
  const menu: Screen = { kind: "services", title: text("¿Qué necesita hacer?", "What do you need to do?"), services };
  const identify: Extract<Screen, { kind: "identify" }> = {
    kind: "identify",
    title: text("Muestre su cédula de identidad", "Show your identity card"),
    body: [
      text("Ponga el código de su cédula bajo la luz.", "Hold the code of your card under the light."),
      text("El código está en el reverso, arriba a la derecha.", "The code is on the back, at the top right."),
    ],
    typed: true,
    phone: true,
  };
  const phoneLogin: Extract<Screen, { kind: "phone-login" }> = {
    kind: "phone-login",
    title: text("Entre con ClaveÚnica en su teléfono", "Log in with ClaveÚnica on your phone"),
    steps: [
      text("Apunte la cámara de su teléfono al código.", "Point your phone's camera at the code."),
      text("Entre con su ClaveÚnica en el teléfono.", "Log in with your ClaveÚnica on the phone."),
      text(
        "El teléfono preguntará un número. Toque el de esta pantalla.",
        "The phone will ask for a number. Touch the one on this screen.",
      ),
    ],
    link: { qr: "https://ventanilla.example.cl/c/Q7K2M9XD", code: "Q7K2M9XD" },
    number: "47",
    numberLabel: text("Número de esta pantalla", "Number of this screen"),
  };
  const tapCard: Extract<Screen, { kind: "tap-card" }> = {
    kind: "tap-card",
    title: text("Ahora acerque su cédula al lector de chip", "Now hold your card to the chip reader"),
    body: [text("El chip confirma que su cédula es verdadera.", "The chip confirms that your card is genuine.")],
    instruction: text(
      "Ponga la cédula plana sobre el lector y déjela ahí.",
      "Lay the card flat on the reader and leave it there.",
    ),
  };
  const placeFinger: Extract<Screen, { kind: "place-finger" }> = {
    kind: "place-finger",
    title: text("Ponga el pulgar derecho en el lector de huella", "Put your right thumb on the fingerprint reader"),
    body: [
      text("Así confirmamos que la cédula es suya.", "This confirms that the card is yours."),
      text("Su huella se compara ahora y no la guardamos.", "Your fingerprint is compared now, and we do not keep it."),
    ],
    hand: "lay",
    instruction: text("Ponga el dedo sobre el vidrio y déjelo ahí.", "Lay the finger on the glass and leave it there."),
  };
  const run: Extract<Screen, { kind: "ask" }> = {
    kind: "ask",
    title: text("Escriba su RUN", "Type your RUN"),
    hint: text(
      "Con su dígito verificador. Por ejemplo, 12.345.678-5.",
      "With its check digit. For example, 12.345.678-5.",
    ),
    input: "run",
    value: "",
    maxLength: 12,
    optional: false,
  };
  const date: Extract<Screen, { kind: "ask" }> = {
    kind: "ask",
    title: text("¿Qué día lo atendieron?", "On which day were you served?"),
    hint: text(
      "Escriba el día. Luego toque el mes y escriba el año.",
      "Type the day. Then touch the month and type the year.",
    ),
    input: "date",
    value: "",
    maxLength: 10,
    optional: false,
  };
  const reasons: Extract<Screen, { kind: "choose-many" }> = {
    kind: "choose-many",
    title: text("¿Qué estuvo mal?", "What was wrong?"),
    instruction: text("Toque entre 1 y 3 respuestas y luego Continuar.", "Touch 1 to 3 answers, then Continue."),
    options: [
      { id: "wait", label: text("Esperé demasiado", "I waited too long") },
      { id: "manner", label: text("Me trataron mal", "I was treated badly") },
      { id: "told", label: text("Me informaron mal", "I was told something wrong") },
      { id: "charge", label: text("Me cobraron de más", "I was charged too much") },
      { id: "other", label: text("Otra cosa", "Something else") },
    ],
    chosen: ["manner"],
  };
  const email: Extract<Screen, { kind: "ask" }> = {
    kind: "ask",
    title: text("¿A qué correo enviamos su certificado?", "Which e-mail address shall we send your certificate to?"),
    hint: text("Si no tiene correo, toque Omitir.", "If you have no e-mail, touch Skip."),
    input: "email",
    value: "",
    maxLength: 100,
    optional: true,
  };
  const scanned = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      id: String(index + 1).padStart(64, "0"),
      label: text(`Hoja ${index + 1}`, `Page ${index + 1}`),
      picture: `data:image/svg+xml,${encodeURIComponent(PAGE_PICTURE)}`,
    }));
  const scanAct = (intent: "SCAN" | "CONTINUE" | "SKIP", es: string, en: string) => ({ intent, label: text(es, en) });
  const scan: Extract<Screen, { kind: "scan-pages" }> = {
    kind: "scan-pages",
    title: text("¿Tiene la boleta de ese cobro?", "Do you have the bill?"),
    hint: text("Puede escanearla aquí, para que la veamos.", "You can scan it here, so that we see it."),
    state: "ready",
    instruction: text("Tenga lista la primera hoja y toque Escanear.", "Have the first page ready and press Scan."),
    pages: [],
    actions: [scanAct("SCAN", "Escanear", "Scan"), scanAct("SKIP", "Seguir sin documento", "Go on without a document")],
    remove: text("Quitar", "Take out"),
  };
  const pay = (prompt: Extract<Screen, { kind: "pay" }>["prompt"], instruction: ReturnType<typeof text>): Screen => ({
    kind: "pay",
    title: text("Pague con su tarjeta", "Pay with your card"),
    amount: 7_420,
    prompt,
    instruction,
  });
  const ticket = text("Bono de atención", "Consultation voucher");
  const voucher = text("Comprobante de pago", "Payment voucher");

  return [
    exhibit("scan-pages", scan, ["SCAN", "SKIP", "BACK", "LEAVE"]),
    exhibit(
      "scan-pages-insert",
      {
        ...scan,
        state: "insert",
        instruction: text(
          "Ponga la hoja en el escáner, con lo escrito como muestra el dibujo.",
          "Put the page into the scanner, with the writing as the picture shows.",
        ),
        actions: [],
      },
      ["BACK", "LEAVE"],
    ),
    exhibit(
      "scan-pages-two",
      {
        ...scan,
        instruction: text(
          "Ya hay 2 hojas. Puede agregar otra o seguir.",
          "There are 2 pages. You can add another or go on.",
        ),
        pages: scanned(2),
        actions: [
          scanAct("CONTINUE", "Están todas", "These are all"),
          scanAct("SCAN", "Escanear otra hoja", "Scan another page"),
        ],
      },
      ["SCAN", "CONTINUE", "REMOVE", "BACK", "LEAVE"],
    ),
    exhibit(
      "scan-pages-many-problem",
      {
        ...scan,
        problem: text(
          "La hoja se atascó en el escáner. Pida ayuda a una persona de la oficina.",
          "The page is stuck in the scanner. Please ask a person of the office.",
        ),
        instruction: text(
          "Ya hay 9 hojas. Puede agregar otra o seguir.",
          "There are 9 pages. You can add another or go on.",
        ),
        pages: scanned(9),
        actions: [
          scanAct("CONTINUE", "Están todas", "These are all"),
          scanAct("SCAN", "Escanear otra hoja", "Scan another page"),
        ],
      },
      ["SCAN", "CONTINUE", "REMOVE", "BACK", "LEAVE"],
    ),
    exhibit(
      "attract",
      {
        kind: "attract",
        title: text("Haga su trámite aquí", "Do your paperwork here"),
        call: text("Toque aquí para comenzar", "Touch here to start"),
      },
      ["START"],
    ),
    exhibit("services", menu, ["OPEN_SERVICE", "LEAVE"]),
    exhibit(
      "services-three",
      { ...menu, services: [...services, ...services.slice(1).map((each) => ({ ...each, id: "srcei/otro" }))] },
      ["OPEN_SERVICE", "LEAVE"],
    ),
    exhibit("services-many", { ...menu, services: [...services, ...more] }, ["OPEN_SERVICE", "LEAVE"]),
    exhibit(
      "out-of-service",
      {
        kind: "out-of-service",
        title: text("Este equipo no puede atender ahora", "This machine cannot serve you now"),
        body: [
          text("Estamos resolviendo un problema. Disculpe la molestia.", "We are solving a problem. We are sorry."),
        ],
        works: [text("Pedir ayuda a una persona de la oficina", "Ask a person of the office for help")],
        elsewhere: [
          text("Mesón de atención de esta oficina", "Counter of this office"),
          text("www.chileatiende.gob.cl", "www.chileatiende.gob.cl"),
          text("Teléfono 101, gratis", "Telephone 101, free"),
        ],
      },
      [],
    ),
    exhibit(
      "inform",
      {
        kind: "inform",
        title: text("Compre su bono de atención", "Buy your consultation voucher"),
        body: [
          text("Con el bono paga solo su parte de la consulta.", "With the voucher you pay only your share."),
          text("Toma unos tres minutos.", "It takes about three minutes."),
        ],
        needs: [
          text("Su cédula de identidad vigente", "Your valid identity card"),
          text("Una tarjeta de débito o crédito", "A debit or credit card"),
        ],
        price: text(
          "Depende de su tramo. Lo verá antes de pagar.",
          "It depends on your bracket. You see it before you pay.",
        ),
      },
      ["CONTINUE", "BACK", "LEAVE"],
      inBono(1),
    ),
    exhibit("identify", identify, ["USE_PHONE", "TYPE_RUN", "BACK", "LEAVE"], inBono(2)),
    exhibit(
      "identify-phone-away",
      {
        ...identify,
        phone: false,
        notice: text("Ahora no se puede entrar con ClaveÚnica.", "You cannot log in with ClaveÚnica now."),
      },
      ["TYPE_RUN", "BACK", "LEAVE"],
      inBirth(2),
    ),
    exhibit("phone-login", phoneLogin, ["BACK", "LEAVE"], inBirth(2)),
    exhibit(
      "phone-login-opened",
      {
        kind: "phone-login",
        title: text("Siga en su teléfono", "Go on on your phone"),
        steps: [
          text("Entre con su ClaveÚnica en el teléfono.", "Log in with your ClaveÚnica on the phone."),
          text(
            "El teléfono preguntará un número. Toque el de esta pantalla.",
            "The phone will ask for a number. Touch the one on this screen.",
          ),
        ],
        note: text("Si usted no abrió el código, toque Volver.", "If you did not open the code, touch Back."),
        number: "47",
        numberLabel: text("Número de esta pantalla", "Number of this screen"),
      },
      ["BACK", "LEAVE"],
      inBirth(2),
    ),
    exhibit(
      "identify-problem",
      {
        ...identify,
        phone: false,
        problem: text(
          "Su cédula está vencida. Puede escribir su RUN.",
          "Your card has expired. You can type your RUN.",
        ),
      },
      ["TYPE_RUN", "BACK", "LEAVE"],
      inBono(2),
    ),
    exhibit("tap-card", tapCard, ["SKIP", "BACK", "LEAVE"], inBono(2)),
    exhibit("tap-card-required", tapCard, ["BACK", "LEAVE"], inBono(2)),
    exhibit(
      "tap-card-reading",
      {
        ...tapCard,
        instruction: text("Leyendo el chip. No mueva la cédula.", "Reading the chip. Do not move the card."),
        progress: 55,
      },
      [],
      inBono(2),
    ),
    exhibit(
      "tap-card-problem",
      {
        ...tapCard,
        problem: text(
          "La cédula se movió antes de terminar. Póngala otra vez y no la mueva.",
          "The card moved before we finished. Put it back and hold it still.",
        ),
      },
      ["SKIP", "BACK", "LEAVE"],
      inBono(2),
    ),
    exhibit("place-finger", placeFinger, ["SKIP", "BACK", "LEAVE"], inBono(2)),
    exhibit(
      "place-finger-problem",
      {
        ...placeFinger,
        problem: text("El dedo está mojado. Séquelo y póngalo otra vez.", "The finger is wet. Dry it and put it back."),
      },
      ["BACK", "LEAVE"],
      inBono(2),
    ),
    exhibit(
      "place-finger-comparing",
      {
        ...placeFinger,
        hand: "compare",
        instruction: text(
          "Puede levantar el dedo. Estamos comparando la huella.",
          "You may lift the finger. We are comparing the fingerprint.",
        ),
      },
      [],
      inBono(2),
    ),
    exhibit(
      "consent",
      {
        kind: "consent",
        title: text("¿Nos permite consultar sus datos?", "May we look up your data?"),
        body: [text("Solo para este trámite. No los guardamos.", "Only for this request. We do not keep them.")],
        institution: fonasa,
        purpose: text("Saber su previsión y cuánto paga usted.", "To know your health plan and how much you pay."),
        data: [
          text("Si está afiliado a Fonasa", "Whether you belong to Fonasa"),
          text("Su tramo (A, B, C o D)", "Your bracket (A, B, C or D)"),
        ],
        ifRefused: text(
          "No podemos vender el bono aquí. Puede ir al mesón.",
          "We cannot sell the voucher here. You can go to the counter.",
        ),
      },
      ["ACCEPT", "REFUSE", "BACK", "LEAVE"],
      inBono(2),
    ),
    exhibit(
      "sign",
      {
        kind: "sign",
        title: declaration,
        body: [
          text(
            "Yo, MARÍA DE LOS ÁNGELES FERNÁNDEZ-VALENZUELA ECHEVERRÍA, RUN 12.345.678-5, declaro lo siguiente.",
            "I, MARÍA DE LOS ÁNGELES FERNÁNDEZ-VALENZUELA ECHEVERRÍA, RUN 12.345.678-5, declare as follows.",
          ),
          text(
            "Mi domicilio es Av. Libertador O’Higgins 10250, depto. 1204, Valparaíso. Vivo ahí desde el 17 de septiembre de 2001.",
            "I live at Av. Libertador O’Higgins 10250, depto. 1204, Valparaíso. I have lived there since 17 September 2001.",
          ),
          text(
            "Lo que digo en esta declaración es verdad. No he dejado fuera nada que importe.",
            "What I say in this declaration is true. I have left out nothing that matters.",
          ),
        ],
        page: text("Página 1 de 2", "Page 1 of 2"),
        actions: [{ intent: "CONTINUE", label: text("Seguir leyendo", "Read on") }],
      },
      ["CONTINUE", "BACK", "LEAVE"],
      inBirth(4),
    ),
    exhibit(
      "sign-last-page",
      {
        kind: "sign",
        title: declaration,
        body: [
          text(
            "Hago esta declaración por mi voluntad. La hago ante ChileAtiende, para que conste dónde vivo.",
            "I declare this of my own will. I do so before ChileAtiende, to put on record where I live.",
          ),
        ],
        page: text("Página 2 de 2", "Page 2 of 2"),
        actions: [
          { intent: "CONFIRM", label: text("Firmar con mi cédula", "Sign with my identity card") },
          { intent: "USE_PHONE", label: text("Firmar con ClaveÚnica", "Sign with ClaveÚnica") },
        ],
      },
      ["CONFIRM", "USE_PHONE", "BACK", "LEAVE"],
      inBirth(4),
    ),
    exhibit(
      "sign-without-phone",
      {
        kind: "sign",
        title: declaration,
        body: [text("Declaro que vivo en Valdivia.", "I declare that I live in Valdivia.")],
        page: text("Página 1 de 1", "Page 1 of 1"),
        notice: text("Ahora no se puede firmar con ClaveÚnica.", "You cannot sign with ClaveÚnica now."),
        actions: [{ intent: "CONFIRM", label: text("Firmar con mi cédula", "Sign with my identity card") }],
      },
      ["CONFIRM", "BACK", "LEAVE"],
      inBirth(4),
    ),
    exhibit("ask-run", run, ["SUBMIT", "BACK", "LEAVE"], inBono(2)),
    exhibit(
      "ask-run-problem",
      {
        ...run,
        value: "12345678-9",
        problem: text(
          "Ese RUN no es correcto. Revise el número y el dígito final.",
          "That RUN is not right. Check the number and its last digit.",
        ),
      },
      ["SUBMIT", "BACK", "LEAVE"],
      inBono(2),
    ),
    exhibit(
      "ask-code",
      {
        kind: "ask",
        title: text("¿Comenzó su trámite en el teléfono?", "Did you begin on your phone?"),
        hint: text("Escriba el código que le dieron ahí.", "Type the code from its page."),
        show: text("O acerque su código QR al lector.", "Or hold its QR code to the reader."),
        input: "text",
        value: "",
        maxLength: 40,
        optional: true,
        problem: text("Ese no es el código de su trámite.", "That is not the code of what you began."),
      },
      ["SUBMIT", "SKIP", "BACK", "LEAVE"],
      inBirth(2),
    ),
    exhibit(
      "ask-number",
      {
        kind: "ask",
        title: text("¿Cuántas copias necesita?", "How many copies do you need?"),
        why: text("Cada copia se imprime en una hoja.", "Each copy is printed on a sheet of its own."),
        input: "number",
        value: "2",
        maxLength: 2,
        optional: false,
      },
      ["SUBMIT", "BACK", "LEAVE"],
      inBirth(3),
    ),
    exhibit("ask-date", date, ["SUBMIT", "BACK", "LEAVE"], inBirth(3)),
    exhibit(
      "ask-date-problem",
      {
        ...date,
        value: "31-04-2026",
        problem: text(
          "Ese día no existe: abril de 2026 tiene 30 días. Revise el día.",
          "There is no such day: April 2026 has 30 days. Check the day.",
        ),
      },
      ["SUBMIT", "BACK", "LEAVE"],
      inBirth(3),
    ),
    exhibit(
      "ask-money",
      {
        kind: "ask",
        title: text("¿Cuánto le cobraron?", "How much were you charged?"),
        hint: text("Escriba el monto total, en pesos.", "Type the whole amount, in pesos."),
        input: "money",
        value: "12500",
        maxLength: 9,
        optional: false,
      },
      ["SUBMIT", "BACK", "LEAVE"],
      inBirth(3),
    ),
    exhibit("choose-several", reasons, ["CHOOSE", "BACK", "LEAVE"], inBirth(3)),
    exhibit(
      "choose-several-problem",
      { ...reasons, problem: text("Faltan respuestas. Toque al menos 1.", "Touch at least 1.") },
      ["CHOOSE", "BACK", "LEAVE"],
      inBirth(3),
    ),
    exhibit("ask-email", email, ["SUBMIT", "SKIP", "BACK", "LEAVE"], inBirth(4)),
    exhibit(
      "ask-email-problem",
      {
        ...email,
        value: "rosa.munoz.de.la.fuente.valdivia@gmail",
        problem: text(
          "A este correo le falta una parte. Por ejemplo: .com o .cl",
          "Part of this address is missing. For example: .com or .cl",
        ),
      },
      ["SUBMIT", "SKIP", "BACK", "LEAVE"],
      inBirth(4),
    ),
    exhibit(
      "ask-text",
      {
        kind: "ask",
        title: text("Escriba el nombre de su médico", "Type the name of your doctor"),
        hint: text("Basta con el apellido.", "The surname is enough."),
        input: "text",
        value: "Núñez",
        maxLength: 60,
        optional: false,
      },
      ["SUBMIT", "BACK", "LEAVE"],
      inBono(3),
    ),
    exhibit(
      "choose",
      {
        kind: "choose",
        title: text("¿Para qué necesita el certificado?", "What do you need the certificate for?"),
        hint: text("Así elegimos el documento correcto.", "This is how we choose the right document."),
        options: [
          { id: "general", label: text("Para todo trámite", "For any purpose") },
          {
            id: "family",
            label: text("Asignación familiar", "Family allowance"),
            detail: text("Trabajo, Isapre o Fonasa", "Work, Isapre or Fonasa"),
          },
          { id: "school", label: text("Matrícula escolar", "School enrolment") },
        ],
        selected: "family",
      },
      ["SELECT", "BACK", "LEAVE"],
      inBirth(2),
    ),
    exhibit(
      "choose-many",
      {
        kind: "choose",
        title: text("¿Qué atención necesita?", "Which service do you need?"),
        options: prestaciones,
        problem: text(
          "Esa atención no está disponible hoy. Elija otra.",
          "That service is not available today. Choose another.",
        ),
      },
      ["SELECT", "BACK", "LEAVE"],
      inBono(3),
    ),
    exhibit(
      "waiting",
      {
        kind: "waiting",
        title: text("Estamos consultando a Fonasa", "We are asking Fonasa"),
        body: [text("Esto tarda unos segundos.", "This takes a few seconds.")],
      },
      ["LEAVE"],
      inBono(3),
    ),
    exhibit(
      "review",
      {
        kind: "review",
        title: text("Revise antes de pagar", "Check before you pay"),
        rows: [
          { id: "person", label: text("Nombre", "Name"), value: "ROSA ELENA MUÑOZ DE LA FUENTE", changeable: false },
          { id: "run", label: text("RUN", "RUN"), value: "12.345.678-5", changeable: false },
          { id: "care", label: text("Atención", "Service"), value: "Consulta médica general", changeable: true },
          {
            id: "provider",
            label: text("Centro médico", "Medical centre"),
            value: "Centro Médico y Dental Los Ríos de Valdivia",
            changeable: true,
          },
          { id: "tramo", label: text("Tramo", "Bracket"), value: "B", changeable: false },
          { id: "value", label: text("Valor total", "Full price"), value: "$17.220", changeable: false },
          { id: "bonus", label: text("Paga FONASA", "FONASA pays"), value: "$9.800", changeable: false },
        ],
        total: 7_420,
        action: text("Pagar $7.420", "Pay $7.420"),
      },
      ["CONFIRM", "CHANGE", "BACK", "LEAVE"],
      inBono(4),
    ),
    exhibit(
      "pay-connecting",
      pay("connecting", text("Estamos preparando el pago.", "We are preparing the payment.")),
      ["BACK"],
      inBono(5),
    ),
    exhibit(
      "pay-card",
      pay("present-card", text("Acerque o inserte su tarjeta en el lector.", "Tap or insert your card at the reader.")),
      ["BACK"],
      inBono(5),
    ),
    exhibit(
      "pay-confirm",
      pay("confirm-amount", text("Confirme el monto con la tecla verde.", "Confirm the amount with the green key.")),
      [],
      inBono(5),
    ),
    exhibit(
      "pay-pin",
      pay("enter-pin", text("Marque su clave. Cúbrala con la mano.", "Enter your PIN. Cover it with your hand.")),
      [],
      inBono(5),
    ),
    exhibit(
      "pay-sending",
      pay(
        "sending",
        text(
          "No retire su tarjeta. Estamos hablando con el banco.",
          "Do not remove your card. We are talking to the bank.",
        ),
      ),
      [],
      inBono(5),
    ),
    exhibit(
      "pay-resolving",
      pay(
        "resolving",
        text(
          "Estamos comprobando su pago. No se cobrará dos veces.",
          "We are checking your payment. You will not be charged twice.",
        ),
      ),
      [],
      inBono(5),
    ),
    exhibit(
      "deliver",
      {
        kind: "deliver",
        title: text("Estamos imprimiendo", "We are printing"),
        items: [
          { id: "bono", label: ticket, state: "working" },
          { id: "voucher", label: voucher, state: "waiting" },
        ],
        instruction: text(
          "Espere su papel. Saldrá abajo de la pantalla.",
          "Wait for your paper. It comes out below the screen.",
        ),
      },
      [],
      inBono(6),
    ),
    exhibit(
      "deliver-failed",
      {
        kind: "deliver",
        title: text("No pudimos imprimir todo", "We could not print everything"),
        items: [
          { id: "bono", label: ticket, state: "done" },
          { id: "voucher", label: voucher, state: "failed" },
          { id: "mail", label: text("Copia por correo", "Copy by e-mail"), state: "unconfirmed" },
        ],
        instruction: text("Su bono es válido. Puede intentar de nuevo.", "Your voucher is valid. You can try again."),
      },
      ["RETRY", "CONTINUE"],
      inBono(6),
    ),
    exhibit(
      "hand-off",
      {
        kind: "hand-off",
        title: text("Lleve el certificado en su teléfono", "Take the certificate on your phone"),
        body: [
          text("Abra la cámara de su teléfono.", "Open your phone's camera."),
          text("Apunte al cuadro y toque el enlace.", "Point it at the square and touch the link."),
          text("El enlace sirve una sola vez.", "The link works only once."),
        ],
        qr: "https://ventanilla.example.cl/t/Q7K2M9XD",
        code: "Q7K2M9XD",
      },
      ["CONTINUE", "LEAVE"],
      inBirth(5),
    ),
    exhibit(
      "turn",
      {
        kind: "turn",
        title: text("Este es su número", "This is your number"),
        body: [
          text("No pudimos imprimir el papel.", "We could not print the paper."),
          text(
            "Anote su número o apunte su teléfono al código.",
            "Write your number down or point your phone at the code.",
          ),
        ],
        number: { label: text("Su número", "Your number"), value: "AB-1049" },
        facts: [
          { id: "queue", label: text("Fila", "Queue"), value: "Pagos, beneficios y subsidios" },
          { id: "ahead", label: text("Personas antes de usted", "People before you"), value: "128" },
          { id: "wait", label: text("Espera", "Wait"), value: text("Unos 145 minutos", "About 145 minutes").text },
        ],
        qr: "https://ventanilla.example.cl/t/Q7K2M9XD",
        code: "Q7K2M9XD",
      },
      ["CONTINUE", "LEAVE"],
      inBirth(1),
    ),
    exhibit(
      "status",
      {
        kind: "status",
        title: text("Subsidio Único Familiar", "Subsidio Único Familiar"),
        body: [
          text("Falta algo de su parte para seguir.", "Something is missing from you to go on."),
          text("Ahora le toca a usted.", "It is your turn to act."),
          text("Traiga el certificado de alumno regular.", "Bring the certificate of enrolment."),
        ],
        timeline: (["done", "done", "done", "current", "pending", "pending"] as const).map((state, index) => ({
          id: String(index),
          label: text("Revisan los papeles que usted entregó", "Your papers are being reviewed"),
          ...(state === "done" ? { date: text("3 de noviembre de 2026", "3 November 2026").text } : {}),
          state,
        })),
        actions: [
          { intent: "CONTINUE", label: text("Continuar", "Continue") },
          { intent: "CONFIRM", label: text("Llevarme una copia", "Take a copy with me") },
        ],
        problem: text("No pudimos imprimir la copia.", "We could not print the copy."),
      },
      ["CONTINUE", "CONFIRM", "BACK", "LEAVE"],
      inBirth(2),
    ),
    ...(["waiting", "coming"] as const).map((state) =>
      exhibit(
        `help-called-${state}`,
        {
          kind: "help-called",
          title: text("Avisamos a una persona", "We have called a person"),
          body: [
            text("Espere aquí, junto a este equipo.", "Wait here, next to this kiosk."),
            text("Si quiere, puede seguir sin esperar.", "If you like, you can go on without waiting."),
          ],
          state,
          actions: [
            { intent: "CONTINUE", label: text("Seguir con el trámite", "Go on") },
            { intent: "FINISH", label: text("Terminar", "Finish") },
          ],
        },
        ["CONTINUE", "FINISH", "LEAVE"],
        inBirth(3),
      ),
    ),
    exhibit(
      "problem-declined",
      {
        kind: "problem",
        title: text("Su tarjeta fue rechazada", "Your card was declined"),
        body: [
          text("No se hizo ningún cobro.", "Nothing was charged."),
          text("Puede intentar con otra tarjeta.", "You can try with another card."),
        ],
        actions: [
          { intent: "RETRY", label: text("Probar otra tarjeta", "Try another card") },
          { intent: "FINISH", label: text("Terminar sin pagar", "Finish without paying") },
        ],
      },
      ["RETRY", "FINISH", "LEAVE"],
      inBono(5),
    ),
    exhibit(
      "survey",
      {
        kind: "survey",
        title: text("¿Cómo fue su atención?", "How was this service?"),
        scale: { from: 1, to: 7, low: text("Muy mala", "Very bad"), high: text("Excelente", "Excellent") },
      },
      ["SELECT", "SKIP"],
    ),
    exhibit(
      "finish-delivered",
      {
        kind: "finish",
        title: text("Su bono está listo", "Your voucher is ready"),
        body: [text("Muéstrelo en la recepción del centro médico.", "Show it at the reception of the medical centre.")],
        result: "delivered",
        reference: { label: text("Folio del bono", "Voucher number"), value: "4471-0093-2215" },
        take: [
          { ...text("Su tarjeta", "Your card"), thing: "card" },
          { ...text("Sus dos papeles", "Your two papers"), thing: "paper" },
          { ...text("Su cédula", "Your identity card"), thing: "id-card" },
        ],
      },
      ["FINISH"],
      { deadlineIn: 20_000 },
    ),
    exhibit(
      "finish-qr",
      {
        kind: "finish",
        title: text("Su certificado está listo", "Your certificate is ready"),
        body: [text("También puede llevarlo en su teléfono.", "You can also take it on your phone.")],
        result: "delivered",
        reference: { label: text("Folio", "Number"), value: "500 412 887 120" },
        take: [{ ...text("Su papel", "Your paper"), thing: "paper" }],
        qr: "https://ventanilla.example.cl/c/8F3K-22QP",
      },
      ["FINISH"],
    ),
    exhibit(
      "finish-refunded",
      {
        kind: "finish",
        title: text("Devolvimos su dinero", "We returned your money"),
        body: [
          text("No pudimos emitir el bono.", "We could not issue the voucher."),
          text("Los $7.420 vuelven a su tarjeta hoy.", "The $7.420 go back to your card today."),
        ],
        result: "refunded",
        take: [{ ...text("Su tarjeta", "Your card"), thing: "card" }],
      },
      ["FINISH"],
    ),
    exhibit(
      "finish-incident",
      {
        kind: "finish",
        title: text("Una persona revisará su pago", "A person will check your payment"),
        body: [
          text("El banco no nos confirmó el cobro.", "The bank did not confirm the charge to us."),
          text(
            "Guarde este número. Le responderemos en 24 horas.",
            "Keep this number. We will answer within 24 hours.",
          ),
        ],
        result: "incident",
        reference: { label: text("Número de caso", "Case number"), value: "VA-2026-004417" },
        take: [
          { ...text("Su tarjeta", "Your card"), thing: "card" },
          { ...text("El papel con el número", "The paper with the number"), thing: "paper" },
        ],
      },
      ["FINISH"],
    ),
    exhibit(
      "finish-nothing",
      {
        kind: "finish",
        title: text("No se hizo ningún cambio", "Nothing was changed"),
        body: [text("Puede volver cuando quiera.", "You can come back at any time.")],
        result: "nothing-done",
        take: [],
      },
      ["FINISH"],
    ),
    exhibit("overlay-still-there", { ...run, value: "1234567" }, ["MORE_TIME", "LEAVE"], {
      ...inBono(2),
      deadlineIn: 30_000,
      overlay: {
        kind: "still-there",
        title: text("¿Sigue ahí?", "Are you still there?"),
        body: [
          text(
            "Si no toca la pantalla, borraremos sus datos.",
            "If you do not touch the screen, we will delete your data.",
          ),
        ],
      },
    }),
    exhibit(
      "overlay-help-attract",
      {
        kind: "attract",
        title: text("Haga su trámite aquí", "Do your paperwork here"),
        call: text("Toque aquí para comenzar", "Touch here to start"),
      },
      ["CLOSE_HELP"],
      {
        overlay: {
          kind: "help",
          title: text("¿Necesita ayuda?", "Do you need help?"),
          body: [text("Pida ayuda a una persona de la oficina.", "Ask a person in the office for help.")],
        },
      },
    ),
    exhibit("overlay-help", menu, ["CLOSE_HELP"], {
      overlay: {
        kind: "help",
        title: text("Ayuda", "Help"),
        body: [
          text(
            "Una persona de la oficina puede ayudarle. Levante la mano o vaya al mesón.",
            "A person of the office can help you. Raise your hand or go to the counter.",
          ),
          text("También puede llamar gratis al 101.", "You can also call 101, free of charge."),
        ],
      },
    }),
    exhibit("overlay-confirm-leave", { ...run, value: "12345678-5" }, ["STAY", "LEAVE"], {
      ...inBono(2),
      overlay: {
        kind: "confirm-leave",
        title: text("¿Quiere salir?", "Do you want to exit?"),
        body: [text("Su trámite no se guardará.", "Your request will not be kept.")],
      },
    }),
  ];
}
