import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { type Failure, runEach } from './run-each.ts';

/** Something that is done with each of many, and how far it is. */
export interface Each<T> {
  start(items: readonly T[]): void;
  readonly isRunning: boolean;
  readonly isDone: boolean;
  readonly done: number;
  readonly failures: readonly Failure<T>[];
}

/**
 * Does something with each of many while a page or dialog is open; when it closes, nothing else begins.
 * @param onEnd is told what could not be done
 */
export function useEach<T>(
  run: (item: T) => Promise<unknown>,
  onEnd: (failures: readonly Failure<T>[]) => void,
): Each<T> {
  const [done, setDone] = useState(0);
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const { mutate, isPending, isSuccess, data } = useMutation({
    mutationFn: (items: readonly T[]) => {
      stop.current = new AbortController();
      return runEach(items, run, setDone, stop.current.signal);
    },
    onSuccess: onEnd,
  });
  return { start: mutate, isRunning: isPending, isDone: isSuccess, done, failures: data ?? [] };
}
