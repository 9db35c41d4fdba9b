import type { RE2JS } from "re2js";
import { ASCII_PUNCTUATION } from "./python-text.ts";

export interface ExactMatchOptions {
  /** Removed from both texts, in this order, before anything else. */
  regexesToIgnore?: readonly RE2JS[];
  ignoreCase?: boolean;
  /** ASCII punctuation. */
  ignorePunctuation?: boolean;
  /** The digits 0 to 9. */
  ignoreNumbers?: boolean;
}

/** 1 where prediction and reference are equal after what the options ignore (Hugging Face's `exact_match`), else 0. */
export function hfExactMatch(prediction: string, reference: string, options: ExactMatchOptions = {}): number {
  return reduced(prediction, options) === reduced(reference, options) ? 1 : 0;
}

function reduced(text: string, options: ExactMatchOptions): string {
  let result = (options.regexesToIgnore ?? []).reduce((rest, regex) => regex.matcher(rest).replaceAll(""), text);
  if (options.ignoreCase) result = result.toLowerCase();
  if (options.ignorePunctuation) result = [...result].filter((char) => !ASCII_PUNCTUATION.includes(char)).join("");
  return options.ignoreNumbers ? result.replace(/[0-9]/g, "") : result;
}
