import { AppError } from "@moorage/shared/errors";
import { ConvexError } from "convex/values";

/** Our errors cross Convex's wire as a ConvexError's data; anything else stays the bug it is. */
export async function crossingTheWire<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) throw new ConvexError({ ...error.toShape() });
    throw error;
  }
}
