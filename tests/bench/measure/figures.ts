/** What a section of the bench finds out, and the table it is printed as. */
type Unit = "ms" | "MB" | "kB" | "/s" | "tokens" | "";

export interface Goal {
  readonly bound: "at most" | "at least";
  readonly limit: number;
  readonly aim?: number;
  /** What is bounded: our own value (default), how many times the peer's it is, or how many times better we are. */
  readonly of?: "value" | "ours/peer" | "peer/ours";
}

export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  readonly ours: number;
  readonly peer?: { readonly name: string; readonly value: number };
  /** Without one, the figure is for information. */
  readonly goal?: Goal;
}

const HEADER = ["figure", "ours", "peer", "ratio", "goal", "aim", "reached"];

/** The figures as a table; nothing here fails when a goal is missed. */
export function table(figures: readonly Figure[]): string {
  const rows = [HEADER, ...figures.map(cells)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
  return [lines[0], "-".repeat(widths.reduce((sum, width) => sum + width + 2, -2)), ...lines.slice(1)].join("\n");
}

function cells({ name, unit, ours, peer, goal }: Figure): string[] {
  const better = goal?.of === "peer/ours";
  const ratio = peer === undefined ? undefined : better ? peer.value / ours : ours / peer.value;
  const judged = goal?.of === undefined || goal.of === "value" ? ours : ratio;
  const sign = goal?.of === undefined || goal.of === "value" ? withUnit(unit) : (value: number) => `${short(value)}×`;
  return [
    name,
    withUnit(unit)(ours),
    peer === undefined ? "" : `${withUnit(unit)(peer.value)} ${peer.name}`,
    ratio === undefined ? "" : `${short(ratio)}×${better ? " better" : ""}`,
    goal === undefined ? "" : `${goal.bound} ${sign(goal.limit)}`,
    goal?.aim === undefined ? "" : sign(goal.aim),
    goal === undefined || judged === undefined ? "" : verdict(judged, goal),
  ];
}

function verdict(value: number, { bound, limit, aim }: Goal): string {
  const meets = (mark: number) => (bound === "at most" ? value <= mark : value >= mark);
  if (aim !== undefined && meets(aim)) return "aim";
  return meets(limit) ? "yes" : "NO";
}

const withUnit = (unit: Unit) => (value: number) => (unit === "" ? short(value) : `${short(value)} ${unit}`);

/** Three digits that matter, never an exponent. */
function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString("en");
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}
