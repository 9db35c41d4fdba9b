const ATTACKS: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|rules?|prompts?|guidelines|everything|restrictions|above)\b/i,
  /\b(?:ignorier\w*|vergiss|missachte)\b.{0,40}\b(?:anweisung\w*|regeln|vorgaben|alles)\b/i,
  /\b(?:reveal|show|print|repeat|output|give|tell|leak|paste|display|zeig\w*|verrat\w*|nenn\w*|gib)\b.{0,40}\b(?:system prompt|system message|your (?:hidden |initial |own )?(?:instructions|prompt|rules)|systemprompt|deine (?:anweisungen|regeln))\b/i,
  /\b(?:reveal|show|print|give|tell|send|leak|list|what (?:is|are)|verrat\w*|nenn\w*|gib|zeig\w*)\b.{0,50}\b(?:(?:admin|root|database|other (?:users?|customers?)['’]?s?|someone else['’]s|the|all) (?:passwords?|credentials)|api keys?|access tokens?|secret keys?|private keys?|credit card numbers?|zugangsdaten|passw(?:ort|örter) (?:von|des|der|anderer))\b/i,
  /\b(?:write|create|build|make|code|develop|give me|schreib\w*|erstell\w*|bau\w*)\b.{0,40}\b(?:malware|ransomware|keylogger|virus|trojan|phishing|exploit|botnet|schadsoftware|trojaner|bombe?)\b/i,
  /\b(?:how (?:do|can|to)|wie)\b.{0,40}\b(?:hack|break into|steal|hacke\w*|stehle\w*|einbreche\w*)\b/i,
];

/** Whether a user's text attacks: against the instructions, for secrets, or for tools of crime. */
export function isHostile(text: string): boolean {
  const line = text.replace(/\s+/g, " ");
  return ATTACKS.some((attack) => attack.test(line));
}
