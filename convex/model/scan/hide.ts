/** Puts a mark in the place of what a form finds: of its `password` or `value`, and of nothing beside it. */

export type Groups = Record<string, string>;

export function hide(text: string, form: RegExp, isOne: (groups: Groups) => boolean, mark: string): string {
  return text.replace(form, (match: string, ...rest: unknown[]) => {
    // The groups come last, where they have names.
    const groups = rest.at(-1) as Groups;
    const secret = groups["password"] ?? groups["value"] ?? "";
    const at = match.lastIndexOf(secret);
    return isOne(groups) ? match.slice(0, at) + mark + match.slice(at + secret.length) : match;
  });
}
