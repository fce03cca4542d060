/** One comparison, from the files of the workload to the samples. */
import { requireAgreement } from './agreement.js';
import type { Contender } from './contenders.js';
import { exactValues } from './exact.js';
import { ContenderProcess, type Programs } from './process.js';
import type { CaseName } from './protocol.js';
import { playRounds } from './rounds.js';
import type { Series } from './statistics.js';
import { type Inputs, readInputs } from './workload.js';

/** A case that a contender has no part in, or a contender in no case at all, and why; in one line. */
export interface Absence {
  readonly contender: string;
  /** Null for all. */
  readonly name: CaseName | null;
  readonly reason: string;
}

export interface Plan {
  readonly contenders: readonly Contender[];
  readonly cases: readonly CaseName[];
  readonly rounds: number;
  readonly programs: Programs;
  /** Told what is going on, a line at a time. */
  readonly tell: (line: string) => void;
}

export interface Comparison {
  readonly labels: ReadonlyMap<string, string>;
  readonly series: readonly Series[];
  readonly absences: readonly Absence[];
}

/** @throws DisagreementError where two compute different things. */
export async function compare(plan: Plan): Promise<Comparison> {
  return new Run(plan).play();
}

class Run {
  private readonly labels = new Map<string, string>();
  private readonly absences: Absence[] = [];
  private readonly processes = new Map<ContenderProcess, Set<CaseName>>();

  constructor(private readonly plan: Plan) {}

  async play(): Promise<Comparison> {
    const { cases, rounds, programs, tell } = this.plan;
    try {
      for (const contender of this.plan.contenders) await this.start(contender);
      const inputs = await readInputs(programs.workload);
      for (const name of cases) await this.check(name, inputs);
      const series: Series[] = [];
      for (const name of cases) {
        tell(`${name}: ${rounds} rounds`);
        const players = this.ready(name);
        const leave = (contender: string, { message }: Error) => this.leaveOut(contender, name, message);
        series.push(...(await playRounds(name, players, rounds, leave)));
      }
      return { labels: this.labels, series, absences: this.absences };
    } finally {
      for (const process of this.processes.keys()) process.close();
    }
  }

  private async start(contender: Contender): Promise<void> {
    const { cases, programs, tell } = this.plan;
    const own = cases.filter((name) => contender.cases.includes(name));
    if (contender.lacks !== null) {
      for (const name of cases.filter((each) => !own.includes(each))) {
        this.leaveOut(contender.name, name, contender.lacks);
      }
    }
    if (own.length === 0) return;
    let process: ContenderProcess | null = null;
    try {
      process = ContenderProcess.start(contender, programs);
      const label = await process.describe();
      this.labels.set(contender.name, label);
      this.processes.set(process, new Set(own));
      tell(`${contender.name}: ${label}`);
    } catch (error) {
      process?.close();
      this.absent(contender.name, null, error);
    }
  }

  /** Makes the case ready everywhere, and holds what comes out to what should. */
  private async check(name: CaseName, inputs: Inputs): Promise<void> {
    this.plan.tell(`${name}: checking that all compute the same`);
    const answers: { contender: string; values: Float32Array }[] = [];
    for (const process of this.ready(name)) {
      try {
        answers.push({ contender: process.name, values: await process.check(name) });
      } catch (error) {
        this.absent(process.name, name, error);
        this.processes.get(process)?.delete(name);
      }
    }
    if (answers.length === 0) return;
    requireAgreement(name, exactValues(name, inputs) ?? answers[0].values, answers);
  }

  private ready(name: CaseName): ContenderProcess[] {
    return [...this.processes].filter(([, cases]) => cases.has(name)).map(([process]) => process);
  }

  private absent(contender: string, name: CaseName | null, error: unknown): void {
    if (!(error instanceof Error)) throw error;
    this.leaveOut(contender, name, error.message);
  }

  private leaveOut(contender: string, name: CaseName | null, reason: string): void {
    this.absences.push({ contender, name, reason });
    this.plan.tell(`${contender} is left out${name === null ? '' : ` of ${name}`}: ${reason}`);
  }
}
