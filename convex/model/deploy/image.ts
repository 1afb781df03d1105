/** A deployment's image: by the name a person gave it, and from its first start on by the digest that this name meant. */
import type { Configuration } from "./differences.ts";

const DIGEST = /@(sha256:[0-9a-f]{64})$/;

type Named = Pick<Configuration, "image" | "imageDigest">;

const digestOf = ({ image, imageDigest }: Named): string | undefined => imageDigest ?? DIGEST.exec(image)?.[1];

const nameOf = (image: string): string => image.replace(DIGEST, "").replace(/:[^/:]*$/, "");

/** What a server is to run: the same bytes on every machine, as soon as they are known. */
export function pinned(named: Named): string {
  const digest = digestOf(named);
  return digest === undefined ? named.image : `${nameOf(named.image)}@${digest}`;
}

/** The same name, and nothing known that would make it another image. */
export function isSameImage(a: Named, b: Named): boolean {
  const [one, other] = [digestOf(a), digestOf(b)];
  return a.image === b.image && (one === undefined || other === undefined || one === other);
}

/** With another image, whose digest its server will tell; the one that is there keeps its own. */
export function withImage(before: Configuration, image: string | undefined): Configuration {
  if (image === undefined || image === before.image) return before;
  const { imageDigest: _, ...rest } = before;
  return { ...rest, image };
}

/** What the configuration's tag means, by what a server says it runs; undefined where that is known, or is another image. */
export function learned(configuration: Configuration, ran: string): string | undefined {
  const isOpen = digestOf(configuration) === undefined && nameOf(ran) === nameOf(configuration.image);
  return isOpen ? digestOf({ image: ran }) : undefined;
}
