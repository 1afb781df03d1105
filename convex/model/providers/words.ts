/** Words of a provider's that go further: into answers, approvals and requests. An answer with others in their place is none. */
import * as z from "zod";

/** What both providers call regions, sizes and currencies by. */
export const slug = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i);
export const currency = z.string().regex(/^[A-Z]{3}$/);

/** Of either kind; Hetzner writes an IPv6 one with its prefix. */
export const address = z.string().regex(/^[0-9a-f.:]{2,45}(?:\/\d{1,3})?$/i);

const NAME_CHARS = 100;
const UNSEEN = /[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu;

/** A name that is shown and nothing else: its beginning, without what would hide in it. */
export const shown = z.string().transform((text) =>
  text
    .slice(0, 10 * NAME_CHARS)
    .replaceAll(UNSEEN, "")
    .slice(0, NAME_CHARS),
);
