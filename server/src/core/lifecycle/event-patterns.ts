import { EVENT_TYPES, type EventType } from './events.ts';

/** What stands for every event. */
export const ANY_EVENT = '*';

/** What stands for all events of a group, such as `domain.*`. */
export const EVENT_GROUPS: readonly string[] = [...new Set(EVENT_TYPES.map(groupOf))];

/** Whether a text names an event, a group of them, or all. */
export function isEventPattern(text: string): boolean {
  return text === ANY_EVENT || EVENT_GROUPS.includes(text) || isEventType(text);
}

/** Whether a text names one event. */
export function isEventType(text: string): text is EventType {
  return EVENT_TYPES.some((type) => type === text);
}

/** Lists the patterns that an event fits: itself, its group, and all. */
export function listPatternsFor(type: EventType): string[] {
  return [type, groupOf(type), ANY_EVENT];
}

/** Whether one of these patterns takes an event. */
export function takesEvent(patterns: readonly string[], type: EventType): boolean {
  return listPatternsFor(type).some((pattern) => patterns.includes(pattern));
}

function groupOf(type: EventType): string {
  return `${type.split('.', 1)[0]}.*`;
}
