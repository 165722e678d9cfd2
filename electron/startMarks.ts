/**
 * When the process began. `process.getCreationTime()` goes by the kernel's boot time and was seen 0.9 s off in a
 * virtual machine; Node's time origin lags the real start by about 25 ms.
 */
function processStart(): number {
  return performance.timeOrigin;
}

/** Milliseconds from process start to each named moment of the start; the first report of a name counts. */
export class StartMarks {
  private readonly began = processStart();
  private readonly marks: Record<string, number> = {};

  set(name: string): void {
    if (name in this.marks) return;
    this.marks[name] = Math.round(Date.now() - this.began);
    console.log(JSON.stringify({ start: name, ms: this.marks[name] }));
  }

  all(): Record<string, number> {
    return { ...this.marks };
  }
}
