/** Numbers of payment cards: of a maker's length and beginning, with the right last digit, written as on a card or named as one. */
import { type Groups, hide } from "./hide.ts";

/** In the groups that a card shows. */
const SHOWN =
  /(?<![0-9A-Za-z.-])(?<value>[2-6][0-9]{3}(?<gap>[ -])[0-9]{4}\k<gap>[0-9]{4}\k<gap>[0-9]{4}|3[47][0-9]{2}[ -][0-9]{6}[ -][0-9]{5})(?![0-9A-Za-z-])/g;
/** In one piece, as an order or a row may have it, too. */
const NAMED =
  /(?<![A-Za-z])(?:(?:credit|debit|bank|payment) ?card|card (?:number|no\.?)|visa|mastercard|amex|american express|kreditkarten?(?:nummer)?)[^0-9\n]{1,40}(?<value>[2-6][0-9]{14,15})(?![0-9A-Za-z])/gi;
const FORMS = [SHOWN, NAMED];

/** Visa, Mastercard, American Express, Discover. */
const MAKERS = /^(?:4[0-9]{15}|5[1-5][0-9]{14}|2[2-7][0-9]{14}|3[47][0-9]{13}|6(?:011|5[0-9]{2})[0-9]{12})$/;
/** Numbers for tests that payment services publish have few digits, but for these. */
const TEST_NUMBERS = ["378282246310005", "371449635398431", "378734493671000", "4012888888881881", "5200828282828210"];
const FEW_DIGITS = 4;

export const hasCard = (text: string): boolean =>
  FORMS.some((form) => [...text.matchAll(form)].some(({ groups }) => isCard(groups!)));

export const withoutCards = (text: string, mark: string): string =>
  FORMS.reduce((rest, form) => hide(rest, form, isCard, mark), text);

function isCard({ value = "" }: Groups): boolean {
  const digits = value.replaceAll(/[^0-9]/g, "");
  const isTest = new Set(digits).size <= FEW_DIGITS || TEST_NUMBERS.includes(digits);
  return MAKERS.test(digits) && !isTest && hasRightEnd(digits);
}

/** Luhn's sum: from the right, every second digit counts twice. */
function hasRightEnd(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const worth = Number(digit) * (at % 2 === 0 ? 1 : 2);
    return total + (worth > 9 ? worth - 9 : worth);
  }, 0);
  return sum % 10 === 0;
}
