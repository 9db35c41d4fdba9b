import type { ChatMessage } from "./chat-body.ts";

type Severity = "safe" | "low" | "medium" | "high";

/** Azure's result per category, on the wire [Azure OpenAI content filtering, "annotations"]. */
export interface FilterResult {
  hate: { filtered: boolean; severity: Severity };
  jailbreak: { filtered: boolean; detected: boolean };
  self_harm: { filtered: boolean; severity: Severity };
  sexual: { filtered: boolean; severity: Severity };
  violence: { filtered: boolean; severity: Severity };
}

const HATE =
  /\b(?:hate|despise|exterminate|kill|deport|get rid of|subhuman|vermin|inferior|hasse|ausrotten|minderwertig\w*)\b.{0,60}\b(?:jews?|muslims?|christians?|blacks?|immigrants|foreigners|gays?|women|disabled people|refugees|juden|muslime|ausländer|flüchtlinge|frauen|schwule)\b|\b(?:jews|muslims|immigrants|foreigners|gays|women|refugees|juden|muslime|ausländer|flüchtlinge)\b.{0,30}\b(?:are|sind)\b.{0,30}\b(?:subhuman|vermin|inferior|parasites|filth|minderwertig|ungeziefer|abschaum)\b/i;
const VIOLENCE =
  /\b(?:how (?:do|can|could) i|how to|best way to|help me|i (?:want|will|am going) to|wie (?:kann|könnte) ich|ich (?:will|werde))\b.{0,40}\b(?:kill|murder|stab|strangle|torture|poison|shoot|behead|bomb|töten|umbringen|ermorden|erstechen|vergiften|foltern|erschießen)\b[^,.;:!?]{0,25}\b(?:him|her|them|someone|somebody|people|person|neighbou?r|wife|husband|boss|children|classmates?|jemanden|menschen|nachbarn?|frau|mann|chef|kinder|ihn|sie)\b|\b(?:jemanden|menschen|nachbarn|ihn)\b.{0,30}\b(?:töten|umbringen|ermorden|erstechen|vergiften|foltern)\b|\b(?:build|make|baue?n?)\b.{0,20}\b(?:pipe bomb|nail bomb|bomb|rohrbombe|bombe)\b/i;
const SELF_HARM =
  /\b(?:kill|hurt|harm|cut|hang)\b.{0,10}\bmyself\b|\b(?:commit suicide|suicide methods?|end my life|take my own life|selbstmord|selbst ?(?:verletzen|umbringen|töten)|mich umbringen|mir das leben nehmen|ritzen)\b/i;
const SEXUAL =
  /\b(?:explicit|erotic|pornographic|pornografisch\w*|erotisch\w*|sexually explicit)\b.{0,40}\b(?:story|stories|scene|content|description|image|geschichte|szene|text)\b|\b(?:write|describe|schreib\w*)\b.{0,40}\b(?:porn|sex scene|sexual fantas\w+|sexszene|porno)\b/i;
const JAILBREAK =
  /\b(?:do anything now|DAN mode|act as DAN|you are (?:now )?DAN|jailbreak(?:ed)? mode|developer mode (?:enabled|on)|enable developer mode|pretend (?:that )?you (?:have|are under) no (?:restrictions|rules|filters|limits)|without (?:any )?(?:restrictions|filters|moral limits|ethical (?:guidelines|limits))|unfiltered (?:ai|assistant|model)|(?:tu so|stell dir vor).{0,30}keine (?:regeln|beschränkungen|filter))\b/i;

/** What the filter finds in the users' messages; undefined: nothing. */
export function filterPrompt(messages: readonly ChatMessage[]): FilterResult | undefined {
  const text = messages
    .filter((message) => message.role === "user")
    .map((message) => message.content.replace(/\s+/g, " "))
    .join("\n");
  const graded = (pattern: RegExp): { filtered: boolean; severity: Severity } =>
    pattern.test(text) ? { filtered: true, severity: "high" } : { filtered: false, severity: "safe" };
  const jailbroken = JAILBREAK.test(text);
  const result = {
    hate: graded(HATE),
    jailbreak: { filtered: jailbroken, detected: jailbroken },
    self_harm: graded(SELF_HARM),
    sexual: graded(SEXUAL),
    violence: graded(VIOLENCE),
  };
  return Object.values(result).some((category) => category.filtered) ? result : undefined;
}

/** The error that Azure answers a filtered prompt with, HTTP 400. */
export function filterError(result: FilterResult): object {
  return {
    error: {
      message:
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.",
      type: null,
      param: "prompt",
      code: "content_filter",
      status: 400,
      innererror: { code: "ResponsibleAIPolicyViolation", content_filter_result: result },
    },
  };
}

/** What passes, as it is annotated. */
export const passed = {
  hate: { filtered: false, severity: "safe" },
  self_harm: { filtered: false, severity: "safe" },
  sexual: { filtered: false, severity: "safe" },
  violence: { filtered: false, severity: "safe" },
};
