/** Fields used by several contracts; each description is what a model reads. */
import * as z from "zod";
import { CONTENT_BYTES, PAGE_ITEMS, SECRET_BYTES, TAG_CHARS, TAGS } from "./limits.ts";
import { AGENT_NAME, AGENT_NAME_RULE, CONTROL, isBlank, lineProblem, PROJECT_CHARS } from "./line.ts";
import { secretNameProblem } from "./secret-name.ts";

const utf8 = new TextEncoder();

export function byteLength(text: string): number {
  return utf8.encode(text).length;
}

/** Text a person or a model wrote: well-formed, without control characters, not blank. */
function text(sizeProblem: (value: string) => string | undefined) {
  return z.string().superRefine((value, ctx) => {
    const refuse = (message: string) => ctx.addIssue({ code: "custom", message });
    const tooLong = sizeProblem(value);
    if (tooLong !== undefined) refuse(tooLong);
    else if (isBlank(value)) refuse("must not be empty");
    else if (!value.isWellFormed()) refuse("must be well-formed Unicode (it holds half of a surrogate pair)");
    else if (CONTROL.test(value)) refuse("must not hold control characters other than tab and line breaks");
  });
}

export const content = text((value) =>
  value.length * 3 > CONTENT_BYTES && byteLength(value) > CONTENT_BYTES
    ? `must be at most ${CONTENT_BYTES} bytes of UTF-8`
    : undefined,
);

/** A question, which may have been pasted with its line breaks. */
export const query = (maxChars: number) =>
  text((value) => (value.length > maxChars ? `must be at most ${maxChars} characters` : undefined));

/** One line of text: a name, a tag. */
export const line = (maxChars: number) =>
  z.string().superRefine((value, ctx) => {
    const problem = lineProblem(value, maxChars);
    if (problem !== undefined) ctx.addIssue({ code: "custom", message: problem });
  });

export const agent = z.string().regex(AGENT_NAME, AGENT_NAME_RULE);

export const project = line(PROJECT_CHARS);

export const tags = z
  .array(line(TAG_CHARS))
  .max(TAGS, `must be at most ${TAGS} tags`)
  .transform((list) => [...new Set(list)]);

export const importance = z.int().min(1).max(5).describe("1-5");

/** A calendar day that exists, `YYYY-MM-DD`. */
export const day = z.iso.date("must be a day that exists, as YYYY-MM-DD");

const FIRST_MOMENT = Date.parse("0000-01-01T00:00:00Z");
const LAST_MOMENT = Date.parse("9999-12-31T23:59:59.999Z");

/** A time of some zone: which one, nobody but the caller knows. */
const zoneless = z.iso.datetime({ local: true });

/** A moment: ISO 8601, a date alone or a date and time with its offset. In UTC, too, its year has four digits. */
export const moment = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: ({ input }) =>
      zoneless.safeParse(input).success
        ? 'lacks the offset behind its time: "Z" for UTC, or one such as "+02:00"'
        : 'must be ISO 8601: a day that exists, or a time of one with its zone, such as "2026-05-08" or "2026-05-08T13:56:00Z"',
  })
  .refine((text) => Date.parse(text) >= FIRST_MOMENT && Date.parse(text) <= LAST_MOMENT, {
    error: "must be in the years 0000 to 9999 in UTC",
  });

export const limit = z.int().min(1).max(PAGE_ITEMS);

export const cursor = z.string().min(1).max(512);

/** An id as an answer gave it. */
export const id = z.string().min(1, "must not be empty").max(64, "must be an id that an answer gave");

/** Made by the client once for each intended change, so that a repeat after a lost reply changes nothing. */
export const opId = z.uuid();

/** A moment that lies ahead. */
export const futureMoment = moment.refine((text) => Date.parse(text) > Date.now(), "must lie ahead");

/** A network, such as `198.51.100.0/24` or `2001:db8::/32`. */
export const cidr = z.union([z.cidrv4(), z.cidrv6()], { error: 'must be a network, such as "198.51.100.0/24"' });

export const secretName = z.string().superRefine((name, ctx) => {
  const problem = secretNameProblem(name);
  if (problem !== undefined) ctx.addIssue({ code: "custom", message: problem });
});

/** Any text; what is wrong with it is said without it. NUL ends no variable of any operating system's environment. */
export const secretValue = z.string().superRefine((value, ctx) => {
  const refuse = (message: string) => ctx.addIssue({ code: "custom", message });
  if (value === "") refuse("must not be empty");
  else if (value.length > SECRET_BYTES || byteLength(value) > SECRET_BYTES)
    refuse(`must be at most ${SECRET_BYTES} bytes of UTF-8`);
  else if (!value.isWellFormed()) refuse("must be well-formed Unicode");
  else if (value.includes("\0")) refuse("must not hold a NUL character");
});

/** A web origin without anything behind it, over TLS. */
export const origin = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === "https:" && url.origin === text;
}, 'must be an origin, such as "https://agent.example.com"');
