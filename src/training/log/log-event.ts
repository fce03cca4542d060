/** The lines of a run's log, as they are written and read back. Explained in docs/logs.md. */
import type { DoneEvent, EvalEvent, StartEvent, StepEvent, TrainEvent } from '../loop/events.js';

/** A checkpoint is on the disk. */
export interface SaveEvent {
  readonly event: 'save';
  readonly step: number;
  /** Whether it is the best so far too. */
  readonly best: boolean;
}

/** A run was ended by a signal, and saved what it had. */
export interface StoppedEvent extends Omit<DoneEvent, 'event'> {
  readonly event: 'stopped';
}

/** A run was ended by an error. */
export interface ErrorEvent {
  readonly event: 'error';
  /** Steps made. */
  readonly step: number;
  readonly message: string;
}

export type LogEvent = StartEvent | StepEvent | EvalEvent | SaveEvent | DoneEvent | StoppedEvent | ErrorEvent;

/** A line of a log file: an event and when it was, in ISO 8601. */
export type LogLine = LogEvent & { readonly time: string };

/** What a training event is in the log. */
export function asLogged(event: TrainEvent): LogEvent {
  return event.event === 'done' && event.reason === 'stopped' ? { ...event, event: 'stopped' } : event;
}

export function encodeLine({ event, ...rest }: LogEvent, time: string): string {
  return `${JSON.stringify({ event, time, ...rest })}\n`;
}

/** What a line of a file says; null for one that is no event, such as the first half of one. */
export function decodeLine(text: string): LogLine | null {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null && 'event' in line ? (line as LogLine) : null;
  } catch {
    return null;
  }
}

/** Steps that had been made at an event. */
export function stepOf(event: LogEvent): number {
  if (event.event === 'start') return event.resumedFrom;
  return event.event === 'done' || event.event === 'stopped' ? event.steps : event.step;
}
