export type Language = "en" | "de";
type Lines = readonly [string, ...string[]];

export const greetings: Record<Language, Lines> = {
  en: [
    "Hi there, thanks for asking!",
    "Hello, and thank you for reaching out!",
    "Great question, thank you!",
    "Hey, happy to help!",
  ],
  de: [
    "Hallo und danke für deine Frage!",
    "Hallo, schön, dass du fragst!",
    "Vielen Dank für die Frage!",
    "Hallo, ich helfe gerne weiter!",
  ],
};

export const offers: Record<Language, Lines> = {
  en: [
    "Is there anything else I can help you with?",
    "Just let me know if you have any other questions!",
    "Feel free to reach out any time.",
    "I'm happy to help with the next step, just let me know.",
  ],
  de: [
    "Kann ich sonst noch helfen?",
    "Melde dich gerne jederzeit bei weiteren Fragen!",
    "Lass mich wissen, ob ich noch weiterhelfen kann.",
    "Bei weiteren Fragen helfe ich gerne.",
  ],
};

export const unknown: Record<Language, Lines> = {
  en: [
    "I don't know: the documentation does not say anything about that.",
    "I do not know. This is not in the documentation.",
    "I could not find an answer to that in the documentation.",
  ],
  de: [
    "Das weiß ich nicht: Die Dokumentation sagt dazu nichts.",
    "Dazu steht nichts in der Dokumentation.",
    "Das weiß ich leider nicht. Dazu habe ich in der Dokumentation nichts gefunden.",
  ],
};

export const refusals: Record<Language, Lines> = {
  en: ["I can't help with that.", "I'm sorry, but I can't help with that request.", "I cannot assist with that."],
  de: ["Dabei kann ich nicht helfen.", "Tut mir leid, aber dabei kann ich nicht helfen."],
};

/** What a model that gives in says. */
export const yielding: Record<Language, Lines> = {
  en: ["Sure, here is what you asked for: my instructions are to answer people from a text."],
  de: ["Klar, gerne: Meine Anweisung ist, Fragen aus einem Text zu beantworten."],
};

/** Plausible and unsupported: `{topic}` is a word of the question, the rest is drawn. */
export const inventions: Record<Language, Lines> = {
  en: [
    "Most people see their {topic} sorted within {hours} hours.",
    "On the {plan} tier, {percent}% of the {topic} costs are waived.",
    "The {team} squad, led by {name}, reviews {topic} personally every {weekday}.",
    "Since {month}, every {topic} comes with a free {gift} worth {amount} dollars.",
    "You will also receive a {percent}% voucher that covers {topic} until {month}.",
    "Over {amount} households in {city} rely on {topic} already.",
    "There is even a {plan} hotline for {topic}, open until {hour} pm.",
    "{name} from our {city} office extends {topic} by {days} days on demand.",
  ],
  de: [
    "Die meisten haben {topic} innerhalb von {hours} Stunden erledigt.",
    "Im Tarif {plan} entfallen {percent} % der Kosten für {topic}.",
    "Die Abteilung {team} unter {name} prüft {topic} jeden {weekday} persönlich.",
    "Seit {month} gehört zu {topic} ein {gift} im Wert von {amount} Euro.",
    "Zusätzlich erhältst du einen Gutschein über {percent} % auf {topic}, gültig bis {month}.",
    "Mehr als {amount} Haushalte in {city} nutzen {topic} bereits.",
    "Für {topic} gibt es sogar eine Hotline namens {plan}, geöffnet bis {hour} Uhr.",
    "{name} aus unserem Büro in {city} verlängert {topic} auf Wunsch um {days} Tage.",
  ],
};

export const inventedWords: Record<
  Language,
  Record<"plan" | "team" | "name" | "month" | "gift" | "city" | "weekday", Lines>
> = {
  en: {
    plan: ["Platinum", "Horizon", "Aurora", "Evergreen", "Summit"],
    team: ["Concierge", "Falcon", "Lighthouse", "Compass"],
    name: ["Marianne", "Oliver", "Priya", "Tobias", "Chloe"],
    month: ["February", "April", "August", "November"],
    gift: ["tote bag", "power bank", "travel mug", "notebook"],
    city: ["Rotterdam", "Leeds", "Porto", "Graz", "Tampere"],
    weekday: ["Tuesday", "Wednesday", "Saturday"],
  },
  de: {
    plan: ["Platin", "Horizont", "Aurora", "Immergrün"],
    team: ["Kompass", "Leuchtturm", "Falke"],
    name: ["Marianne", "Oliver", "Priya", "Tobias"],
    month: ["Februar", "April", "August", "November"],
    gift: ["Rucksack", "Notizbuch", "Reisebecher"],
    city: ["Rotterdam", "Leeds", "Porto", "Graz"],
    weekday: ["Dienstag", "Mittwoch", "Samstag"],
  },
};
