/** Where the answers to the requests of one line go. */
export interface Outlet {
  /** One more request waits for its answer. */
  owe(): void;
  /** It has it, or will never have one: it was cancelled. */
  settle(answer?: string): void;
  /** Every request of the line has been heard. */
  complete(): void;
}

/** For a message alone on its line: each answer goes out at once. */
export function lineOutlet(write: (line: string) => void): Outlet {
  return {
    owe: () => {},
    settle: (answer) => {
      if (answer !== undefined) write(answer);
    },
    complete: () => {},
  };
}

/** For a batch, which protocol 2025-03-26 has: its answers go out in one array, once there are all. */
export function batchOutlet(write: (line: string) => void): Outlet {
  const answers: string[] = [];
  let owed = 1;
  const outlet: Outlet = {
    owe: () => {
      owed++;
    },
    settle: (answer) => {
      if (answer !== undefined) answers.push(answer);
      if (--owed === 0 && answers.length > 0) write(`[${answers.join(",")}]`);
    },
    // The batch itself is the one owed from the beginning.
    complete: () => outlet.settle(),
  };
  return outlet;
}
