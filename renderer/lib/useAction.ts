import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { problemOf } from './problem.ts';
import type { Problem } from './problem.ts';
import { requestId } from './requestId.ts';

export interface Action<I> {
  /** Does it once: a second press while the first is on its way does nothing. */
  run: (input: I) => void;
  busy: boolean;
  problem: Problem | null;
  clear: () => void;
}

export interface ActionOptions<I, O> {
  send: (input: I) => Promise<O>;
  done: (answer: O, input: I) => void;
  failed?: (problem: Problem, input: I) => void;
}

export function useAction<I, O>({ send, done, failed }: ActionOptions<I, O>): Action<I> {
  const running = useRef(false);
  const mutation = useMutation({
    mutationFn: send,
    onSuccess: done,
    onError: (error, input) => failed?.(problemOf(error), input),
    onSettled: () => {
      running.current = false;
    },
  });
  return {
    run(input) {
      if (running.current) return;
      running.current = true;
      mutation.mutate(input);
    },
    busy: mutation.isPending,
    problem: mutation.error === null ? null : problemOf(mutation.error),
    clear: mutation.reset,
  };
}

/** The key of what an open dialog does: one for its life, so that a repeat is the same action. */
export function useRequestId(): string {
  return useState(requestId)[0];
}
